"""Where a function holds a lock, so that nobody who takes the same lock comes in between."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import Instance, LibraryInstance, LibraryMember, Managed, Value

ACQUIRE = "acquire"
"""The method that all locks have."""
MAX_HELPERS = 3
"""How many calls deep a context manager of the project is followed to the lock that it takes."""


class Locks:
    """Says of ops whether they run with a lock held. What is entered without being known counts as one, where it is kept
    somewhere: a session or a file is made for the ``with``."""

    def __init__(self, project: Project) -> None:
        self._catalog = project.catalog
        self._guards: dict[str, bool] = {}
        self._blocks: dict[Context, frozenset[int]] = {}
        self._acquired: dict[Context, int] = {}
        self._takes: dict[Context, bool] = {}

    def held(self, context: Context, op: int) -> bool:
        """Whether a lock is held where the op runs."""
        if context not in self._blocks:
            self._blocks[context] = self._guarded_blocks(context)
            self._acquired[context] = self._first_acquire(context)
        if op > self._acquired[context]:
            return True
        guarded = self._blocks[context]
        blocks = context.scope.facts.blocks
        block = context.scope.facts.block(op) if guarded else NONE
        while block != NONE:
            if block in guarded:
                return True
            block = blocks[block].parent
        return False

    def _guarded_blocks(self, context: Context) -> frozenset[int]:
        scope = context.scope
        found: set[int] = set()
        for index, block in enumerate(scope.facts.blocks):
            if block.kind == "with" and block.test != NONE:
                enter = scope.ops[block.test]
                if isinstance(enter, ir.Enter) and self._locks(context, enter.value):
                    found.add(index)
        return frozenset(found)

    def _locks(self, context: Context, op: int) -> bool:
        """Whether entering what the op gives takes a lock."""
        values = context.values[op] or {}
        if not values:
            return _is_kept(context.scope, op)
        return any(self._is_lock(value) for value in values)

    def _is_lock(self, value: Value) -> bool:
        if isinstance(value, LibraryInstance):
            return self._is_guard(value.name)
        if isinstance(value, Managed):
            return self._takes_one(value.context)
        if isinstance(value, Instance):
            entering = (info.attributes.get("__enter__") for info in value.info.project_classes())
            if any(self._is_guard(name) for name in value.info.libraries()):
                return True
            return any(slot is not None and self._enters_one(slot.values) for slot in entering)
        return False

    def _enters_one(self, methods: Iterable[Value]) -> bool:
        """Whether methods of the project have ``acquire()`` calls in their text."""
        from fastapi_async_lint.project.values import FunctionValue

        for method in methods:
            if isinstance(method, FunctionValue):
                scope = method.definer.scope.module.scopes[method.scope]
                if any(isinstance(body, ir.Attribute) and body.name == ACQUIRE for body in scope.ops):
                    return True
        return False

    def _takes_one(self, context: Context) -> bool:
        """Whether the body, or what it calls, takes a lock."""
        if context in self._takes:
            return self._takes[context]
        layer, seen, found = [context], {context}, False
        for _ in range(MAX_HELPERS):
            following: list[Context] = []
            for inner in layer:
                found = (
                    found
                    or bool(self._guarded_blocks_of_own(inner))
                    or self._first_acquire(inner) < len(inner.scope.ops)
                )
                for targets in inner.calls.values():
                    following.extend(target for target in targets if target not in seen)
                    seen.update(targets)
            layer = following
        self._takes[context] = found
        return found

    def _guarded_blocks_of_own(self, context: Context) -> bool:
        """Whether the body itself enters a lock of a library."""
        for body in context.scope.ops:
            if isinstance(body, ir.Enter):
                values = context.values[body.value] or ()
                if any(isinstance(v, LibraryInstance) and self._is_guard(v.name) for v in values):
                    return True
        return False

    def _first_acquire(self, context: Context) -> int:
        """The first call of ``acquire()``; behind the last op where there is none."""
        scope = context.scope
        for op, body in scope.having(ir.Call):
            function = scope.ops[body.function]
            if isinstance(function, ir.Attribute) and function.name == ACQUIRE:
                values = context.values[body.function] or ()
                if not values or any(
                    isinstance(v, LibraryMember)
                    and isinstance(v.receiver, LibraryInstance)
                    and self._is_guard(v.receiver.name)
                    for v in values
                ):
                    return op
        return len(scope.ops)

    def _is_guard(self, name: str) -> bool:
        """Whether a library's class is a lock: stated so, or something that is acquired."""
        known = self._guards.get(name)
        if known is None:
            entries = [self._catalog.klass(base) for base in self._catalog.mro(name)]
            known = any(entry is not None and entry.guard for entry in entries)
            known = known or bool(self._catalog.effects(f"{name}.{ACQUIRE}"))
            self._guards[name] = known
        return known


def _is_kept(scope: ScopeInfo, op: int) -> bool:
    """Whether what is entered is a variable or attribute from outside the function."""
    body = scope.ops[op]
    while isinstance(body, (ir.Attribute, ir.Subscript)):
        body = scope.ops[body.base]
    return isinstance(body, (ir.Free, ir.Parameter)) and not isinstance(scope.ops[op], ir.Call)
