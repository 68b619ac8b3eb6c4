"""Type expressions of the catalog, parsed: ``"awaitable[list[$0]]"`` as frozen values.

The grammar is in the docstring of :mod:`fastapi_async_lint.catalog.schema`.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

BUILTINS = frozenset(name for name in vars(builtins) if not name.startswith("_"))
"""Names that are builtins when they are written without a dot."""

_AWAITED = frozenset(("awaitable", "async_context", "async_iterator"))
SPECIAL_FORMS = frozenset(("iterator", "awaitable", "async_iterator", "context", "async_context", "callable"))
"""Heads of :class:`Named` that are no classes: what can be done with the value is all that is known of it."""

MAX_DEPTH = 16
"""Brackets inside brackets; a deeper expression is refused."""


class TypeExpressionError(ValueError):
    """The text is no type expression; ``str()`` says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Named:
    """An instance of the class ``name`` (dotted; ``builtins.list`` and the like for builtins), or a special form.

    ``args``: the elements of ``builtins.list``, ``tuple``, ``set``, ``dict``; what a special form gives; the class itself
    (as ``Named``) for ``builtins.type``.
    """

    name: str
    args: tuple[TypeExpr, ...] = ()


@dataclass(frozen=True, slots=True)
class Union:
    """One of several, in the order written."""

    options: tuple[TypeExpr, ...]


@dataclass(frozen=True, slots=True)
class Receiver:
    """``self``: the object whose method is called."""


@dataclass(frozen=True, slots=True)
class ArgumentValue:
    """An argument of the call as it was passed, by position (from 0, without the receiver), keyword, or either."""

    position: int | None = None
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """``given``; ``default`` where the call does not pass every argument that ``given`` speaks of."""

    given: TypeExpr
    default: TypeExpr


@dataclass(frozen=True, slots=True)
class CallOf:
    """What calling ``of`` returns; awaited, if it is a coroutine function."""

    of: TypeExpr


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """An instance of the class that ``of`` is."""

    of: TypeExpr


@dataclass(frozen=True, slots=True)
class ItemOf:
    """One element of iterating ``of``."""

    of: TypeExpr


@dataclass(frozen=True, slots=True)
class AwaitedOf:
    """What awaiting ``of`` gives; ``of`` itself, if it is nothing to await."""

    of: TypeExpr


@dataclass(frozen=True, slots=True)
class EnteredOf:
    """What ``with`` or ``async with`` over ``of`` gives."""

    of: TypeExpr


@dataclass(frozen=True, slots=True)
class HeldBy:
    """What ``of`` holds: the type argument of ``Result[User]``, and what was put into a queue."""

    of: TypeExpr


@dataclass(frozen=True, slots=True)
class Nothing:
    """``none``: nothing of interest."""


@dataclass(frozen=True, slots=True)
class Literal:
    """The text between single quotes: an attribute that always holds it."""

    value: str


TypeExpr: TypeAlias = (
    Named
    | Literal
    | Union
    | Receiver
    | ArgumentValue
    | Otherwise
    | CallOf
    | InstanceOf
    | ItemOf
    | AwaitedOf
    | EnteredOf
    | HeldBy
    | Nothing
)
"""Any type expression."""

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][\w.]*)|(?P<argument>\$(?:\d+(?::[A-Za-z_]\w*)?|[A-Za-z_]\w*))|(?P<text>'[^']*')|(?P<mark>[][()|,]))"
)
_OPERATORS: dict[str, Callable[[TypeExpr], TypeExpr]] = {
    "call": CallOf,
    "instance": InstanceOf,
    "item": ItemOf,
    "awaited": AwaitedOf,
    "entered": EnteredOf,
    "held": HeldBy,
}


@cache
def parse(text: str) -> TypeExpr:
    """Parse a type expression. Raises :class:`TypeExpressionError`."""
    return _Parser(text).whole()


def map_names(expression: TypeExpr, change: Callable[[str], str]) -> TypeExpr:
    """The same expression with every class name ``n`` replaced by ``change(n)``; special forms stay."""
    if isinstance(expression, Named):
        name = expression.name if expression.name in SPECIAL_FORMS else change(expression.name)
        return Named(name, tuple(map_names(arg, change) for arg in expression.args))
    if isinstance(expression, Union):
        return Union(tuple(map_names(option, change) for option in expression.options))
    if isinstance(expression, CallOf | InstanceOf | ItemOf | AwaitedOf | EnteredOf | HeldBy):
        return type(expression)(map_names(expression.of, change))
    if isinstance(expression, Otherwise):
        return Otherwise(map_names(expression.given, change), map_names(expression.default, change))
    return expression


def arguments_in(expression: TypeExpr) -> tuple[ArgumentValue, ...]:
    """Every argument that the expression speaks of."""
    if isinstance(expression, ArgumentValue):
        return (expression,)
    parts: tuple[TypeExpr, ...] = ()
    if isinstance(expression, Named):
        parts = expression.args
    elif isinstance(expression, Union):
        parts = expression.options
    elif isinstance(expression, CallOf | InstanceOf | ItemOf | AwaitedOf | EnteredOf | HeldBy):
        parts = (expression.of,)
    return tuple(argument for part in parts for argument in arguments_in(part))


def class_names(expression: TypeExpr) -> frozenset[str]:
    """Every class name in the expression, special forms left out."""
    found: set[str] = set()

    def note(name: str) -> str:
        found.add(name)
        return name

    map_names(expression, note)
    return frozenset(found)


def qualify(name: str) -> str:
    """Put ``builtins.`` before the name of a builtin that is written without a dot."""
    return f"builtins.{name}" if name in BUILTINS else name


class _Parser:
    """Recursive descent over the tokens of one expression, to a depth of MAX_DEPTH."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._split(text))
        self.next = 0

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens, at, end = [], 0, len(text.rstrip())
        while at < end:
            match = _TOKEN.match(text, at)
            if match is None:
                raise TypeExpressionError(f"{text!r}: cannot read {text[at:].strip()!r}")
            tokens.append((str(match.lastgroup), match[match.lastgroup or 0]))
            at = match.end()
        return tokens

    def whole(self) -> TypeExpr:
        expression = self._union(0)
        if self.next < len(self.tokens):
            raise self._error("nothing more")
        return expression

    def _error(self, expected: str) -> TypeExpressionError:
        found = repr(self.tokens[self.next][1]) if self.next < len(self.tokens) else "the end"
        return TypeExpressionError(f"{self.text!r}: expected {expected}, found {found}")

    def _take(self, mark: str) -> bool:
        found = self.next < len(self.tokens) and self.tokens[self.next] == ("mark", mark)
        self.next += found
        return found

    def _union(self, depth: int) -> TypeExpr:
        if depth > MAX_DEPTH:
            raise TypeExpressionError(f"{self.text!r}: more than {MAX_DEPTH} brackets inside each other")
        options = [self._otherwise(depth)]
        while self._take("|"):
            options.append(self._otherwise(depth))
        return options[0] if len(options) == 1 else Union(tuple(options))

    def _otherwise(self, depth: int) -> TypeExpr:
        given = self._term(depth)
        if self.next < len(self.tokens) and self.tokens[self.next] == ("name", "else"):
            self.next += 1
            return Otherwise(given, self._term(depth))
        return given

    def _term(self, depth: int) -> TypeExpr:
        kind, word = self.tokens[self.next] if self.next < len(self.tokens) else ("", "")
        if kind not in ("name", "argument", "text"):
            raise self._error("a name")
        self.next += 1
        if kind == "text":
            return Literal(word[1:-1])
        if kind == "argument":
            return _argument(word[1:])
        if word in _OPERATORS and self._take("("):
            inner = self._union(depth + 1)
            if not self._take(")"):
                raise self._error("')'")
            return _OPERATORS[word](inner)
        return self._named(word, depth)

    def _named(self, word: str, depth: int) -> TypeExpr:
        args: list[TypeExpr] = []
        if self._take("["):
            args.append(self._union(depth + 1))
            while self._take(","):
                args.append(self._union(depth + 1))
            if not self._take("]"):
                raise self._error("']'")
        if not args and word == "self":
            return Receiver()
        if not args and word in ("none", "None"):
            return Nothing()
        if word.endswith(".") or ".." in word:
            raise TypeExpressionError(f"{self.text!r}: {word!r} is no dotted name")
        if "." not in word and word not in SPECIAL_FORMS and word not in BUILTINS:
            raise TypeExpressionError(
                f"{self.text!r}: {word!r} is neither a dotted name, a builtin nor a word of the grammar"
            )
        return Named(word if word in SPECIAL_FORMS else qualify(word), tuple(args))


def _argument(word: str) -> ArgumentValue:
    head, _, keyword = word.partition(":")
    return ArgumentValue(int(head), keyword) if head.isdigit() else ArgumentValue(None, head)


def is_awaited(expression: TypeExpr | None) -> bool:
    """Whether it may be something that does nothing until it is awaited, or entered or iterated by a coroutine."""
    options = expression.options if isinstance(expression, Union) else (expression,)
    return any(isinstance(option, Named) and option.name in _AWAITED for option in options)
