"""Type annotations: ops that are never executed as code, with types given as strings read as what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping

import libcst as cst

from fastapi_async_lint.facts.extraction import literals
from fastapi_async_lint.facts.extraction.body import EVALUATE, Body, evaluate
from fastapi_async_lint.facts.extraction.subscripts import key_part
from fastapi_async_lint.facts.model import Attribute, Binary, Free, Sequence, Subscript

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_CONSTANTS = frozenset({"None", "True", "False"})
_LONGEST = 1_000
_MOST_BRACKETS = 40
"""Limits of what a string annotation may hold: no real type comes near, and libcst parses it safely."""


class _Everywhere(dict[cst.CSTNode, int]):
    """Gives every node the one span: nodes parsed from a string have no place of their own."""

    def __init__(self, span: int) -> None:
        super().__init__()
        self.span = span

    def __missing__(self, key: cst.CSTNode) -> int:
        return self.span


def annotate(body: Body, node: cst.BaseExpression) -> int:
    """An annotation, in the ``annotation`` block of the current block."""
    outer = body.block
    block = body.annotation_blocks.get(outer)
    if block is None:
        body.enter("annotation")
        body.annotation_blocks[outer] = body.block
    else:
        body.block = block
    value = type_expression(body, node)
    body.block = outer
    return value


def type_expression(body: Body, node: cst.BaseExpression) -> int:
    """A type: strings in it are types, except in ``Literal[…]`` and behind the first argument of ``Annotated[…]``."""
    kind = type(node)
    if kind is cst.Name or kind is cst.Attribute:
        return EVALUATE[kind](body, node)
    if isinstance(node, cst.Subscript):
        return _subscript(body, node)
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        return _string(body, node)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        return _union(body, node)
    if isinstance(node, (cst.List, cst.Tuple)):
        items = tuple(type_expression(body, element.value) for element in node.elements)
        return body.emit(Sequence("list" if isinstance(node, cst.List) else "tuple", items), body.at[node])
    if isinstance(node, cst.StarredElement):
        return type_expression(body, node.value)
    return evaluate(body, node)


def _union(body: Body, node: cst.BinaryOperation) -> int:
    """``A | "B" | None``"""
    rights: list[cst.BinaryOperation] = []
    left: cst.BaseExpression = node
    while isinstance(left, cst.BinaryOperation) and isinstance(left.operator, cst.BitOr):
        rights.append(left)
        left = left.left
    value = type_expression(body, left)
    for link in reversed(rights):
        value = body.emit(Binary("|", value, type_expression(body, link.right)), body.at[link])
    return value


def _subscript(body: Body, node: cst.Subscript) -> int:
    """``Base[A, "B"]``"""
    base = type_expression(body, node.value)
    return body.emit(Subscript(base, type_key(body, node)), body.at[node])


def special_form(node: cst.Subscript) -> str:
    """``Annotated`` of ``typing.Annotated[…]``: the last name before the brackets."""
    name = node.value.attr if isinstance(node.value, cst.Attribute) else node.value
    return name.value if isinstance(name, cst.Name) else ""


def type_key(body: Body, node: cst.Subscript) -> int:
    """What stands between the brackets of a type."""
    special = special_form(node)
    items: list[int] = []
    for position, element in enumerate(node.slice):
        inner = element.slice
        if isinstance(inner, cst.Index) and special != "Literal" and (special != "Annotated" or position == 0):
            items.append(type_expression(body, inner.value))
        else:
            items.append(key_part(body, inner))
    if len(items) == 1 and not isinstance(node.slice[0].comma, cst.Comma):
        return items[0]
    start, end = body.at[node.slice[0]] & 0xFFFFFFFF, body.at[node.slice[-1]] >> 32
    return body.emit(Sequence("tuple", tuple(items)), start | end << 32)


def _string(body: Body, node: cst.SimpleString | cst.ConcatenatedString) -> int:
    """``"User"``: what the string says, every op with the string's span; a plain Const if it is no expression."""
    parts = literals.concatenated(node) if isinstance(node, cst.ConcatenatedString) else [node]
    const = literals.joined_const(parts)
    text = const.value.strip() if const is not None and isinstance(const.value, str) else ""
    if _DOTTED.fullmatch(text) and text not in _CONSTANTS:
        first, *rest = text.split(".")
        value = body.values.get(first, -1)
        if value < 0:
            value = body.emit(Free(first), body.at[node])
        for name in rest:
            value = body.emit(Attribute(value, name), body.at[node])
        return value
    parsed = _parsed(text)
    if parsed is None:
        return evaluate(body, node)
    outer: Mapping[cst.CSTNode, int] = body.at
    body.at = _Everywhere(outer[node])
    value = type_expression(body, parsed)
    body.at = outer
    return value


def _parsed(text: str) -> cst.BaseExpression | None:
    """The expression in a string, None if there is none."""
    if not text or len(text) > _LONGEST or sum(map(text.count, "([{")) > _MOST_BRACKETS:
        return None
    try:
        return cst.parse_expression(f"({text})")
    except (cst.ParserSyntaxError, cst.CSTValidationError):
        return None
