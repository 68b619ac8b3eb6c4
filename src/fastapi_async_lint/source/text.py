"""The bytes of a file, its text as Python reads it, and rows and columns in it."""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.diagnostics import Position

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n|\r|\n")
_FIRST_TWO_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?[^\r\n]*")


class UnreadableFile(Exception):
    """A file whose text cannot be had. ``str()`` is the reason, one line; ``row`` (from 1) is where known."""

    def __init__(self, reason: str, path: Path | None = None, row: int | None = None) -> None:
        super().__init__(reason)
        self.path = path
        self.row = row


def read_source(path: Path) -> bytes:
    """The file's bytes. Raises :class:`UnreadableFile` for whatever keeps them from being read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(f"cannot be read: {reason}", path) from error


def decode(source: bytes, path: Path | None = None) -> str:
    """The text as Python decodes it: UTF-8 unless a byte order mark or an encoding cookie says otherwise.

    Line ends stay as they are; a byte order mark is no part of the text. Raises :class:`UnreadableFile`, with
    ``path`` in it, where Python would raise ``SyntaxError``.
    """
    start = _FIRST_TWO_LINES.match(source)
    if start is None or b"coding" not in start[0]:
        encoding, source = "utf-8", source.removeprefix(_BOM)
    else:
        encoding = _declared_encoding(start[0], path)
        source = source.removeprefix(_BOM)
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        row = len(_LINE_END.findall(source[: error.start].decode("latin-1"))) + 1
        byte = source[error.start : error.start + 1].hex()
        raise UnreadableFile(f"is not {encoding} text (byte 0x{byte})", path, row) from error
    except (LookupError, ValueError) as error:
        raise UnreadableFile(f"cannot be decoded as {encoding}: {error}", path, 1) from error


def _declared_encoding(first_lines: bytes, path: Path | None) -> str:
    import tokenize  # only files with a cookie need it

    # it reads lines that end in \n, but the compiler accepts all three line ends
    lines = iter(first_lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n").splitlines(keepends=True))
    try:
        encoding, _ = tokenize.detect_encoding(lambda: next(lines, b""))
    except SyntaxError as error:
        raise UnreadableFile(str(error.msg), path, 1) from error
    return "utf-8" if encoding == "utf-8-sig" else encoding


@dataclass(frozen=True, slots=True)
class LineTable:
    """Where each line starts, in code points from the beginning of the text; the first entry is 0."""

    starts: Sequence[int]

    @classmethod
    def of(cls, text: str) -> LineTable:
        """The table of a text. Lines end as for Python: ``\\n``, ``\\r\\n`` or ``\\r``, nothing else."""
        return cls([0, *(match.end() for match in _LINE_END.finditer(text))])

    @classmethod
    def from_bytes(cls, line_starts: bytes) -> LineTable:
        """The table as ``ModuleFacts.line_starts`` holds it: little-endian uint32."""
        starts = array("I", line_starts)
        if sys.byteorder == "big":
            starts.byteswap()
        return cls(starts or [0])

    def row(self, offset: int) -> int:
        """The row, from 1, that holds the offset."""
        return bisect_right(self.starts, offset)

    def line_start(self, offset: int) -> int:
        """The offset at which the line of ``offset`` starts."""
        return self.starts[bisect_right(self.starts, offset) - 1]

    def position(self, offset: int) -> Position:
        """Row and column, both from 1. An offset behind the text lies on the last line."""
        row = bisect_right(self.starts, offset)
        return Position(row, offset - self.starts[row - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of a position. A row behind the text counts as the last one; columns are not checked."""
        row = min(position.row, len(self.starts))
        return self.starts[row - 1] + position.column - 1
