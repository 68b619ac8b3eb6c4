"""Compare a catalog file with the installed library: is every name in it spelled as the library spells it?

Imports the library, so it is for tests and for people who write catalog files, never for a check of a project.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import importlib
import importlib.metadata
import importlib.util
import inspect
import io
import operator
import platform
import re
import sys
import threading
import typing
import warnings
from collections.abc import Callable, Iterable, Iterator
from types import ClassMethodDescriptorType
from typing import Any

import msgspec

from fastapi_async_lint.catalog import types
from fastapi_async_lint.catalog.schema import (
    Argument,
    Callback,
    CatalogFile,
    ClassEntry,
    Condition,
    Effect,
    Library,
)

_MISSING: Any = object()


class NotInstalled(Exception):
    """A module that the file speaks of cannot be imported here; ``str()`` is its name and the reason."""


def differences(file: CatalogFile, version: str) -> list[str]:
    """One sentence per name of the file that the installed library does not have.

    ``version``: that of the installed library; entries that speak of other versions are left out.
    Raises :class:`NotInstalled`.
    """
    for module in file.library.modules:
        _module(module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(dict.fromkeys(_differences(of_version(file, version))))


def installed_version(library: Library) -> str | None:
    """Version of the library here; None where it is not installed, or is none of PyPI's and none of Python's."""
    if library.name == "python":
        return platform.python_version()
    try:
        return importlib.metadata.version(library.name)
    except importlib.metadata.PackageNotFoundError:
        pass
    # A package of the project's own has no version; its names can be looked up all the same.
    return "0" if library.modules and all(map(_has_module, library.modules)) else None


def resolve(name: str) -> Any:
    """The object of that dotted name: the longest importable module, then attributes. Raises LookupError, saying why.

    Where an attribute of a package hides a module (``tenacity.retry``), the attribute is asked first.
    """
    try:
        return _resolve(name, hiding=True)
    except LookupError:
        with contextlib.suppress(LookupError):
            return _resolve(name, hiding=False)
        raise


def _resolve(name: str, hiding: bool) -> Any:
    parts = types.qualify(name).split(".")
    found, used = _longest_module(tuple(parts), hiding)
    if not used:
        raise LookupError(f"{name}: there is no module {parts[0]!r}")
    for index in range(used, len(parts)):
        owner, found = found, _attribute(found, parts[index])
        hidden = ".".join(parts[:index])
        if found is _MISSING and _has_module(hidden):  # An object hides the module of its name: `replicate.hardware`.
            found = _attribute(_module(hidden), parts[index])
        if found is _MISSING:
            raise LookupError(
                f"{name}: {'.'.join(parts[:index])} has no {parts[index]!r}{_suggestion(owner, parts[index])}"
            )
    return found


def speaks_of(versions: str, version: str) -> bool:
    """Whether a range like ``>=1.4,<3`` contains the version; suffixes like ``rc1`` are not looked at."""
    have = numbers(version)
    for clause in filter(None, (part.strip() for part in versions.split(","))):
        found = re.fullmatch(r"(>=|<=|==|!=|>|<)\s*([\d.]+)", clause)
        if found is None:
            raise ValueError(f"{versions!r}: cannot read {clause!r}; write it like '>=1.4,<3'")
        if not _COMPARISONS[found[1]](have, numbers(found[2])):
            return False
    return True


_COMPARISONS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip


def numbers(version: str) -> tuple[int, ...]:
    """``"3.11.7"`` → (3, 11, 7), without zeros at the end; suffixes are not looked at."""
    leading = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in re.sub(r"(\.0+)+$", "", leading[0] if leading else "0").split("."))


def of_version(file: CatalogFile, version: str) -> CatalogFile:
    """The file without the entries about other versions."""
    return msgspec.structs.replace(
        file,
        effect=tuple(entry for entry in file.effect if speaks_of(entry.versions, version)),
        class_=tuple(entry for entry in file.class_ if speaks_of(entry.versions, version)),
        callback=tuple(entry for entry in file.callback if speaks_of(entry.versions, version)),
        override=tuple(entry for entry in file.override if speaks_of(entry.versions, version)),
        use=tuple(entry for entry in file.use if speaks_of(entry.versions, version)),
    )


def _differences(file: CatalogFile) -> Iterator[str]:
    for alias, target in file.aliases.items():
        yield from _same(alias, target)
    for name in (*file.returns, *file.attributes):
        yield from _exists(name)
    yield from _classes_in((*file.returns.values(), *file.attributes.values()))
    for name in file.quick:
        yield from _exists(name.removesuffix(".*"))
    makers = _makers(file)
    for effect in file.effect:
        yield from _effect(effect, makers)
    for entry in file.class_:
        yield from _class(entry)
    for callback in file.callback:
        yield from _callback(callback)
    for override in file.override:
        yield from _exists(override.base)
    for use in file.use:
        for name in use.names:
            yield from _exists(name)
            yield from _arguments(name, (use.argument,) if use.of == "call" else ())
    for mount in file.mount:
        for name in mount.names:
            yield from _exists(name)
            yield from _arguments(name, (mount.child, mount.prefix, mount.before))


def _exists(name: str) -> Iterator[str]:
    try:
        resolve(name)
    except LookupError as error:
        yield str(error.args[0])


def _same(alias: str, target: str) -> Iterator[str]:
    missing = [*_exists(alias), *_exists(target)]
    yield from missing
    if not missing and resolve(alias) is not resolve(target):
        yield f"alias {alias} is not the same object as {target}"


def _classes_in(texts: Iterable[str]) -> Iterator[str]:
    for text in filter(None, texts):
        for name in sorted(types.class_names(types.parse(text))):
            if _installed(name):
                yield from (f"type expression {text!r}: {message}" for message in _exists(name))


def _methods(effect: Effect) -> list[str]:
    owners = (effect.on,) if isinstance(effect.on, str) else effect.on
    return [f"{owner}.{method}" for owner in owners for method in effect.methods if method[0] != "*"]


def _makers(file: CatalogFile) -> dict[str, list[str]]:
    """Class → the calls of the file that give an instance of it, its constructor first."""
    given = [*file.returns.items()]
    given += [
        (name, effect.returns)
        for effect in file.effect
        for name in (*effect.names, *_methods(effect))
        if effect.returns
    ]
    given += [(f"{entry.name}.{name}", text) for entry in file.class_ for name, text in entry.returns.items()]
    makers = {entry.name: [entry.name] for entry in file.class_}
    for maker, text in given:
        for name in types.class_names(types.parse(text)):
            makers.setdefault(name, [name]).append(maker)
    return makers


def _effect(effect: Effect, makers: dict[str, list[str]]) -> Iterator[str]:
    owners = (effect.on,) if isinstance(effect.on, str) else effect.on
    for name in (*effect.names, *_methods(effect)):
        yield from _exists(name)
        yield from _conditions(name, (*effect.when, *effect.unless), makers)
        replacement = effect.replacement.replace("{method}", name.rpartition(".")[2])
        if replacement and _installed(replacement):
            yield from (f"replacement of {name}: {message}" for message in _exists(replacement))
    for owner in owners:
        yield from _exists(owner)
        for name in effect.properties:
            yield from _exists(f"{owner}.{name}")
    yield from _classes_in((effect.returns,))


def _class(entry: ClassEntry) -> Iterator[str]:
    missing = list(_exists(entry.name))
    yield from missing
    if missing:
        return
    for alias in entry.aliases:
        yield from _same(alias, entry.name)
    for base in entry.bases:
        if not _installed(base):
            continue
        yield from (f"base of {entry.name}: {message}" for message in _exists(base))
        yield from _is_subclass(entry.name, base)
    for name in entry.attributes:
        if name != "*":
            yield from _exists(f"{entry.name}.{name}")
    for name in entry.returns:
        yield from _exists(f"{entry.name}.{name}")
    yield from _classes_in((*entry.attributes.values(), *entry.returns.values()))
    yield from _arguments(entry.name, (entry.prefix, entry.before))


def _callback(callback: Callback) -> Iterator[str]:
    arguments: tuple[Argument | None, ...] = (
        callback.path,
        callback.methods_argument,
        callback.before,
        *callback.result_arguments,
    )
    if callback.decorator == "no":
        arguments = (callback.argument, *arguments)
    arguments += tuple(Argument(keyword=keyword) for keyword in (callback.args, callback.kwargs) if keyword)
    for name in callback.names:
        missing = list(_exists(name))
        yield from missing
        if not missing:
            yield from _arguments(name, arguments)
            yield from _conditions(name, (*callback.when, *callback.unless), {})
    yield from _classes_in((callback.becomes,))
    if callback.adds:
        yield from _exists(callback.adds)


def _conditions(name: str, conditions: Iterable[Condition], makers: dict[str, list[str]]) -> Iterator[str]:
    for condition in conditions:
        owner = name.rpartition(".")[0]
        asked = [name] if condition.of == "call" else makers.get(owner, [owner])
        argument = Argument(condition.position, condition.argument)
        complaints = [list(_arguments(maker, (argument,))) for maker in asked]
        yield from () if [] in complaints else complaints[0]
        for type_name in condition.type or ():
            if _installed(type_name):
                yield from _exists(type_name)


def _is_subclass(name: str, base: str) -> Iterator[str]:
    try:
        one, other = resolve(name), resolve(base)
    except LookupError:
        return
    if not inspect.isclass(one) or not inspect.isclass(other) or other.__module__ in ("typing", "collections.abc"):
        return  # Nothing derives from an annotation's class; it only looks like it.
    try:
        related = issubclass(one, other)
    except TypeError:  # A protocol that only type checkers look at.
        related = other in inspect.getmro(one)
    if not related:
        yield f"{name} is no subclass of {base}"


def _arguments(name: str, arguments: Iterable[Argument | None]) -> Iterator[str]:
    """Whether the call takes these arguments, where Python can tell its signature."""
    try:
        function = resolve(name)
        signature = inspect.signature(function)
    except (LookupError, TypeError, ValueError):
        return
    parameters = list(signature.parameters.values())
    kinds = {parameter.kind for parameter in parameters}
    owner = name.rpartition(".")[0]
    if _is_method(owner, name.rpartition(".")[2], function) and parameters and parameters[0].kind in _POSITIONAL:
        parameters = parameters[1:]
    positional = [parameter.name for parameter in parameters if parameter.kind in _POSITIONAL]
    named = {parameter.name for parameter in parameters if parameter.kind in _NAMED}
    for argument in filter(None, arguments):
        position, keyword = argument.position, argument.keyword
        if keyword and keyword not in named | set(positional) and inspect.Parameter.VAR_KEYWORD not in kinds:
            if not (position is not None and inspect.Parameter.VAR_POSITIONAL in kinds):
                yield f"{name} has no parameter {keyword!r}{_closest(keyword, sorted(named))}"
        elif position is not None and position >= len(positional) and inspect.Parameter.VAR_POSITIONAL not in kinds:
            yield f"{name} takes {len(positional)} positional arguments; there is no position {position}"
        elif keyword in positional and position is not None and position != positional.index(keyword):
            yield f"{name}: parameter {keyword!r} is at position {positional.index(keyword)}, not {position}"


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _is_method(owner: str, name: str, function: Any) -> bool:
    """Whether the signature of the function still shows the receiver."""
    try:
        klass = resolve(owner)
    except LookupError:
        return False
    if not inspect.isclass(klass) or inspect.ismethod(function) or inspect.isclass(function):
        return False
    raw = next((vars(base)[name] for base in inspect.getmro(klass) if name in vars(base)), None)
    return not isinstance(raw, staticmethod | classmethod | ClassMethodDescriptorType)


def _attribute(owner: Any, name: str) -> Any:
    owner = _instance_class(owner)
    try:
        found = getattr(owner, name, _MISSING)
    except Exception:  # A property of a lazy module or a metaclass may raise anything.
        return _MISSING
    if found is _MISSING and inspect.isclass(owner) and (_instances_have(owner, name) or _subclasses_have(owner, name)):
        return _of_instance
    return found


def _instances_have(klass: type, name: str) -> bool:
    """Whether instances have an attribute that the class lacks: made up when asked for, annotated, or set in its source."""
    return hasattr(klass, "__getattr__") or any(
        name in getattr(base, "__annotations__", {})
        or re.search(rf"\bself\.{name}\b|^ +{name} *:", _source(base), re.M)
        for base in inspect.getmro(klass)
    )


def _subclasses_have(klass: type, name: str) -> bool:
    """Whether the library gives the attribute to every subclass (``metadata`` of a declarative base)."""
    try:
        subclass = type("Sub", (klass,), {"__module__": __name__})
    except TypeError:
        return False
    except Exception:  # Django wants to be set up first: what it gives to a subclass cannot be seen here.
        return True
    return inspect.getattr_static(subclass, name, _MISSING) is not _MISSING


def _of_instance(*args: Any, **keywords: Any) -> None:
    """Stands for what only an instance could show."""


def _instance_class(owner: Any) -> Any:
    """The class whose members to look at, where the public name is a factory function or only an annotation."""
    if inspect.isbuiltin(owner) and owner.__module__ == "_thread" and owner.__name__ == "allocate_lock":
        return type(owner())
    if owner is threading.RLock:
        return type(threading.RLock())
    if owner is typing.TextIO:
        return io.TextIOWrapper
    if owner is typing.IO or owner is typing.BinaryIO:
        return io.BufferedRandom
    return owner


@functools.cache
def _longest_module(parts: tuple[str, ...], hiding: bool) -> tuple[Any, int]:
    """The module of as many leading parts as can be imported, and how many those are; with ``hiding``, only up to an attribute."""
    found, used = None, 0
    for count in range(1, len(parts) + 1):
        member = getattr(found, parts[count - 1], None) if found is not None else None
        if hiding and member is not None and not inspect.ismodule(member):
            break
        if not _has_module(".".join(parts[:count])):
            break
        found, used = _module(".".join(parts[:count])), count
    return found, used


def _has_module(name: str) -> bool:
    """Whether there is such a module, be it importable or not."""
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


@functools.cache
def _module(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(name)
        except Exception as error:  # Libraries raise all sorts of things when what they need is absent.
            raise NotInstalled(f"{name} ({type(error).__name__}: {error})") from error


def _installed(name: str) -> bool:
    return _has_module(types.qualify(name).partition(".")[0])


@functools.cache
def _source(klass: type) -> str:
    """The text of the class and its methods; where a library has moved a class to another module, only the latter are found."""
    texts = []
    for member in (klass, *vars(klass).values()):
        with contextlib.suppress(OSError, TypeError):
            texts.append(inspect.getsource(member))
    return "\n".join(texts)


def _suggestion(owner: Any, name: str) -> str:
    return _closest(name, dir(_instance_class(owner)))


def _closest(name: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
