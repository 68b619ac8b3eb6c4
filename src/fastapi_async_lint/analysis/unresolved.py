"""Calls on the event loop whose target is not known."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.places import Places
from fastapi_async_lint.analysis.text import look, place_of
from fastapi_async_lint.analysis.view import Unresolved
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context


def find_unresolved(project: Project, places: Places) -> list[Unresolved]:
    """One entry for each call op that no context on the loop resolves."""
    open_calls: dict[tuple[str, int], tuple[Context, int]] = {}
    resolved: set[tuple[str, int]] = set()
    for context in project.solver.contexts:
        if not places.on_loop(context):
            continue
        for op, body in context.scope.having(ir.Call):
            if op not in context.scope.quiet:
                key = (context.scope.name, op)
                if context.values[body.function]:
                    resolved.add(key)
                else:
                    open_calls[key] = (context, op)
    found = [_entry(context, op) for key, (context, op) in open_calls.items() if key not in resolved]
    return sorted(found, key=lambda u: (str(u.place.path), u.place.start))


def _entry(context: Context, op: int) -> Unresolved:
    return Unresolved(place_of(context.scope, op), look(context.scope, op), "; ".join(_reasons(context, op)))


def _reasons(context: Context, op: int) -> Iterator[str]:
    scope = context.scope
    body = scope.ops[op]
    function = scope.ops[body.function] if isinstance(body, ir.Call) else body
    if isinstance(function, ir.Attribute):
        base = scope.ops[function.base]
        if isinstance(base, ir.Parameter):
            yield f"nothing says what the parameter `{base.name}` is"
        elif isinstance(base, ir.Call):
            yield "the result of a call that the catalog and the project say nothing of"
        else:
            yield f"nothing says what has the attribute `{function.name}`"
    elif isinstance(function, ir.Free):
        yield f"the name `{function.name}` is not found"
    else:
        yield "the value called is not known"
