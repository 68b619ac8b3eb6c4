"""Pieces of text that several formats share: paths, colours, harmless characters, plurals."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.diagnostics import Place


def display_path(path: Path, cwd: Path) -> str:
    """``path`` relative to ``cwd``, also upwards; absolute where it lies on another drive."""
    try:
        return os.path.relpath(path, cwd)
    except ValueError:
        return str(path)


def uri_path(path: Path, base: Path) -> str | None:
    """``path`` relative to ``base`` with ``/``, for formats that need it; None where it lies outside."""
    try:
        return path.relative_to(base).as_posix()
    except ValueError:
        return None


def location(place: Place, cwd: Path) -> str:
    """``path:row:column``."""
    return f"{display_path(place.path, cwd)}:{place.start.row}:{place.start.column}"


def printable(text: str) -> str:
    """The text on one line and without control characters: source text must not steer a terminal."""
    return "".join(c if c.isprintable() else " " if c in "\n\t" else c.encode("unicode_escape").decode() for c in text)


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def cut(items: Sequence[str], limit: int) -> str:
    """The items, comma-separated, at most ``limit`` of them: ``a, b and 7 more``."""
    if len(items) <= limit:
        return ", ".join(items)
    return f"{', '.join(items[:limit])} and {len(items) - limit} more"


@dataclass(frozen=True, slots=True)
class Paint:
    """ANSI colours, or none."""

    on: bool

    def bold(self, text: str) -> str:
        return self._wrap("1", text)

    def dim(self, text: str) -> str:
        return self._wrap("2", text)

    def red(self, text: str) -> str:
        return self._wrap("1;31", text)

    def yellow(self, text: str) -> str:
        return self._wrap("1;33", text)

    def green(self, text: str) -> str:
        return self._wrap("32", text)

    def cyan(self, text: str) -> str:
        return self._wrap("36", text)

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text


def columns(rows: Iterable[Sequence[str]], gap: str = "  ") -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell; the last one is not padded."""
    table = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [gap.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
