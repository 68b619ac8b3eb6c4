"""Models that requests bring in and responses take out: FastAPI validates and dumps them on the event loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Handover
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.values import ClassValue, Container, Instance, LibraryInstance, TypeForm, Value


def served_models(project: Project, registering: Iterable[Handover]) -> frozenset[ClassInfo]:
    """The classes in signatures and registrations of what the framework calls, with all that their fields hold."""
    found: dict[ClassInfo, None] = {}
    pending: list[ClassInfo] = []
    for handover in registering:
        for value in (*_signature(handover), *_registration(project, handover)):
            pending.extend(_classes([value]))
    while pending:
        info = pending.pop()
        if info in found:
            continue
        found[info] = None
        pending.extend(info.project_classes())
        pending.extend(info.descendants())
        for slot in info.fields.values():
            pending.extend(_classes(slot.values))
    return frozenset(found)


def _signature(handover: Handover) -> Iterator[Value]:
    function = handover.target.function
    make = function.definer.scope.ops[function.op] if function is not None else None
    if function is None or not isinstance(make, ir.MakeFunction):
        return
    for op in (*(annotation for _, annotation in make.annotations), make.returns):
        if op >= 0:
            yield from function.definer.values[op] or ()


def _registration(project: Project, handover: Handover) -> Iterator[Value]:
    """What the registering call is given: ``response_model=…``."""
    made = project.solver.decorated.get((handover.context, handover.op, handover.name))
    context, op = made if made is not None else (handover.context, handover.op)
    for _, values in project.arguments(context, op).keywords:
        yield from values


def _classes(values: Iterable[Value]) -> Iterator[ClassInfo]:
    """The project's classes in types and values, however deep."""
    pending, seen = list(values), set()
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if isinstance(value, (ClassValue, Instance)):
            yield value.info
        if isinstance(value, (ClassValue, Instance, TypeForm, LibraryInstance)):
            pending.extend(v for argument in value.arguments for v in argument)
        elif isinstance(value, Container):
            pending.extend(v for slot in value.slots.values() for v in slot.values)
