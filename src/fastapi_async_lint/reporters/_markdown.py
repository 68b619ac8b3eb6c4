"""Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fastapi_async_lint.reporters._text import printable


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table whose cells are Markdown already."""
    yield _row(head)
    yield _row(["---"] * len(head))
    for row in rows:
        yield _row(row)


def cell(text: str) -> str:
    """Plain text as a cell: on one line, and with nothing that Markdown, HTML or the table would read as markup."""
    shown = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return shown.replace("*", "\\*").replace("_", "\\_").replace("[", "\\[")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
