"""Under which paths the routes of a router or mounted application are served."""

from __future__ import annotations

from collections.abc import Iterator

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
    Value,
    Values,
)

MAX_PREFIXES = 20


class Prefixes:
    """The paths below which a router's routes lie, mounts followed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._parents: dict[Value, list[tuple[Value | None, str]]] = {}
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
        for mount in self.project.catalog.mounts(name):
            child_op = argument_op(call, mount.child.position, mount.child.keyword)
            prefix_op = argument_op(call, mount.prefix.position, mount.prefix.keyword) if mount.prefix else ir.NONE
            for children, prefixes in together(self.project, context, (child_op, prefix_op)):
                for child in _members(children):
                    if mount.documents:
                        self._described[child] = None
                        continue
                    above = self._parents.setdefault(child, [])
                    above.extend((parent, prefix) for parent in parents for prefix in _strings(prefixes) or [""])

    def of(self, owner: Value | None) -> list[str]:
        """All prefixes of routes registered on the owner; ``[""]`` where nothing is known of it, none where it serves nothing."""
        if owner in self._described and owner not in self._parents:
            return []
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
        libraries = _libraries(self.project, owner)
        entry = next((e for name in libraries if (e := self.project.catalog.klass(name)) and e.prefix), None)
        for context, op in _constructions(self.project, owner) if entry else ():
            found = texts(self.project.arguments(context, op), entry.prefix if entry else None)
            if found:
                return found[0]
        return ""


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
