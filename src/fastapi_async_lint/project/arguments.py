"""The arguments of a call, and how they reach parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import containers
from fastapi_async_lint.project.context import Context, Reader, incoming
from fastapi_async_lint.project.feasible import passed_flags, switches
from fastapi_async_lint.project.values import (
    Constant,
    Container,
    FunctionValue,
    Key,
    Nothing,
    Value,
    Values,
    is_callable,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.index import ScopeInfo
    from fastapi_async_lint.project.solver import Solver

MAX_CHOICES = 3
"""Callable values of one argument that are followed apart from each other."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The values of a call's arguments. ``stars`` and ``mappings`` are those of ``*x`` and ``**x``."""

    positional: tuple[Values, ...] = ()
    keywords: tuple[tuple[str, Values], ...] = ()
    stars: tuple[Values, ...] = ()
    mappings: tuple[Values, ...] = ()

    def find(self, position: int | None, keyword: str) -> Values | None:
        """The argument at a position or of a keyword; None if it is not given."""
        if keyword:
            for name, values in self.keywords:
                if name == keyword:
                    return values
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    def after(self, position: int, without: str = "") -> Arguments:
        """The arguments behind a position, keywords kept but for one."""
        kept = tuple((n, v) for n, v in self.keywords if n != without)
        return replace(self, positional=self.positional[position:], keywords=kept)

    def prepend(self, *values: Values) -> Arguments:
        """The same with positional arguments before the others."""
        return replace(self, positional=(*values, *self.positional))


NO_ARGUMENTS = Arguments()


def of_call(solver: Solver, context: Context, body: ir.Call, reader: Reader | None = None) -> Arguments:
    """Read the arguments of a call op. Positional ones behind a ``*x`` count as part of it.

    ``reader``: the op of another context that is evaluated again when they grow.
    """
    positional: list[Values] = []
    keywords: list[tuple[str, Values]] = []
    stars: list[Values] = []
    mappings: list[Values] = []
    for argument in body.arguments:
        value = argument.value
        values = solver.get(context, value) if reader is None else solver.read_op(context, value, *reader)
        if argument.stars == 1:
            stars.append(values)
        elif argument.stars == 2:
            mappings.append(values)
        elif argument.keyword:
            keywords.append((argument.keyword, values))
        else:
            positional.append(values)
    return Arguments(tuple(positional), tuple(keywords), tuple(stars), tuple(mappings))


def unpacked(solver: Solver, arguments: Arguments, reader: Reader | None = None) -> Arguments:
    """The same with what is known of ``*x`` and ``**x`` as arguments of their own, behind the others; they stay, for what is not known.

    ``reader``: the op that is evaluated again when they hold more.
    """
    positional = list(arguments.positional)
    for source in arguments.stars:
        cells = [cell for cell in _cells(solver, source, reader) if isinstance(cell[0], int) and cell[0] >= 0]
        start = len(positional)
        for key, values in sorted(cells, key=lambda cell: cell[0]):
            positional += [{} for _ in range(start + key + 1 - len(positional))]
            positional[start + key] |= values
    keywords = dict(arguments.keywords)
    for source in arguments.mappings:
        for key, values in _cells(solver, source, reader):
            if isinstance(key, str):
                keywords[key] = keywords.get(key, {}) | values
    return replace(arguments, positional=tuple(positional), keywords=tuple(keywords.items()))


def _cells(solver: Solver, source: Values, reader: Reader | None) -> Iterator[tuple[Any, Values]]:
    for value in source:
        if isinstance(value, Container):
            if reader is None:
                yield from ((key, slot.values) for key, slot in value.slots.items())
            else:
                yield from containers.contents(solver, value, reader)


def assign(
    solver: Solver, scope: ScopeInfo, arguments: Arguments, offset: int, reader: Reader
) -> tuple[dict[int, Values], list[tuple[int, Key, Values]]]:
    """Which parameter gets which values; and what goes into ``*args`` / ``**kwargs`` (parameter, key, values).

    ``offset`` parameters are taken by the receiver. What stars and mappings hold is read for ``reader``.
    """
    given: dict[int, Values] = {}
    rest: list[tuple[int, Key, Values]] = []
    parameters = scope.facts.parameters
    star = next((i for i, p in enumerate(parameters) if p.kind == "star"), -1)
    mapping = next((i for i, p in enumerate(parameters) if p.kind == "star-star"), -1)
    slots = [i for i, p in enumerate(parameters) if p.kind in ("positional-only", "positional")][offset:]

    def give(position: int, values: Values) -> None:
        if position < len(slots):
            given[slots[position]] = given.get(slots[position], {}) | values
        elif star >= 0:
            rest.append((star, position - len(slots), values))

    for position, values in enumerate(arguments.positional):
        give(position, values)
    for name, values in arguments.keywords:
        _by_name(scope, given, rest, mapping, name, values)
    for source in arguments.stars:
        for value in source:
            if isinstance(value, Container):
                _spread(solver, value, len(arguments.positional), len(slots) + (star >= 0), give, reader)
    for source in arguments.mappings:
        for value in source:
            if isinstance(value, Container):
                for key, values in containers.contents(solver, value, reader):
                    if isinstance(key, str):
                        _by_name(scope, given, rest, mapping, key, values)
    return given, rest


def _by_name(
    scope: ScopeInfo,
    given: dict[int, Values],
    rest: list[tuple[int, Key, Values]],
    mapping: int,
    name: str,
    values: Values,
) -> None:
    index = scope.parameters.get(name, -1)
    if index >= 0 and scope.facts.parameters[index].kind in ("positional", "keyword-only"):
        given[index] = given.get(index, {}) | values
    elif mapping >= 0:
        rest.append((mapping, name, values))


def _spread(
    solver: Solver, source: Container, start: int, count: int, give: Callable[[int, Values], None], reader: Reader
) -> None:
    for key, values in containers.contents(solver, source, reader):
        if isinstance(key, int) and key >= 0:
            give(start + key, values)
        elif key is None and values:
            for position in range(start, max(count, start + 1)):
                give(position, values)


def choices(
    scope: ScopeInfo, given: dict[int, Values], rest: Sequence[tuple[int, Key, Values]] = ()
) -> list[tuple[tuple[int, Value], ...]]:
    """The combinations of callable arguments that get contexts of their own; ``[()]`` where there is none or too many.

    One in ``*args`` or ``**kwargs`` stands below a negative number: it is no value of the parameter itself.
    """
    keyed: list[list[tuple[int, Value]]] = []
    parameters = [(index, index, given[index]) for index in sorted(given)]
    for parameter, index, values in (*parameters, *((star, ~star, values) for star, _, values in rest)):
        if parameter not in scope.forwards:
            continue
        callables = [v for v in values if is_callable(v)]
        if not callables:
            continue
        if len(callables) > MAX_CHOICES:
            return [()]
        keyed.append([(index, v) for v in callables])
    if not keyed:
        return [()]
    combinations = list(product(*keyed))
    return combinations if len(combinations) <= MAX_CHOICES else [()]


def flags(
    solver: Solver, function: FunctionValue, scope: ScopeInfo, given: dict[int, Values], complete: bool
) -> tuple[tuple[int, Value], ...]:
    """The literal values of the parameters that the body's conditions test, and the flags among those that it hands on.

    ``complete``: what is not given has its default.
    """
    found: list[tuple[int, Value]] = []
    tested, handed_on = switches(scope), passed_flags(scope)
    for index in sorted(tested | handed_on):
        values = given.get(index)
        if values is None and complete:
            values = default(solver, function, scope.facts.parameters[index].name)
        if values and len(values) == 1:
            (value,) = values
            if isinstance(value, (Constant, Nothing)) and (index in tested or _is_flag(value)):
                found.append((index, value))
    return tuple(found)


def _is_flag(value: Value) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, bool)


def default(solver: Solver, function: FunctionValue, name: str) -> Values:
    """The literal default of a parameter; nothing where it has none, or one that is computed."""
    make = function.definer.scope.ops[function.op]
    if isinstance(make, ir.MakeFunction):
        for parameter, default in make.defaults:
            if parameter == name and isinstance(function.definer.scope.ops[default], ir.Const):
                return solver.get(function.definer, default)
    return {}


def deliver(
    solver: Solver,
    target: Context,
    given: dict[int, Values],
    rest: list[tuple[int, Key, Values]],
) -> None:
    """Hand the values to the parameters of the target; callables that are part of its key are there already."""
    keyed = {index for index, _ in target.key}
    for index, values in given.items():
        if index not in keyed and values:
            solver.feed(incoming(target, index), values)
    for index, key, values in rest:
        kind = "builtins.dict" if isinstance(key, str) else "builtins.tuple"
        container = solver.intern.get(Container, kind, target, index)
        containers.store(solver, container, key, values)
