"""Entry points: which hand-overs let the framework into the project, under which method and path."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from fastapi_async_lint.analysis.places import FOLLOWING, Places
from fastapi_async_lint.analysis.text import definition_place
from fastapi_async_lint.catalog.schema import Argument, Callback
from fastapi_async_lint.diagnostics import EntryPoint
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.values import (
    Constant,
    Container,
    Instance,
    LibraryInstance,
    LibraryMember,
    LibraryValue,
    Value,
    Values,
)

STARTUP = frozenset({"lifespan", "startup", "shutdown"})
LABELLED = frozenset({"background-task", "task", "timer", "stream"})
"""Following hand-overs that count as entry points of their own."""
MAX_LABELS = 3
MAX_PREFIXES = 20


@dataclass(frozen=True, slots=True)
class Route:
    """A registered route or WebSocket and the context of its endpoint."""

    methods: tuple[str, ...]
    path: str
    context: Context
    handover: Handover


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


class Prefixes:
    """The paths below which a router's routes lie, mounts followed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._parents: dict[Value, list[tuple[Value | None, str]]] = {}
        for context, op, name, receiver in project.solver.mounts:
            self._note(context, op, name, receiver)

    def _note(self, context: Context, op: int, name: str, receiver: Value | None) -> None:
        mount = self.project.catalog.mount(name)
        if mount is None:
            return
        arguments = self.project.arguments(context, op)
        prefixes = _texts(arguments, mount.prefix) or [""]
        for child in arguments.find(mount.child.position, mount.child.keyword) or ():
            for prefix in prefixes:
                self._parents.setdefault(child, []).append((receiver, prefix))

    def of(self, owner: Value | None) -> list[str]:
        """All prefixes of routes registered on the owner; ``[""]`` where nothing is known of it."""
        found: dict[str, None] = {}
        pending: list[tuple[Value | None, str, tuple[Value, ...]]] = [(owner, "", ())]
        while pending and len(found) < MAX_PREFIXES:
            current, below, seen = pending.pop(0)
            if current is None:
                found[below] = None
                continue
            below = self._own(current) + below
            parents = [p for p in self._parents.get(current, ()) if p[0] not in seen and p[0] is not current]
            for parent, prefix in parents:
                pending.append((parent, prefix + below, (*seen, current)))
            if not parents:
                found[below] = None
        return list(found)

    def _own(self, owner: Value) -> str:
        names: tuple[str, ...]
        if isinstance(owner, LibraryInstance) and owner.origin is not None:
            names = self.project.catalog.mro(owner.name)
            arguments = self.project.arguments(*owner.origin)
        else:
            return ""
        for name in names:
            entry = self.project.catalog.klass(name)
            if entry is not None and entry.prefix is not None:
                return (_texts(arguments, entry.prefix) or [""])[0]
        return ""


def _texts(arguments: Arguments, place: Argument | None) -> list[str]:
    if place is None:
        return []
    values = arguments.find(place.position, place.keyword) or {}
    return [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)]


def find_entries(project: Project, places: Places) -> Entries:
    """Name every entry point and spread the names along calls."""
    entries = Entries()
    prefixes = Prefixes(project)
    seeds: list[tuple[Context, EntryPoint]] = []
    for handover in project.solver.handovers.values():
        if not places.of.get(handover.target) or handover.place == "elsewhere":
            continue
        if handover.kind in FOLLOWING and handover.kind not in LABELLED:
            continue
        if handover.kind == "dependency":
            continue
        for entry in _entry_points(project, prefixes, handover, entries):
            seeds.append((handover.target, entry))
    _spread(project, entries, [s for s in seeds if s[1].kind not in STARTUP])
    lonely = [
        (h.target, _plain(h))
        for h in project.solver.handovers.values()
        if h.kind == "dependency" and h.target not in entries.of and places.of.get(h.target)
    ]
    _spread(project, entries, lonely)
    _spread(project, entries, [s for s in seeds if s[1].kind in STARTUP])
    return entries


def _plain(handover: Handover) -> EntryPoint:
    scope = handover.target.scope
    return EntryPoint(handover.kind, scope.facts.qualname or scope.name, definition_place(scope))


def _entry_points(project: Project, prefixes: Prefixes, handover: Handover, entries: Entries) -> Iterator[EntryPoint]:
    plain = _plain(handover)
    if handover.kind not in ("route", "websocket"):
        yield plain
        return
    for callback, context, op in _registrations(project, handover):
        arguments = project.arguments(context, op)
        paths = _texts(arguments, callback.path) if callback else []
        methods = _methods(project, callback, arguments, handover)
        for prefix in prefixes.of(_owner(project, context, op)):
            for path in paths or [""]:
                full = prefix + path
                entries.routes.append(Route(methods, full, handover.target, handover))
                method = methods[0] if handover.kind == "route" and methods else None
                yield EntryPoint(plain.kind, plain.name, plain.place, method, full)


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


def _methods(project: Project, callback: Callback | None, arguments: Arguments, handover: Handover) -> tuple[str, ...]:
    if handover.kind == "websocket":
        return ("WEBSOCKET",)
    if callback is None or _is_method(project, handover):
        return (handover.target.scope.facts.name.upper(),)
    if callback.methods_argument is not None:
        place = callback.methods_argument
        found: list[str] = []
        for value in arguments.find(place.position, place.keyword) or ():
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


def _owner(project: Project, context: Context, op: int) -> Value | None:
    body = context.scope.ops[op]
    if not isinstance(body, ir.Call):
        return None
    for function in project.solver.get(context, body.function):
        if isinstance(function, LibraryMember):
            return function.receiver
        if isinstance(function, LibraryValue):
            # a route object made by itself: it hangs where its own value is used
            return next(iter(project.solver.get(context, op)), None)
        if isinstance(function, Instance):
            return function
    return None


def _spread(project: Project, entries: Entries, seeds: list[tuple[Context, EntryPoint]]) -> None:
    following: dict[Context, list[Context]] = {}
    for handover in project.solver.handovers.values():
        if handover.kind in FOLLOWING and handover.kind not in LABELLED and handover.place == "loop":
            following.setdefault(handover.context, []).append(handover.target)
    provided: dict[tuple[Context, int], list[Context]] = {}
    for handover in project.solver.handovers.values():
        if handover.kind == "dependency":
            provided.setdefault((handover.context, handover.op), []).append(handover.target)
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
            queue.extend((target, entry) for target in provided.get((provider.context, provider.op), ()))
