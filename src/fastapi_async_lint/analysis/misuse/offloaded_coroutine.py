"""Coroutine functions handed to a thread, a process or a timer, which only call them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.misuse.twins import awaited_elsewhere
from fastapi_async_lint.analysis.misuse.uses import fate
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.analysis.text import dotted, place_of
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.diagnostics import Confidence, Hop
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import (
    BoundMethod,
    Coroutine,
    FunctionValue,
    Partial,
    Value,
    Values,
    Wrapped,
    Wrapper,
)

KIND = "offloaded-coroutine"
KINDS = frozenset({"offload", "callback", "timer"})
"""Kinds of hand-over that call a function and look at nothing it gives."""

MAX_WRAPPINGS = 10
"""How many methods, wrappers and partials around a function are looked through."""


def find_offloaded_coroutines(ground: Ground) -> Iterator[Misuse]:
    """Hand-overs of coroutine functions to what never awaits the coroutine they give."""
    found: dict[tuple[ScopeInfo, int], Misuse] = {}
    plain: set[tuple[ScopeInfo, int]] = set()
    for handover in ground.project.solver.handovers.values():
        scope, op = handover.context.scope, handover.op
        if handover.kind not in KINDS or is_test(scope.module) or not isinstance(scope.ops[op], ir.Call):
            continue
        if not _never_runs(ground, handover):
            plain.add((scope, op))
            continue
        argument = _argument(handover)
        if argument is None or _awaited_afterwards(scope, op) or awaited_elsewhere(scope, op, argument):
            continue
        found[scope, op] = _misuse(ground, handover, argument)
    for key, misuse in found.items():
        yield replace(misuse, confidence=Confidence.POSSIBLE) if key in plain else misuse


def _never_runs(ground: Ground, handover: Handover) -> bool:
    """A coroutine function where only plain ones are run; or a lambda that does nothing but make a coroutine."""
    target = handover.target
    facts = target.scope.facts
    if facts.is_async:
        return handover.place == "never" and not facts.is_generator
    given = target.returns.values
    if facts.kind != "lambda" or not given or not all(isinstance(value, Coroutine) for value in given):
        return False
    callbacks = [c for c in ground.project.catalog.callbacks(handover.name) if c.kind == handover.kind]
    return bool(callbacks) and all(callback.asynchronous == "never" for callback in callbacks)


def _argument(handover: Handover) -> int | None:
    """The argument that was handed over; None where it is a coroutine already (that is another mistake)."""
    context = handover.context
    body = context.scope.ops[handover.op]
    for argument in body.arguments if isinstance(body, ir.Call) else ():
        values = context.values[argument.value] or {}
        if _leads_to(values, handover.target) and not argument.stars:
            return argument.value
    return None


def _leads_to(values: Values, target: Context) -> bool:
    return any(not isinstance(value, Coroutine) and _scope_of(value) is target.scope for value in values)


def _scope_of(value: Value | None) -> ScopeInfo | None:
    """The body of the function behind methods, wrappers and partials."""
    for _ in range(MAX_WRAPPINGS):
        if isinstance(value, (BoundMethod, Wrapped, Wrapper)):
            value = value.function
        elif isinstance(value, Partial):
            made = value.context.scope.ops[value.op]
            first = made.arguments[0].value if isinstance(made, ir.Call) and made.arguments else ir.NONE
            value = next(iter(value.context.values[first] or ()), None) if first >= 0 else None
        else:
            break
    return value.definer.scope.module.scopes[value.scope] if isinstance(value, FunctionValue) else None


def _awaited_afterwards(scope: ScopeInfo, op: int) -> bool:
    """``await (await to_thread(f))``: what the thread gave back is awaited on the loop."""
    given = [user for user in fate(scope, op).users if isinstance(scope.ops[user], ir.Await)]
    return any(isinstance(scope.ops[later], ir.Await) for user in given for later in fate(scope, user).users)


def _misuse(ground: Ground, handover: Handover, argument: int) -> Misuse:
    context, op = handover.context, handover.op
    scope, body = context.scope, context.scope.ops[op]
    target = handover.target.scope.facts
    subject = dotted(scope, argument) if target.is_async else "the lambda's coroutine"
    handed = Hop(scope.name, place_of(scope, argument), dotted(scope, argument))
    runner = dotted(scope, body.function) if isinstance(body, ir.Call) else handover.name
    return ground.misuse(KIND, context, op, subject, chain=(handed,), note=runner)
