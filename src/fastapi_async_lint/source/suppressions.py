"""Comments that ask for silence: ``# noqa``, ``# noqa: FAL101``, ``# flake8: noqa``, read as flake8 reads them.

That is: exactly one space behind ``#``; ``noqa`` in any case, codes as written, each standing for all codes that begin
with it; whatever is no list of codes behind a colon (``# noqa: F``, ``# noqa : FAL101``) silences everything; and a
line that begins with ``# flake8: noqa`` silences the whole file, codes behind it or not. One thing differs: text
in a string is no comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.diagnostics import Position
from fastapi_async_lint.source.comments import Comment, scan
from fastapi_async_lint.source.text import LineTable, UnreadableFile, decode

_INLINE = re.compile(r"# noqa(?::\s?((?:[A-Z]+[0-9]+[,\s]*)+))?", re.IGNORECASE)
_FILE = re.compile(r"# flake8[:=]\s*noqa", re.IGNORECASE)
_ANY = re.compile(r"# (?:flake8[:=]\s*)?noqa", re.IGNORECASE)
_CODE = re.compile(r"[^,\s]+")


@dataclass(frozen=True, slots=True)
class NoqaCode:
    """One code of a ``# noqa: …``, as written, and where it stands; ``end`` is exclusive."""

    code: str
    start: Position
    end: Position

    def covers(self, code: str) -> bool:
        """Whether findings of ``code`` are meant."""
        return code.startswith(self.code)


@dataclass(frozen=True, slots=True)
class Noqa:
    """One comment that asks for silence. ``start``/``end``: from its ``#`` to where the codes end.

    It speaks for the rows ``first_row`` to ``start.row``: one, or more where the line is a continuation of those above
    it (by backslash, or in a string of several lines).
    """

    start: Position
    end: Position
    first_row: int
    codes: tuple[NoqaCode, ...] | None
    """None: every code."""

    def covers(self, code: str) -> tuple[NoqaCode, ...] | None:
        """The codes in the comment that mean ``code``; empty for a blanket one; None where it means others."""
        if self.codes is None:
            return ()
        return tuple(one for one in self.codes if one.covers(code)) or None


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All requests for silence in one file, in order."""

    lines: tuple[Noqa, ...] = ()
    files: tuple[Noqa, ...] = ()
    """Those for the whole file."""

    def matching(self, code: str, first_row: int, last_row: int) -> tuple[tuple[Noqa, NoqaCode | None], ...]:
        """Who silences a finding of a statement on these rows: comments, each with the code that means it.

        None stands for the code where the comment has none. Empty: nobody does.
        """
        found: list[tuple[Noqa, NoqaCode | None]] = [(one, None) for one in self.files]
        for one in self.lines:
            if one.first_row <= last_row and first_row <= one.start.row:
                codes = one.covers(code)
                if codes is not None:
                    found += [(one, each) for each in codes] or [(one, None)]
        return tuple(found)

    def suppresses(self, code: str, first_row: int, last_row: int) -> bool:
        """Whether a finding of a statement on these rows is silenced."""
        return bool(self.matching(code, first_row, last_row))


NOTHING = Suppressions()


def read_suppressions(source: bytes) -> Suppressions:
    """Those of a file with these bytes; none for text that cannot be decoded."""
    if b"noqa" not in source.lower():
        return NOTHING
    try:
        text = decode(source)
    except UnreadableFile:
        return NOTHING
    return suppressions_of(text)


def suppressions_of(text: str) -> Suppressions:
    """Those of a text."""
    if _ANY.search(text) is None:
        return NOTHING
    lines = LineTable.of(text)
    inline: list[Noqa] = []
    whole: list[Noqa] = []
    for comment, begin in _comments(text, lines):
        end = comment.end
        if begin == comment.start and (found := _FILE.match(text, comment.start, end)):
            position = lines.position(comment.start)
            whole.append(Noqa(position, lines.position(found.end()), position.row, None))
        if found := _INLINE.search(text, comment.start, end):
            inline.append(_inline(found, lines, begin))
    return Suppressions(tuple(inline), tuple(whole))


def _inline(found: re.Match[str], lines: LineTable, begin: int) -> Noqa:
    codes = None
    end = found.end()
    if found[1] is not None:
        codes = tuple(
            NoqaCode(one[0], lines.position(one.start()), lines.position(one.end()))
            for one in _CODE.finditer(found.string, found.start(1), found.end(1))
        )
        end = found.start(1) + len(found[1].rstrip(", \t"))
    return Noqa(lines.position(found.start()), lines.position(end), lines.row(begin), codes)


def _comments(text: str, lines: LineTable) -> Iterator[tuple[Comment, int]]:
    """Comments that may matter, each with where the text of its line begins, lines that it continues included."""
    spans: list[tuple[int, int]] = []
    comment_ends: set[int] = set()
    for one in scan(text):
        if not isinstance(one, Comment):
            spans.append(one)
            continue
        if _ANY.search(text, one.start, one.end):
            yield one, _begin(text, lines, one.start, spans, comment_ends)
        comment_ends.add(one.end)


_CONTINUED = re.compile(r"\\(?:\r\n|\r|\n)$")


def _begin(text: str, lines: LineTable, offset: int, spans: list[tuple[int, int]], comment_ends: set[int]) -> int:
    """The first character, spaces aside, of the line of ``offset``, taking lines together that belong together.

    ``spans``: the strings of several lines before ``offset``, in order. ``comment_ends``: where the comments before it end.
    """
    index = len(spans) - 1
    start = lines.line_start(offset)
    while start > 0:
        while index >= 0 and spans[index][0] >= start:
            index -= 1
        continued = _CONTINUED.search(text, max(start - 3, 0), start)
        if index >= 0 and start <= spans[index][1]:
            start = lines.line_start(spans[index][0])
        elif continued and continued.start() + 1 not in comment_ends:
            start = lines.line_start(continued.start())
        else:
            break
    while start < offset and text[start] in " \t\f":
        start += 1
    return start
