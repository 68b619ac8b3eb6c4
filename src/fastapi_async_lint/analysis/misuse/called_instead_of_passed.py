"""Functions that are called where they should have been handed over: what runs them elsewhere gets their result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis.misuse.coroutines import calls_in
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.misuse.results import Result, result_of
from fastapi_async_lint.analysis.rows import argument_op
from fastapi_async_lint.analysis.text import dotted, look, place_of
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.catalog.schema import Callback
from fastapi_async_lint.diagnostics import Hop
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import handover
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import LibraryInstance, LibraryMember, LibraryValue, Value

KIND = "called-instead-of-passed"
COROUTINE, RESULT = "coroutine", "result"
"""What the call gets in the function's place, as the finding's note."""
KINDS = frozenset({"offload", "background-task", "callback", "timer", "task"})
"""Kinds of hand-over that run what they are given later or elsewhere."""


@dataclass(frozen=True, slots=True)
class _Taker:
    """A call that takes a function, the op it gets instead, and how sure it is that the call is such a one."""

    callback: Callback
    argument: int
    rank: int


def find_called_instead_of_passed(ground: Ground) -> Iterator[Misuse]:
    """Calls of hand-over functions that get the result of a call, which is nothing that could be called in its turn."""
    found: dict[tuple[ScopeInfo, int], Misuse] = {}
    fine: set[tuple[ScopeInfo, int]] = set()
    for context, ops in calls_in(ground, _has_a_call_for_argument):
        for op in ops:
            key = (context.scope, op)
            taker = _taker(ground, context, op)
            if taker is None:
                continue
            result = result_of(ground, context, taker.argument)
            if result is None or (result.is_coroutine and _takes_coroutines(taker.callback)):
                fine.add(key)
                continue
            found.setdefault(key, _misuse(ground, context, op, taker, result))
    yield from (misuse for key, misuse in found.items() if key not in fine)


def _has_a_call_for_argument(scope: ScopeInfo, op: int) -> bool:
    body = scope.ops[op]
    return isinstance(body, ir.Call) and any(isinstance(scope.ops[a.value], ir.Call) for a in body.arguments)


def _taker(ground: Ground, context: Context, op: int) -> _Taker | None:
    """The hand-over that the op is, if it is one and its argument is written as a call."""
    body = context.scope.ops[op]
    functions = context.values[body.function] if isinstance(body, ir.Call) else None
    found: _Taker | None = None
    rank = 2
    for function in functions or ():
        callback = _callback(ground, context, op, function)
        if callback is None:
            rank = min(rank, 1)
            continue
        assert isinstance(body, ir.Call)
        place = callback.argument
        argument = argument_op(body, place.position, place.keyword)
        if argument == ir.NONE or not isinstance(context.scope.ops[argument], ir.Call):
            return None
        found = found or _Taker(callback, argument, 0 if _is_guessed(function) else 2)
    return found and _Taker(found.callback, found.argument, min(rank, found.rank))


def _callback(ground: Ground, context: Context, op: int, function: Value) -> Callback | None:
    if not isinstance(function, (LibraryValue, LibraryMember)):
        return None
    for callback in ground.project.catalog.callbacks(function.name):
        if callback.kind not in KINDS or callback.many or callback.objects or callback.decorator != "no":
            continue
        if callback.sync == "never" and _takes_coroutines(callback):
            continue
        if handover.holds(callback, ground.project.arguments(context, op)):
            return callback
    return None


def _takes_coroutines(callback: Callback) -> bool:
    """Whether the argument may be a coroutine: only coroutines are run, and there is nothing to call them with."""
    return callback.sync == "never" and callback.passes != "rest"


def _is_guessed(function: Value) -> bool:
    receiver = function.receiver if isinstance(function, LibraryMember) else None
    return isinstance(receiver, LibraryInstance) and receiver.guessed


def _misuse(ground: Ground, context: Context, op: int, taker: _Taker, result: Result) -> Misuse:
    scope = context.scope
    body, called = scope.ops[op], scope.ops[taker.argument]
    assert isinstance(body, ir.Call) and isinstance(called, ir.Call)
    runner = dotted(scope, body.function)
    return ground.misuse(
        KIND,
        context,
        op,
        dotted(scope, called.function),
        rank=min(taker.rank, result.rank),
        chain=(Hop(scope.name, place_of(scope, taker.argument), look(scope, taker.argument)),),
        replacement=None,
        note=f"{COROUTINE if result.is_coroutine else RESULT} {runner}",
        passes=_passes(taker.callback, result),
        arguments=(taker.callback.args, taker.callback.kwargs),
    )


def _passes(callback: Callback, result: Result) -> str:
    """How the function itself can be passed; not at all where it is a coroutine function and only plain ones are run."""
    if result.is_coroutine and callback.asynchronous == "never":
        return ""
    if callback.passes != "rest":
        return "none"
    return "all" if callback.keywords else "positional"
