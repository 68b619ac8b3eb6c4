"""What conditions have told of an object where an op runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis.shared.paths import Path, closure, item, path
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.feasible import inside
from fastapi_async_lint.project.index import ScopeInfo

_ENDS = (ir.Return, ir.Raise)
_CONDITIONAL = frozenset({"then", "else", "loop", "short-circuit"})
_ASKING = frozenset({"hasattr", "getattr"})
_SIZES = frozenset({"len", "bool", "any", "all", "min", "max", "next", "iter", "list", "sorted"})
"""Builtins that tell something of a container as a whole."""


@dataclass(frozen=True, slots=True)
class Told:
    """``present``: whether the object, or something in it, is there; None where something else was asked. ``test``: the condition."""

    present: bool | None
    test: int = NONE


@dataclass(frozen=True, slots=True)
class _Region:
    """The ops behind ``after`` in these blocks: they only run where a test has come out as ``truth``."""

    blocks: frozenset[int]
    after: int
    test: int
    truth: bool


class Regions:
    """The conditions of one function."""

    def __init__(self, scope: ScopeInfo) -> None:
        self._scope = scope
        self._known: list[_Region] | None = None
        self._blocks = memoryview(scope.facts.op_blocks).cast("I")

    def at(self, op: int, target: Path, container: Path | None = None, of_container: bool = False) -> Told | None:
        """What the innermost condition on the target tells where the op runs; None if none asks for it.

        ``container``: what holds the target as an item. ``of_container``: its size counts as well.
        """
        for region in self._around(op):
            told = self._tells(region, target, container, of_container)
            if told is not None:
                return Told(told.present, region.test)
        return None

    def calls_under(self, op: int, test: int) -> tuple[int, ...]:
        """The calls that are made under the condition that the op stands under."""
        scope = self._scope
        regions = [region for region in self._around(op) if region.test == test]
        calls = (o for o in range(test + 1, len(scope.ops)) if isinstance(scope.ops[o], ir.Call))
        return tuple(o for o in calls if any(self._holds(region, o) for region in regions))

    def after_failure(self, op: int, target: Path) -> bool:
        """Whether the op stands in a handler of a ``try`` that reads the target."""
        scope = self._scope
        blocks = scope.facts.blocks
        block = scope.facts.block(op)
        while block != NONE and blocks[block].kind != "except":
            block = blocks[block].parent
        if block == NONE:
            return False
        tried = [i for i in range(block) if blocks[i].kind == "try" and blocks[i].parent == blocks[block].parent]
        reads = inside(scope, tried[-1]) if tried else set()
        return any(
            isinstance(scope.ops[read], (ir.Subscript, ir.Attribute)) and path(scope, read) == target for read in reads
        )

    def _around(self, op: int) -> Iterator[_Region]:
        """The regions that hold the op, the innermost first."""
        if self._known is None:
            self._known = sorted(self._find(), key=lambda region: (len(region.blocks), -region.after))
        return (region for region in self._known if self._holds(region, op))

    def _holds(self, region: _Region, op: int) -> bool:
        return op > region.after and self._blocks[op] in region.blocks

    def _find(self) -> Iterator[_Region]:
        scope = self._scope
        blocks = scope.facts.blocks
        within: list[set[int]] = [{index} for index in range(len(blocks))]
        for index in range(len(blocks) - 1, 0, -1):
            within[blocks[index].parent] |= within[index]
        last: dict[int, int] = {}
        ends: set[int] = set()
        for op, holder in enumerate(self._blocks):
            last[holder] = op
            if isinstance(scope.ops[op], _ENDS):
                ends.add(holder)
        for index, block in enumerate(blocks):
            if block.kind not in _CONDITIONAL or not isinstance(scope.ops[block.test], ir.Truth):
                continue
            truth = block.kind != "else"
            if block.kind != "short-circuit":
                yield _Region(frozenset(within[index]), NONE, block.test, truth)
            if block.kind in ("then", "else") and index in ends:
                yield _Region(frozenset(within[block.parent]), last[index], block.test, not truth)

    def _tells(self, region: _Region, target: Path, container: Path | None, of_container: bool) -> Told | None:
        """What it means for the target that the test came out like that."""
        scope = self._scope
        found: Told | None = None
        pending = [(region.test, region.truth)]
        seen: set[int] = set()
        while pending:
            op, truth = pending.pop()
            if op in seen:
                continue
            seen.add(op)
            body = scope.ops[op]
            if isinstance(body, (ir.Truth, ir.Bind, ir.Narrow)):
                if self._is(op, target, container, of_container):
                    return Told(truth)
                pending.append((body.value, truth))
            elif isinstance(body, ir.Unary) and body.operator == "not":
                pending.append((body.value, not truth))
            elif isinstance(body, ir.Phi):
                pending.extend((source, truth) for source in body.sources)
            else:
                told = self._leaf(op, truth, target, container, of_container)
                if told is not None and told.present is not None:
                    return told
                found = found or told
        return found

    def _leaf(self, op: int, truth: bool, target: Path, container: Path | None, of_container: bool) -> Told | None:
        scope = self._scope
        body = scope.ops[op]
        if self._is(op, target, container, of_container):
            return Told(truth)
        if isinstance(body, ir.Compare):
            if body.operator in ("in", "not-in"):
                if container is not None and path(scope, body.right) == container:
                    same = (*container, ("[", item(scope, body.left))) == target
                    return Told(truth is (body.operator == "in")) if same else None
            elif body.operator in ("is", "is-not", "==", "!=") and self._is_none(body.right):
                if self._is(body.left, target, container, of_container):
                    return Told(truth is (body.operator in ("is-not", "!=")))
                return None
        if isinstance(body, ir.Call) and self._asks(body, target):
            return Told(truth)
        asked = closure(scope, op)
        if any(path(scope, read) == target for read in asked if not self._is_inner(read)):
            return Told(None)
        if of_container and container is not None and any(self._sizes(read, container) for read in asked):
            return Told(None)
        return None

    def _is(self, op: int, target: Path, container: Path | None, of_container: bool) -> bool:
        found = path(self._scope, op)
        return found == target or (of_container and found == container)

    def _is_none(self, op: int) -> bool:
        body = self._scope.ops[op]
        return isinstance(body, ir.Const) and body.type == "none"

    def _is_inner(self, op: int) -> bool:
        """A name or literal that says nothing by itself."""
        return isinstance(self._scope.ops[op], (ir.Const, ir.Parameter))

    def _asks(self, body: ir.Call, target: Path) -> bool:
        """``hasattr(base, "name")``"""
        function = self._scope.ops[body.function]
        if not (isinstance(function, ir.Free) and function.name in _ASKING and len(body.arguments) > 1):
            return False
        name = self._scope.ops[body.arguments[1].value]
        asked = (".", name.value if isinstance(name, ir.Const) else None)
        return (*path(self._scope, body.arguments[0].value), asked) == target

    def _sizes(self, op: int, container: Path) -> bool:
        body = self._scope.ops[op]
        if not isinstance(body, ir.Call) or not body.arguments:
            return False
        function = self._scope.ops[body.function]
        named = isinstance(function, ir.Free) and function.name in _SIZES
        return named and path(self._scope, body.arguments[0].value) == container
