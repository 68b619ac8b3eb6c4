"""Builtins whose meaning is the language's own: ``super``, ``getattr``, ``type``, container constructors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import attributes, containers, dispatching, protocols
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import (
    ClassValue,
    Constant,
    Instance,
    LibraryInstance,
    LibraryValue,
    SuperValue,
    TypeForm,
    TypeVariable,
    Value,
    Values,
    Wrapped,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

SHORTEST_BEGINNING = 2
"""Characters of an attribute's name that must be known."""
MAX_BEGUN = 30
"""Methods that a name may stand for whose beginning only is known."""

Special = Callable[["Solver", Context, int, Arguments, int], Iterable[Value]]


def _super(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    method: Context | None = context
    while method is not None and method.scope.owner is None:
        method = method.parent
    if method is None or method.scope.owner is None:
        return ()
    info = solver.classes.get(method.scope.owner)
    receivers = (method.receiver,) if method.receiver is not None else tuple(method.values[0] or ())[:4]
    return [solver.intern.get(SuperValue, info, receiver) for receiver in receivers if info is not None]


def _getattr(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    if len(arguments.positional) < 2:
        return ()
    found: Values = {}
    for name in arguments.positional[1]:
        if isinstance(name, Constant) and isinstance(name.value, str):
            for base in arguments.positional[0]:
                found |= dict.fromkeys(attributes.read(solver, context, op, base, name.value))
    if not any(isinstance(name, Constant) for name in arguments.positional[1]):
        for base in arguments.positional[0]:
            for attribute in _begun(context, op, base):
                found |= dict.fromkeys(attributes.read(solver, context, op, base, attribute))
    return found | (arguments.positional[2] if len(arguments.positional) > 2 else {})


def _begun(context: Context, op: int, base: Value) -> list[str]:
    """The methods of the object whose name begins as that of a ``getattr`` call does: ``getattr(self, f"handle_{kind}")``."""
    call = context.scope.ops[op]
    beginning = _beginning(context, call.arguments[1].value) if isinstance(call, ir.Call) else ""
    if len(beginning) < SHORTEST_BEGINNING or not isinstance(base, Instance):
        return []
    names = dict.fromkeys(name for info in base.info.project_classes() for name in info.attributes)
    found = [name for name in names if name.startswith(beginning)]
    return found if len(found) <= MAX_BEGUN else []


def _beginning(context: Context, op: int) -> str:
    """The literal text that a text begins with."""
    ops = context.scope.ops
    body = ops[op]
    while isinstance(body, (ir.Bind, ir.Text, ir.Binary)):
        if isinstance(body, ir.Binary) and body.operator not in ("+", "%"):
            return ""
        if isinstance(body, ir.Text) and not body.parts:
            return ""
        is_formatted = isinstance(body, ir.Binary) and body.operator == "%"
        op = body.value if isinstance(body, ir.Bind) else body.left if isinstance(body, ir.Binary) else body.parts[0]
        body = ops[op]
        if is_formatted:
            return str(body.value).partition("%")[0] if isinstance(body, ir.Const) else ""
    return str(body.value) if isinstance(body, ir.Const) and body.type == "str" else ""


def _setattr(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    if len(arguments.positional) == 3:
        for name in arguments.positional[1]:
            if isinstance(name, Constant) and isinstance(name.value, str):
                for base in arguments.positional[0]:
                    attributes.write(solver, context, op, base, name.value, arguments.positional[2])
    return ()


def _type(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    found: list[Value] = []
    for value in arguments.positional[0] if len(arguments.positional) == 1 else ():
        if isinstance(value, Instance):
            found.append(solver.intern.get(ClassValue, value.info, value.arguments))
        elif isinstance(value, LibraryInstance):
            found.append(solver.intern.get(LibraryValue, value.name))
    return found


def _copied(type: str) -> Special:
    def special(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
        container = containers.make(solver, context, op, type)
        for values in arguments.positional[:1]:
            for value in values:
                containers.store(solver, container, None, protocols.iterated(solver, context, op, value))
        return (container,)

    return special


def _dict(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    container = containers.make(solver, context, op, "builtins.dict")
    for values in arguments.positional[:1]:
        containers.merge(solver, container, values, (context, op))
    for name, values in arguments.keywords:
        containers.store(solver, container, name, values)
    for values in arguments.mappings:
        containers.merge(solver, container, values, (context, op))
    return (container,)


def _deferring_dict(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    """``defaultdict(factory)``: what the factory gives may be under any key."""
    from fastapi_async_lint.project import calls

    container = containers.make(solver, context, op, "builtins.dict")
    for factory in arguments.positional[0] if arguments.positional else ():
        made = calls.call(solver, context, op, factory, Arguments(), rank)
        containers.store(solver, container, None, dict.fromkeys(made))
    return (container,)


def _cast(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    from fastapi_async_lint.project import declared

    if len(arguments.positional) != 2:
        return ()
    return declared.instances(solver, arguments.positional[0]) or arguments.positional[1]


def _new_type(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    """``NewType("Name", base)``: a form around the base, which is its type."""
    if len(arguments.positional) != 2:
        return ()
    origin = solver.intern.get(LibraryValue, "typing.NewType")
    return (solver.intern.get(TypeForm, origin, (tuple(arguments.positional[1]),)),)


def _type_variable(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    solver.type_variables = True
    return (solver.intern.get(TypeVariable, context, op),)


def _iterate(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    found: Values = {}
    for value in arguments.positional[0] if arguments.positional else ():
        found |= protocols.iterated(solver, context, op, value)
    return found | (arguments.positional[1] if len(arguments.positional) > 1 else {})


def _length(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    from fastapi_async_lint.project import calls

    for value in arguments.positional[0] if arguments.positional else ():
        list(calls.method(solver, context, op, value, "__len__", Arguments(), rank))
    return ()


def _text(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
    from fastapi_async_lint.project import calls

    for value in arguments.positional[0] if arguments.positional else ():
        if isinstance(value, Constant):
            return (solver.intern.get(Constant, str(value.value)),)
        if isinstance(value, Instance):
            for name in ("__str__", "__repr__"):
                if list(calls.method(solver, context, op, value, name, Arguments(), rank)):
                    break
    return (solver.intern.get(LibraryInstance, "builtins.str", (), None),)


def _wrapped(kind: str) -> Special:
    def special(solver: Solver, context: Context, op: int, arguments: Arguments, rank: int) -> Iterable[Value]:
        functions = arguments.find(0, "fget") or {}
        return [solver.intern.get(Wrapped, kind, function) for function in functions]

    return special


SPECIAL: dict[str, Special] = {
    "builtins.super": _super,
    "builtins.property": _wrapped("property"),
    "builtins.classmethod": _wrapped("classmethod"),
    "builtins.staticmethod": _wrapped("staticmethod"),
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.type": _type,
    "builtins.list": _copied("builtins.list"),
    "builtins.set": _copied("builtins.set"),
    "builtins.frozenset": _copied("builtins.set"),
    "builtins.tuple": _copied("builtins.list"),
    "builtins.sorted": _copied("builtins.list"),
    "collections.deque": _copied("builtins.list"),
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _deferring_dict,
    "typing.cast": _cast,
    "functools.singledispatch": dispatching.make,
    "functools.singledispatchmethod": dispatching.make,
    "typing.NewType": _new_type,
    "typing_extensions.NewType": _new_type,
    "typing.TypeVar": _type_variable,
    "typing_extensions.TypeVar": _type_variable,
    "builtins.next": _iterate,
    "builtins.anext": _iterate,
    "builtins.len": _length,
    "builtins.str": _text,
}
"""By name; what a library could express as data is in the catalog instead."""
