"""Simple statements, and the suites they stand in."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.facts.extraction.annotations import annotate
from fastapi_async_lint.facts.extraction.body import EXECUTE, Body, evaluate, executes
from fastapi_async_lint.facts.extraction.conditions import condition
from fastapi_async_lint.facts.extraction.expressions import OPERATORS
from fastapi_async_lint.facts.extraction.literals import constant_truth
from fastapi_async_lint.facts.extraction.subscripts import key
from fastapi_async_lint.facts.extraction.targets import assign
from fastapi_async_lint.facts.model import (
    NONE,
    Attribute,
    Binary,
    Bind,
    DeleteAttribute,
    DeleteSubscript,
    Raise,
    Return,
    SetAttribute,
    SetSubscript,
    Subscript,
    Truth,
)


def block(body: Body, node: cst.BaseSuite) -> None:
    """What stands behind the colon of a compound statement."""
    if isinstance(node, cst.SimpleStatementSuite):
        suite(body, (node,))
    else:
        suite(body, node.body)


def suite(body: Body, statements: Sequence[cst.CSTNode]) -> None:
    """Statements one after the other. What follows a statement that never ends normally is a ``dead`` block.

    Code behind a ``with`` whose body returns or raises is not dead: it is there because the context manager may
    swallow the exception.
    """
    outer, in_dead, previous = body.block, False, None
    for statement in statements:
        inner = statement.body if isinstance(statement, _SIMPLE) else (statement,)
        for node in inner:
            if body.dead:
                body.dead = False
                if not in_dead and previous is not cst.With:
                    body.enter("dead")
                    body.unreachable += 1
                    in_dead = True
            previous = type(node)
            EXECUTE[previous](body, node)
    if in_dead:
        body.block, body.dead = outer, True
        body.unreachable -= 1


_SIMPLE = (cst.SimpleStatementLine, cst.SimpleStatementSuite)


@executes(cst.Expr)
def expression(body: Body, node: cst.Expr) -> None:
    """An expression for its effect."""
    evaluate(body, node.value)


@executes(cst.Pass, cst.Global, cst.Nonlocal)
def nothing(body: Body, node: cst.CSTNode) -> None:
    """Statements that do nothing when they run."""


@executes(cst.Assign)
def assignment(body: Body, node: cst.Assign) -> None:
    """``a = b = c``"""
    value = evaluate(body, node.value)
    for target in node.targets:
        assign(body, target.target, value)


@executes(cst.AnnAssign)
def annotated_assignment(body: Body, node: cst.AnnAssign) -> None:
    """``a: T = b``: in this scope, every later binding of ``a`` has the annotation, too."""
    annotation = annotate(body, node.annotation.annotation)
    value = NONE if node.value is None else evaluate(body, node.value)
    target, span = node.target, body.at[node.target]
    if isinstance(target, cst.Name):
        name = target.value
        body.declared[name] = annotation
        if value != NONE:
            body.bind(name, value, span, annotation)
        else:
            op = body.emit(Bind(name, NONE, annotation, body.bindings.where.get(name, "local")), span)
            if name not in body.bindings.where and body.names.get(name) == NONE:
                body.names.define(name, op)
    elif isinstance(target, cst.Attribute):
        body.emit(SetAttribute(evaluate(body, target.value), target.attr.value, value, annotation), span)
    elif value != NONE:
        assign(body, target, value)


@executes(cst.AugAssign)
def augmented_assignment(body: Body, node: cst.AugAssign) -> None:
    """``a += b``: read, operate in place, write."""
    target, operator = node.target, OPERATORS[type(node.operator)]
    span, whole = body.at[target], body.at[node]
    if isinstance(target, cst.Attribute):
        base = evaluate(body, target.value)
        left = body.emit(Attribute(base, target.attr.value), span)
        result = body.emit(Binary(operator, left, evaluate(body, node.value), True), whole)
        body.emit(SetAttribute(base, target.attr.value, result), span)
    elif isinstance(target, cst.Subscript):
        base = evaluate(body, target.value)
        index = key(body, target)
        left = body.emit(Subscript(base, index), span)
        result = body.emit(Binary(operator, left, evaluate(body, node.value), True), whole)
        body.emit(SetSubscript(base, index, result), span)
    else:
        left = evaluate(body, target)
        result = body.emit(Binary(operator, left, evaluate(body, node.value), True), whole)
        assign(body, target, result)


@executes(cst.Return)
def return_(body: Body, node: cst.Return) -> None:
    """``return a``"""
    value = NONE if node.value is None else evaluate(body, node.value)
    body.emit(Return(value), body.at[node])
    body.dead = True


@executes(cst.Raise)
def raise_(body: Body, node: cst.Raise) -> None:
    """``raise a from b``"""
    value = NONE if node.exc is None else evaluate(body, node.exc)
    cause = NONE if node.cause is None else evaluate(body, node.cause.item)
    body.emit(Raise(value, cause), body.at[node])
    body.dead = True


@executes(cst.Break, cst.Continue)
def leave_round(body: Body, node: cst.Break | cst.Continue) -> None:
    """``break``, ``continue``: the loop takes note of the values there."""
    if body.loops:
        loop = body.loops[-1]
        if loop.unreachable == body.unreachable:
            states = loop.breaks if isinstance(node, cst.Break) else loop.continues
            states.append(body.names.changes(loop.mark))
    body.dead = True


@executes(cst.Assert)
def assertion(body: Body, node: cst.Assert) -> None:
    """``assert a, b``: ``b`` is evaluated only where ``a`` fails, and does not come back."""
    test, true, false = condition(body, node.test)
    truth = body.emit(Truth(test), body.at[node.test])
    if node.msg is not None:
        mark = body.names.mark()
        outer = body.enter("else", truth)
        body.narrow(false)
        evaluate(body, node.msg)
        body.names.rewind(mark)
        body.block = outer
    if constant_truth(node.test) is False:
        body.dead = True
    body.narrow(true)


@executes(cst.Del)
def delete(body: Body, node: cst.Del) -> None:
    """``del a, b.c, d[e]``"""
    pending: list[cst.BaseExpression] = [node.target]
    while pending:
        target = pending.pop()
        if isinstance(target, cst.Name):
            if body.names.get(target.value) != NONE:
                body.names.define(target.value, NONE)
        elif isinstance(target, cst.Attribute):
            body.emit(DeleteAttribute(evaluate(body, target.value), target.attr.value), body.at[target])
        elif isinstance(target, cst.Subscript):
            base = evaluate(body, target.value)
            body.emit(DeleteSubscript(base, key(body, target)), body.at[target])
        elif isinstance(target, (cst.Tuple, cst.List)):
            pending.extend(element.value for element in reversed(target.elements))
