"""Make up arguments for a call, from its signature: enough to be sent, not to make sense."""

from __future__ import annotations

import collections.abc
import datetime
import enum
import inspect
import itertools
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Arguments = tuple[tuple[object, ...], dict[str, object]]

PLAIN: dict[object, object] = {
    str: "x", int: 1, float: 1.0, bool: True, bytes: b"x", dict: {"x": "1"}, list: ["x"], tuple: ("x",), set: {"x"}, object: "x",
    datetime.datetime: datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc), datetime.date: datetime.date(2030, 1, 1),
    datetime.timedelta: datetime.timedelta(seconds=1), Path: Path("x"), memoryview: memoryview(b"x"), bytearray: bytearray(b"x"),
    collections.abc.Callable: print, type(None): None,
}  # fmt: skip
GUESSES: tuple[object, ...] = ("x", 1, {"x": "1"}, ["x"], b"x", [{"x": "1"}], [1.0], None, print)
"""What stands for a parameter that says nothing of itself, one attempt after the other."""


def attempts(function: Callable[..., object], given: Mapping[str, object]) -> Iterator[Arguments]:
    """Arguments to try, the likeliest first. ``given``: values by name of the parameter, which are not guessed."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        for count, guess in itertools.product((0, 1, 2, 3), GUESSES[:4]):
            yield (guess,) * count, {}
        return
    hints = _hints(function)
    seen = []
    for filled, guess in _variations(signature):
        made = _arguments(signature, hints, given, guess, filled)
        if repr(made) not in seen:
            seen.append(repr(made))
            yield made


def _variations(signature: inspect.Signature) -> Iterator[tuple[Sequence[str], object]]:
    """Which of the parameters that may be left out are filled, and what replaces made-up values (None: nothing)."""
    optional = [name for name, parameter in signature.parameters.items() if parameter.default is None]
    yield (), None
    yield from (((name,), None) for name in optional)
    yield optional, None
    yield from itertools.product(((), optional), GUESSES)


def _arguments(
    signature: inspect.Signature,
    hints: Mapping[str, object],
    given: Mapping[str, object],
    guess: object = None,
    filled: Sequence[str] = (),
) -> Arguments:
    positional: list[object] = []
    keywords: dict[str, object] = {}
    for parameter in signature.parameters.values():
        name = parameter.name
        if parameter.kind is inspect.Parameter.VAR_KEYWORD or name == "self":  # Some decorators show what they fill in.
            continue
        if name in given:
            value = given[name]
        elif (
            parameter.kind is not inspect.Parameter.VAR_POSITIONAL
            and parameter.default is not inspect.Parameter.empty
            and name not in filled
        ):
            continue
        else:
            value = made_up(hints.get(name, parameter.annotation)) if guess is None else guess
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            positional += value if name in given and isinstance(value, (tuple, list)) else [value]
        elif parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            positional.append(value)
        else:
            keywords[name] = value
    starred = any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in signature.parameters.values())
    if starred:
        return _in_order(signature, positional, keywords), {
            name: value for name, value in keywords.items() if not _before_star(signature, name)
        }
    return tuple(positional), keywords


def _before_star(signature: inspect.Signature, name: str) -> bool:
    found = signature.parameters.get(name)
    return found is not None and found.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD


def _in_order(signature: inspect.Signature, starred: list[object], keywords: dict[str, object]) -> tuple[object, ...]:
    """Parameters that stand before ``*args`` can only be given by position."""
    named = [name for name in signature.parameters if _before_star(signature, name)]
    last = max((index for index, name in enumerate(named) if name in keywords), default=-1)
    defaults = {name: signature.parameters[name].default for name in named}
    return (*(keywords.get(name, defaults[name]) for name in named[: last + 1]), *starred)


def _hints(function: Callable[..., object]) -> Mapping[str, object]:
    target = inspect.unwrap(function)
    try:
        return typing.get_type_hints(getattr(target, "__func__", target))
    except Exception:  # Names that only type checkers import.
        return {}


def made_up(annotation: object, depth: int = 0) -> Any:
    """A value of that type, where it can be guessed; else ``"x"``."""
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if depth > 4 or annotation in (inspect.Parameter.empty, Any):
        return "x"
    if origin is typing.Literal:
        return parts[0]
    if origin is typing.Annotated:
        return made_up(parts[0], depth + 1)
    if origin in (typing.Union, types.UnionType):
        return made_up(next((part for part in parts if part is not type(None)), str), depth + 1)
    if origin is not None and isinstance(origin, type):
        return _container(origin, parts, depth)
    if isinstance(annotation, typing.TypeVar):
        return made_up(annotation.__bound__ or next(iter(annotation.__constraints__), str), depth + 1)
    if isinstance(annotation, typing.NewType):
        return made_up(annotation.__supertype__, depth + 1)
    if isinstance(annotation, str):
        return _by_name(annotation)
    if isinstance(annotation, type):
        return _instance(annotation, depth)
    return "x"


def _container(origin: type, parts: tuple[object, ...], depth: int) -> object:
    if origin is collections.abc.Callable:
        return print
    if issubclass(origin, type):
        return dict
    inner = made_up(parts[0], depth + 1) if parts else "x"
    if issubclass(origin, collections.abc.Mapping):
        return {inner if isinstance(inner, str) else "x": made_up(parts[1], depth + 1) if len(parts) > 1 else "1"}
    if issubclass(origin, tuple):
        return tuple(made_up(part, depth + 1) for part in parts if part is not Ellipsis)
    if issubclass(origin, (set, frozenset)):
        return {inner} if getattr(inner, "__hash__", None) else set()
    return [inner]


def _by_name(annotation: str) -> object:
    """What an annotation that could not be evaluated speaks of."""
    word = annotation.replace("Optional[", "").split("|")[0].split("[")[0].strip(" \"'").rpartition(".")[2].lower()
    names = {"str": "x", "int": 1, "float": 1.0, "bool": True, "bytes": b"x", "dict": {"x": "1"}, "mapping": {"x": "1"}}
    return names.get(word, ["x"] if word in ("list", "sequence", "iterable", "tuple") else "x")


def _instance(kind: type, depth: int) -> object:
    if kind in PLAIN:
        return PLAIN[kind]
    if issubclass(kind, enum.Enum):
        return next(iter(kind), "x")
    if typing.is_typeddict(kind):
        required = typing.get_type_hints(kind) if depth < 3 else {}
        return {name: made_up(hint, depth + 1) for name, hint in required.items() if name in kind.__required_keys__}
    for plain, value in PLAIN.items():
        if plain is not object and isinstance(plain, type) and issubclass(kind, plain):
            return value
    try:
        signature = inspect.signature(kind)
        arguments = _arguments(signature, _hints(kind.__init__), {}) if depth < 3 else ((), {})
        return kind(*arguments[0], **arguments[1])
    except Exception:
        return "x"
