"""Which calls give a coroutine: an object that does nothing until it is awaited or made a task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.catalog import types
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import builtin_calls
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import Module, ScopeInfo
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    Coroutine,
    Decorator,
    FunctionValue,
    Instance,
    LibraryInstance,
    LibraryMember,
    LibraryValue,
    Partial,
    Value,
    Wrapped,
    Wrapper,
)

MAX_PARTIALS = 5
"""How deep partials of partials are looked into."""


@dataclass(frozen=True, slots=True)
class Creation:
    """A call that gives a coroutine. ``rank``: 2 certain, 1 probable, 0 where it may as well give something else."""

    context: Context
    op: int
    rank: int


def creations(ground: Ground, wanted: Callable[[ScopeInfo, int], bool]) -> list[Creation]:
    """Calls in the application's own code (not its tests) that give a coroutine, each once, over all contexts of its function.

    ``wanted`` says which calls are of interest; it is asked once for each call op of a scope.
    """
    ranks: dict[tuple[ScopeInfo, int], int] = {}
    first: dict[tuple[ScopeInfo, int], Context] = {}
    for context, ops in calls_in(ground, wanted):
        for op in ops:
            found = rank_of(ground, context, op)
            if found is None and not _resolved(context, op):
                continue
            key = (context.scope, op)
            ranks[key] = min(ranks.get(key, 2), found or 0)
            if found is not None:
                first.setdefault(key, context)
    return [Creation(context, op, ranks[scope, op]) for (scope, op), context in first.items()]


def calls_in(ground: Ground, wanted: Callable[[ScopeInfo, int], bool]) -> Iterator[tuple[Context, list[int]]]:
    """Every context of the application's own code with the calls of interest that can run in it."""
    candidates: dict[ScopeInfo, tuple[int, ...]] = {}
    tests: dict[Module, bool] = {}
    for context in ground.project.solver.contexts:
        scope = context.scope
        if scope.module not in tests:
            tests[scope.module] = is_test(scope.module)
        if tests[scope.module]:
            continue
        if scope not in candidates:
            candidates[scope] = tuple(op for op in _calls(scope) if wanted(scope, op))
        ops = [op for op in candidates[scope] if op not in context.dead]
        if ops:
            yield context, ops


def _calls(scope: ScopeInfo) -> Iterator[int]:
    for op, body in scope.having(ir.Call):
        if not body.decorator and op not in scope.quiet:
            yield op


def _resolved(context: Context, op: int) -> bool:
    body = context.scope.ops[op]
    return isinstance(body, ir.Call) and bool(context.values[body.function])


def rank_of(ground: Ground, context: Context, op: int) -> int | None:
    """How sure it is that the call gives a coroutine; None where nothing says that it does."""
    body = context.scope.ops[op]
    functions = context.values[body.function] if isinstance(body, ir.Call) else None
    ranks: list[int] = []
    for function in functions or ():
        rank = _called(ground, context, op, function, 0)
        if rank is None and isinstance(function, (LibraryValue, LibraryMember, LibraryInstance)):
            return None  # The synchronous twin of a library's client, most likely.
        ranks.append(-1 if rank is None else rank)
    return max(0, min(ranks)) if any(rank >= 0 for rank in ranks) else None


def _called(ground: Ground, context: Context, op: int, function: Value, depth: int) -> int | None:
    if isinstance(function, FunctionValue):
        return _of_function(ground, context, op, function)
    if isinstance(function, BoundMethod):
        rank = _called(ground, context, op, function.function, depth)
        return rank if rank is None or not function.widened else min(rank, 1)
    if isinstance(function, Wrapped):
        plain = function.kind in ("staticmethod", "classmethod")
        return _called(ground, context, op, function.function, depth) if plain else None
    if isinstance(function, Wrapper):
        return _of_wrapper(ground, context, op, function, depth)
    if isinstance(function, Instance):
        return _of_instance(ground, context, op, function, depth)
    if isinstance(function, (LibraryValue, LibraryMember)):
        return library_rank(ground.project.catalog, function.name)
    if isinstance(function, Partial) and depth < MAX_PARTIALS:
        made = function.context.scope.ops[function.op]
        inner = made.arguments[0].value if isinstance(made, ir.Call) and made.arguments else ir.NONE
        values = function.context.values[inner] if inner >= 0 else None
        ranks = [_called(ground, context, op, value, depth + 1) for value in values or ()]
        return None if all(rank is None for rank in ranks) else min(rank or 0 for rank in ranks)
    return None


def _of_function(ground: Ground, context: Context, op: int, function: FunctionValue) -> int | None:
    scope = function.definer.scope.module.scopes[function.scope]
    if scope.facts.is_generator:
        return None
    if scope.facts.is_async:
        return 2 if _left_alone(ground, function) else 0
    targets = [target for target in context.calls.get(op, ()) if target.scope is scope]
    return 1 if targets and all(_always_gives_one(target) for target in targets) else None


def _always_gives_one(target: Context) -> bool:
    """Whether a plain function returns a coroutine on every way out."""
    scope = target.scope
    live = [op for op in range(len(scope.ops)) if op not in scope.quiet and op not in target.dead]
    if not live or not isinstance(scope.ops[live[-1]], (ir.Return, ir.Raise)):
        return False
    returned = [target.values[body.value] if body.value >= 0 else None for body in _returns(scope, live)]
    return bool(returned) and all(v and all(isinstance(one, Coroutine) for one in v) for v in returned)


def _returns(scope: ScopeInfo, live: list[int]) -> list[ir.Return]:
    return [body for op in live if isinstance(body := scope.ops[op], ir.Return)]


def _of_instance(ground: Ground, context: Context, op: int, instance: Instance, depth: int) -> int | None:
    """An object that is called: its class's ``__call__``."""
    for info in instance.info.project_classes():
        if "__call__" in info.attributes:
            methods = info.attributes["__call__"].values
            ranks = [
                _called(ground, context, op, method, depth) for method in methods if not isinstance(method, Instance)
            ]
            known = [rank for rank in ranks if rank is not None]
            return min(known) if known and len(known) == len(ranks) else None
    return None


def _of_wrapper(ground: Ground, context: Context, op: int, wrapper: Wrapper, depth: int) -> int | None:
    """A decorator of the catalog: it calls the function in its caller's thread, or elsewhere and gives something to await."""
    inner = wrapper.function
    while isinstance(inner, (Wrapped, BoundMethod)):
        inner = inner.function
    rank = _called(ground, context, op, inner, depth)
    place = wrapper.callback.sync if rank is None else wrapper.callback.asynchronous
    if place == "caller":
        return rank
    return 1 if place in ("thread", "process") and not wrapper.callback.waits else None


def library_rank(catalog: Catalog, name: str) -> int | None:
    """2 where the catalog says that every call of the name gives something that does nothing until it is awaited."""
    effects = catalog.effects(name)
    if not effects or any(e.kind != "async" or e.eager or e.when or e.unless for e in effects):
        return None
    expression = catalog.returns(name)
    options = expression.options if isinstance(expression, types.Union) else (expression,)
    named = [option.name for option in options if isinstance(option, types.Named)]
    if any(option not in types.SPECIAL_FORMS for option in named):
        return None  # An object with methods of its own, which can be awaited as well.
    return 2 if "awaitable" in named else None


def _left_alone(ground: Ground, function: FunctionValue) -> bool:
    """Whether all decorators over the ``def`` are known, so that calling the name does call the coroutine function."""
    definer, op = function.definer, function.op
    while True:
        over = [u for u in definer.scope.users[op] if _decorates(definer, u, op)]
        if not over:
            return True
        op = over[0]
        if not _understood(ground, definer, op):
            return False


def _decorates(context: Context, user: int, op: int) -> bool:
    body = context.scope.ops[user]
    return isinstance(body, ir.Call) and body.decorator and any(a.value == op for a in body.arguments)


def _understood(ground: Ground, context: Context, op: int) -> bool:
    body = context.scope.ops[op]
    values = context.values[body.function] if isinstance(body, ir.Call) else None
    catalog = ground.project.catalog
    for value in values or ():
        if isinstance(value, (LibraryValue, LibraryMember)):
            if value.name not in builtin_calls.SPECIAL and not (
                catalog.callbacks(value.name) or catalog.effects(value.name) or catalog.returns(value.name)
            ):
                return False
        elif isinstance(value, (FunctionValue, BoundMethod)):
            if not any(target.returns.values for target in context.calls.get(op, ())):
                return False
        elif not isinstance(value, (Decorator, ClassValue, Wrapped, Partial)):
            return False
    return bool(values)
