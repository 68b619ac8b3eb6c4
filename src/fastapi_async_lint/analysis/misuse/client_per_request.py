"""Clients, engines and connection pools that are made anew for every request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi_async_lint.analysis.misuse.coroutines import calls_in
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.misuse.kept import Kept
from fastapi_async_lint.analysis.misuse.uses import fate
from fastapi_async_lint.analysis.reach import Reach, Roads, entry_points
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.catalog import types
from fastapi_async_lint.diagnostics import Severity
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import ClassValue, LibraryInstance, LibraryMember, LibraryValue, Nothing, Value

KIND = "client-per-request"
_OPENED = frozenset({"awaitable", "context", "async_context"})


def find_clients_per_request(ground: Ground) -> Iterator[Misuse]:
    """Calls that make an asynchronous client, an engine or a pool in code that each request runs, and do not keep it."""
    kept = Kept(ground.project)
    roads = Roads(ground.project, ground.places)
    starts = list(roads.requests())

    def anew(context: Context, op: int, target: Context) -> bool:
        return not kept.remembers(context, op) and not kept.single(context, op, target)

    every: Reach | None = None
    given: Reach | None = None
    for context, ops in calls_in(ground, lambda scope, _: scope.is_function):
        if context.scope.module.is_library:
            continue
        for op in ops:
            made = _made(ground, context, op)
            if made is None or kept.remembers(context, op) or kept.stores(context, op):
                continue
            if every is None or given is None:
                every = roads.reach(starts, anew)
                given = roads.reach(starts, lambda c, o, t: anew(c, o, t) and not kept.stores(c, o))
            name, rank = made
            reach = given if _leaves(context.scope, op) else every
            state = reach.ways_in(context, ("loop", "thread", "elsewhere"))
            if state is not None:
                rank = min(rank, reach.ranks[state], 0 if _depends_on_the_call(context.scope, op) else 2)
                found = ground.misuse(
                    KIND, context, op, name, rank=rank, severity=Severity.MINOR, chain=reach.chain(state, op)
                )
                yield replace(found, entry_points=entry_points(ground.entries, reach, state))


def _made(ground: Ground, context: Context, op: int) -> tuple[str, int] | None:
    """The class of client that a call makes, and how sure that is."""
    body = context.scope.ops[op]
    if not isinstance(body, ir.Call):
        return None
    functions = list(context.values[body.function] or ())
    made = [(name, classes) for function in functions for name, classes in _gives(ground, function)]
    found = [name for name, classes in made if not _borrows(ground, context, body, classes)]
    return (found[0], 2 if len(found) == len(functions) else 1) if found else None


def _gives(ground: Ground, function: Value) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The client that calling the function makes: what it is called, and its class in the catalog (with a project's class: those it
    inherits from)."""
    catalog = ground.project.catalog
    if isinstance(function, ClassValue):
        classes = tuple(filter(catalog.shared, function.info.libraries()))
        if classes:
            yield function.info.scope.facts.name, classes
    if not isinstance(function, (LibraryValue, LibraryMember)):
        return
    receiver = function.receiver if isinstance(function, LibraryMember) else None
    if isinstance(receiver, LibraryInstance) and catalog.shared(receiver.name):
        return  # Something of the client's own, or the client itself again.
    if function.name in catalog.tables.classes:
        if catalog.shared(function.name):
            yield function.name, (function.name,)
        return
    for name in _named(catalog.returns(function.name)):
        entry = catalog.klass(name)
        if catalog.shared(name) and not (entry and function.name in entry.given_by):
            yield name, (name,)
            return


def _borrows(ground: Ground, context: Context, call: ir.Call, classes: tuple[str, ...]) -> bool:
    """Whether the call gives the client the connections of another object: that one is what is to be shared."""
    keywords = frozenset(keyword for name in classes for keyword in ground.project.catalog.borrows(name))
    given = [context.values[argument.value] for argument in call.arguments if argument.keyword in keywords]
    return any(not values or any(not isinstance(value, Nothing) for value in values) for values in given)


def _named(expression: types.TypeExpr | None) -> Iterator[str]:
    """The classes that a type expression states, and those of what awaiting or entering gives."""
    for option in expression.options if isinstance(expression, types.Union) else (expression,):
        if isinstance(option, types.Named):
            yield option.name
            if option.name in _OPENED:
                yield from (inner.name for inner in option.args if isinstance(inner, types.Named))
        elif isinstance(option, types.Otherwise):
            yield from _named(option.default)


def _leaves(scope: ScopeInfo, op: int) -> bool:
    """Whether the client may live on when the function is left: anything but a ``with`` over it, or a variable's use."""
    end = fate(scope, op)
    if any(isinstance(scope.ops[user], ir.Enter) for user in end.users):
        return False
    return any(
        isinstance(scope.ops[user], (ir.Return, ir.SetAttribute, ir.Call, ir.Sequence, ir.Mapping))
        for user in end.users
    )


def _depends_on_the_call(scope: ScopeInfo, op: int) -> bool:
    """Whether an argument comes from a parameter: a client for one tenant cannot be shared by all."""
    body = scope.ops[op]
    pending = [a.value for a in body.arguments] if isinstance(body, ir.Call) else []
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if current < 0 or current in seen:
            continue
        seen.add(current)
        read = scope.ops[current]
        if isinstance(read, (ir.Call, ir.Mapping)):
            pending.extend(_put_into(scope, current))
        if isinstance(read, ir.Parameter) or (isinstance(read, ir.Free) and _is_of_a_function(scope, read.name)):
            return True
        pending.extend(operands(scope.ops[current]))
    return False


def _put_into(scope: ScopeInfo, op: int) -> Iterator[int]:
    """What is put into the dictionary that an op makes: ``options["key"] = key``."""
    for user in fate(scope, op).users:
        body = scope.ops[user]
        if isinstance(body, ir.SetSubscript) and body.value != op:
            yield from (body.key, body.value)


def _is_of_a_function(scope: ScopeInfo, name: str) -> bool:
    """Whether the name belongs to a function around this one."""
    around = scope.parent
    while around is not None and around.parent is not None:
        if around.is_function and (name in around.binds or name in around.parameters):
            return True
        around = around.parent
    return False
