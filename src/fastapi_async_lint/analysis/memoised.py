"""Functions that do their work once and remember the outcome.

Short file work in them costs one request a few milliseconds once in the life of the process, so it is only a *possible* finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.index import ScopeInfo


def remembers(scope: ScopeInfo) -> bool:
    """Whether the body tests a module global and fills it: ``if _cache is None: _cache = load()``, ``if _table: return``."""
    if not scope.is_function:
        return False
    tested = {name for block in scope.facts.blocks if block.test != NONE for name in _tested(scope, block.test)}
    return bool(tested) and not tested.isdisjoint(_filled(scope))


def _tested(scope: ScopeInfo, op: int) -> Iterator[str]:
    body = scope.ops[op]
    while isinstance(body, (ir.Truth, ir.Unary)):
        body = scope.ops[body.value]
    if isinstance(body, ir.Compare):
        side = body.right if body.operator in ("in", "not-in") else body.left
        if body.operator in ("in", "not-in", "is", "is-not"):
            body = scope.ops[side]
    if isinstance(body, ir.Free):
        yield body.name


def _filled(scope: ScopeInfo) -> set[str]:
    found: set[str] = set()
    for body in scope.ops:
        if isinstance(body, ir.Bind) and body.where == "global":
            found.add(body.name)
        elif isinstance(body, ir.SetSubscript):
            base = scope.ops[body.base]
            if isinstance(base, ir.Free):
                found.add(base.name)
    return found
