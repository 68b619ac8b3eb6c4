"""A place in the text that moves forward as the tree is walked in source order.

libcst nodes carry no positions. Its own providers find them by generating the code of the whole tree again,
white space and all. Walking only the tokens and letting one regular expression jump over white space is several
times faster, and stays right where libcst's generated code differs from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import libcst as cst

BLANK = frozenset(" \t\f\r\n\\#")
"""Characters that white space between two tokens can start with (``\\`` continues a line, ``#`` is a comment)."""

skip = re.compile(r"(?:[ \t\f\r\n]+|#[^\r\n]*|\\(?:\r\n?|\n)?)*").match
"""``skip(text, position).end()`` is where the next token starts."""

END = "\0"
"""Ends the text that a cursor walks, so that looking at the next character never fails."""

SHIFT = 32
"""A span is packed into one integer, ``start | end << SHIFT``: half the memory and time of a tuple."""


class Lost(Exception):
    """The tree and the text do not tell the same story; the argument is the position where that showed."""


class Cursor:
    """What the walk has found so far.

    ``spans`` maps nodes to packed spans; ``statements`` lists packed spans of simple statements and of
    compound statements' headers, in source order.
    """

    __slots__ = ("spans", "statements", "text")

    def __init__(self, text: str) -> None:
        self.text = text + END
        self.spans: dict[cst.CSTNode, int] = {}
        self.statements: list[int] = []


Walk = Callable[[Cursor, Any, int], int]
"""Takes a node and a position at or before its first token; records spans; returns the position behind its last."""

WALKS: dict[type[cst.CSTNode], Walk] = {}
"""How each type of node is walked."""

F = TypeVar("F", bound=Callable[..., int])


def walks(*types: type[cst.CSTNode]) -> Callable[[F], F]:
    """Enter the decorated function into :data:`WALKS` for these node types."""

    def enter(function: F) -> F:
        WALKS.update(dict.fromkeys(types, function))
        return function

    return enter


def step(cursor: Cursor, pos: int, token: str) -> int:
    """Behind ``token``, which must come next.

    Raises Lost if something else does.
    """
    text = cursor.text
    if text[pos] in BLANK:
        pos = skip(text, pos).end()  # type: ignore[union-attr]
    if not text.startswith(token, pos):
        raise Lost(pos)
    return pos + len(token)


def find(cursor: Cursor, pos: int) -> int:
    """Where the next token starts."""
    text = cursor.text
    return skip(text, pos).end() if text[pos] in BLANK else pos  # type: ignore[union-attr]


def comma(cursor: Cursor, pos: int) -> int:
    """Behind the comma if one comes next, else where the next token starts."""
    text = cursor.text
    if text[pos] in BLANK:
        pos = skip(text, pos).end()  # type: ignore[union-attr]
    return pos + 1 if text[pos] == "," else pos


def opened(cursor: Cursor, parens: int, pos: int) -> int:
    """Where the first token inside so many opening parentheses starts."""
    for _ in range(parens):
        pos = find(cursor, step(cursor, pos, "("))
    return pos


def closed(cursor: Cursor, parens: int, pos: int) -> int:
    """Behind so many closing parentheses."""
    for _ in range(parens):
        pos = step(cursor, pos, ")")
    return pos
