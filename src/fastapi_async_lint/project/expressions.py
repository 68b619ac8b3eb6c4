"""Type expressions of the catalog, evaluated at a place in the project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.catalog import types
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import containers, declared, holders, protocols
from fastapi_async_lint.project.arguments import NO_ARGUMENTS, Arguments
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    ClassValue,
    Constant,
    Coroutine,
    Instance,
    LibraryInstance,
    LibraryValue,
    Value,
    Values,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

_LAZY = frozenset({"iterator", "context"})
"""What a lazy call gives: where it was made is needed where it is iterated or entered."""
_ITERATORS = frozenset({"iterator", "async_iterator"})
_DISPLAYS = frozenset({"builtins.list", "builtins.dict", "builtins.set", "builtins.tuple"})


def evaluate(
    solver: Solver,
    context: Context,
    op: int,
    expression: types.TypeExpr,
    *,
    receiver: Value | None = None,
    arguments: Arguments = NO_ARGUMENTS,
    called: Values | None = None,
    part: str = "",
    peek: bool = False,
) -> Iterable[Value]:
    """The values that a catalogued type expression means for one call or attribute read.

    ``called``: what the callables that the call got have returned, for ``call($0)``, or what entering the context managers that
    it got has given, for ``entered($0)``. ``peek``: within an iterator that runs nothing before it is iterated itself. The depth of recursion is that of the
    expression, which the catalog bounds.
    """

    def inner(expr: types.TypeExpr, path: str) -> Values:
        return dict.fromkeys(
            evaluate(
                solver,
                context,
                op,
                expr,
                receiver=receiver,
                arguments=arguments,
                called=called,
                part=f"{part}{path}",
                peek=peek or (isinstance(expression, types.Named) and expression.name in _ITERATORS),
            )
        )

    if isinstance(expression, types.Named):
        return _named(solver, context, op, expression, [inner(a, f".{i}") for i, a in enumerate(expression.args)], part)
    if isinstance(expression, types.Union):
        return {v: None for i, option in enumerate(expression.options) for v in inner(option, f"|{i}")}
    if isinstance(expression, types.Literal):
        return (solver.intern.get(Constant, expression.value),)
    if isinstance(expression, types.Receiver):
        return () if receiver is None else (receiver,)
    if isinstance(expression, types.ArgumentValue):
        return arguments.find(expression.position, expression.keyword) or ()
    if isinstance(expression, types.Otherwise):
        asked = types.arguments_in(expression.given)
        given = all(arguments.find(each.position, each.keyword) is not None for each in asked)
        return inner(expression.given, "") if given else inner(expression.default, "=")
    if isinstance(expression, (types.CallOf, types.EnteredOf)):
        return called or ()
    if isinstance(expression, types.AwaitedOf):
        settled: Values = {}
        for value in inner(expression.of, ""):
            settled |= _settled(solver, context, op, value)
        return settled
    if isinstance(expression, types.InstanceOf):
        return declared.instances(solver, inner(expression.of, ""))
    if isinstance(expression, types.HeldBy):
        return {v: None for holder in inner(expression.of, "") for v in holders.held(solver, context, op, holder)}
    if isinstance(expression, types.ItemOf):
        found: Values = {}
        for value in inner(expression.of, ""):
            found |= (protocols.peeked if peek else protocols.iterated)(solver, context, op, value)
        return found
    return ()


def _named(
    solver: Solver, context: Context, op: int, expression: types.Named, arguments: list[Values], part: str
) -> Iterable[Value]:
    if expression.name in _DISPLAYS:
        container = containers.make(solver, context, op, expression.name, f"returned{part}")
        if expression.name == "builtins.tuple":
            for position, values in enumerate(arguments):
                containers.store(solver, container, position, values)
        elif arguments:
            containers.store(solver, container, None, arguments[-1])
        return (container,)
    if expression.name == "builtins.type":
        return [v for argument in expression.args for v in _types(solver, argument)]
    klass = _project_class(solver, expression.name)
    if klass is not None:
        return (solver.intern.get(Instance, klass.info, False, ()),)
    told_apart = expression.name in _LAZY or keeps_origin(solver, expression.name)
    made_here = told_apart and isinstance(context.scope.ops[op], ir.Call)
    origin = (context, op) if made_here else None
    held = tuple(tuple(argument) for argument in arguments)
    return (solver.intern.get(LibraryInstance, expression.name, held, origin),)


def _settled(solver: Solver, context: Context, op: int, value: Value) -> Values:
    """What awaiting gives, without running it here."""
    if isinstance(value, Coroutine):
        return dict.fromkeys(value.promised) or solver.read(value.context.returns, context, op)
    if isinstance(value, LibraryInstance) and value.name == "awaitable":
        return dict.fromkeys(value.arguments[-1]) if value.arguments else {}
    return {value: None}


def _types(solver: Solver, expression: types.TypeExpr) -> list[Value]:
    if isinstance(expression, types.Named):
        klass = _project_class(solver, expression.name)
        return [klass or solver.intern.get(LibraryValue, expression.name)]
    return []


def _project_class(solver: Solver, name: str) -> ClassValue | None:
    module, _, attribute = name.rpartition(".")
    if not module or module not in solver.index.names:
        return None
    found = solver.index.first(module)
    for scope, info in solver.classes.items() if found else ():
        if scope.module is found and scope.facts.qualname == attribute:
            return solver.intern.get(ClassValue, info, ())
    return None


def keeps_origin(solver: Solver, name: str) -> bool:
    """Whether the arguments of the constructor matter later, so that instances made at different places are told apart."""
    known = solver.origins.get(name)
    if known is None:
        known = any(base in solver.told_apart for base in solver.catalog.mro(name))
        solver.origins[name] = known
    return known


def instances_of(solver: Solver, expression: types.TypeExpr) -> list[Value]:
    """The instances an expression names, where there is no call: a module-level object of a library."""
    if isinstance(expression, types.Named) and expression.name != "builtins.type":
        return [solver.intern.get(LibraryInstance, expression.name, (), None)]
    if isinstance(expression, types.Named):
        return [v for argument in expression.args for v in _types(solver, argument)]
    if isinstance(expression, types.Union):
        return [v for option in expression.options for v in instances_of(solver, option)]
    return []
