"""Objects of libraries that give back what was put into them: queues, context variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.context import Context, Slot
from fastapi_async_lint.project.values import LibraryInstance, Value, Values

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver


def held(solver: Solver, context: Context, op: int, holder: Value) -> Values:
    """What the object holds, as far as its type's arguments and what was put into it tell."""
    if not isinstance(holder, LibraryInstance):
        return {}
    found: Values = dict.fromkeys(holder.arguments[-1]) if holder.arguments else {}
    if holder in solver.held or may_hold(solver, holder):
        found |= solver.read(_content(solver, holder), context, op)
    return found


def called(solver: Solver, name: str, receiver: Value | None, arguments: Arguments) -> None:
    """Note what a call puts into its receiver.

    Only objects that were made at a known place have a content of their own; of others the type's arguments tell.
    """
    place = solver.catalog.puts(name) if isinstance(receiver, LibraryInstance) else None
    if place is not None and isinstance(receiver, LibraryInstance):
        put(solver, receiver, arguments.find(place.position, place.keyword) or {})


def filled(solver: Solver, name: str, made: Iterable[Value], arguments: Arguments) -> Iterable[Value]:
    """What the constructor of a class has made, with the argument in it that it puts there: ``ContextVar("x", default=…)``."""
    place = solver.catalog.puts(name) if name in solver.catalog.tables.classes else None
    if place is None:
        return made
    values = list(made)
    for value in values:
        if isinstance(value, LibraryInstance):
            put(solver, value, arguments.find(place.position, place.keyword) or {})
    return values


def put(solver: Solver, holder: LibraryInstance, values: Values) -> None:
    """Put values into an object that holds such."""
    if holder.origin is not None and values:
        solver.feed(_content(solver, holder), values)


def declare(solver: Solver, values: Iterable[Value], annotation: Iterable[Value]) -> None:
    """``current: ContextVar[Session] = ContextVar("current")``: the annotation says what the object holds."""
    for declared in annotation:
        if isinstance(declared, LibraryInstance) and declared.arguments:
            for value in values:
                if isinstance(value, LibraryInstance) and value.name == declared.name:
                    put(solver, value, dict.fromkeys(declared.arguments[-1]))


def may_hold(solver: Solver, value: Value) -> bool:
    """Whether it is an object that gives back what was put into it, made at a known place."""
    if not isinstance(value, LibraryInstance) or value.origin is None:
        return False
    entries = (solver.catalog.klass(base) for base in solver.catalog.mro(value.name))
    return any(entry is not None and bool(entry.puts) for entry in entries)


def _content(solver: Solver, holder: LibraryInstance) -> Slot:
    return solver.held.setdefault(holder, Slot())
