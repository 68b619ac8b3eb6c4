"""The mode an object is made in: literal constructor arguments that it keeps and its methods test (``Client(async_mode=True)``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import arguments as passing
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.context import Reader
from fastapi_async_lint.project.feasible import tested_fields
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import Constant, FunctionValue, Nothing, Value, Values

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

Mode = tuple[tuple[str, Value], ...]
"""Fields with the one literal each holds for the life of the object."""


def of_call(
    solver: Solver, reader: Reader, info: ClassInfo, initialiser: FunctionValue | None, arguments: Arguments
) -> Mode:
    """What a constructor call settles; () where the class tests no field that its constructor takes as it comes."""
    if initialiser is None:
        return ()
    scope = initialiser.definer.scope.module.scopes[initialiser.scope]
    kept = _kept(info, scope)
    if not kept:
        return ()
    given, _ = passing.assign(solver, scope, arguments, 1, reader)
    complete = not arguments.stars and not arguments.mappings
    found = []
    for field, parameter in kept.items():
        values: Values = given.get(parameter) or {}
        if not values and complete:
            values = passing.default(solver, initialiser, scope.facts.parameters[parameter].name)
        if len(values) == 1:
            (value,) = values
            if isinstance(value, (Constant, Nothing)):
                found.append((field, value))
    return tuple(found)


def _kept(info: ClassInfo, initialiser: ScopeInfo) -> dict[str, int]:
    """The tested fields that only the constructor sets, each with the parameter it comes from."""
    if info.modes is None:
        methods = [scope for base in info.project_classes() for scope in base.scope.bodies]
        tested = {field for method in methods for field in tested_fields(method)}
        assigned = [(m, op) for m in methods for op in m.ops if isinstance(op, ir.SetAttribute) and op.name in tested]
        found: dict[str, int] = {}
        for name in sorted(tested):
            places = [(method, op) for method, op in assigned if op.name == name]
            if len(places) == 1 and places[0][0] is initialiser:
                source = initialiser.ops[places[0][1].value] if places[0][1].value >= 0 else None
                if isinstance(source, ir.Parameter):
                    found[name] = places[0][1].value
        info.modes = found
    return info.modes
