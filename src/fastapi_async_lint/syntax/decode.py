"""Bytes to text, the way Python reads a source file (PEP 263)."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from bisect import bisect_right

from fastapi_async_lint.syntax.unreadable import Unreadable

_LINE_END = re.compile(r"\r\n?|\n")


def decode(source: bytes) -> str:
    """The text of a file: byte order mark removed, line ends as they are.

    Raises Unreadable for an unknown or wrong encoding declaration, bytes that do not fit it, and null bytes.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError as error:
        raise _undecodable(source, str(error)) from None
    body = source[len(codecs.BOM_UTF8) :] if source.startswith(codecs.BOM_UTF8) else source
    try:
        text = body.decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except UnicodeDecodeError as error:
        row, column = place(body[: error.start].decode(encoding, "replace"), -1)
        raise Unreadable(f"not {encoding} text: {error.reason}", row, column) from None
    except (LookupError, ValueError) as error:
        raise Unreadable(f"cannot decode as {encoding}: {error}") from None
    null = text.find("\0")
    if null >= 0:
        raise Unreadable("null byte", *place(text, null))
    return text


def _undecodable(source: bytes, reason: str) -> Unreadable:
    """Why the encoding could not be told: a bad declaration, or bytes that are not UTF-8 in the first two lines."""
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        row, column = place(source[: error.start].decode("utf-8", "replace"), -1)
        return Unreadable(reason, row, column)
    return Unreadable(reason)


def line_starts(text: str) -> list[int]:
    """Offsets (code points) of the first character of each line; ``\\n``, ``\\r\\n`` and ``\\r`` end lines."""
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        position += 1
        starts.append(position)
        position = text.find("\n", position)
    return starts


def place(text: str, offset: int) -> tuple[int, int]:
    """Row and column, from 1, of an offset into the text; a negative offset means the end."""
    starts = line_starts(text)
    if offset < 0:
        offset = len(text)
    row = bisect_right(starts, offset)
    return row, offset - starts[row - 1] + 1
