"""A page of its own, without anything to load: the table of endpoints, to be opened in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._text import display_path, plural, printable
from fastapi_async_lint.reporters.routes._rows import HEAD, VERDICTS, Row, rows

STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 2rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.4rem 0.6rem; border-bottom: 1px solid #8884; vertical-align: top; }
thead th { position: sticky; top: 0; background: Canvas; }
td.number { text-align: right; }
td.code { font-family: ui-monospace, monospace; }
tr.bad td.verdict { color: #c62828; font-weight: 600; }
dt { font-weight: 600; }
"""
NUMBERS = range(4, 9)
"""Columns of :data:`HEAD` that hold counts."""


def report(findings: Findings, context: Context) -> Iterator[str]:
    """The whole page."""
    listed = list(rows(findings))
    title = f"Endpoints of {escape(findings.root.name)}"
    yield "<!doctype html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>'
    yield f"<body><h1>{title}</h1><p>{plural(len(listed), 'endpoint')}, fastapi-async-lint {escape(context.version)}</p>"
    yield f"<table><thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in HEAD)}</tr></thead><tbody>"
    for row in listed:
        yield _row(row, context)
    yield "</tbody></table>"
    meanings = "".join(f"<dt>{escape(word)}</dt><dd>{escape(text)}</dd>" for word, text in VERDICTS.items())
    yield f"<h2>Verdicts</h2><dl>{meanings}</dl></body></html>"


def _row(row: Row, context: Context) -> str:
    place = row.endpoint.place
    cells = row.cells(f"{display_path(place.path, context.cwd)}:{place.start.row}")
    shown = "".join(
        f'<td class="{_cell_class(number)}">{escape(printable(text))}</td>' for number, text in enumerate(cells)
    )
    return f'<tr class="{"bad" if row.blocks else "good"}">{shown}</tr>'


def _cell_class(number: int) -> str:
    if number in NUMBERS:
        return "number"
    return "verdict" if HEAD[number] == "Verdict" else "code"
