"""Reading and writing back in one go: what the event loop does without an ``await`` in between, no other request can interrupt."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.shared.paths import Path, item, path
from fastapi_async_lint.analysis.text import look, place_of
from fastapi_async_lint.analysis.witnesses import Witnesses, is_sync
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo

_PASSING = (ir.Phi, ir.Narrow, ir.Binary, ir.Mapping, ir.Sequence, ir.Text, ir.Format)
"""Ops whose value is made of the values they read."""


class StepsKept:
    """Finds pairs of helper calls on files of which one takes what the other gave, with nothing awaited in between."""

    def __init__(self, witnesses: Witnesses) -> None:
        self._witnesses = witnesses

    def reason(self, context: Context, op: int) -> str:
        """Why no ``await`` may come with the call; empty: nothing is known against it."""
        scope = context.scope
        partner = _found_and_read(scope, op)
        if partner != ir.NONE:
            row = place_of(scope, partner).start.row
            return (
                f"with line {row} it looks for an item and reads it in one go, and others could take it away in between"
            )
        if not self._on_files(context, op):
            return ""
        for other in (*_takers(scope, op), *_givers(scope, op)):
            if self._on_files(context, other) and not _awaits_between(scope, op, other):
                row = place_of(scope, other).start.row
                return f"with {look(scope, other)} in line {row} it reads and writes back in one go, which others could then interrupt"
        return ""

    def _on_files(self, context: Context, op: int) -> bool:
        """Whether the op calls a synchronous function of the project that reads or writes files."""
        targets = [target for target in context.calls.get(op, ()) if is_sync(target)]
        groups = (group for target in targets for group in self._witnesses.by_context.get(target, {}))
        return any(category == "file" for _, category, _ in groups)


def _found_and_read(scope: ScopeInfo, op: int) -> int:
    """Where the item is read that the op looks for, or the other way round, with nothing awaited in between; NONE: nowhere."""
    body = scope.ops[op]
    if not isinstance(body, (ir.Compare, ir.Subscript)):
        return ir.NONE
    wanted = _item(scope, op)
    for other in range(len(scope.ops)) if wanted is not None else ():
        partner = scope.ops[other]
        one_of_each = isinstance(partner, (ir.Compare, ir.Subscript)) and type(partner) is not type(body)
        if one_of_each and _item(scope, other) == wanted and not _awaits_between(scope, op, other):
            return other
    return ir.NONE


def _item(scope: ScopeInfo, op: int) -> Path | None:
    """The item that ``k in d`` looks for, and ``d[k]`` reads."""
    body = scope.ops[op]
    if isinstance(body, ir.Subscript):
        return path(scope, op)
    if isinstance(body, ir.Compare) and body.operator in ("in", "not-in"):
        return (*path(scope, body.right), ("[", item(scope, body.left)))
    return None


def _takers(scope: ScopeInfo, op: int) -> Iterator[int]:
    """The calls that take the op's value as an argument, directly or from a variable with several values."""
    pending, seen = [op], {op}
    while pending:
        for user in scope.users[pending.pop()]:
            body = scope.ops[user]
            if isinstance(body, ir.Call):
                yield user
            elif isinstance(body, _PASSING) and user not in seen:
                seen.add(user)
                pending.append(user)


def _givers(scope: ScopeInfo, op: int) -> Iterator[int]:
    """The calls whose values the op takes as arguments."""
    body = scope.ops[op]
    pending = [argument.value for argument in body.arguments] if isinstance(body, ir.Call) else []
    seen = set(pending)
    while pending:
        current = pending.pop()
        value = scope.ops[current]
        if isinstance(value, ir.Call):
            yield current
        sources = [source for source in operands(value) if source >= 0 and source not in seen]
        pending.extend(sources if isinstance(value, _PASSING) else ())
        seen.update(sources)


def _awaits_between(scope: ScopeInfo, one: int, other: int) -> bool:
    first, last = sorted((one, other))
    return any(isinstance(scope.ops[op], ir.Await) for op in range(first + 1, last))
