"""Under which paths the routes of a router or mounted application are served, and which dependencies run before all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis.rows import argument_op, together
from fastapi_async_lint.catalog.schema import Argument
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    Constant,
    Container,
    Instance,
    LibraryInstance,
    LibraryMember,
    Provider,
    Value,
    Values,
)

MAX_PREFIXES = 20

Providers = tuple[Provider, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A path that leads to the routes of a router or application, and the dependencies that run before their endpoints."""

    prefix: str
    before: Providers = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """One hanging of a child below a ``parent``. ``encloses``: the parent's own dependencies run for the child's routes, too."""

    parent: Value | None
    prefix: str
    before: Providers
    encloses: bool


@dataclass(frozen=True, slots=True)
class _Climb:
    """Half a way: what has been met from the routes up to ``current``. ``open``: dependencies met from here on run for them."""

    current: Value | None
    way: Way
    open: bool = True
    seen: tuple[Value, ...] = ()


class Prefixes:
    """The paths below which a router's routes lie, mounts followed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._parents: dict[Value, list[_Place]] = {}
        self._described: dict[Value, None] = {}
        for context, op, name, receiver in project.solver.mounts:
            self._note(context, op, name, receiver)

    def _note(self, context: Context, op: int, name: str, receiver: Value | None) -> None:
        call = context.scope.ops[op]
        if not isinstance(call, ir.Call):
            return
        parents: list[Value | None] = (
            [receiver] if receiver is not None else [*self.project.solver.get(context, op)] or [None]
        )
        arguments = self.project.unpacked(context, op)
        for mount in self.project.catalog.mounts(name):
            before = providers(arguments, mount.before)
            child_op = argument_op(call, mount.child.position, mount.child.keyword)
            prefix_op = argument_op(call, mount.prefix.position, mount.prefix.keyword) if mount.prefix else ir.NONE
            for children, prefixes in together(self.project, context, (child_op, prefix_op)):
                for child in _members(children):
                    if mount.documents:
                        self._described[child] = None
                        continue
                    above = self._parents.setdefault(child, [])
                    above.extend(
                        _Place(parent, prefix, before, mount.before is not None)
                        for parent in parents
                        for prefix in _strings(prefixes) or [""]
                    )

    def of(self, owner: Value | None) -> list[Way]:
        """All ways to routes registered on the owner, one for each path; one of no path where nothing is known of it, none where it
        serves nothing."""
        if owner in self._described and owner not in self._parents:
            return []
        found: dict[str, Way] = {}
        pending = [_Climb(owner, Way(""))]
        while pending and len(found) < MAX_PREFIXES:
            climb = pending.pop(0)
            way = climb.way
            if climb.current is not None:
                prefix, own = self._own(climb.current)
                way = Way(prefix + way.prefix, (*own, *way.before) if climb.open else way.before)
                further = list(self._further(climb, way))
                if further:
                    pending.extend(further)
                    continue
            known = found.get(way.prefix, way)
            found[way.prefix] = Way(way.prefix, tuple(dict.fromkeys((*known.before, *way.before))))
        return list(found.values())

    def _further(self, climb: _Climb, way: Way) -> Iterator[_Climb]:
        for place in self._parents.get(climb.current, ()) if climb.current is not None else ():
            if climb.current is None or place.parent in climb.seen or place.parent is climb.current:
                continue
            is_open = climb.open and place.encloses
            above = Way(place.prefix + way.prefix, (*place.before, *way.before) if is_open else way.before)
            yield _Climb(place.parent, above, is_open, (*climb.seen, climb.current))

    def _own(self, owner: Value) -> tuple[str, Providers]:
        """What the owner's constructor says of all its routes: their prefix and their dependencies."""
        prefix: list[str] = []
        before: list[Provider] = []
        entries = [e for name in _libraries(self.project, owner) if (e := self.project.catalog.klass(name))]
        stated = next((e.prefix for e in entries if e.prefix), None)
        depending = next((e.before for e in entries if e.before), None)
        for context, op in _constructions(self.project, owner) if stated or depending else ():
            arguments = self.project.unpacked(context, op)
            prefix += texts(arguments, stated)
            before += providers(arguments, depending)
        return prefix[0] if prefix else "", tuple(before)


def _libraries(project: Project, owner: Value) -> tuple[str, ...]:
    if isinstance(owner, LibraryInstance):
        return project.catalog.mro(owner.name)
    if isinstance(owner, Instance):
        return tuple(base for library in owner.info.libraries() for base in project.catalog.mro(library))
    return ()


def _constructions(project: Project, owner: Value) -> Iterator[tuple[Context, int]]:
    """The calls that construct the owner: where it is made, and ``super().__init__(…)`` of a subclass's own constructor."""
    if isinstance(owner, (LibraryInstance, Instance)) and owner.origin is not None:
        yield owner.origin
    for context in project.solver.contexts if isinstance(owner, Instance) else ():
        if context.receiver is owner and context.scope.facts.name == "__init__":
            for op, body in context.scope.having(ir.Call):
                functions = project.solver.get(context, body.function)
                if any(isinstance(f, LibraryMember) and f.name.endswith(".__init__") for f in functions):
                    yield context, op


def _strings(values: Values) -> list[str]:
    return [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)]


def _members(values: Values) -> Iterator[Value]:
    """The values, those in lists and tuples one by one."""
    for value in values:
        if isinstance(value, Container):
            for slot in value.slots.values():
                yield from slot.values
        else:
            yield value


def texts(arguments: Arguments, place: Argument | None) -> list[str]:
    """The literal texts of an argument."""
    if place is None:
        return []
    return _strings(arguments.find(place.position, place.keyword) or {})


def providers(arguments: Arguments, place: Argument | None) -> Providers:
    """The dependencies (``Depends(f)``) in the list that an argument is."""
    values = (arguments.find(place.position, place.keyword) or {}) if place is not None else {}
    return tuple(member for member in _members(values) if isinstance(member, Provider))
