"""``functools.singledispatch``: which implementations a call may run, by the class of its first argument."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import calls, narrowing
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.context import Context, Slot
from fastapi_async_lint.project.values import (
    ClassValue,
    Dispatcher,
    FunctionValue,
    Implementation,
    Instance,
    LibraryValue,
    Registering,
    Value,
    Values,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver


def make(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    """``@singledispatch`` and ``@singledispatchmethod``: the generic function around its default implementation."""
    functions = arguments.positional[0] if arguments.positional else {}
    return [solver.intern.get(Dispatcher, function) for function in functions]


def register(
    solver: Solver, context: Context, op: int, dispatcher: Dispatcher, arguments: Arguments
) -> Iterable[Value]:
    """``generic.register(…)``: of a function (its annotation tells the class), of a class and a function, or of a class: a decorator."""
    first = arguments.positional[0] if arguments.positional else {}
    functions = arguments.positional[1] if len(arguments.positional) > 1 else {}
    classes = tuple(v for v in first if isinstance(v, (ClassValue, LibraryValue)))
    if functions:
        return add(solver, solver.intern.get(Registering, dispatcher, classes), functions)
    if classes:
        return (solver.intern.get(Registering, dispatcher, classes),)
    for function in first:
        if isinstance(function, FunctionValue):
            told = tuple(_annotated(solver, context, op, function))
            add(solver, solver.intern.get(Registering, dispatcher, told), {function: None})
    return first


def add(solver: Solver, registering: Registering, functions: Values) -> Values:
    """Register functions for the classes that a ``register(cls)`` names."""
    slot = solver.implementations.setdefault(registering.dispatcher, Slot())
    solver.feed(slot, [solver.intern.get(Implementation, f, registering.classes) for f in functions])
    return functions


def _annotated(solver: Solver, context: Context, op: int, function: FunctionValue) -> list[Value]:
    make = function.definer.scope.ops[function.op]
    annotation = make.annotations[0][1] if isinstance(make, ir.MakeFunction) and make.annotations else ir.NONE
    values = solver.read_op(function.definer, annotation, context, op)
    return [v for v in values if isinstance(v, (ClassValue, LibraryValue))]


def call(
    solver: Solver, context: Context, op: int, dispatcher: Dispatcher, arguments: Arguments, rank: int
) -> Iterable[Value]:
    """Run the implementations for what the first argument may be; all of them where nothing is known of it."""
    slot = solver.implementations.setdefault(dispatcher, Slot())
    known = [v for v in solver.read(slot, context, op) if isinstance(v, Implementation)]
    chosen: Values = {}
    for value in _deciding(arguments) or {}:
        fitting = [i.function for i in known if narrowing.is_of(solver, value, list(i.classes))]
        chosen |= dict.fromkeys(fitting or [dispatcher.function])
    if not chosen:
        chosen = {dispatcher.function: None, **{i.function: None for i in known}}
    found: Values = {}
    for function in chosen:
        found |= dict.fromkeys(calls.call(solver, context, op, function, arguments, min(rank, calls.PROBABLE)))
    return found


def _deciding(arguments: Arguments) -> Values | None:
    """The argument that decides: the first behind the receiver of a method."""
    given = arguments.positional
    bound = len(given) > 1 and all(isinstance(v, Instance) for v in given[0]) and len(given[0]) == 1
    return arguments.find(1 if bound else 0, "")
