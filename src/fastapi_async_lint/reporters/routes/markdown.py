"""A Markdown table."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.reporters._markdown import cell, table
from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._text import display_path
from fastapi_async_lint.reporters.routes._rows import HEAD, Row, rows


def report(findings: Findings, context: Context) -> Iterator[str]:
    """Head and a row per endpoint."""
    yield from table(HEAD, (_cells(row, context) for row in rows(findings)))


def _cells(row: Row, context: Context) -> list[str]:
    place = row.endpoint.place
    return [cell(c) for c in row.cells(f"{display_path(place.path, context.cwd)}:{place.start.row}")]
