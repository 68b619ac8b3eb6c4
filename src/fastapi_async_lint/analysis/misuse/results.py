"""What a call gives, where it is certain that it cannot be called in its turn."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.catalog import types
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    Constant,
    Container,
    Coroutine,
    Instance,
    LibraryInstance,
    LibraryMember,
    LibraryValue,
    Nothing,
    Value,
)

_AWAITABLE = "awaitable"
_DATA = frozenset(
    f"builtins.{name}"
    for name in (
        "str",
        "bytes",
        "bytearray",
        "int",
        "float",
        "complex",
        "bool",
        "list",
        "tuple",
        "set",
        "frozenset",
        "dict",
    )
)
"""Builtin classes whose instances, and those of subclasses, cannot be called unless these say so."""


_ARITHMETIC = frozenset(("+", "-", "*", "/", "//", "%", "**"))
"""Operators that are hardly ever made to give a function, unlike ``|`` and ``>>``."""


@dataclass(frozen=True, slots=True)
class Result:
    """A result that cannot be called. ``rank``: 2 certain, 1 where only a library's class or an operator says so, 0 for a guess."""

    is_coroutine: bool
    rank: int


def result_of(ground: Ground, context: Context, op: int) -> Result | None:
    """What a call gives; None where that may be a function, or is not known."""
    values = context.values[op] or {}
    ranks = [_rank(ground.project.catalog, value) for value in values]
    targets = context.calls.get(op, {})
    if any(rank is None for rank in ranks) or not all(_is_known(target) for target in targets):
        return None
    computed = bool(targets) and any(_computes(target) for target in targets)
    if not values and not computed and not _gives_nothing(ground.project.catalog, context, op):
        return None
    edges = [*targets.values(), 1 if computed else 2]
    awaited = [value for value in values if _is_coroutine(value)]
    if awaited and len(awaited) < len(values):
        return None
    return Result(bool(awaited), min((*edges, *(rank for rank in ranks if rank is not None), 2)))


def _is_coroutine(value: Value) -> bool:
    return isinstance(value, Coroutine) or (isinstance(value, LibraryInstance) and value.name == _AWAITABLE)


def _rank(catalog: Catalog, value: Value) -> int | None:
    """How sure it is that the value cannot be called; None: it can, or nobody knows."""
    if isinstance(value, (Nothing, Constant, Container, Coroutine)):
        return 2
    if isinstance(value, LibraryInstance):
        return _of_library(catalog, value)
    if isinstance(value, Instance):
        if any(
            "__call__" in info.attributes or "__getattr__" in info.attributes for info in value.info.project_classes()
        ):
            return None
        plain = all(base == "builtins.object" or base in _DATA for base in value.info.libraries())
        overridden = not value.exact and any("__call__" in info.attributes for info in value.info.descendants())
        return 2 if plain and not overridden else None
    return None


def _of_library(catalog: Catalog, value: LibraryInstance) -> int | None:
    if value.guessed:
        return 0
    if value.name == _AWAITABLE or value.name in _DATA:
        return 2
    if catalog.klass(value.name) is None or catalog.has_member(value.name, "__call__"):
        return None
    return 1


def _is_known(target: Context) -> bool:
    """Whether all that a function of the project returns is known: by its values, or by its annotation."""
    scope, function = target.scope, target.function
    made = function.definer.scope.ops[function.op] if function is not None else None
    if scope.facts.is_async or (isinstance(made, ir.MakeFunction) and made.returns != ir.NONE):
        return True
    return all(
        value == ir.NONE or target.values[value] or _is_computed(scope.ops[value]) for value in _returned(target)
    )


def _computes(target: Context) -> bool:
    """Whether a plain function returns what an operator or a formatted text gives, of values nobody knows."""
    scope = target.scope
    if scope.facts.is_async or scope.facts.is_generator:
        return False
    returned = [value for value in _returned(target) if value != ir.NONE and not target.values[value]]
    return any(_is_computed(scope.ops[value]) for value in returned)


def _is_computed(body: ir.Op) -> bool:
    return isinstance(body, (ir.Unary, ir.Compare)) or (isinstance(body, ir.Binary) and body.operator in _ARITHMETIC)


def _returned(target: Context) -> list[int]:
    scope = target.scope
    live = [op for op in range(len(scope.ops)) if op not in scope.quiet and op not in target.dead]
    return [body.value for op in live if isinstance(body := scope.ops[op], ir.Return)]


def _gives_nothing(catalog: Catalog, context: Context, op: int) -> bool:
    """Whether everything that the op calls is known to give ``None``."""
    body = context.scope.ops[op]
    functions = (context.values[body.function] if isinstance(body, ir.Call) else None) or {}
    library = [f for f in functions if isinstance(f, (LibraryValue, LibraryMember))]
    if library:
        return len(library) == len(functions) and all(
            isinstance(catalog.returns(function.name), types.Nothing) for function in library
        )
    targets = context.calls.get(op, {})
    return bool(targets) and all(_falls_through(target) for target in targets)


def _falls_through(target: Context) -> bool:
    """Whether a plain function does something and comes to its end without a value."""
    scope = target.scope
    if scope.facts.is_async or scope.facts.is_generator or scope.facts.kind != "function":
        return False
    live = [scope.ops[op] for op in range(len(scope.ops)) if op not in scope.quiet and op not in target.dead]
    if any(isinstance(body, ir.Return) and body.value != ir.NONE for body in live):
        return False
    works = any(not isinstance(body, (ir.Const, ir.Parameter, ir.Return)) for body in live)
    return works and not isinstance(live[-1], ir.Raise)
