"""Class statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context, Slot
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.values import ClassValue

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver


def step_make_class(solver: Solver, context: Context, op: int, body: ir.MakeClass) -> None:
    """``class C(bases, keyword=…)``: the body runs in a context of its own."""
    scope = context.scope.module.scopes[body.scope]
    info = solver.classes.get(scope)
    if info is None:
        info = solver.classes[scope] = ClassInfo(scope)
        solver.class_sites[info] = (context, op)
    for argument in body.arguments:
        values = solver.get(context, argument.value)
        if argument.keyword:
            solver.feed(info.keywords.setdefault(argument.keyword, Slot()), values)
        else:
            for value in values:
                info.add_base(value)
    body_context = solver.class_context(scope, context)
    if context.scope.is_function:
        solver.call(context, op, body_context, 2)
    solver.put(context, op, (solver.intern.get(ClassValue, info, ()),))
