"""Values that occur together: ``for path, endpoint in ROUTES`` takes both from one row of a table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import Constant, Container, Value, Values

MAX_TEXTS = 50
"""Texts that one f-string is followed into."""


def argument_op(call: ir.Call, position: int | None, keyword: str) -> int:
    """The op of an argument by keyword or position; NONE where it is not given as such."""
    plain = [a for a in call.arguments if not a.stars and not a.keyword]
    named = next((a.value for a in call.arguments if keyword and a.keyword == keyword), NONE)
    if named == NONE and position is not None and position < len(plain):
        return plain[position].value
    return named


def together(project: Project, context: Context, ops: tuple[int, ...]) -> Iterator[tuple[Values, ...]]:
    """The values of several ops, row by row where they come from the same element of one iteration, else all of each.

    An op of NONE has no values. An f-string of known parts counts as the texts it may be.
    """
    sources = {source for op in ops if op != NONE for source in _iterations(context, op)}
    tables = [elements for source in sorted(sources) if (elements := _elements(project, context, source))]
    if len(sources) != 1 or not tables:
        yield tuple(_values(project, context, op, None, NONE) for op in ops)
        return
    (source,) = sources
    for element in tables[0]:
        yield tuple(_values(project, context, op, element, source) for op in ops)


def _iterations(context: Context, op: int) -> Iterator[int]:
    """The iterations that an op's value comes from."""
    pending, seen = [op], set()
    while pending:
        current = pending.pop()
        if current in seen or current == NONE:
            continue
        seen.add(current)
        body = context.scope.ops[current]
        if isinstance(body, ir.Iterate):
            yield current
        elif isinstance(body, (ir.Unpack, ir.Bind, ir.Format)):
            pending.append(body.value)
        elif isinstance(body, ir.Subscript):
            pending.append(body.base)
        elif isinstance(body, ir.Text):
            pending.extend(body.parts)
        elif isinstance(body, ir.Phi):
            pending.extend(body.sources)


def _elements(project: Project, context: Context, iteration: int) -> list[Container]:
    """The rows of what is iterated, where all of them are tuples or lists written out."""
    elements = list(project.solver.get(context, iteration))
    rows = [element for element in elements if isinstance(element, Container)]
    return rows if len(rows) == len(elements) else []


def _values(project: Project, context: Context, op: int, row: Container | None, iteration: int) -> Values:
    if op == NONE:
        return {}
    body = context.scope.ops[op]
    if isinstance(body, (ir.Bind, ir.Format)):
        return _values(project, context, body.value, row, iteration)
    if isinstance(body, ir.Text):
        return _texts(project, [_values(project, context, part, row, iteration) for part in body.parts])
    if row is not None and isinstance(body, ir.Unpack) and not body.starred and _is(context, body.value, iteration):
        return _cell(row, body.index)
    if row is not None and isinstance(body, ir.Subscript) and _is(context, body.base, iteration):
        keys = [v.value for v in project.solver.get(context, body.key) if isinstance(v, Constant)]
        return _cell(row, keys[0]) if len(keys) == 1 else {}
    return project.solver.get(context, op)


def _is(context: Context, op: int, iteration: int) -> bool:
    while isinstance(body := context.scope.ops[op], ir.Bind):
        op = body.value
    return op == iteration


def _cell(row: Container, key: str | int | float | bool | None) -> Values:
    slot = row.slots.get(key) or row.slots.get(None)
    return slot.values if slot is not None else {}


def _texts(project: Project, parts: list[Values]) -> Values:
    """All texts that the parts can make; nothing where one is not known."""
    found: Values = {}
    known = [[str(v.value) for v in part if isinstance(v, Constant)] for part in parts]
    for number, combination in enumerate(product(*known)):
        if number >= MAX_TEXTS:
            break
        found[project.solver.intern.get(Constant, "".join(combination))] = None
    return found


def holds(values: Values, wanted: Value) -> bool:
    """Whether the values have this one, as it is or as a bound method."""
    return any(value is wanted or getattr(value, "function", None) is wanted for value in values)
