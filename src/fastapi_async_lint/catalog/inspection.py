"""What an installed library offers: its public functions, classes and methods, as far as Python can tell.

Imports the library, so it is for people who write catalog files, never for a check of a project.
"""

from __future__ import annotations

import collections.abc
import contextlib
import enum
import importlib
import importlib.metadata
import importlib.util
import inspect
import io
import pkgutil
import sys
import time
import types
import typing
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi_async_lint.errors import ConfigError

HEAVY = 0.1
"""Seconds of importing from which a library counts as heavy."""
SPECIAL = (
    "__call__", "__enter__", "__exit__", "__iter__", "__next__", "__aenter__", "__aexit__", "__anext__", "__getitem__",
)  # fmt: skip
"""Special methods that may do work."""
TWINS = ("Async{}", "A{}", "{}Async", "aio.{}", "asyncio.{}", "asynchronous.{}", "async_{}", "a{}", "{}_async")
"""How asynchronous counterparts are usually named."""
NO_METHODS = (BaseException, enum.Enum, tuple, type)


@dataclass(frozen=True, slots=True)
class Callee:
    """A function or method. ``gives``: type expression of its result (of awaiting it, if ``is_async``); empty: not known."""

    name: str
    is_async: bool
    gives: str = ""


@dataclass(frozen=True, slots=True)
class ClassMembers:
    """A public class. ``bases``: public classes of the library; what they define is not repeated."""

    name: str
    aliases: tuple[str, ...]
    bases: tuple[str, ...]
    methods: tuple[Callee, ...]
    properties: tuple[str, ...]
    twin: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """``library``: its name on PyPI; ``aliases``: other public name → name, for functions."""

    library: str
    modules: tuple[str, ...]
    version: str
    documentation: str
    heavy: bool
    functions: tuple[Callee, ...]
    classes: tuple[ClassMembers, ...]
    aliases: dict[str, str]
    twins: dict[str, str]
    """Function → its asynchronous counterpart."""


def inventory(library: str, modules: Iterable[str] = ()) -> Inventory:
    """Import the library and look at all its public names; ``modules``: submodules to look at, too, that it does not import itself.

    Raises ``ConfigError`` where it is not installed or cannot be imported.
    """
    name, version, documentation, tops = _distribution(library)
    begun = time.perf_counter()
    tops = _importable(tops)
    heavy = time.perf_counter() - begun > HEAVY
    for extra in modules:
        _import(extra)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        members = _Members(tops)
        if not any((*members.functions(), *members.classes())):
            _import_below(tops)  # A package that loads nothing by itself.
            members = _Members(tops)
        return Inventory(
            library=name,
            modules=tops,
            version=version,
            documentation=documentation,
            heavy=heavy,
            functions=tuple(members.functions()),
            classes=tuple(members.classes()),
            aliases={other: names[0] for _, names in members.found("function") for other in names[1:]},
            twins=dict(members.twins()),
        )


def _distribution(library: str) -> tuple[str, str, str, tuple[str, ...]]:
    """Name, version, documentation and import names of a library, by its name on PyPI or by an import name."""
    packages = importlib.metadata.packages_distributions()
    candidates = [library, *packages.get(library, ())]
    for candidate in candidates:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found = importlib.metadata.distribution(candidate)
            name = found.metadata["Name"]
            owned = (top for top, owners in packages.items() if name in owners)
            tops = sorted(top for top in owned if top.isidentifier() and not top.startswith("_"))
            return name, found.version, _documentation(found), tuple(tops) or (library,)
    if importlib.util.find_spec(library) is not None and library not in sys.stdlib_module_names:
        return library, "0", "", (library,)
    if library in sys.stdlib_module_names:
        version = ".".join(map(str, sys.version_info[:3]))
        return "python", version, f"https://docs.python.org/3/library/{library}.html", (library,)
    raise ConfigError(
        f"{library} is not installed for {sys.executable}: install it there, or run this tool with the Python that has it"
    )


def _documentation(found: importlib.metadata.Distribution) -> str:
    urls = [str(text).partition(",") for text in found.metadata.get_all("Project-URL") or ()]
    labelled = {label.strip().lower(): url.strip() for label, _, url in urls}
    for label in ("documentation", "docs", "homepage", "home", "source", "repository"):
        if label in labelled:
            return labelled[label]
    return str(found.metadata["Home-page"] or "")


def _importable(tops: tuple[str, ...]) -> tuple[str, ...]:
    """Those that can be imported: a library may bring along modules for others that are absent. Raises ``ConfigError`` for none."""
    found: list[str] = []
    for top in tops:
        try:
            _import(top)
        except ConfigError:
            if not found and top == tops[-1]:
                raise
        else:
            found.append(top)
    return tuple(found)


def _import_below(tops: tuple[str, ...]) -> None:
    for top in tops:
        for below in pkgutil.iter_modules(getattr(sys.modules[top], "__path__", ())):
            if not below.name.startswith("_"):
                with contextlib.suppress(ConfigError):
                    _import(f"{top}.{below.name}")


def _import(name: str) -> None:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):  # Some modules say hello.
        warnings.simplefilter("ignore")
        try:
            importlib.import_module(name)
        except Exception as error:  # Libraries raise all sorts of things when what they need is absent.
            raise ConfigError(f"cannot import {name}: {type(error).__name__}: {error}") from error


class _Members:
    """The public objects of a library's loaded modules, each by its public names, the shortest first."""

    def __init__(self, tops: tuple[str, ...]) -> None:
        self.tops = tops
        self.names: dict[int, tuple[Any, list[str]]] = {}
        modules = sorted(name for name in sys.modules if self._is_public_module(name))
        for name in sorted(modules, key=lambda name: (name.count("."), name)):
            for member, value in _public(sys.modules[name]):
                if self._is_own(value):
                    self.names.setdefault(id(value), (value, []))[1].append(f"{name}.{member}")
        self.by_name = {name: value for value, names in self.names.values() for name in names}

    def found(self, kind: str) -> list[tuple[Any, list[str]]]:
        """The objects of a kind, by their first name."""
        wanted = inspect.isclass if kind == "class" else _is_function
        return sorted((item for item in self.names.values() if wanted(item[0])), key=lambda item: item[1][0])

    def functions(self) -> Iterator[Callee]:
        """All of them."""
        for value, names in self.found("function"):
            yield self._callee(names[0], value, None)

    def classes(self) -> Iterator[ClassMembers]:
        """Those with something to call."""
        for klass, names in self.found("class"):
            if issubclass(klass, NO_METHODS):
                continue
            methods, properties = self._own(klass)
            bases = tuple(dict.fromkeys(filter(None, map(self._public_base, klass.__bases__))))
            if methods or bases:
                yield ClassMembers(names[0], tuple(names[1:]), bases, methods, properties, self._twin(names[0]))

    def _public_base(self, base: type) -> str:
        """The class itself, or the nearest one that it derives from, that has a public name in the library."""
        return next(filter(None, map(self._name, inspect.getmro(base))), "")

    def twins(self) -> Iterator[tuple[str, str]]:
        """Plain function → asynchronous counterpart."""
        for value, names in self.found("function"):
            twin = self._twin(names[0])
            if twin and not inspect.iscoroutinefunction(inspect.unwrap(value)):
                yield names[0], twin

    def _own(self, klass: type) -> tuple[tuple[Callee, ...], tuple[str, ...]]:
        """The methods and properties of the class and of its private bases: what no public base has."""
        methods: dict[str, Callee] = {}
        properties: dict[str, None] = {}
        for base in inspect.getmro(klass):
            if base is not klass and (self._name(base) or not self._is_own(base)):
                break
            for name, raw in vars(base).items():
                if name.startswith("_") and name not in SPECIAL:
                    continue
                value = raw.__func__ if isinstance(raw, staticmethod | classmethod) else raw
                if isinstance(value, property):
                    properties.setdefault(name)
                elif _is_function(value):
                    methods.setdefault(name, self._callee(name, value, klass))
        return tuple(sorted(methods.values(), key=lambda m: m.name)), tuple(sorted(properties))

    def _callee(self, name: str, function: Any, klass: type | None) -> Callee:
        if name in ("__iter__", "__getitem__"):  # Stated by one element.
            result = self._annotation(function)
            return Callee(name, False, self._expression(_argument(result) if name == "__iter__" else result, klass))
        inner = inspect.unwrap(function)
        wrapped = inner is not function
        result = self._annotation(inner)
        head = typing.get_origin(result) or result
        if inspect.isasyncgenfunction(inner) or head in _ASYNC_ITERATORS:
            form = "async_context" if wrapped else "async_iterator"
            return Callee(name, True, self._formed(form, _argument(result), klass))
        if inspect.iscoroutinefunction(inner):
            return Callee(name, True, self._expression(result, klass))
        if head in _AWAITABLES:
            return Callee(name, True, self._expression(_argument(result, -1), klass))
        if head is contextlib.AbstractAsyncContextManager:
            return Callee(name, True, self._formed("async_context", _argument(result), klass))
        if wrapped and inspect.isgeneratorfunction(inner) or head is contextlib.AbstractContextManager:
            return Callee(name, False, self._formed("context", _argument(result), klass))
        if head in _ITERATORS:
            return Callee(name, False, self._formed("iterator", _argument(result), klass))
        return Callee(name, False, self._expression(result, klass))

    def _annotation(self, function: Any) -> Any:
        result = getattr(function, "__annotations__", {}).get("return")
        if not isinstance(result, str):
            return result
        try:
            return eval(result, getattr(function, "__globals__", {}))  # As typing.get_type_hints does for all of them.
        except Exception:  # Names that only type checkers see, or annotations of later Python versions.
            return None

    def _formed(self, form: str, inner: Any, klass: type | None) -> str:
        return f"{form}[{self._expression(inner, klass) or 'none'}]"

    def _expression(self, annotation: Any, klass: type | None) -> str:
        """Type expression of an annotation, where it speaks of a public class of the library."""
        if annotation is None or annotation is type(None):
            return ""
        if annotation is klass or annotation == getattr(typing, "Self", ()):
            return "self"
        if inspect.isclass(annotation) and not typing.get_args(annotation):
            return self._name(annotation)
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (typing.Union, types.UnionType):
            return " | ".join(filter(None, (self._expression(one, klass) for one in arguments)))
        inner = [self._expression(one, klass) for one in arguments[:1]]
        if origin in (list, set, tuple) and inner and inner[0]:
            return f"{origin.__name__}[{inner[0]}]"
        return self._name(origin) if inspect.isclass(origin) else ""

    def _twin(self, name: str) -> str:
        """The name of the asynchronous counterpart: an asynchronous function, or a class."""
        owner, _, last = name.rpartition(".")
        value = self.by_name[name]
        for pattern in TWINS:
            twin = f"{owner}.{pattern.format(last)}"
            other = self.by_name.get(twin)
            if other is not None and other is not value and inspect.isclass(other) == inspect.isclass(value):
                return twin
        return ""

    def _name(self, value: Any) -> str:
        found = self.names.get(id(value))
        return found[1][0] if found and inspect.isclass(value) else ""

    def _is_public_module(self, name: str) -> bool:
        inside = any(name == top or name.startswith(f"{top}.") for top in self.tops)
        return inside and not any(part.startswith("_") for part in name.split(".")) and ".test" not in name

    def _is_own(self, value: Any) -> bool:
        """Whether the library defines the object."""
        module = getattr(value, "__module__", None)
        tops = {*self.tops, *(f"_{top}" for top in self.tops)}
        return isinstance(module, str) and any(module == top or module.startswith(f"{top}.") for top in tops)


_ASYNC_ITERATORS = (
    collections.abc.AsyncIterator, collections.abc.AsyncGenerator, collections.abc.AsyncIterable,
)  # fmt: skip
_AWAITABLES = (collections.abc.Awaitable, collections.abc.Coroutine)
_ITERATORS = (collections.abc.Iterator, collections.abc.Generator)


def _is_function(value: Any) -> bool:
    return inspect.isroutine(value) and not inspect.isclass(value)


def _argument(annotation: Any, index: int = 0) -> Any:
    arguments = typing.get_args(annotation)
    return arguments[index] if arguments else None


def _public(module: types.ModuleType) -> Iterator[tuple[str, Any]]:
    """The functions and classes that the module offers: what ``__all__`` names, or all without an underscore."""
    listed = getattr(module, "__all__", None)
    names = list(listed) if isinstance(listed, list | tuple) else [name for name in dir(module) if name[0] != "_"]
    for name in names:
        try:
            value = getattr(module, name)
        except Exception:  # Lazy modules raise when what they would load is absent.
            continue
        if inspect.isclass(value) or _is_function(value):
            yield name, value
