"""Functions that may be of either kind: a test decides whether what they give is awaited."""

from __future__ import annotations

from fastapi_async_lint.analysis.text import dotted
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.index import ScopeInfo


def awaited_elsewhere(scope: ScopeInfo, op: int, function: int) -> bool:
    """Whether the function that ``op`` uses is called and awaited in the same body where ``op`` does not run:
    ``if is_async: await f()``, ``else: f()``."""
    if _is_definite(scope, function):
        return False
    if not scope.having(ir.Await):
        return False
    name = dotted(scope, function)
    for waiter, body in scope.having(ir.Await):
        if body.value != op:
            made = scope.ops[body.value]
            same = isinstance(made, ir.Call) and dotted(scope, made.function) == name
            if same and _apart(scope, op, waiter):
                return True
    return False


def _is_definite(scope: ScopeInfo, function: int) -> bool:
    """Whether it is a name of the module or a builtin, or an attribute of one: no variable, no parameter, nothing of an object."""
    body = scope.ops[function]
    while isinstance(body, ir.Attribute):
        body = scope.ops[body.base]
    if not isinstance(body, ir.Free):
        return False
    outer = scope.parent
    while outer is not None:
        if outer.is_function and (body.name in outer.binds or body.name in outer.parameters):
            return False
        outer = outer.parent
    return True


def _apart(scope: ScopeInfo, one: int, other: int) -> bool:
    """Whether no run gets to both: they stand on different branches of a condition, or behind a branch that ends the function."""
    blocks = scope.facts.blocks
    first, second = _around(scope, one), _around(scope, other)
    pairs = [(blocks[a], blocks[b]) for a in first for b in second if a != b]
    if any(a.kind in _BRANCHES and b.kind in _BRANCHES and (a.test, a.parent) == (b.test, b.parent) for a, b in pairs):
        return True
    return _ended_before(scope, other, first, one) or _ended_before(scope, one, second, other)


_BRANCHES = frozenset({"then", "else"})


def _ended_before(scope: ScopeInfo, op: int, outside: list[int], later: int) -> bool:
    """Whether a branch around ``op``, not around ``later``, returns or raises before ``later`` comes."""
    if op > later:
        return False
    for block in _around(scope, op):
        if block in outside or scope.facts.blocks[block].kind not in _BRANCHES:
            continue
        ends = (*scope.having(ir.Return), *scope.having(ir.Raise))
        if any(scope.facts.block(end) == block for end, _ in ends):
            return True
    return False


def _around(scope: ScopeInfo, op: int) -> list[int]:
    """The blocks around an op, the innermost first."""
    found: list[int] = []
    block = scope.facts.block(op)
    while block != ir.NONE:
        found.append(block)
        block = scope.facts.blocks[block].parent
    return found
