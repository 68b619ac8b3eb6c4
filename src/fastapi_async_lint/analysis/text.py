"""Where an op stands in its file, and what it looks like, without the file's text."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from functools import lru_cache

from fastapi_async_lint.diagnostics import Place
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.index import Module, ScopeInfo
from fastapi_async_lint.source.text import LineTable

MAX_PARTS = 6


@lru_cache(maxsize=4096)
def _lines(line_starts: bytes) -> LineTable:
    return LineTable.from_bytes(line_starts)


def place_of(scope: ScopeInfo, op: int) -> Place:
    """The op's text in its file."""
    start, end = scope.facts.span(op)
    return span_place(scope.module, start, end)


def definition_place(scope: ScopeInfo) -> Place:
    """The name in a ``def``."""
    start = scope.facts.name_start
    return span_place(scope.module, start, start + len(scope.facts.name))


def span_place(module: Module, start: int, end: int) -> Place:
    """A stretch of a module's text, given in code points."""
    lines = _lines(module.facts.line_starts)
    return Place(module.path, lines.position(start), lines.position(end))


def statement_rows(scope: ScopeInfo, op: int) -> tuple[int, int]:
    """First and last row of the statement that holds the op."""
    return _rows(scope.module, *scope.facts.span(op))


def definition_rows(scope: ScopeInfo) -> tuple[int, int]:
    """First and last row of the header of a ``def``, decorators excluded."""
    start = scope.facts.name_start
    return _rows(scope.module, start, start + len(scope.facts.name))


def _rows(module: Module, start: int, end: int) -> tuple[int, int]:
    bounds = array("I", module.facts.statements)
    starts = bounds[0::2]
    index = bisect_right(starts, start) - 1
    if index >= 0 and bounds[2 * index + 1] >= start:
        start, end = bounds[2 * index], max(end, bounds[2 * index + 1])
    lines = _lines(module.facts.line_starts)
    return lines.row(start), lines.row(max(start, end - 1))


def look(scope: ScopeInfo, op: int) -> str:
    """The op as a reader knows it: ``session.execute(…)``, ``with open(…)``, ``for row in query``."""
    body = scope.ops[op]
    if isinstance(body, ir.Call):
        name = dotted(scope, body.function)
        return f"@{name}" if body.decorator else f"{name}({'…' if body.arguments else ''})"
    if isinstance(body, ir.Enter):
        return f"with {look(scope, body.value)}"
    if isinstance(body, ir.Exit):
        enter = scope.ops[body.enter]
        return f"end of with {look(scope, enter.value)}" if isinstance(enter, ir.Enter) else "end of with"
    if isinstance(body, ir.Iterate):
        return f"for … in {look(scope, body.value)}"
    if isinstance(body, ir.Await):
        return f"await {look(scope, body.value)}"
    return dotted(scope, op)


def dotted(scope: ScopeInfo, op: int) -> str:
    """Names and attributes as written, as far as they can be told; ``…`` for the rest."""
    parts: list[str] = []
    while op >= 0 and len(parts) < MAX_PARTS:
        body = scope.ops[op]
        if isinstance(body, ir.Attribute):
            parts.append(body.name)
            op = body.base
            continue
        parts.append(_head(scope, op))
        break
    else:
        parts.append("…")
    return ".".join(reversed(parts))


def _head(scope: ScopeInfo, op: int) -> str:
    body = scope.ops[op]
    if isinstance(body, (ir.Free, ir.Parameter, ir.Bind)):
        return body.name
    if isinstance(body, ir.ImportModule):
        return body.bound
    if isinstance(body, ir.ImportFrom):
        return body.name
    if isinstance(body, ir.MakeFunction):
        return scope.module.scopes[body.scope].facts.name
    if isinstance(body, ir.Call):
        return f"{_short(scope, body.function)}(…)"
    if isinstance(body, ir.Await):
        return "(await …)"
    if isinstance(body, ir.Subscript):
        return f"{_short(scope, body.base)}[…]"
    return _local_name(scope, op)


def _short(scope: ScopeInfo, op: int) -> str:
    body = scope.ops[op]
    return body.name if isinstance(body, (ir.Attribute, ir.Free, ir.Parameter)) else _local_name(scope, op)


def _local_name(scope: ScopeInfo, op: int) -> str:
    """The local variable that was last bound to the op's value."""
    for name, binds in scope.binds.items():
        for bind in binds:
            body = scope.ops[bind]
            if isinstance(body, ir.Bind) and body.value == op:
                return name
    return "…"
