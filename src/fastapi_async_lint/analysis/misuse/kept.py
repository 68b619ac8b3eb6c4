"""What is made once and kept: cached factories, lazily filled globals and attributes, values that are stored."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.misuse.filled import Filled
from fastapi_async_lint.analysis.misuse.uses import fate
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import ClassValue, LibraryMember, LibraryValue

CONSTRUCTOR = "__init__"
_MAKING = frozenset({"__new__"})


class Kept:
    """Tells where a value outlives the call that makes it, so that it is made once, not for each call."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._decorated: dict[ScopeInfo, bool] = {}
        self._filled: dict[ScopeInfo, Filled] = {}

    def remembers(self, context: Context, op: int) -> bool:
        """Whether what the op does is done once: a decorator keeps what the function gives, or its body looks whether the op's work
        is done already."""
        scope = context.scope
        if scope not in self._decorated:
            self._decorated[scope] = self._is_decorated(context)
            self._filled[scope] = Filled(scope)
        return self._decorated[scope] or self._filled[scope].once(op)

    def stores(self, context: Context, op: int) -> bool:
        """Whether the op's value is stored where it outlives the call: in a global, a container, an attribute.

        What a constructor puts into its own object lives as long as that.
        """
        scope = context.scope
        pending = [op]
        while pending:
            made = pending.pop()
            end = fate(scope, made)
            binds = [scope.ops[b] for name in end.names for b in _global_binds(scope, name)]
            if any(isinstance(b, ir.Bind) and b.where == "global" for b in binds):
                return True
            for user in end.users:
                body = scope.ops[user]
                if isinstance(body, ir.SetSubscript) and body.base != made:
                    return True
                if isinstance(body, ir.SetAttribute) and not (
                    scope.facts.name == CONSTRUCTOR and _is_self(scope, body.base)
                ):
                    return True
                if isinstance(body, ir.Await) or (isinstance(body, ir.Call) and self._lends(body, made)):
                    pending.append(user)
        return False

    def _lends(self, call: ir.Call, op: int) -> bool:
        """Whether the call makes a client on the connections of what the op makes."""
        keywords = self._project.catalog.borrowing
        return any(argument.value == op and argument.keyword in keywords for argument in call.arguments)

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
    for op, body in scope.having(ir.Bind):
        if body.name == name:
            yield op


def _is_self(scope: ScopeInfo, op: int) -> bool:
    return bool(scope.facts.parameters) and isinstance(scope.ops[op], ir.Parameter) and op == 0
