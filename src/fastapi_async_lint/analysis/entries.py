"""Entry points: which hand-overs let the framework into the project, under which method and path."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from fastapi_async_lint.analysis.dependencies import KIND, Dependencies
from fastapi_async_lint.analysis.places import FOLLOWING, Places
from fastapi_async_lint.analysis.prefixes import Prefixes, Providers, providers
from fastapi_async_lint.analysis.rows import argument_op, holds, together
from fastapi_async_lint.analysis.text import definition_place
from fastapi_async_lint.catalog.schema import Argument, Callback
from fastapi_async_lint.diagnostics import EntryPoint
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.arguments import NO_ARGUMENTS
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import (
    Constant,
    Container,
    Instance,
    LibraryMember,
    LibraryValue,
    Value,
    Values,
)

STARTUP = frozenset({"lifespan", "startup", "shutdown"})
LABELLED = frozenset({"background-task", "task", "timer", "stream"})
"""Following hand-overs that count as entry points of their own."""
MAX_LABELS = 3
UNKNOWN_PATH = "…"
"""Stands for a path that is computed in a way that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Route:
    """A registered route or WebSocket and the context of its endpoint."""

    methods: tuple[str, ...]
    path: str
    context: Context
    handover: Handover
    written: ScopeInfo
    """The ``def`` as it is written, where decorators stand between it and the registration."""
    entry: EntryPoint
    before: Providers = ()
    """The dependencies that run before it though it does not name them: its decorator's, its router's, its application's."""


@dataclass(slots=True)
class Entries:
    """Entry points by the contexts they reach, at most three each, shortest way first."""

    routes: list[Route] = field(default_factory=list)
    of: dict[Context, dict[EntryPoint, None]] = field(default_factory=dict)

    def reaching(self, context: Context) -> tuple[EntryPoint, ...]:
        """The entry points from which the context is reached."""
        return tuple(self.of.get(context, ()))

    def once(self, context: Context) -> bool:
        """Whether the context only runs at start-up or shut-down."""
        labels = self.of.get(context)
        return bool(labels) and all(entry.kind in STARTUP for entry in labels or ())


def find_entries(project: Project, places: Places) -> Entries:
    """Name every entry point and spread the names along calls."""
    entries = Entries()
    prefixes = Prefixes(project)
    dependencies = Dependencies(project)
    seeds: list[tuple[Context, EntryPoint]] = []
    for handover in project.solver.handovers.values():
        if not places.of.get(handover.target) or handover.place == "elsewhere":
            continue
        if handover.place == "use" and handover.target not in places.hosts:
            continue
        if handover.kind in FOLLOWING and handover.kind not in LABELLED and not _is_override(handover):
            continue
        if handover.kind == KIND:
            continue
        for entry in _entry_points(project, prefixes, handover, entries):
            seeds.append((handover.target, entry))
    for route in entries.routes:
        seeds += [(target, route.entry) for provider in route.before for target, _ in dependencies.of(provider)]
    _spread(project, dependencies, entries, [s for s in seeds if s[1].kind not in STARTUP])
    lonely = [
        (h.target, _plain(h))
        for h in project.solver.handovers.values()
        if h.kind == KIND and h.target not in entries.of and places.of.get(h.target)
    ]
    _spread(project, dependencies, entries, lonely)
    _spread(project, dependencies, entries, [s for s in seeds if s[1].kind in STARTUP])
    return entries


def _is_override(handover: Handover) -> bool:
    """Whether the function is a method that a library calls on the project's subclass of one of its classes."""
    return isinstance(handover.context.scope.ops[handover.op], ir.MakeClass)


def _written(handover: Handover) -> ScopeInfo:
    """The function that a decorator is put over, below all other decorators; else the function handed over."""
    scope = handover.context.scope
    body = scope.ops[handover.op]
    while isinstance(body, ir.Call) and body.decorator and body.arguments:
        body = scope.ops[body.arguments[0].value]
    return scope.module.scopes[body.scope] if isinstance(body, ir.MakeFunction) else handover.target.scope


def _plain(handover: Handover) -> EntryPoint:
    scope = _written(handover)
    return EntryPoint(handover.kind, scope.facts.qualname or scope.name, definition_place(scope))


def _entry_points(project: Project, prefixes: Prefixes, handover: Handover, entries: Entries) -> Iterator[EntryPoint]:
    plain = _plain(handover)
    if handover.kind not in ("route", "websocket"):
        yield plain
        return
    for callback, context, op in _registrations(project, handover):
        owners = _owners(project, context, op)
        found = list(_paths(project, callback, context, op, handover))
        takes = callback is not None and callback.before is not None
        own = providers(project.unpacked(context, op), callback.before) if callback and callback.before else ()
        for way in dict.fromkeys(way for owner in owners for way in prefixes.of(owner)):
            before = tuple(dict.fromkeys((*way.before, *own))) if takes else ()
            for path, methods in found:
                full = way.prefix + path
                method = methods[0] if handover.kind == "route" and methods else None
                entry = EntryPoint(plain.kind, plain.name, plain.place, method, full)
                entries.routes.append(
                    Route(methods, full, handover.target, handover, _written(handover), entry, before)
                )
                yield entry


def _paths(
    project: Project, callback: Callback | None, context: Context, op: int, handover: Handover
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Path and methods of every registration that a call makes of the endpoint: one, or one for each row of a table."""
    call = context.scope.ops[op]
    if callback is None or not isinstance(call, ir.Call):
        yield "", _methods(project, callback, {}, handover)
        return
    path, method = (_op_of(call, place) for place in (callback.path, callback.methods_argument))
    endpoint = _endpoint_op(project, callback, context, op, handover)
    passed_on = project.unpacked(context, op) if any(argument.stars for argument in call.arguments) else NO_ARGUMENTS
    for paths, methods, endpoints in together(project, context, (path, method, endpoint)):
        if path == ir.NONE and callback.path:
            paths = passed_on.find(callback.path.position, callback.path.keyword) or {}
        if method == ir.NONE and callback.methods_argument:
            methods = passed_on.find(callback.methods_argument.position, callback.methods_argument.keyword) or {}
        function = handover.target.function
        if (
            endpoints
            and function is not None
            and not holds(endpoints, function)
            and _is_row(project, context, endpoint)
        ):
            continue
        texts = [v.value for v in paths if isinstance(v, Constant) and isinstance(v.value, str)]
        for text in texts or [UNKNOWN_PATH if path != ir.NONE else ""]:
            yield text, _methods(project, callback, methods, handover)


def _op_of(call: ir.Call, place: Argument | None) -> int:
    return argument_op(call, place.position, place.keyword) if place else ir.NONE


def _endpoint_op(project: Project, callback: Callback, context: Context, op: int, handover: Handover) -> int:
    """The op of the endpoint itself, where it stands in the same body as its registration."""
    call = handover.context.scope.ops[handover.op]
    if handover.context is not context or not isinstance(call, ir.Call):
        return ir.NONE
    if handover.op != op:  # ``app.get("/path")(function)``
        return argument_op(call, 0, "")
    return argument_op(call, callback.argument.position, callback.argument.keyword)


def _is_row(project: Project, context: Context, endpoint: int) -> bool:
    """Whether the endpoint comes from a row, so that other rows are not about it."""
    return isinstance(context.scope.ops[endpoint], (ir.Unpack, ir.Subscript, ir.Bind))


def _registrations(project: Project, handover: Handover) -> Iterator[tuple[Callback | None, Context, int]]:
    """The calls that register the endpoint: its own, or those of the class whose method it is."""
    receiver = handover.target.receiver
    if not isinstance(receiver, Instance) or not _is_method(project, handover):
        yield _registration(project, handover)
        return
    for context, op, name in project.solver.endpoint_classes[receiver.info]:
        callbacks = project.catalog.callbacks(name)
        yield next((c for c in callbacks if c.kind == handover.kind), None), context, op


def _registration(project: Project, handover: Handover) -> tuple[Callback | None, Context, int]:
    solver = project.solver
    made = solver.decorated.get((handover.context, handover.op, handover.name))
    context, op = made if made is not None else (handover.context, handover.op)
    for callback in project.catalog.callbacks(handover.name):
        if callback.kind == handover.kind:
            return callback, context, op
    return None, context, op


def _is_method(project: Project, handover: Handover) -> bool:
    """Whether the endpoint is a method of an endpoint class, named for its HTTP method."""
    receiver = handover.target.receiver
    return isinstance(receiver, Instance) and receiver.info in project.solver.endpoint_classes


def _methods(project: Project, callback: Callback | None, given: Values, handover: Handover) -> tuple[str, ...]:
    if handover.kind == "websocket":
        return ("WEBSOCKET",)
    if callback is None or _is_method(project, handover):
        return (handover.target.scope.facts.name.upper(),)
    if callback.methods_argument is not None:
        found: list[str] = []
        for value in given:
            if isinstance(value, Container):
                found.extend(_strings(value))
        if found:
            return tuple(dict.fromkeys(method.upper() for method in found))
    return callback.methods


def _strings(container: Container) -> list[str]:
    values: Values = {}
    for slot in container.slots.values():
        values |= slot.values
    return [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)]


def _owners(project: Project, context: Context, op: int) -> list[Value | None]:
    """What a route is registered on; where it is an object of its own, that object: it hangs where its value is used."""
    body = context.scope.ops[op]
    found: list[Value | None] = []
    for function in project.solver.get(context, body.function) if isinstance(body, ir.Call) else ():
        if isinstance(function, LibraryMember):
            found.append(function.receiver)
        elif isinstance(function, LibraryValue):
            found.extend(project.solver.get(context, op))
        elif isinstance(function, Instance):
            found.append(function)
    return found or [None]


def _spread(
    project: Project, dependencies: Dependencies, entries: Entries, seeds: list[tuple[Context, EntryPoint]]
) -> None:
    following: dict[Context, list[Context]] = {}
    for handover in project.solver.handovers.values():
        if handover.kind in FOLLOWING and handover.kind not in LABELLED and handover.place == "loop":
            following.setdefault(handover.context, []).append(handover.target)
    queue = deque(seeds)
    while queue:
        context, entry = queue.popleft()
        labels = entries.of.setdefault(context, {})
        if entry in labels or len(labels) >= MAX_LABELS:
            continue
        labels[entry] = None
        for targets in context.calls.values():
            queue.extend((target, entry) for target in targets)
        queue.extend((target, entry) for target in following.get(context, ()))
        for provider in context.providers:
            queue.extend((target, entry) for target, _ in dependencies.of(provider))
