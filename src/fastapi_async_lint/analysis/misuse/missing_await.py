"""Coroutines that are made and never awaited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import CoroutineType

from fastapi_async_lint.analysis.misuse.coroutines import Creation, creations
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.misuse.twins import awaited_elsewhere
from fastapi_async_lint.analysis.misuse.uses import fate
from fastapi_async_lint.analysis.text import dotted
from fastapi_async_lint.analysis.thread_bound import ThreadBound
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.index import ScopeInfo

KIND = "missing-await"
DROPPED, TESTED, USED = "", "tested", "used"
"""What happens to the coroutine, as the finding's note: nothing; only a test or a comparison, which says nothing of its result;
or something that can be done with the result, but not with a coroutine."""
_TESTS = (ir.Truth, ir.Compare, ir.Format)
_FAILING = (ir.Subscript, ir.Iterate, ir.Binary, ir.Unary, ir.Unpack)
"""What raises ``TypeError`` for a coroutine."""
_OWN = frozenset(dir(CoroutineType))


def find_missing_awaits(ground: Ground) -> Iterator[Misuse]:
    """Calls whose coroutine nothing awaits, passes on or keeps."""
    bound = ThreadBound(ground.project)
    for creation in creations(ground, lambda scope, op: _outcome(scope, op) is not None):
        note = _outcome(creation.context.scope, creation.op)
        if note is not None:
            locked = bound.guarded(creation.context, creation.op)
            yield replace(_misuse(ground, creation, note), no_await=locked)


def _outcome(scope: ScopeInfo, op: int) -> str | None:
    """What happens to the value of a call, if it is of no use to a coroutine; None where it may be awaited somewhere."""
    end = fate(scope, op)
    if end.escapes or not all(_misses(scope, user, op) for user in end.users):
        return None
    body = scope.ops[op]
    if isinstance(body, ir.Call) and awaited_elsewhere(scope, op, body.function):
        return None
    if not all(isinstance(scope.ops[user], _TESTS) for user in end.users):
        return USED
    return TESTED if end.users else DROPPED


def _misses(scope: ScopeInfo, user: int, op: int) -> bool:
    """Whether an op does to the coroutine what only makes sense with the result of awaiting it."""
    body = scope.ops[user]
    if isinstance(body, ir.Attribute):
        return body.name not in _OWN
    if isinstance(body, ir.Subscript):
        return body.base == op
    if isinstance(body, ir.Iterate):
        return not body.is_async
    return isinstance(body, (*_TESTS, *_FAILING))


def _misuse(ground: Ground, creation: Creation, note: str) -> Misuse:
    context, op = creation.context, creation.op
    body = context.scope.ops[op]
    subject = dotted(context.scope, body.function) if isinstance(body, ir.Call) else ""
    return ground.misuse(KIND, context, op, subject, rank=creation.rank, note=note)
