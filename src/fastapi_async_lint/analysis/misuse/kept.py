"""What is made once and kept: cached factories, lazily filled globals and attributes, values that are stored."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.misuse.uses import fate
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import ClassValue, LibraryMember, LibraryValue

CONSTRUCTOR = "__init__"
_MAKING = frozenset({"__new__"})
_ASKING = frozenset({"hasattr", "getattr"})


class Kept:
    """Tells where a value outlives the call that makes it, so that it is made once, not for each call."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._remembers: dict[ScopeInfo, bool] = {}

    def remembers(self, context: Context) -> bool:
        """Whether the function makes its value once: a decorator keeps it, or the body looks whether it is there already."""
        scope = context.scope
        known = self._remembers.get(scope)
        if known is None:
            known = self._remembers[scope] = fills_what_it_tests(scope) or self._is_decorated(context)
        return known

    def stores(self, context: Context, op: int) -> bool:
        """Whether the op's value is stored where it outlives the call: in a global, a container, an attribute.

        What a constructor puts into its own object lives as long as that.
        """
        scope = context.scope
        end = fate(scope, op)
        binds = [scope.ops[b] for name in end.names for b in _global_binds(scope, name)]
        if any(isinstance(b, ir.Bind) and b.where == "global" for b in binds):
            return True
        for user in end.users:
            body = scope.ops[user]
            if isinstance(body, ir.SetSubscript) and body.value == op:
                return True
            if isinstance(body, ir.SetAttribute) and not (
                scope.facts.name == CONSTRUCTOR and _is_self(scope, body.base)
            ):
                return True
        return False

    def single(self, context: Context, op: int, target: Context) -> bool:
        """Whether the op makes an object whose class decides itself how often that is done."""
        if target.scope.facts.name != CONSTRUCTOR:
            return False
        body = context.scope.ops[op]
        for value in context.values[body.function] or () if isinstance(body, ir.Call) else ():
            if isinstance(value, ClassValue):
                for info in value.info.project_classes():
                    if "metaclass" in info.keywords or not _MAKING.isdisjoint(info.attributes):
                        return True
        return False

    def _is_decorated(self, context: Context) -> bool:
        """A decorator over the ``def`` keeps results, or nothing is known of it."""
        function = context.function
        if function is None:
            return False
        definer, op = function.definer, function.op
        for user in definer.scope.users[op]:
            body = definer.scope.ops[user]
            if isinstance(body, ir.Call) and body.decorator and self._keeps(definer, body.function):
                return True
        return False

    def _keeps(self, context: Context, op: int) -> bool:
        body = context.scope.ops[op]
        callee = body.function if isinstance(body, ir.Call) else op
        names = [v.name for v in context.values[callee] or () if isinstance(v, (LibraryValue, LibraryMember))]
        catalog = self._project.catalog
        if not names:
            return not context.values[callee]
        return any(c.keeps for name in names for c in catalog.callbacks(name)) or not any(
            catalog.callbacks(name) or catalog.effects(name) for name in names
        )


def _global_binds(scope: ScopeInfo, name: str) -> Iterator[int]:
    for op, body in enumerate(scope.ops):
        if isinstance(body, ir.Bind) and body.name == name:
            yield op


def _is_self(scope: ScopeInfo, op: int) -> bool:
    return bool(scope.facts.parameters) and isinstance(scope.ops[op], ir.Parameter) and op == 0


def fills_what_it_tests(scope: ScopeInfo) -> bool:
    """Whether the body looks at a global, an attribute or a container, and fills it: ``if self._client is None: …``."""
    if not scope.is_function:
        return False
    filled = set(_filled(scope))
    return bool(filled) and not filled.isdisjoint(_tested(scope))


def _filled(scope: ScopeInfo) -> Iterator[str]:
    for body in scope.ops:
        if isinstance(body, ir.SetAttribute) or (isinstance(body, ir.Bind) and body.where != "local"):
            yield body.name
        elif isinstance(body, ir.SetSubscript):
            yield from _named(scope, body.base)
        elif isinstance(body, ir.Call) and len(body.arguments) == 3:
            function, name = scope.ops[body.function], scope.ops[body.arguments[1].value]
            if isinstance(function, ir.Free) and function.name == "setattr" and isinstance(name, ir.Const):
                yield str(name.value)


def _tested(scope: ScopeInfo) -> Iterator[str]:
    """Names and attributes that tests look at, and those that are tried."""
    blocks = scope.facts.blocks
    for block in blocks:
        if block.test != NONE and block.kind in ("then", "else", "short-circuit", "loop"):
            yield from _looked_at(scope, block.test)
    tried = {i for i, block in enumerate(blocks) if block.kind == "try"}
    for op, body in enumerate(scope.ops):
        if isinstance(body, (ir.Attribute, ir.Subscript)) and _lies_in(scope, op, tried):
            yield from _named(scope, op if isinstance(body, ir.Attribute) else body.base)


def _lies_in(scope: ScopeInfo, op: int, wanted: set[int]) -> bool:
    block = scope.facts.block(op) if wanted else NONE
    while block != NONE:
        if block in wanted:
            return True
        block = scope.facts.blocks[block].parent
    return False


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
