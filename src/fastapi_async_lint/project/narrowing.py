"""What a test says of the values it has let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import declared
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    ClassValue,
    Constant,
    Container,
    Instance,
    LibraryInstance,
    LibraryValue,
    Nothing,
    Value,
    Values,
    is_callable,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver


def narrow(solver: Solver, values: Values, body: ir.Narrow, context: Context) -> list[Value]:
    """The values for which the test can have come out as ``body`` says."""
    if body.test == "none":
        return [v for v in values if isinstance(v, Nothing) is body.positive]
    if body.test == "truth":
        return [v for v in values if not (body.positive and isinstance(v, Nothing))]
    if body.test == "callable":
        return [v for v in values if is_callable(v) or not body.positive]
    classes = _classes(solver, context, body.operand)
    if not classes:
        return list(values)
    if body.positive:
        kept = [v for v in values if _may_be(solver, v, classes)]
        return kept or declared.instances(solver, dict.fromkeys(classes))
    return [v for v in values if not _must_be(solver, v, classes)]


def _classes(solver: Solver, context: Context, operand: int) -> list[Value]:
    found: list[Value] = []
    for value in solver.get(context, operand):
        if isinstance(value, (ClassValue, LibraryValue)):
            found.append(value)
        elif isinstance(value, Container):
            for slot in value.slots.values():
                found.extend(v for v in slot.values if isinstance(v, (ClassValue, LibraryValue)))
    return found


def _may_be(solver: Solver, value: Value, classes: list[Value]) -> bool:
    if isinstance(value, Instance) and not value.exact:
        for klass in classes:
            if isinstance(klass, ClassValue) and klass.info.inherits(value.info):
                return klass.info is value.info
    return _must_be(solver, value, classes)


def is_of(solver: Solver, value: Value, classes: list[Value]) -> bool:
    """Whether the value surely is an instance of one of the classes."""
    if isinstance(value, Constant):
        return any(isinstance(k, LibraryValue) and k.name == f"builtins.{type(value.value).__name__}" for k in classes)
    return _must_be(solver, value, classes)


def _must_be(solver: Solver, value: Value, classes: list[Value]) -> bool:
    for klass in classes:
        if isinstance(klass, ClassValue):
            if isinstance(value, Instance) and value.info.inherits(klass.info):
                return True
        elif isinstance(klass, LibraryValue):
            if isinstance(value, Instance) and klass.name in value.info.libraries():
                return True
            if isinstance(value, LibraryInstance) and klass.name in solver.catalog.mro(value.name):
                return True
            if isinstance(value, Container) and value.type == klass.name:
                return True
    return False
