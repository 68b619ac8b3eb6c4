"""Conditions: expressions whose truth decides what runs next, and what it tells of local names."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.facts.extraction.body import EVALUATE, Body, Narrowing, evaluates
from fastapi_async_lint.facts.model import NONE, Argument, Call, Phi, Truth, Unary

Condition = tuple[int, Sequence[Narrowing], Sequence[Narrowing]]
"""The op of the value; what holds where it is true; what holds where it is false."""


def condition(body: Body, node: cst.BaseExpression) -> Condition:
    """Evaluate an expression that is going to be tested."""
    kind = type(node)
    if kind is cst.BooleanOperation:
        return boolean(body, node)  # type: ignore[arg-type]
    if kind is cst.UnaryOperation and type(node.operator) is cst.Not:  # type: ignore[attr-defined]
        value, true, false = condition(body, node.expression)  # type: ignore[attr-defined]
        truth = body.emit(Truth(value), body.at[node.expression])  # type: ignore[attr-defined]
        return body.emit(Unary("not", truth), body.at[node]), false, true
    value = EVALUATE[kind](body, node)
    tested = _tested(body, node, value)
    if tested is None:
        return value, (), ()
    name, test, operand, positive = tested
    span = body.at[node]
    holds, fails = [(name, test, operand, positive, span)], [(name, test, operand, not positive, span)]
    return value, holds, fails


def _tested(body: Body, node: cst.BaseExpression, value: int) -> tuple[str, str, int, bool] | None:
    """The local name that a condition is about: name, test, operand, and whether the condition is the test itself."""
    kind = type(node)
    if kind is cst.Call:
        return _tested_by_call(body, node, value)  # type: ignore[arg-type]
    test, positive = "truth", True
    if kind is cst.Comparison:
        comparisons = node.comparisons  # type: ignore[attr-defined]
        operator, other = type(comparisons[0].operator), comparisons[0].comparator
        if len(comparisons) > 1 or operator not in _IS or type(other) is not cst.Name or other.value != "None":
            return None
        node, test, positive = node.left, "none", _IS[operator]  # type: ignore[attr-defined]
    if isinstance(node, cst.NamedExpr):
        node = node.target
    if isinstance(node, cst.Name) and node.value in body.values:
        return node.value, test, NONE, positive
    return None


_IS: dict[type[cst.CSTNode], bool] = {cst.Is: True, cst.IsNot: False}


def _tested_by_call(body: Body, node: cst.Call, value: int) -> tuple[str, str, int, bool] | None:
    """``isinstance(name, …)`` and ``callable(name)``."""
    if type(node.func) is not cst.Name or node.func.value not in ("isinstance", "callable"):
        return None
    test, call = node.func.value, body.ops[value]
    wanted = 2 if test == "isinstance" else 1
    if not isinstance(call, Call) or len(node.args) != wanted or body.names.get(test) != NONE:
        return None
    subject: cst.BaseExpression = node.args[0].value
    if isinstance(subject, cst.NamedExpr):
        subject = subject.target
    if not isinstance(subject, cst.Name) or subject.value not in body.values or any(map(_starred, call.arguments)):
        return None
    return subject.value, test, call.arguments[1].value if wanted == 2 else NONE, True


def _starred(argument: Argument) -> bool:
    return argument.stars > 0


@evaluates(cst.BooleanOperation)
def boolean_value(body: Body, node: cst.BooleanOperation) -> int:
    """``a and b`` for its value."""
    return boolean(body, node)[0]


def boolean(body: Body, node: cst.BooleanOperation) -> Condition:
    """``a and b and c``: each operand but the first in a block of its own, inside that of the one before."""
    operator = type(node.operator)
    operands: list[cst.BaseExpression] = []
    left: cst.BaseExpression = node
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is operator:
        operands.append(left.right)
        left = left.left
    value, true, false = condition(body, left)
    values, all_true, all_false = [value], [*true], [*false]
    outer, mark = body.block, body.names.mark()
    before = left
    for operand in reversed(operands):
        truth = body.emit(Truth(value), body.at[before])
        body.enter("short-circuit", truth)
        body.narrow(true if operator is cst.And else false)
        value, true, false = condition(body, operand)
        values.append(value)
        all_true.extend(true)
        all_false.extend(false)
        before = operand
    body.block = outer
    body.settle(mark, body.at[node])
    result = body.emit(Phi(tuple(dict.fromkeys(values))), body.at[node])
    return (result, all_true, ()) if operator is cst.And else (result, (), all_false)


@evaluates(cst.IfExp)
def conditional(body: Body, node: cst.IfExp) -> int:
    """``a if b else c``"""
    test, true, false = condition(body, node.test)
    truth = body.emit(Truth(test), body.at[node.test])
    mark = body.names.mark()
    outer = body.enter("then", truth)
    body.narrow(true)
    first = EVALUATE[type(node.body)](body, node.body)
    state = body.leave(mark, mark)
    body.block = outer
    body.enter("else", truth)
    body.narrow(false)
    second = EVALUATE[type(node.orelse)](body, node.orelse)
    body.block = outer
    other = body.leave(mark, mark)
    if state or other:
        body.join([state, other], body.at[node])
    return body.emit(Phi((first, second) if first != second else (first,)), body.at[node])
