"""Spans of the patterns of ``match``."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.syntax.cursor import SHIFT, WALKS, Cursor, closed, find, opened, step, walks
from fastapi_async_lint.syntax.expression_spans import leaf


@walks(cst.MatchValue, cst.MatchSingleton)
def value(cursor: Cursor, node: cst.MatchValue | cst.MatchSingleton, pos: int) -> int:
    """A constant, a dotted name, ``None``, ``True``, ``False``."""
    start = find(cursor, pos)
    pos = WALKS[type(node.value)](cursor, node.value, start)
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.MatchList, cst.MatchTuple)
def sequence(cursor: Cursor, node: cst.MatchList | cst.MatchTuple, pos: int) -> int:
    """``[a, *b]``, ``(a, b)``, ``a, b``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    left, right = ("[", "]") if isinstance(node, cst.MatchList) and node.lbracket is not None else ("", "")
    pos = step(cursor, items(cursor, node.patterns, step(cursor, start, left)), right)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


def items(cursor: Cursor, nodes: Sequence[cst.CSTNode], pos: int) -> int:
    """Patterns, ``*rest`` and ``name=pattern`` with their commas; ends behind the last of these tokens."""
    for node in nodes:
        start = find(cursor, pos)
        if isinstance(node, cst.MatchStar):
            pos = step(cursor, start, "*")
            pos = step(cursor, pos, "_") if node.name is None else leaf(cursor, node.name, pos)
        elif isinstance(node, cst.MatchKeywordElement):
            pos = step(cursor, leaf(cursor, node.key, start), "=")
            pos = WALKS[type(node.pattern)](cursor, node.pattern, pos)
        elif isinstance(node, cst.MatchSequenceElement):
            pos = WALKS[type(node.value)](cursor, node.value, start)
        elif isinstance(node, cst.MatchMappingElement):
            pos = step(cursor, WALKS[type(node.key)](cursor, node.key, start), ":")
            pos = WALKS[type(node.pattern)](cursor, node.pattern, pos)
        cursor.spans[node] = start | pos << SHIFT
        after = find(cursor, pos)
        if cursor.text[after] == ",":
            pos = after + 1
    return pos


@walks(cst.MatchMapping)
def mapping(cursor: Cursor, node: cst.MatchMapping, pos: int) -> int:
    """``{a: b, **rest}``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = items(cursor, node.elements, step(cursor, start, "{"))
    if node.rest is not None:
        pos = leaf(cursor, node.rest, step(cursor, pos, "**"))
    if node.trailing_comma is not None:
        pos = step(cursor, pos, ",")
    pos = step(cursor, pos, "}")
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.MatchClass)
def class_(cursor: Cursor, node: cst.MatchClass, pos: int) -> int:
    """``A(b, c=d)``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = step(cursor, WALKS[type(node.cls)](cursor, node.cls, start), "(")
    pos = step(cursor, items(cursor, node.kwds, items(cursor, node.patterns, pos)), ")")
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.MatchAs)
def capture(cursor: Cursor, node: cst.MatchAs, pos: int) -> int:
    """``a``, ``_``, ``A() as b``"""
    start = pos = opened(cursor, len(node.lpar), find(cursor, pos))
    if node.pattern is not None:
        pos = step(cursor, WALKS[type(node.pattern)](cursor, node.pattern, pos), "as")
    pos = step(cursor, pos, "_") if node.name is None else leaf(cursor, node.name, pos)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.MatchOr)
def alternatives(cursor: Cursor, node: cst.MatchOr, pos: int) -> int:
    """``a | b``"""
    start = pos = opened(cursor, len(node.lpar), find(cursor, pos))
    for index, element in enumerate(node.patterns):
        if index:
            pos = step(cursor, pos, "|")
        pos = WALKS[type(element.pattern)](cursor, element.pattern, pos)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)
