"""Calls of library names: what the catalog says they return, and which callables they are handed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.catalog.schema import Callback
from fastapi_async_lint.catalog.types import TypeExpr
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import arguments as passing
from fastapi_async_lint.project import containers, expressions, guesses, handover, holders
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    Decorator,
    LibraryInstance,
    Value,
    Values,
    is_callable,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver


MAX_AWAKING = 40
"""How many iterators made of iterators are followed."""


def call(
    solver: Solver,
    context: Context,
    op: int,
    name: str,
    receiver: Value | None,
    arguments: Arguments,
    rank: int,
) -> Iterable[Value]:
    """Call a library function, class or method; what it gives."""
    if isinstance(receiver, LibraryInstance) and receiver.name in containers.GENERICS:
        return containers.generic_method(solver, receiver, name.rpartition(".")[2], context, op)
    if guesses.is_guess(receiver):
        rank = guesses.POSSIBLE
    solver.library_call(context, op, name, receiver, rank)
    called: Values = {}
    for callback in solver.catalog.callbacks(name):
        if callback.lazy:
            solver.lazy_calls.setdefault((context, op), {})[name, receiver] = rank
            continue
        if callback.decorator == "only" or (callback.decorator == "either" and not _bare(callback, arguments)):
            return (solver.intern.get(Decorator, context, op, name, receiver),)
        if not handover.holds(callback, arguments):
            continue
        called |= handover.from_call(solver, context, op, name, callback, arguments, rank)
        if callback.kind in handover.REPLACING:
            return called
        if callback.provides:
            return called
        if callback.decorator == "either":
            return _replaced(solver, context, op, callback.becomes, arguments)
    holders.called(solver, name, receiver, arguments)
    expression = _by_arguments(solver, name, arguments) or solver.catalog.returns(name)
    if expression is not None:
        found = expressions.evaluate(
            solver, context, op, expression, receiver=receiver, arguments=arguments, called=called
        )
        found = holders.filled(solver, name, found, arguments)
        return guesses.passed_on(solver, found) if guesses.is_guess(receiver) else found
    if _looks_like_class(name):
        return (solver.intern.get(LibraryInstance, name, (), None),)
    return ()


def _by_arguments(solver: Solver, name: str, arguments: Arguments) -> TypeExpr | None:
    """What the call gives, where its arguments decide that (``open(path, "rb")``)."""
    for effect in solver.catalog.alternatives(name):
        if handover.holds(effect, arguments):
            return solver.catalog.expression(effect.returns)
    return None


def hand_over(solver: Solver, context: Context, op: int, name: str, arguments: Arguments, rank: int) -> None:
    """Hand over the callables that a call of a builtin takes (``sorted(…, key=f)``)."""
    for callback in solver.catalog.callbacks(name):
        if not callback.lazy:
            handover.from_call(solver, context, op, name, callback, arguments, rank)


def awaken(solver: Solver, context: Context, op: int, value: LibraryInstance) -> Values:
    """A lazy iterator or context manager is iterated or entered at an op: what its making put off comes here.

    What the callables give that it was made with. An iterator may be made of itself (``it = chain(it, more)`` in a loop).
    """
    if value.origin is None or value.origin in solver.awaking or len(solver.awaking) > MAX_AWAKING:
        return {}
    solver.awaking.add(value.origin)
    try:
        return _awaken(solver, context, op, value.origin)
    finally:
        solver.awaking.discard(value.origin)


def _awaken(solver: Solver, context: Context, op: int, origin: tuple[Context, int]) -> Values:
    made_in, made_at = origin
    for (name, receiver), rank in list(made_in.library.get(made_at, {}).items()):
        if any(effect.lazy for effect in solver.catalog.effects(name)):
            solver.library_call(context, op, name, receiver, rank)
    found: Values = {}
    body = made_in.scope.ops[made_at]
    put_off = solver.lazy_calls.get(origin, {})
    for (name, _), rank in put_off.items():
        assert isinstance(body, ir.Call)
        arguments = passing.of_call(solver, made_in, body, (context, op))
        for callback in solver.catalog.callbacks(name):
            if callback.lazy:
                found |= handover.from_call(solver, context, op, name, callback, arguments, rank)
    return found


def _bare(callback: Callback, arguments: Arguments) -> bool:
    """Whether the call already has the function that its result would else decorate."""
    given = arguments.positional[0] if arguments.positional else arguments.find(None, callback.argument.keyword)
    return any(is_callable(v) for v in given or ())


def _looks_like_class(name: str) -> bool:
    """Classes of libraries the catalog does not know are told by their capital letter; nothing follows but a receiver."""
    owner, _, last = name.rpartition(".")
    return last[:1].isupper() and not last.isupper() and not owner.rpartition(".")[2][:1].isupper()


def decorate(solver: Solver, context: Context, op: int, decorator: Decorator, arguments: Arguments) -> Iterable[Value]:
    """Call what a registering call gave, with the function it is put over."""
    found: Values = {}
    made = decorator.context.scope.ops[decorator.op]
    given = passing.of_call(solver, decorator.context, made) if isinstance(made, ir.Call) else passing.NO_ARGUMENTS
    callbacks = [
        c for c in solver.catalog.callbacks(decorator.name) if c.decorator != "no" and handover.holds(c, given)
    ]
    if not callbacks:
        return _replaced(solver, context, op, "", arguments)
    for callback in callbacks:
        result = handover.from_decorator(solver, context, op, decorator, callback, arguments)
        if callback.kind in handover.REPLACING:
            found |= result
        else:
            found |= dict.fromkeys(_replaced(solver, context, op, callback.becomes, arguments))
    return found


def _replaced(solver: Solver, context: Context, op: int, becomes: str, arguments: Arguments) -> Iterable[Value]:
    if not becomes:
        return arguments.positional[0] if arguments.positional else ()
    expression = solver.catalog.expression(becomes)
    return expressions.evaluate(solver, context, op, expression, arguments=arguments)
