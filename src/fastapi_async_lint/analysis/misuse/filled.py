"""Functions that look whether something is there and fill it: ``if self._client is None: self._client = connect()``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis.handlers import handlers_of
from fastapi_async_lint.analysis.misuse.uses import depends
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.project.index import ScopeInfo

_ASKING = frozenset({"hasattr", "getattr"})
_GUARDED = frozenset({"then", "else", "short-circuit", "loop"})


@dataclass(frozen=True, slots=True)
class _Look:
    """A test of names, or a ``try`` over reading them. ``blocks``: what runs because of the answer; ``exits``: some of it returns."""

    names: frozenset[str]
    op: int
    blocks: frozenset[int]
    exits: bool


@dataclass(frozen=True, slots=True)
class _Fill:
    """``op`` gives the name a value that outlives the call; ``briefly``: only as long as the function around this one runs."""

    op: int
    name: str
    value: int
    briefly: bool


class Filled:
    """What one function looks at and fills."""

    def __init__(self, scope: ScopeInfo) -> None:
        self._scope = scope
        self._once: dict[int, bool] = {}
        fills = list(_fills(scope)) if scope.is_function else []
        looks = list(_looks(scope)) if fills else []
        self._pairs = [(look, fill) for look in looks for fill in fills if fill.name in look.names]

    def once(self, op: int) -> bool:
        """Whether the op's work is done for what is filled, so that it is done once: what it makes is put there, or it stands
        with that in the branch that found nothing, or behind the ``return`` of the branch that found something."""
        if op not in self._once:
            self._once[op] = any(self._for(look, fill, op) for look, fill in self._pairs)
        return self._once[op]

    def _for(self, look: _Look, fill: _Fill, op: int) -> bool:
        if depends(self._scope, fill.value, op):
            return True
        if fill.briefly:
            return False
        around = set(_blocks_around(self._scope, op)) & look.blocks
        if around and not around.isdisjoint(_blocks_around(self._scope, fill.op)):
            return True
        flag = isinstance(self._scope.ops[fill.value], ir.Const)
        return look.exits and look.op < op and look.op < fill.op and (flag or op < fill.op)


def _fills(scope: ScopeInfo) -> Iterator[_Fill]:
    for op, body in enumerate(scope.ops):
        if isinstance(body, ir.SetAttribute) and body.value != NONE:
            yield _Fill(op, body.name, body.value, briefly=False)
        elif isinstance(body, ir.Bind) and body.where != "local" and body.value != NONE:
            yield _Fill(op, body.name, body.value, briefly=body.where == "nonlocal")
        elif isinstance(body, ir.SetSubscript):
            for name in _named(scope, body.base):
                yield _Fill(op, name, body.value, briefly=False)
        elif isinstance(body, ir.Call) and len(body.arguments) == 3:
            function, named = scope.ops[body.function], scope.ops[body.arguments[1].value]
            if isinstance(function, ir.Free) and function.name == "setattr" and isinstance(named, ir.Const):
                yield _Fill(op, str(named.value), body.arguments[2].value, briefly=False)


def _looks(scope: ScopeInfo) -> Iterator[_Look]:
    blocks = scope.facts.blocks
    tests: dict[int, set[int]] = {}
    for index, block in enumerate(blocks):
        if block.test != NONE and block.kind in _GUARDED:
            tests.setdefault(block.test, set()).add(index)
    returns = [set(_blocks_around(scope, op)) for op, _ in scope.having(ir.Return)]
    for test, branches in tests.items():
        names = frozenset(_looked_at(scope, test))
        if names:
            yield _Look(names, test, frozenset(branches), any(not branches.isdisjoint(around) for around in returns))
    for index, block in enumerate(blocks):
        if block.kind == "try":
            read = [(op, name) for op, name in _read(scope) if index in _blocks_around(scope, op)]
            if read:
                exits = any(index in around for around in returns)
                yield _Look(
                    frozenset(name for _, name in read), read[0][0], frozenset(handlers_of(scope, index)), exits
                )


def _read(scope: ScopeInfo) -> Iterator[tuple[int, str]]:
    for op, body in enumerate(scope.ops):
        if isinstance(body, (ir.Attribute, ir.Subscript)):
            for name in _named(scope, op if isinstance(body, ir.Attribute) else body.base):
                yield op, name


def _blocks_around(scope: ScopeInfo, op: int) -> Iterator[int]:
    block = scope.facts.block(op)
    while block != NONE:
        yield block
        block = scope.facts.blocks[block].parent


def _looked_at(scope: ScopeInfo, op: int) -> Iterator[str]:
    seen: set[int] = set()
    pending = [op]
    while pending:
        current = pending.pop()
        if current < 0 or current in seen:
            continue
        seen.add(current)
        body = scope.ops[current]
        yield from _named(scope, current)
        if isinstance(body, ir.Call):
            function = scope.ops[body.function]
            if isinstance(function, ir.Free) and function.name in _ASKING and len(body.arguments) > 1:
                name = scope.ops[body.arguments[1].value]
                if isinstance(name, ir.Const):
                    yield str(name.value)
        pending.extend(operands(body))


def _named(scope: ScopeInfo, op: int) -> Iterator[str]:
    body = scope.ops[op]
    if isinstance(body, (ir.Free, ir.Attribute)):
        yield body.name
