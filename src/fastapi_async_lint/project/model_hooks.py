"""Validators and serializers of models: run by whoever makes, validates or dumps a model, in that thread.

The library calls them, so no call of the project's leads there. Source: pydantic 2, *Validators* and *Serialization*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.values import ClassValue, Instance, LibraryMember, Value

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

VALIDATOR, SERIALIZER = "validator", "serializer"
"""Kinds of hand-overs whose target belongs to a model."""
PROBABLE = 1

Hooks = dict[ClassInfo, list[Context]]


def connect(solver: Solver) -> None:
    """Add the calls that making, validating and dumping models comes to."""
    validators, serializers = _hooks(solver, VALIDATOR), _hooks(solver, SERIALIZER)
    if not validators and not serializers:
        return
    for context in solver.contexts:
        for op, body in enumerate(context.scope.ops):
            if isinstance(body, ir.Call):
                for function in context.values[body.function] or ():
                    for target in _run(function, validators, serializers):
                        solver.call(context, op, target, PROBABLE)


def owner(solver: Solver, target: Context) -> ClassInfo | None:
    """The class whose method a hook is."""
    return solver.classes.get(target.scope.owner) if target.scope.owner is not None else None


def _hooks(solver: Solver, kind: str) -> Hooks:
    found: Hooks = {}
    for handover in solver.handovers.values():
        info = owner(solver, handover.target) if handover.kind == kind else None
        if info is not None:
            found.setdefault(info, []).append(handover.target)
    return found


def _run(function: Value, validators: Hooks, serializers: Hooks) -> list[Context]:
    """The hooks that one call runs: of a class or its class method, validators; of a method on an instance, serializers."""
    hooks = validators
    if isinstance(function, LibraryMember):
        receiver: Value = function.receiver
        hooks = serializers if isinstance(receiver, Instance) else validators
    else:
        receiver = function
    if isinstance(receiver, ClassValue) or (isinstance(receiver, Instance) and receiver is not function):
        return [target for info in receiver.info.project_classes() for target in hooks.get(info, ())]
    return []
