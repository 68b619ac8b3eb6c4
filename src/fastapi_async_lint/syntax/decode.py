"""Bytes to text, with the place of what keeps them from being text."""

from __future__ import annotations

from fastapi_async_lint.source.text import LineTable, UnreadableFile
from fastapi_async_lint.source.text import decode as decode_source
from fastapi_async_lint.syntax.unreadable import Unreadable


def decode(source: bytes) -> tuple[str, LineTable]:
    """The text of a file, byte order mark removed and line ends as they are, and where its lines start.

    Raises Unreadable for an unknown or wrong encoding declaration, bytes that do not fit it, and null bytes.
    """
    try:
        text = decode_source(source)
    except UnreadableFile as error:
        raise Unreadable(str(error), error.row or 1) from None
    lines = LineTable.of(text)
    null = text.find("\0")
    if null >= 0:
        where = lines.position(null)
        raise Unreadable("null byte", where.row, where.column)
    return text, lines
