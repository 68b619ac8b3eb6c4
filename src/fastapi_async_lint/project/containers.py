"""Lists, tuples, sets and dicts: contents by key where the key is constant, else all in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.project.context import Reader, Slot
from fastapi_async_lint.project.values import (
    Constant,
    Container,
    ContainerMethod,
    Generator,
    Key,
    LibraryInstance,
    Nothing,
    Value,
    Values,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.arguments import Arguments
    from fastapi_async_lint.project.context import Context
    from fastapi_async_lint.project.solver import Solver

MAX_ROWS = 20
"""Items of a dict that iterating it keeps apart from each other."""
MAX_KEYS = 100
"""Constant keys that one container keeps apart."""

_STORES = frozenset({"append", "add", "appendleft", "put", "put_nowait", "push"})
_MERGES = frozenset({"extend", "update", "extendleft", "union", "__ior__", "__iadd__"})
_TAKES = frozenset({"get", "pop", "popleft", "__getitem__", "get_nowait"})
_COPIES = frozenset({"copy"})


def make(solver: Solver, context: Context, op: int, type: str, part: str = "") -> Container:
    """The container made at a place; ``part`` tells several made by one op apart."""
    return solver.intern.get(Container, type, context, op, part)


def store(solver: Solver, container: Container, key: Key, values: Values) -> None:
    """Put values under a key (None: somewhere)."""
    if key not in container.slots:
        if not values:
            return
        if len(container.slots) >= MAX_KEYS:
            key = None
        if key not in container.slots:
            container.slots[key] = Slot()
            for context, op in container.readers:
                solver.enqueue(context, op)
    solver.feed(container.slots[key], values)


def contents(solver: Solver, container: Container, reader: Reader) -> list[tuple[Key, Values]]:
    """Everything in it, by key; the reader is evaluated again when there is more."""
    container.readers[reader] = None
    return [(key, solver.read(slot, *reader)) for key, slot in list(container.slots.items())]


def elements(solver: Solver, container: Container, reader: Reader) -> Values:
    """What iterating it gives: keys of a dict, else everything in it."""
    found: Values = {}
    for key, values in contents(solver, container, reader):
        if container.type == "builtins.dict":
            if key is not None:
                found[solver.intern.get(Constant, key)] = None
        else:
            found |= values
    return found


def everything(solver: Solver, container: Container, reader: Reader) -> Values:
    """All values in it."""
    found: Values = {}
    for _, values in contents(solver, container, reader):
        found |= values
    return found


def look_up(solver: Solver, container: Container, keys: Values, reader: Reader) -> Values:
    """What ``container[key]`` may be."""
    constants = [v.value for v in keys if isinstance(v, Constant)]
    if (
        constants
        and len(constants) == len(keys)
        and all(k in container.slots or _exact(container, k) for k in constants)
    ):
        found: Values = {}
        container.readers[reader] = None
        for key in (*constants, None):
            if key in container.slots:
                found |= solver.read(container.slots[key], *reader)
        return found
    return everything(solver, container, reader)


def _exact(container: Container, key: Key) -> bool:
    return container.type == "builtins.dict" and isinstance(key, str)


def call_method(solver: Solver, method: ContainerMethod, arguments: Arguments, reader: Reader) -> list[Value]:
    """What a method of a container does to its contents, and what it gives."""
    container, name = method.container, method.name
    context, op = reader
    first = arguments.positional[0] if arguments.positional else {}
    if name in _STORES:
        store(solver, container, None, first)
    elif name == "insert" and len(arguments.positional) > 1:
        store(solver, container, None, arguments.positional[1])
    elif name in _MERGES:
        merge(solver, container, first, reader)
        for key, values in arguments.keywords:
            store(solver, container, key, values)
        return [container]
    elif name in _TAKES:
        default = arguments.positional[1] if len(arguments.positional) > 1 else {}
        return list(
            (look_up(solver, container, first, reader) if first else everything(solver, container, reader)) | default
        )
    elif name == "setdefault":
        default = arguments.positional[1] if len(arguments.positional) > 1 else {}
        keys = [v.value for v in first if isinstance(v, Constant)]
        store(solver, container, keys[0] if len(keys) == 1 else None, default)
        return list(look_up(solver, container, first, reader))
    elif name in _COPIES:
        return [container]
    elif name in ("values", "keys", "items", "popitem"):
        return _view(solver, container, name, context, op)
    return []


def _view(solver: Solver, container: Container, name: str, context: Context, op: int) -> list[Value]:
    reader = (context, op)
    if name == "keys":
        return [container]
    values = everything(solver, container, reader)
    if name == "values":
        view = make(solver, context, op, "builtins.list", "values")
        store(solver, view, None, values)
        return [view]
    if name == "popitem":
        return [_pair(solver, context, op, None, values)]
    view = make(solver, context, op, "builtins.list", "items")
    rows = contents(solver, container, reader)
    if len(rows) > MAX_ROWS:
        rows = [(None, values)]
    for key, held in rows:
        store(solver, view, None, {_pair(solver, context, op, key, held): None})
    return [view]


def _pair(solver: Solver, context: Context, op: int, key: Key, values: Values) -> Container:
    """``(key, value)``, one for each key where keys are kept apart."""
    pair = make(solver, context, op, "builtins.tuple", "pair" if key is None else f"pair {key!r}")
    if key is not None:
        store(solver, pair, 0, {solver.intern.get(Constant, key): None})
    store(solver, pair, 1, values)
    return pair


def merge(solver: Solver, container: Container, others: Values, reader: Reader) -> None:
    """Add the contents of other containers."""
    for other in others:
        if isinstance(other, Container) and other is not container:
            for key, all_values in contents(solver, other, reader):
                values = {v: None for v in all_values if not isinstance(v, (Constant, Nothing))}
                store(solver, container, key if container.type == other.type == "builtins.dict" else None, values)
        elif isinstance(other, LibraryInstance):
            store(solver, container, None, dict.fromkeys(generic_elements(other)))
        elif isinstance(other, Generator):
            store(solver, container, None, solver.read(other.context.yields, *reader))


def generic_elements(instance: LibraryInstance) -> list[Value]:
    """What iterating an annotated generic (``list[User]``) gives."""
    if not instance.arguments:
        return []
    if instance.name == "builtins.tuple":
        return [v for argument in instance.arguments for v in argument]
    return list(instance.arguments[0])


def generic_method(solver: Solver, instance: LibraryInstance, name: str, context: Context, op: int) -> list[Value]:
    """What calling a method of an annotated generic gives."""
    if not instance.arguments:
        return []
    last = list(instance.arguments[-1])
    if name in _TAKES or name == "setdefault":
        return last
    if name in _COPIES:
        return [instance]
    if instance.name == "builtins.dict" and name in ("values", "items", "popitem"):
        if name == "values":
            return [solver.intern.get(LibraryInstance, "iterator", (tuple(last),), None)]
        pair = solver.intern.get(LibraryInstance, "builtins.tuple", instance.arguments, None)
        return [pair if name == "popitem" else solver.intern.get(LibraryInstance, "iterator", ((pair,),), None)]
    return []


GENERICS = frozenset(
    {
        "builtins.list",
        "builtins.dict",
        "builtins.set",
        "builtins.tuple",
        "builtins.frozenset",
        "iterator",
        "async_iterator",
    }
)
