"""Expressions: the ops of each type, in evaluation order."""

from __future__ import annotations

from collections.abc import Sequence as Items

import libcst as cst

from fastapi_async_lint.facts.extraction import literals
from fastapi_async_lint.facts.extraction.annotations import special_form, type_expression, type_key
from fastapi_async_lint.facts.extraction.body import EVALUATE, Body, evaluate, evaluates
from fastapi_async_lint.facts.extraction.conditions import condition
from fastapi_async_lint.facts.extraction.subscripts import key
from fastapi_async_lint.facts.model import (
    NONE,
    AnyOp,
    Argument,
    Attribute,
    Await,
    Binary,
    Call,
    Compare,
    Const,
    Format,
    Free,
    Iterate,
    Mapping,
    Sequence,
    Subscript,
    Text,
    Unary,
    Unbound,
    Yield,
    YieldFrom,
)
from fastapi_async_lint.syntax.nodes import TemplatedString, TemplatedStringExpression, TemplatedStringText

OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Plus: "+", cst.Minus: "-", cst.BitInvert: "~",
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%",
    cst.Power: "**", cst.LeftShift: "<<", cst.RightShift: ">>", cst.BitOr: "|", cst.BitAnd: "&", cst.BitXor: "^",
    cst.MatrixMultiply: "@",
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//", cst.ModuloAssign: "%", cst.PowerAssign: "**", cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>", cst.BitOrAssign: "|", cst.BitAndAssign: "&", cst.BitXorAssign: "^",
    cst.MatrixMultiplyAssign: "@",
    cst.LessThan: "<", cst.GreaterThan: ">", cst.Equal: "==", cst.LessThanEqual: "<=", cst.GreaterThanEqual: ">=",
    cst.NotEqual: "!=", cst.In: "in", cst.NotIn: "not-in", cst.Is: "is", cst.IsNot: "is-not",
}  # fmt: skip


@evaluates(cst.Name)
def name(body: Body, node: cst.Name) -> int:
    """A local name is the op that its value came from; others stay names."""
    text = node.value
    value = body.values.get(text, NONE)
    if value != NONE:
        return value
    op: AnyOp | None = literals.NAMED.get(text)
    if op is None:
        op = Unbound(text) if text in body.bindings.names else Free(text)
    return body.emit(op, body.at[node])


@evaluates(cst.SimpleString)
def string(body: Body, node: cst.SimpleString) -> int:
    """A plain literal, str or bytes."""
    return body.emit(literals.string_const(node), body.at[node])


@evaluates(cst.Integer)
def integer(body: Body, node: cst.Integer) -> int:
    """An int literal."""
    return body.emit(literals.integer_const(node), body.at[node])


@evaluates(cst.Float)
def float_(body: Body, node: cst.Float) -> int:
    """A float literal."""
    return body.emit(literals.float_const(node), body.at[node])


@evaluates(cst.Imaginary)
def imaginary(body: Body, node: cst.Imaginary) -> int:
    """``1j``"""
    return body.emit(literals.COMPLEX, body.at[node])


@evaluates(cst.Ellipsis)
def ellipsis(body: Body, node: cst.Ellipsis) -> int:
    """``...``"""
    return body.emit(literals.ELLIPSIS, body.at[node])


@evaluates(cst.ConcatenatedString)
def concatenated(body: Body, node: cst.ConcatenatedString) -> int:
    """Adjacent literals: one Const, or one Text if an f-string is among them."""
    parts = literals.concatenated(node)
    const = literals.joined_const(parts)
    if const is not None:
        return body.emit(const, body.at[node])
    ops: list[int] = []
    for part in parts:
        if isinstance(part, (cst.FormattedString, TemplatedString)):
            ops.extend(formatted_parts(body, part.parts))
        else:
            ops.append(evaluate(body, part))
    return body.emit(Text(tuple(ops)), body.at[node])


@evaluates(cst.FormattedString, TemplatedString)
def formatted(body: Body, node: cst.FormattedString | TemplatedString) -> int:
    """An f-string or t-string."""
    return body.emit(Text(tuple(formatted_parts(body, node.parts))), body.at[node])


def formatted_parts(body: Body, parts: Items[cst.CSTNode]) -> list[int]:
    """The parts of an f-string; what stands in a format specification is evaluated before the value is formatted."""
    ops: list[int] = []
    for part in parts:
        if isinstance(part, (cst.FormattedStringExpression, TemplatedStringExpression)):
            value = evaluate(body, part.expression)
            if part.format_spec is not None and len(part.format_spec) > 0:
                for inner in part.format_spec:
                    if not isinstance(inner, (cst.FormattedStringText, TemplatedStringText)):
                        formatted_parts(body, [inner])
            ops.append(body.emit(Format(value, part.conversion or ""), body.at[part]))
        elif isinstance(part, (cst.FormattedStringText, TemplatedStringText)):
            text = part.value
            plain = len(text) <= literals.LONGEST and "\\" not in text and "{" not in text and "}" not in text
            ops.append(body.emit(Const("str", text) if plain else literals.LONG_STRING, body.at[part]))
    return ops


LEFT: frozenset[type[cst.BaseExpression]] = frozenset({cst.Attribute, cst.Call, cst.Subscript, cst.BinaryOperation})
"""Expressions that start with another one; chains of them are followed in a loop."""


@evaluates(*LEFT)
def chain(body: Body, node: cst.BaseExpression) -> int:
    """``a.b(c)[d] + e``: down to the leftmost expression, then back up."""
    pending = []
    kind: type[cst.CSTNode] = type(node)
    while kind in LEFT:
        pending.append((node, kind))
        if kind is cst.Call:
            node = node.func  # type: ignore[attr-defined]
        elif kind is cst.BinaryOperation:
            node = node.left  # type: ignore[attr-defined]
        else:
            node = node.value  # type: ignore[attr-defined]
        kind = type(node)
    value = EVALUATE[kind](body, node)
    at, emit = body.at, body.emit
    while pending:
        node, kind = pending.pop()
        if kind is cst.Attribute:
            value = emit(Attribute(value, node.attr.value), at[node])  # type: ignore[attr-defined]
        elif kind is cst.Call:
            value = emit(Call(value, arguments(body, node.args, is_cast(node))), at[node])  # type: ignore
        elif kind is cst.Subscript:
            inner = type_key if special_form(node) == "Annotated" else key  # type: ignore[arg-type]
            value = emit(Subscript(value, inner(body, node)), at[node])  # type: ignore[arg-type]
        else:
            right = EVALUATE[type(node.right)](body, node.right)  # type: ignore[attr-defined]
            value = emit(Binary(OPERATORS[type(node.operator)], value, right), at[node])  # type: ignore[attr-defined]
    return value


def arguments(body: Body, args: Items[cst.Arg], first_is_type: bool = False) -> tuple[Argument, ...]:
    """The arguments of a call, in the order of the text."""
    found: list[Argument] = []
    for arg in args:
        node = arg.value
        value = type_expression(body, node) if first_is_type and not found else EVALUATE[type(node)](body, node)
        if arg.keyword is not None:
            found.append(Argument(value, arg.keyword.value))
        else:
            found.append(Argument(value, "", len(arg.star)) if arg.star else Argument(value))
    return tuple(found)


def is_cast(node: cst.Call) -> bool:
    """``cast("T", x)``: the first argument is a type."""
    function = node.func
    if isinstance(function, cst.Attribute):
        function = function.attr
    return isinstance(function, cst.Name) and function.value == "cast" and len(node.args) == 2


@evaluates(cst.UnaryOperation)
def unary(body: Body, node: cst.UnaryOperation) -> int:
    """``-a``, ``not a``"""
    if isinstance(node.operator, cst.Not):
        return condition(body, node)[0]
    return body.emit(Unary(OPERATORS[type(node.operator)], evaluate(body, node.expression)), body.at[node])


@evaluates(cst.Comparison)
def comparison(body: Body, node: cst.Comparison) -> int:
    """``a < b < c``: one Compare for each link, the last is the value."""
    left = value = evaluate(body, node.left)
    for target in node.comparisons:
        right = evaluate(body, target.comparator)
        value = body.emit(Compare(OPERATORS[type(target.operator)], left, right), body.at[node])
        left = right
    return value


@evaluates(cst.Await)
def awaited(body: Body, node: cst.Await) -> int:
    """``await a``"""
    value = evaluate(body, node.expression)
    if body.plan.kind == "generator":
        body.is_async = True
    return body.emit(Await(value), body.at[node])


@evaluates(cst.Yield)
def yielded(body: Body, node: cst.Yield) -> int:
    """``yield a``, ``yield from a``"""
    body.is_generator = True
    if isinstance(node.value, cst.From):
        return body.emit(YieldFrom(evaluate(body, node.value.item)), body.at[node])
    value = NONE if node.value is None else evaluate(body, node.value)
    return body.emit(Yield(value), body.at[node])


@evaluates(cst.NamedExpr)
def named(body: Body, node: cst.NamedExpr) -> int:
    """``a := b``"""
    value = evaluate(body, node.value)
    if isinstance(node.target, cst.Name):
        target = node.target.value
        body.bind(target, value, body.at[node.target])
        if body.plan.kind == "generator":
            body.names.put(target, value)
    return value


@evaluates(cst.Tuple, cst.List, cst.Set)
def display(body: Body, node: cst.Tuple | cst.List | cst.Set) -> int:
    """``(a, *b)``, ``[a]``, ``{a}``"""
    items: list[int] = []
    stars: list[int] = []
    for element in node.elements:
        value = element.value
        if isinstance(element, cst.StarredElement):
            stars.append(len(items))
        items.append(EVALUATE[type(value)](body, value))
    kind = "tuple" if isinstance(node, cst.Tuple) else "list" if isinstance(node, cst.List) else "set"
    return body.emit(Sequence(kind, tuple(items), tuple(stars)), body.at[node])


@evaluates(cst.Dict)
def dict_(body: Body, node: cst.Dict) -> int:
    """``{a: b, **c}``"""
    keys: list[int] = []
    values: list[int] = []
    for element in node.elements:
        keys.append(evaluate(body, element.key) if isinstance(element, cst.DictElement) else NONE)
        values.append(evaluate(body, element.value))
    return body.emit(Mapping(tuple(keys), tuple(values)), body.at[node])


@evaluates(cst.StarredElement)
def starred(body: Body, node: cst.StarredElement) -> int:
    """``*a`` as the element of a comprehension: every item of it in turn."""
    value = evaluate(body, node.value)
    return body.emit(Iterate(value), body.at[node])
