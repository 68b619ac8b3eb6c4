"""What functions return: values of their own, and parameters given back as they came.

A parameter holds what all callers pass. What one call gets back of it is what that call passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import Values

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

_UNCHANGED = frozenset({"none", "truth"})
"""Tests that let the value through as it is."""


def step_return(solver: Solver, context: Context, op: int, body: ir.Return) -> None:
    """``return value``."""
    solver.feed(context.returns, solver.get(context, body.value))
    parameters, others = _sources(context.scope, op, body)
    if parameters:
        for source in others:
            solver.feed(context.own_returns, solver.read_op(context, source, context, op))
    else:
        solver.feed(context.own_returns, solver.get(context, body.value))


def _sources(scope: ScopeInfo, op: int, body: ir.Return) -> tuple[frozenset[int], tuple[int, ...]]:
    known = scope.passed_on.get(op)
    if known is None:
        parameters: set[int] = set()
        others: list[int] = []
        pending, seen = [body.value], {ir.NONE}
        while pending:
            source = pending.pop()
            if source in seen:
                continue
            seen.add(source)
            inner = scope.ops[source]
            if isinstance(inner, ir.Parameter) and scope.facts.parameters[source].kind not in ("star", "star-star"):
                parameters.add(source)
            elif isinstance(inner, ir.Phi):
                pending.extend(inner.sources)
            elif isinstance(inner, ir.Bind) or (isinstance(inner, ir.Narrow) and inner.test in _UNCHANGED):
                pending.append(inner.value)
            else:
                others.append(source)
        known = scope.passed_on[op] = frozenset(parameters), tuple(others)
    return known


def _given_back(scope: ScopeInfo) -> Iterable[int]:
    """The parameters that some ``return`` gives back as they came."""
    if scope.given_back is None:
        found: dict[int, None] = {}
        for op, body in scope.having(ir.Return):
            if op not in scope.dead:
                found.update(dict.fromkeys(sorted(_sources(scope, op, body)[0])))
        scope.given_back = tuple(found)
    return scope.given_back


def of_call(solver: Solver, context: Context, op: int, target: Context, given: dict[int, Values]) -> Values:
    """What one call of a plain function gives back; ``given``: what it passed, by parameter."""
    found = solver.read(target.own_returns, context, op)
    for parameter in _given_back(target.scope):
        found = found | (given.get(parameter) or solver.read_op(target, parameter, context, op))
    return found
