"""Parameters of which only the name is known: ``db``, ``session``, with methods that fit one catalogued class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import LibraryInstance, Value

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

POSSIBLE = 0
"""The rank of confidence of all that follows from a guess."""


def is_guess(value: Value | None) -> bool:
    """Whether the value is only guessed."""
    return isinstance(value, LibraryInstance) and value.guessed


def passed_on(solver: Solver, values: Iterable[Value]) -> list[Value]:
    """What a guessed receiver gives is a guess as well."""
    return [
        solver.intern.get(LibraryInstance, v.name, v.arguments, v.origin, True) if isinstance(v, LibraryInstance) else v
        for v in values
    ]


def seed(solver: Solver) -> Callable[[], bool]:
    """Guess what parameters are that have no value when all else is known."""
    seen: set[tuple[ScopeInfo, int]] = set()

    def guess() -> bool:
        found = False
        for context in list(solver.contexts):
            for parameter in _open_parameters(context):
                if (context.scope, parameter) not in seen:
                    seen.add((context.scope, parameter))
                    found = _guess(solver, context, parameter) or found
        return found

    return guess


def _open_parameters(context: Context) -> list[int]:
    scope = context.scope
    if scope.facts.kind != "function":
        return []
    parameters = enumerate(scope.facts.parameters)
    return [i for i, p in parameters if not context.values[i] and p.kind not in ("star", "star-star")]


def _guess(solver: Solver, context: Context, parameter: int) -> bool:
    name = context.scope.facts.parameters[parameter].name
    classes = solver.catalog.usually_named(name)
    if not classes or _is_annotated(context, name):
        return False
    used = _members_used(context.scope, parameter)
    fitting = [c for c in classes if used and all(solver.catalog.has_member(c, member) for member in used)]
    if len(fitting) != 1:
        return False
    solver.put(context, parameter, (solver.intern.get(LibraryInstance, fitting[0], (), None, True),))
    return True


def _is_annotated(context: Context, name: str) -> bool:
    function = context.function
    make = function.definer.scope.ops[function.op] if function is not None else None
    return isinstance(make, ir.MakeFunction) and any(parameter == name for parameter, _ in make.annotations)


def _members_used(scope: ScopeInfo, parameter: int) -> set[str]:
    """The names read from the parameter; empty where what such a call gives is awaited: then it is an asynchronous object."""
    used: set[str] = set()
    pending, seen = [parameter], set()
    while pending:
        op = pending.pop()
        if op in seen:
            continue
        seen.add(op)
        for user in scope.users[op]:
            body = scope.ops[user]
            if isinstance(body, (ir.Bind, ir.Phi, ir.Narrow)):
                pending.append(user)
            elif isinstance(body, ir.Attribute):
                used.add(body.name)
                if _is_awaited(scope, user):
                    return set()
            elif isinstance(body, ir.Enter) and body.is_async:
                return set()
    return used


def _is_awaited(scope: ScopeInfo, member: int) -> bool:
    calls = [call for call in scope.users[member] if isinstance(scope.ops[call], ir.Call)]
    users = [scope.ops[user] for call in calls for user in scope.users[call]]
    return any(
        isinstance(body, ir.Await) or (isinstance(body, (ir.Enter, ir.Iterate)) and body.is_async) for body in users
    )
