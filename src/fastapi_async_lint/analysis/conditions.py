"""Whether a catalogued effect or callback applies to a call, judged by its arguments."""

from __future__ import annotations

from fastapi_async_lint.catalog.schema import Callback, Condition, Effect
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.arguments import NO_ARGUMENTS, Arguments
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    Constant,
    Container,
    ContainerMethod,
    Instance,
    LibraryInstance,
    LibraryMember,
    LibraryValue,
    Value,
    Values,
)


def applies(
    project: Project, context: Context, op: int, name: str, receiver: Value | None, effect: Effect | Callback
) -> bool:
    """Whether all of ``when`` and none of ``unless`` hold. A test on what is not known fails."""
    if not effect.when and not effect.unless:
        return True
    arguments = _arguments(project, context, op, name)
    return all(_holds(project, c, arguments, receiver) for c in effect.when) and not any(
        _holds(project, c, arguments, receiver) for c in effect.unless
    )


def _arguments(project: Project, context: Context, op: int, name: str) -> Arguments | None:
    """The call's arguments; None where the op does not call the name itself (it hands it to something that does)."""
    if not isinstance(context.scope.ops[op], ir.Call):
        return NO_ARGUMENTS
    return project.arguments(context, op) if calls_itself(project, context, op, name) else None


def calls_itself(project: Project, context: Context, op: int, name: str) -> bool:
    """Whether the op calls the name itself, not something that calls it in turn (``list``, ``sorted``)."""
    body = context.scope.ops[op]
    if not isinstance(body, ir.Call):
        return False
    functions = project.solver.get(context, body.function)
    return any(not isinstance(f, (LibraryValue, LibraryMember, ContainerMethod)) or f.name == name for f in functions)


def _holds(project: Project, condition: Condition, arguments: Arguments | None, receiver: Value | None) -> bool:
    if condition.of == "constructor":
        origin = receiver.origin if isinstance(receiver, LibraryInstance) else None
        arguments = project.arguments(*origin) if origin else None
    if arguments is None:
        return False
    given = arguments.find(condition.position, condition.argument)
    if condition.missing is not None:
        open_ended = bool(arguments.stars or arguments.mappings)
        return not open_ended and given is None if condition.missing else given is not None
    if not given:
        return False
    if condition.equals is not None:
        return all(isinstance(v, Constant) and v.value in condition.equals for v in given)
    if condition.greater is not None:
        return any(_size(v) > condition.greater for v in given)
    if condition.flags is not None:
        return any(isinstance(v, LibraryValue) and v.name in condition.flags for v in given)
    return _is_instance(project, given, condition.type or ())


def _size(value: Value) -> float:
    if isinstance(value, Constant):
        return float(len(value.value)) if isinstance(value.value, str) else float(value.value)
    return 0.0


def _is_instance(project: Project, given: Values, classes: tuple[str, ...]) -> bool:
    for value in given:
        if isinstance(value, LibraryInstance):
            names: tuple[str, ...] = project.catalog.mro(value.name)
        elif isinstance(value, Instance):
            names = tuple(value.info.libraries())
        elif isinstance(value, Container):
            names = (value.type,)
        elif isinstance(value, Constant):
            names = (f"builtins.{type(value.value).__name__}",)
        else:
            return False
        if not any(name in classes for name in names):
            return False
    return True
