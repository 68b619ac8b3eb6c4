"""A table for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._text import Paint, columns, display_path, plural, printable
from fastapi_async_lint.reporters.routes._rows import HEAD, VERDICTS, Row, rows


def report(findings: Findings, context: Context) -> Iterator[str]:
    """Head, a line per endpoint, and how many endpoints got which verdict."""
    paint = Paint(context.colour)
    listed = list(rows(findings))
    if not listed:
        yield f"No endpoints found in {plural(findings.files, 'file')}."
        return
    lines = columns([HEAD, *(_cells(row, context) for row in listed)])
    yield paint.bold(lines[0])
    for row, line in zip(listed, lines[1:], strict=True):
        yield paint.red(line) if row.blocks else line
    if not context.quiet:
        tally = Counter(row.endpoint.verdict for row in listed)
        yield ""
        parts = ", ".join(f"{verdict}: {tally[verdict]}" for verdict in VERDICTS if tally[verdict])
        yield f"{plural(len(listed), 'endpoint')} ({parts})."


def _cells(row: Row, context: Context) -> list[str]:
    place = row.endpoint.place
    return [printable(c) for c in row.cells(f"{display_path(place.path, context.cwd)}:{place.start.row}")]
