"""Code that only runs where no event loop is running: behind a failed ``get_running_loop()``, in the other branch of ``is_running()``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.feasible import behind, inside
from fastapi_async_lint.project.index import ScopeInfo

TRUTHY, FALSY, NOTHING = "truthy", "falsy", "none"


@dataclass(frozen=True, slots=True)
class OffLoop:
    """``ops``: those that cannot run while an event loop runs in the thread. ``result``: what the function returns while one runs
    (``truthy``, ``falsy``, ``none``), None where that does not follow."""

    ops: frozenset[int]
    result: str | None


def off_loop(scope: ScopeInfo, gets: frozenset[int], tells: Mapping[int, str]) -> OffLoop:
    """What follows from calls that ask for the event loop.

    ``gets``: ops that do not raise ``RuntimeError`` while one runs, but may otherwise; ``tells``: what ops give while one runs.
    """
    dead = set(_in_handlers(scope, gets))
    known: dict[int, str] = {**dict.fromkeys(gets, TRUTHY), **tells}
    for op, body in enumerate(scope.ops):
        if op in dead:
            continue
        if op not in known:
            told = _told(body, known, dead)
            if told is not None:
                known[op] = told
        if isinstance(body, ir.Truth) and op in known:
            dead |= _not_taken(scope, op, known[op] == TRUTHY)
    return OffLoop(frozenset(dead), _result(scope, known, dead))


def _result(scope: ScopeInfo, known: dict[int, str], dead: set[int]) -> str | None:
    live = [op for op in range(len(scope.ops)) if op not in dead and op not in scope.quiet]
    if not scope.is_function or scope.facts.is_async or scope.facts.is_generator or not live:
        return None
    if not isinstance(scope.ops[live[-1]], (ir.Return, ir.Raise)):
        return None
    returned = {known.get(body.value) for op in live if isinstance(body := scope.ops[op], ir.Return)}
    return returned.pop() if len(returned) == 1 else None


def _told(body: ir.AnyOp, known: dict[int, str], dead: set[int]) -> str | None:
    """What the op's value is while a loop runs, as far as that follows."""
    if isinstance(body, ir.Const):
        if body.type == "none":
            return NOTHING
        return (TRUTHY if body.value else FALSY) if body.type == "bool" else None
    if isinstance(body, (ir.Bind, ir.Narrow)):
        return known.get(body.value)
    if isinstance(body, ir.Truth):
        told = known.get(body.value)
        return FALSY if told == NOTHING else told
    if isinstance(body, ir.Unary) and body.operator == "not":
        told = known.get(body.value)
        return None if told is None else (FALSY if told == TRUTHY else TRUTHY)
    if isinstance(body, ir.Compare) and body.operator in ("is", "is-not"):
        left, right = known.get(body.left), known.get(body.right)
        if left is None or right != NOTHING:
            return None
        return TRUTHY if (left == NOTHING) is (body.operator == "is") else FALSY
    if isinstance(body, ir.Phi):
        told_all = {known.get(source) for source in body.sources if source not in dead}
        return told_all.pop() if len(told_all) == 1 else None
    return None


def _in_handlers(scope: ScopeInfo, gets: frozenset[int]) -> Iterator[int]:
    """What stands in the ``except`` blocks of a ``try`` that asks for the loop, and behind it where the ``try`` returns."""
    tried = {block for op in gets for block in _ancestors(scope, scope.facts.block(op))}
    last_try: dict[int, int] = {}
    for index, block in enumerate(scope.facts.blocks):
        if block.kind == "try":
            last_try[block.parent] = index
        elif block.kind == "except" and last_try.get(block.parent) in tried:
            yield from inside(scope, index)
        if block.kind in ("try", "try-else") and last_try.get(block.parent) in tried:
            yield from behind(scope, index) - _finally(scope, block.parent)


def _finally(scope: ScopeInfo, parent: int) -> set[int]:
    blocks = [i for i, block in enumerate(scope.facts.blocks) if block.kind == "finally" and block.parent == parent]
    return {op for block in blocks for op in inside(scope, block)}


def _not_taken(scope: ScopeInfo, test: int, truth: bool) -> set[int]:
    found: set[int] = set()
    for index, block in enumerate(scope.facts.blocks):
        if block.test == test and block.kind in ("then", "else"):
            taken = truth is (block.kind == "then")
            found |= behind(scope, index) if taken else inside(scope, index)
    return found


def _ancestors(scope: ScopeInfo, block: int) -> Iterator[int]:
    while block != NONE:
        yield block
        block = scope.facts.blocks[block].parent
