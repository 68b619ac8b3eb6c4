"""Type variables: which a class has, what they stand for on a receiver, and what its fields hold there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_async_lint.project import declared
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.declared import Bindings
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.values import (
    ClassValue,
    Instance,
    LibraryInstance,
    LibraryValue,
    TypeForm,
    TypeVariable,
    Unsolved,
    Value,
    Values,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

_DECLARES = frozenset({"typing.Generic", "typing.Protocol", "typing_extensions.Generic", "typing_extensions.Protocol"})


def variables(types: Iterable[Value]) -> Iterator[TypeVariable]:
    """The type variables in types, in order of first appearance. A type that stands in many places is looked into once."""
    pending = list(types)[::-1]
    seen: set[Value] = set()
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if isinstance(value, TypeVariable):
            yield value
        elif isinstance(value, (TypeForm, ClassValue)):
            pending.extend(v for argument in reversed(value.arguments) for v in reversed(argument))


def parameters(solver: Solver, info: ClassInfo) -> tuple[TypeVariable, ...]:
    """The type parameters of a class: those of its header, of ``Generic[…]``, else in order of appearance in its bases."""
    header = info.scope.facts.type_parameters
    if header:
        return tuple(solver.intern.get(TypeVariable, info.scope.module, name) for name in header)
    for form in info.forms:
        if isinstance(form.origin, LibraryValue) and form.origin.name in _DECLARES:
            return tuple(dict.fromkeys(variables([form])))
    return tuple(dict.fromkeys(variables([*info.bases.values, *info.forms])))


def of_receiver(solver: Solver, receiver: Value | None, owner: ClassInfo | None) -> Bindings:
    """What the type parameters of ``owner``, a base of the receiver's class, stand for on the receiver."""
    if owner is None or not isinstance(receiver, (Instance, ClassValue)) or not solver.type_variables:
        return {}
    pending = [(receiver.info, _bound(solver, receiver.info, receiver.arguments, {}))]
    seen = {receiver.info}
    while pending:
        info, bindings = pending.pop(0)
        if info is owner:
            return bindings
        for base in info.bases.values:
            if isinstance(base, ClassValue) and base.info not in seen:
                seen.add(base.info)
                pending.append((base.info, _bound(solver, base.info, base.arguments, bindings)))
    return {}


def _bound(solver: Solver, info: ClassInfo, types: tuple[tuple[Value, ...], ...], outer: Bindings) -> Bindings:
    found: Bindings = {}
    for variable, argument in zip(parameters(solver, info), types, strict=False):
        values = dict.fromkeys(declared.instances(solver, argument, outer, keep=True))
        if values and not any(isinstance(v, Unsolved) for v in values):
            found[variable] = values
    return found


def of_context(solver: Solver, context: Context) -> Bindings:
    """What the type parameters of the class around a method stand for where the method runs on this receiver."""
    method: Context | None = context
    while method is not None and (method.scope.owner is None or method.receiver is None):
        method = method.parent
    if method is None or method.scope.owner is None:
        return {}
    return of_receiver(solver, method.receiver, solver.classes.get(method.scope.owner))


def solved(solver: Solver, values: Iterable[Value], receiver: Value, owner: ClassInfo) -> list[Value]:
    """Values of a field that ``owner`` declares, as they are on the receiver."""
    found = list(values)
    if not solver.type_variables or not any(_open(v) for v in found):
        return found
    bindings = of_receiver(solver, receiver, owner)
    return [each for value in found for each in _solve(solver, value, bindings, owner)]


def _open(value: Value) -> bool:
    if isinstance(value, LibraryInstance):
        return any(isinstance(v, Unsolved) for argument in value.arguments for v in argument)
    return isinstance(value, Unsolved) or (
        isinstance(value, Instance) and any(True for argument in value.arguments for _ in variables(argument))
    )


def _solve(solver: Solver, value: Value, bindings: Bindings, owner: ClassInfo) -> Iterable[Value]:
    if isinstance(value, Unsolved):
        known = bindings.get(value.variable)
        if known is None:
            known = owner.solutions.get(value.variable) or dict.fromkeys(declared.bound(solver, value.variable))
        return known
    if isinstance(value, Instance) and value.arguments:
        return (solver.intern.get(Instance, value.info, value.exact, declared.substitute(solver, value, bindings)),)
    if isinstance(value, LibraryInstance) and value.arguments:
        held = tuple(
            tuple(v for each in argument for v in _solve(solver, each, bindings, owner)) for argument in value.arguments
        )
        return (solver.intern.get(LibraryInstance, value.name, held, value.origin),)
    return (value,)


def stored(solver: Solver, base: Instance, values: Values) -> Values:
    """What a field of a generic instance keeps: where the values are what a type parameter stands for, that parameter."""
    if not base.arguments or not values:
        return values
    for variable, known in of_receiver(solver, base, base.info).items():
        if all(any(_same_class(value, each) for each in known) for value in values):
            base.info.solutions.setdefault(variable, {}).update(values)
            return {solver.intern.get(Unsolved, variable): None}
    return values


def _same_class(one: Value, other: Value) -> bool:
    if isinstance(one, Instance) and isinstance(other, Instance):
        return one.info is other.info
    if isinstance(one, LibraryInstance) and isinstance(other, LibraryInstance):
        return one.name == other.name
    return one is other
