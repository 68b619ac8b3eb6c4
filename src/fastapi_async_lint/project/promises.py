"""What a function's return annotation promises where its body does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import containers, declared, generics
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import LibraryInstance, Value, Values

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

_YIELDED = frozenset({"iterator", "async_iterator"})


def begin(solver: Solver, context: Context) -> None:
    """A function's context starts: should nothing be known of what it returns (yields) in the end, the annotation counts."""
    function = context.function
    if function is None:
        return
    make = function.definer.scope.ops[function.op]
    if isinstance(make, ir.MakeFunction) and make.returns >= 0:
        generator = context.scope.facts.is_generator
        for slot in (context.yields,) if generator else (context.returns, context.own_returns):
            solver.fall_back_slot(slot, lambda: _promised(solver, context, make.returns), beyond_literals=True)


def _promised(solver: Solver, context: Context, annotation: int) -> list[Value]:
    assert context.function is not None
    types: Values = solver.get(context.function.definer, annotation)
    found = declared.instances(solver, types, generics.of_context(solver, context))
    if not context.scope.facts.is_generator:
        return found
    return [
        each
        for value in found
        if isinstance(value, LibraryInstance) and value.name in _YIELDED
        for each in containers.generic_elements(value)
    ]
