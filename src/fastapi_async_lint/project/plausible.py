"""Calls that cannot be meant: where the code awaits what a call gives, it calls a coroutine function, if it calls one at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.values import Coroutine

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver


def drop_what_is_not_awaited(solver: Solver) -> None:
    """Of the functions an awaited call may run, drop the plain ones where there are coroutine functions as well.

    An object that has both for every method, one for each kind of client behind it, is the usual case.
    """
    for context in solver.contexts:
        for body in context.scope.ops:
            if not isinstance(body, ir.Await) or body.value not in context.calls:
                continue
            if any(isinstance(value, Coroutine) for value in context.values[body.value] or ()):
                targets = context.calls[body.value]
                for target in [t for t in targets if not t.scope.facts.is_async]:
                    del targets[target]
