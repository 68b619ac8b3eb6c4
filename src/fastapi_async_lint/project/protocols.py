"""Implicit calls: iteration, ``with``, ``await``, operators, truth, formatting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.catalog.types import SPECIAL_FORMS
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import calls, containers, library, records
from fastapi_async_lint.project.arguments import NO_ARGUMENTS, Arguments
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    ClassValue,
    Constant,
    Container,
    Coroutine,
    Generator,
    Instance,
    LibraryInstance,
    LibraryValue,
    Managed,
    TypeForm,
    Value,
    Values,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

_BINARY = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "@": "matmul", "**": "pow",
    "<<": "lshift", ">>": "rshift", "&": "and", "^": "xor", "|": "or",
}  # fmt: skip
_COMPARE = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_UNARY = {"-": "neg", "+": "pos", "~": "invert"}


def step_await(solver: Solver, context: Context, op: int, body: ir.Await) -> None:
    """``await value``."""
    for value in solver.get(context, body.value):
        solver.put(context, op, list(awaited(solver, context, op, value)))


def awaited(solver: Solver, context: Context, op: int, value: Value) -> Values:
    """Run an awaitable to its end here; what it gives."""
    if isinstance(value, Coroutine):
        solver.call(context, op, value.context, calls.CERTAIN)
        returned = solver.read(value.context.returns, context, op)
        return dict.fromkeys(value.promised) or returned
    if isinstance(value, LibraryInstance) and value.name == "awaitable":
        return dict.fromkeys(value.arguments[-1]) if value.arguments else {}
    if isinstance(value, (Instance, LibraryInstance)):
        return dict.fromkeys(calls.method(solver, context, op, value, "__await__", NO_ARGUMENTS, calls.CERTAIN))
    return {}


def step_iterate(solver: Solver, context: Context, op: int, body: ir.Iterate) -> None:
    """``for x in value`` and ``async for``."""
    for value in solver.get(context, body.value):
        solver.put(context, op, iterated(solver, context, op, value, body.is_async))


def iterated(solver: Solver, context: Context, op: int, value: Value, is_async: bool = False) -> Values:
    """Consume an iterable here; its elements."""
    if isinstance(value, Generator):
        solver.call(context, op, value.context, calls.CERTAIN)
        return solver.read(value.context.yields, context, op)
    if isinstance(value, Container):
        return containers.elements(solver, value, (context, op))
    if isinstance(value, LibraryInstance) and value.name == "iterator" and not is_async:
        return library.awaken(solver, context, op, value) | dict.fromkeys(containers.generic_elements(value))
    if isinstance(value, LibraryInstance) and value.arguments and value.name in containers.GENERICS:
        return dict.fromkeys(containers.generic_elements(value))
    if isinstance(value, LibraryInstance):
        name = "__aiter__" if is_async else "__iter__"
        found = _elements(calls.method(solver, context, op, value, name, NO_ARGUMENTS, calls.CERTAIN))
        step = "__anext__" if is_async else "__next__"
        return found or dict.fromkeys(calls.method(solver, context, op, value, step, NO_ARGUMENTS, calls.CERTAIN))
    if isinstance(value, Instance):
        return _own_iterator(solver, context, op, value, is_async)
    return {}


def _elements(given: Iterable[Value]) -> Values:
    """What an iterator's making gives, by the catalog: the elements themselves, or an iterator of them."""
    found: Values = {}
    for value in given:
        if isinstance(value, LibraryInstance) and value.name in ("iterator", "async_iterator"):
            found |= dict.fromkeys(containers.generic_elements(value))
        else:
            found[value] = None
    return found


def peeked(solver: Solver, context: Context, op: int, value: Value) -> Values:
    """What iterating would give, where nothing is iterated yet."""
    if isinstance(value, Generator):
        return solver.read(value.context.yields, context, op)
    if isinstance(value, Container):
        return containers.elements(solver, value, (context, op))
    if isinstance(value, LibraryInstance) and value.name in containers.GENERICS:
        return dict.fromkeys(containers.generic_elements(value))
    return {}


def _own_iterator(solver: Solver, context: Context, op: int, value: Instance, is_async: bool) -> Values:
    start, step = ("__aiter__", "__anext__") if is_async else ("__iter__", "__next__")
    found: Values = {}
    for iterator in list(calls.method(solver, context, op, value, start, NO_ARGUMENTS, calls.CERTAIN)):
        if isinstance(iterator, Instance):
            for item in list(calls.method(solver, context, op, iterator, step, NO_ARGUMENTS, calls.CERTAIN)):
                found |= awaited(solver, context, op, item) if isinstance(item, Coroutine) else {item: None}
        else:
            found |= iterated(solver, context, op, iterator, is_async)
    return found


def step_yield_from(solver: Solver, context: Context, op: int, body: ir.YieldFrom) -> None:
    """``yield from value``."""
    for value in solver.get(context, body.value):
        solver.feed(context.yields, iterated(solver, context, op, value))


def step_unpack(solver: Solver, context: Context, op: int, body: ir.Unpack) -> None:
    """One target of ``a, b = value``."""
    for value in solver.get(context, body.value):
        if body.starred:
            rest = containers.make(solver, context, op, "builtins.list")
            containers.store(solver, rest, None, iterated(solver, context, op, value))
            found: Values = {rest: None}
        elif isinstance(value, Instance) and records.is_named_tuple(value.info):
            found = records.item(solver, context, op, value, body.index)
        elif isinstance(value, Container) and value.type == "builtins.tuple" and body.index >= 0:
            key = solver.intern.get(Constant, body.index)
            found = containers.look_up(solver, value, {key: None}, (context, op))
        elif isinstance(value, LibraryInstance) and value.name == "builtins.tuple":
            arguments = value.arguments
            found = dict.fromkeys(arguments[body.index]) if -len(arguments) <= body.index < len(arguments) else {}
        else:
            found = iterated(solver, context, op, value)
        solver.put(context, op, found)


def step_enter(solver: Solver, context: Context, op: int, body: ir.Enter) -> None:
    """``with value as x``."""
    for value in solver.get(context, body.value):
        solver.put(context, op, entered(solver, context, op, value, body.is_async))


def entered(solver: Solver, context: Context, op: int, value: Value, is_async: bool) -> Values:
    """Enter a context manager here; what ``as`` binds."""
    if isinstance(value, Managed):
        solver.call(context, op, value.context, calls.CERTAIN)
        return solver.read(value.context.yields, context, op)
    if isinstance(value, LibraryInstance) and value.name == "context" and not is_async:
        library.awaken(solver, context, op, value)
    if isinstance(value, LibraryInstance) and value.name in ("context", "async_context"):
        return dict.fromkeys(value.arguments[-1]) if value.arguments else {}
    name = "__aenter__" if is_async else "__enter__"
    found: Values = {}
    for result in list(calls.method(solver, context, op, value, name, NO_ARGUMENTS, calls.CERTAIN)):
        found |= awaited(solver, context, op, result) if isinstance(result, Coroutine) else {result: None}
    if not found and isinstance(value, LibraryInstance) and value.name not in SPECIAL_FORMS:
        found = {value: None}
    return found


def step_exit(solver: Solver, context: Context, op: int, body: ir.Exit) -> None:
    """The end of a ``with`` block."""
    enter = context.scope.ops[body.enter]
    if not isinstance(enter, ir.Enter):
        return
    name = "__aexit__" if body.is_async else "__exit__"
    for value in solver.read_op(context, enter.value, context, op):
        if isinstance(value, Managed):
            solver.call(context, op, value.context, calls.CERTAIN)
        else:
            for result in list(calls.method(solver, context, op, value, name, NO_ARGUMENTS, calls.CERTAIN)):
                if isinstance(result, Coroutine):
                    awaited(solver, context, op, result)


def _special(solver: Solver, context: Context, op: int, receiver: int, name: str, *passed: int) -> None:
    for value in solver.get(context, receiver):
        if isinstance(value, (Instance, LibraryInstance)):
            arguments = Arguments(tuple(solver.get(context, p) for p in passed))
            solver.put(context, op, list(calls.method(solver, context, op, value, name, arguments, calls.CERTAIN)))


def step_binary(solver: Solver, context: Context, op: int, body: ir.Binary) -> None:
    """``left + right``; between types ``|`` makes a union."""
    left, right = solver.get(context, body.left), solver.get(context, body.right)
    if body.operator == "|" and (_types(left) or _types(right)):
        solver.put(context, op, left)
        solver.put(context, op, right)
        return
    if body.operator == "%" and any(_is_text(v) for v in left):
        _put_in_text(solver, context, op, right)
        solver.put(context, op, (solver.intern.get(LibraryInstance, "builtins.str", (), None),))
        return
    word = _BINARY.get(body.operator, "")
    if body.in_place:
        _special(solver, context, op, body.left, f"__i{word}__", body.right)
        if body.operator == "+" and any(_is_list(v) for v in left):
            _run_through(solver, context, op, body.right)
    _special(solver, context, op, body.left, f"__{word}__", body.right)
    _special(solver, context, op, body.right, f"__r{word}__", body.left)
    if body.operator in ("+", "|"):
        _joined(solver, context, op, left, right)


def _run_through(solver: Solver, context: Context, op: int, values: int) -> None:
    """Generators and iterators of libraries, which have no methods of their own for ``in`` and ``+=``, are iterated."""
    for value in solver.get(context, values):
        if isinstance(value, Generator) or (isinstance(value, LibraryInstance) and value.name == "iterator"):
            iterated(solver, context, op, value)


def _is_list(value: Value) -> bool:
    return isinstance(value, Container) and value.type == "builtins.list"


def _is_text(value: Value) -> bool:
    if isinstance(value, Constant):
        return isinstance(value.value, str)
    return isinstance(value, LibraryInstance) and value.name == "builtins.str"


def _put_in_text(solver: Solver, context: Context, op: int, values: Values) -> None:
    """``"%s" % values``."""
    for value in values:
        parts = containers.everything(solver, value, (context, op)) if isinstance(value, Container) else {value: None}
        for part in parts:
            if isinstance(part, Instance):
                list(calls.method(solver, context, op, part, "__str__", NO_ARGUMENTS, calls.PROBABLE))


def _types(values: Values) -> bool:
    return any(isinstance(v, (ClassValue, TypeForm, LibraryValue)) for v in values)


def _joined(solver: Solver, context: Context, op: int, left: Values, right: Values) -> None:
    texts = [[v.value for v in side if isinstance(v, Constant) and isinstance(v.value, str)] for side in (left, right)]
    if len(texts[0]) == len(texts[1]) == 1:
        solver.put(context, op, (solver.intern.get(Constant, (texts[0][0] + texts[1][0])[:200]),))
    for value in (*left, *right):
        if isinstance(value, Container) or (isinstance(value, LibraryInstance) and value.name in containers.GENERICS):
            solver.put(context, op, (value,))


def step_compare(solver: Solver, context: Context, op: int, body: ir.Compare) -> None:
    """``left < right``, ``left in right``."""
    if body.operator in ("in", "not-in"):
        _run_through(solver, context, op, body.right)
        _special(solver, context, op, body.right, "__contains__", body.left)
    elif body.operator in _COMPARE:
        if body.operator == "!=" and "__ne__" not in solver.class_names:  # then Python asks ``__eq__``
            _special(solver, context, op, body.left, "__eq__", body.right)
        _special(solver, context, op, body.left, f"__{_COMPARE[body.operator]}__", body.right)


def step_unary(solver: Solver, context: Context, op: int, body: ir.Unary) -> None:
    """``-value``."""
    if body.operator in _UNARY:
        _special(solver, context, op, body.value, f"__{_UNARY[body.operator]}__")


def step_truth(solver: Solver, context: Context, op: int, body: ir.Truth) -> None:
    """``if value``."""
    for value in solver.get(context, body.value):
        if isinstance(value, (Instance, LibraryInstance)):
            for name in ("__bool__", "__len__"):
                if list(calls.method(solver, context, op, value, name, NO_ARGUMENTS, calls.CERTAIN)):
                    break


def step_format(solver: Solver, context: Context, op: int, body: ir.Format) -> None:
    """One value in an f-string."""
    for value in solver.get(context, body.value):
        if isinstance(value, Instance):
            names = ("__repr__",) if body.conversion == "r" else ("__format__", "__str__", "__repr__")
            for name in names:
                if list(calls.method(solver, context, op, value, name, NO_ARGUMENTS, calls.CERTAIN)):
                    break
