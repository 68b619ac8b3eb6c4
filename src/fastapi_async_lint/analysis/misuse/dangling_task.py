"""Tasks that nobody keeps: the loop itself holds them by weak references only."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.misuse.coroutines import calls_in
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.misuse.uses import Fate, fate
from fastapi_async_lint.analysis.text import dotted
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import handover
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import LibraryMember, LibraryValue

KIND = "dangling-task"


def find_dangling_tasks(ground: Ground) -> Iterator[Misuse]:
    """Calls that make a task whose maker must keep it, and does not."""
    for context, ops in calls_in(ground, lambda scope, op: _is_lost(scope, op, fate(scope, op))):
        for op in ops:
            body = context.scope.ops[op]
            rank = _makes_task(ground, context, op)
            if rank is not None and isinstance(body, ir.Call):
                rank = min(rank, _frame_rank(context.scope, op))
                yield ground.misuse(KIND, context, op, dotted(context.scope, body.function), rank=rank)


def _is_lost(scope: ScopeInfo, op: int, end: Fate) -> bool:
    """Nothing holds the value on: it is dropped, or only methods of its own are called on it, in the same expression."""
    if end.escapes or (end.names and _frame_is_kept(scope, op)):
        return False
    return all(not end.names and _calls_method_only(scope, user) for user in end.users)


def _calls_method_only(scope: ScopeInfo, user: int) -> bool:
    """``create_task(…).add_done_callback(…)``: the callback hangs on the task, it does not hold it."""
    if not isinstance(scope.ops[user], ir.Attribute):
        return False
    after = [scope.ops[u] for u in scope.users[user] if u not in scope.quiet]
    called = [op for op in after if isinstance(op, ir.Call) and op.function == user]
    return len(called) == len(after) and bool(after)


def _frame_is_kept(scope: ScopeInfo, op: int) -> bool:
    """A suspended generator (a lifespan, a fixture) keeps its local variables until it goes on."""
    return any(later > op for later, _ in (*scope.having(ir.Yield), *scope.having(ir.YieldFrom)))


def _frame_rank(scope: ScopeInfo, op: int) -> int:
    """A local variable holds the task while the function runs on: what may be long is only a possible mistake."""
    if not fate(scope, op).names:
        return 2
    later = [i for i in range(op + 1, len(scope.ops)) if isinstance(scope.ops[i], (ir.Await, ir.Enter, ir.Iterate))]
    if any(_in_loop(scope, i) for i in later):
        return 0
    return 1 if later else 2


def _in_loop(scope: ScopeInfo, op: int) -> bool:
    block = scope.facts.block(op)
    while block != ir.NONE:
        if scope.facts.blocks[block].kind == "loop":
            return True
        block = scope.facts.blocks[block].parent
    return False


def _makes_task(ground: Ground, context: Context, op: int) -> int | None:
    body = context.scope.ops[op]
    functions = context.values[body.function] if isinstance(body, ir.Call) else None
    keeps = [
        any(
            callback.keep and handover.holds(callback, ground.project.arguments(context, op))
            for callback in ground.project.catalog.callbacks(function.name)
        )
        for function in functions or ()
        if isinstance(function, (LibraryValue, LibraryMember))
    ]
    if not any(keeps) or functions is None:
        return None
    return 2 if all(keeps) and len(keeps) == len(functions) else 1
