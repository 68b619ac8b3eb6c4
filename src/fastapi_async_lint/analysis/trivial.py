"""Which functions are known to do next to nothing: all that they do, and all that they call, takes microseconds.

What is not known is not trivial: operators, attributes and items of values of which nothing is known, calls of library functions
that the catalog does not call quick, loops of any kind, imports, and everything that has a catalogued effect.
"""

from __future__ import annotations

from collections import deque

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    Constant,
    Container,
    ContainerMethod,
    FunctionValue,
    Instance,
    LibraryInstance,
    LibraryMember,
    LibraryValue,
    ModuleValue,
    Nothing,
    Value,
)

MAX_FUNCTIONS = 20
"""How many functions may be called, at any depth."""
MAX_DEPTH = 12
"""How deep an expression is looked into."""

_HARMLESS = (
    ir.Const, ir.Parameter, ir.Free, ir.Unbound, ir.Phi, ir.Narrow, ir.Bind, ir.Return, ir.Raise, ir.Yield, ir.MakeFunction, ir.Mapping,
    ir.Text,
)  # fmt: skip
"""What computes nothing, whatever the values are."""
_MADE = (ir.Const, ir.Truth, ir.Compare, ir.Unary, ir.Binary, ir.Text, ir.Sequence, ir.Mapping)
"""What gives plain data where the op itself is trivial."""
_LOOKED_UP = (ModuleValue, LibraryValue, ClassValue)
"""What holds names, not data: reading one is a look-up."""
_IDENTITY = frozenset({"is", "is-not"})
_LONG = frozenset({"**", "<<", "@"})
"""Operators that can compute for long with small operands."""
_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool"})


class Trivial:
    """Answers for functions; what one body does is worked out once."""

    def __init__(self, catalog: Catalog, effects: Effects) -> None:
        self._catalog = catalog
        self._effects = effects
        self._bodies: dict[Context, bool] = {}

    def is_trivial(self, start: Context) -> bool:
        """Whether running the body, with all that it calls, takes microseconds. What calls itself in a circle is not."""
        depths = {start: 0}
        queue = deque([start])
        while queue:
            context = queue.popleft()
            if len(depths) > MAX_FUNCTIONS or not self._body(context):
                return False
            for targets in context.calls.values():
                for target in targets:
                    if depths.get(target, depths[context] + 1) <= depths[context]:
                        return False
                    if target not in depths:
                        depths[target] = depths[context] + 1
                        queue.append(target)
        return True

    def _body(self, context: Context) -> bool:
        known = self._bodies.get(context)
        if known is None:
            body = _Body(self._catalog, self._effects, context)
            known = self._bodies[context] = all(
                body.is_trivial(op)
                for op in range(len(context.scope.ops))
                if op not in context.scope.quiet and op not in context.dead
            )
        return known


class _Body:
    def __init__(self, catalog: Catalog, effects: Effects, context: Context) -> None:
        self._catalog = catalog
        self._context = context
        self._ops = context.scope.ops
        self._effects = effects.at(context)

    def is_trivial(self, op: int) -> bool:
        """Whether what the op itself does takes microseconds."""
        if any(site.effect.kind != "silent" for site in self._effects.get(op, ())):
            return False
        body = self._ops[op]
        if isinstance(body, _HARMLESS):
            return True
        if isinstance(body, ir.Call):
            return self._call(body, op)
        if isinstance(body, (ir.Attribute, ir.SetAttribute, ir.DeleteAttribute)):
            return self._is_plain(body.base) or self._all(body.base, _LOOKED_UP)
        if isinstance(body, (ir.Subscript, ir.SetSubscript, ir.DeleteSubscript)):
            return self._is_plain(body.base)
        if isinstance(body, ir.Compare):
            return body.operator in _IDENTITY or (self._is_plain(body.left) and self._is_plain(body.right))
        if isinstance(body, ir.Binary):
            return self._binary(body)
        if isinstance(body, (ir.Truth, ir.Unary, ir.Format, ir.Unpack)):
            return self._is_plain(body.value)
        return isinstance(body, ir.Sequence) and all(self._is_plain(body.items[star]) for star in body.stars)

    def _binary(self, body: ir.Binary) -> bool:
        if body.operator in _LONG:
            return False
        if body.operator == "*":
            return self._is_number(body.left) and self._is_number(body.right)
        return self._is_plain(body.left) and self._is_plain(body.right)

    def _is_number(self, op: int) -> bool:
        values = self._context.values[op] or {}
        return bool(values) and all(
            isinstance(value.value, (int, float))
            if isinstance(value, Constant)
            else isinstance(value, LibraryInstance) and value.name in _NUMBERS
            for value in values
        )

    def _call(self, body: ir.Call, op: int) -> bool:
        """A call of known functions only: the project's, which are looked at on their own, and quick ones of libraries."""
        functions = self._context.values[body.function]
        if not functions:
            return False
        library = False
        for function in functions:
            if isinstance(function, (FunctionValue, BoundMethod)):
                if op not in self._context.calls:
                    return False
            elif isinstance(function, ClassValue):
                if not all(map(self._catalog.quick, function.info.libraries())):
                    return False
                library = True
            elif isinstance(function, (LibraryValue, LibraryMember, ContainerMethod)):
                name = (
                    f"{function.container.type}.{function.name}"
                    if isinstance(function, ContainerMethod)
                    else function.name
                )
                if not self._catalog.quick(name):
                    return False
                library = True
            else:
                return False
        return not library or all(self._is_plain(argument.value) for argument in body.arguments)

    def _is_plain(self, op: int, depth: int = 0) -> bool:
        """Whether the op gives plain data for certain: numbers, text, collections, objects with nothing behind them."""
        body = self._ops[op]
        if depth > MAX_DEPTH:
            return False
        if isinstance(body, _MADE):
            return True
        if isinstance(body, (ir.Bind, ir.Narrow)):
            return self._is_plain(body.value, depth + 1) if body.value != ir.NONE else True
        if isinstance(body, ir.Phi):
            return all(self._is_plain(source, depth + 1) for source in body.sources)
        values = self._context.values[op] or {}
        return bool(values) and all(map(self._is_data, values))

    def _is_data(self, value: Value) -> bool:
        if isinstance(value, LibraryInstance):
            return self._catalog.plain(value.name) and not value.guessed
        if isinstance(value, Instance):
            return all(map(self._catalog.plain, value.info.libraries()))
        return isinstance(value, (Constant, Nothing, Container, FunctionValue, *_LOOKED_UP))

    def _all(self, op: int, kinds: tuple[type[Value], ...]) -> bool:
        values = self._context.values[op] or {}
        return bool(values) and all(isinstance(value, kinds) for value in values)
