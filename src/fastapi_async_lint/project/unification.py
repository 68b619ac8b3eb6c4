"""What a call tells of type variables: the return type of a generic function, the type arguments of a new instance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import arguments as passing
from fastapi_async_lint.project import containers, declared
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.context import Reader
from fastapi_async_lint.project.declared import Bindings
from fastapi_async_lint.project.generics import of_receiver, parameters, variables
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.values import (
    ClassValue,
    Container,
    FunctionValue,
    LibraryInstance,
    LibraryValue,
    Nothing,
    TypeForm,
    TypeVariable,
    Unsolved,
    Value,
    Values,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.index import ScopeInfo
    from fastapi_async_lint.project.solver import Solver

_OPAQUE = frozenset({"callable", "awaitable"})
"""Forms whose arguments say nothing of the value itself: a variable in them is not solved by it."""


def promised(
    solver: Solver, reader: Reader, function: FunctionValue, receiver: Value | None, arguments: Arguments
) -> Values | None:
    """What the return type of a generic function says of one call; None where its variables cannot be told from the call."""
    if not solver.type_variables:
        return None
    definer = function.definer
    make = definer.scope.ops[function.op]
    if not isinstance(make, ir.MakeFunction) or make.returns < 0:
        return None
    types = solver.read_op(definer, make.returns, *reader)
    wanted = set(variables(types))
    if not wanted:
        return None
    scope = definer.scope.module.scopes[function.scope]
    owner = solver.classes.get(scope.owner) if scope.owner is not None else None
    bindings = dict(of_receiver(solver, receiver, owner))
    annotations = {
        index: solver.read_op(definer, op, *reader)
        for name, op in make.annotations
        if (index := scope.parameters.get(name, -1)) >= 0
    }
    if not wanted <= bindings.keys() | {v for each in annotations.values() for v in _solvable(each)}:
        return None
    given, _ = passing.assign(solver, scope, arguments, 0 if receiver is None else 1, reader)
    for index, each in annotations.items():
        if index in given:
            unify(solver, each, given[index], bindings, reader)
    if not wanted <= bindings.keys():
        return {}
    return dict.fromkeys(declared.instances(solver, types, bindings))


def _solvable(types: Values) -> Iterator[TypeVariable]:
    for value in types:
        name = declared.generic_name(value.origin.name) if isinstance(value, TypeForm) and isinstance(value.origin, LibraryValue) else ""  # fmt: skip
        if name not in _OPAQUE:
            yield from variables([value])


def unify(solver: Solver, types: Values, values: Values, found: Bindings, reader: Reader) -> None:
    """Learn from values what the variables of their declared types stand for. Variables already in ``found`` keep growing."""
    pending: list[tuple[Iterable[Value], Values]] = [(types, values)]
    seen: dict[tuple[Value, int], Values] = {}  # It keeps the values that it knows by their identity.
    while pending:
        some, held = pending.pop()
        for type_ in some:
            if (type_, id(held)) in seen:
                continue
            seen[type_, id(held)] = held
            if isinstance(type_, TypeVariable):
                known = {v: None for v in held if not isinstance(v, (Nothing, Unsolved))}
                if known:
                    found[type_] = found.get(type_, {}) | known
            elif isinstance(type_, TypeForm) and isinstance(type_.origin, LibraryValue):
                pending.extend(_parts(solver, type_, type_.origin.name, held, reader))
            elif isinstance(type_, ClassValue) and type_.arguments:
                for value in held:
                    bindings = of_receiver(solver, value, type_.info)
                    for variable, argument in zip(parameters(solver, type_.info), type_.arguments, strict=False):
                        pending.append((argument, bindings.get(variable, {})))


def _parts(
    solver: Solver, form: TypeForm, name: str, values: Values, reader: Reader
) -> Iterator[tuple[Iterable[Value], Values]]:
    """The arguments of a type form, each with what the values hold in its place."""
    if declared.is_transparent(name):
        for argument in form.arguments:
            yield argument, values
        return
    generic = declared.generic_name(name)
    if generic == "builtins.type":
        yield form.arguments[0], dict.fromkeys(declared.instances(solver, values))
    elif generic in containers.GENERICS:
        last = form.arguments[-1]
        for value in values:
            if isinstance(value, Container):
                yield last, containers.everything(solver, value, reader)
            elif isinstance(value, LibraryInstance) and value.arguments:
                yield last, dict.fromkeys(value.arguments[-1])


def constructed(
    solver: Solver, reader: Reader, klass: ClassValue, function: FunctionValue | None, arguments: Arguments
) -> tuple[tuple[Value, ...], ...]:
    """The type arguments of a new instance: those given, else what the constructor's arguments tell; () if nothing."""
    if klass.arguments or not solver.type_variables:
        return klass.arguments
    names = parameters(solver, klass.info)
    if not names:
        return ()
    bindings: Bindings = {}
    if function is not None:
        _from_signature(solver, reader, function, arguments, bindings)
    else:
        _from_fields(solver, reader, klass.info, arguments, bindings)
    if not bindings:
        return ()
    _through_bases(solver, reader, klass.info, bindings)
    return tuple(tuple(declared.as_types(solver, bindings.get(name, {}))) for name in names)


def _through_bases(solver: Solver, reader: Reader, info: ClassInfo, bindings: Bindings) -> None:
    """An inherited constructor speaks of its own class's parameters: what its subclasses put in their place is learnt from that."""
    for base in reversed(list(info.project_classes())):
        for parent in base.bases.values:
            if isinstance(parent, ClassValue):
                for variable, argument in zip(parameters(solver, parent.info), parent.arguments, strict=False):
                    if variable in bindings:
                        unify(solver, dict.fromkeys(argument), bindings[variable], bindings, reader)


def _from_signature(
    solver: Solver, reader: Reader, function: FunctionValue, arguments: Arguments, bindings: Bindings
) -> None:
    make = function.definer.scope.ops[function.op]
    if not isinstance(make, ir.MakeFunction):
        return
    scope = function.definer.scope.module.scopes[function.scope]
    given, _ = passing.assign(solver, scope, arguments, 1, reader)
    for name, op in make.annotations:
        index = scope.parameters.get(name, -1)
        if index in given:
            unify(solver, solver.read_op(function.definer, op, *reader), given[index], bindings, reader)


def _from_fields(solver: Solver, reader: Reader, info: ClassInfo, arguments: Arguments, bindings: Bindings) -> None:
    fields = [(base.scope, name) for base in reversed(list(info.project_classes())) for name in base.annotated]
    positional = dict(zip((name for _, name in fields), arguments.positional, strict=False))
    for scope, name in fields:
        values = positional.get(name) or dict(arguments.keywords).get(name)
        if values:
            unify(solver, _annotation(solver, scope, name, reader), values, bindings, reader)


def _annotation(solver: Solver, scope: ScopeInfo, name: str, reader: Reader) -> Values:
    body = solver.class_bodies.get(scope)
    found: Values = {}
    for bind in scope.binds.get(name, ()) if body is not None else ():
        op = scope.ops[bind]
        if isinstance(op, ir.Bind) and op.annotation >= 0 and body is not None:
            found |= solver.read_op(body, op.annotation, *reader)
    return found
