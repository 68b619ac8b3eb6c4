"""``# noqa: FAL101, E501`` → ``# noqa: E501``: codes that suppress nothing go, and with the last one the comment."""

from __future__ import annotations

import re

from fastapi_async_lint.diagnostics import Applicability, Confidence, Diagnostic
from fastapi_async_lint.fixes.result import Proposal, refused
from fastapi_async_lint.fixes.site import Source, TextEdit
from fastapi_async_lint.source.comments import Comment
from fastapi_async_lint.source.suppressions import Noqa, suppressions_of

RULE = "unused-suppression"
_BLANK = " \t\f"
_SEPARATOR = re.compile(r"[ \t\f]*(?:[,:;]+|-+(?=[ \t]))?[ \t\f]*")
"""What parts the codes from an explanation."""
_DIRECTIVE = re.compile(r"[\w-]+\s*[:=]|nosec\b|nosonar\b", re.IGNORECASE)
"""Words that might mean something to another tool, once they begin a comment."""
_COOKIE = re.compile(r"coding[:=]")
_REFUSED = "The comment cannot be removed mechanically"


def propose(source: Source, diagnostic: Diagnostic) -> Proposal | None:
    """Remove the codes; where other tools might read what is left differently from before, say so instead."""
    if diagnostic.name != RULE:
        return None
    comment = source.comment_at(source.lines.offset(diagnostic.place.start))
    noqa = source.suppressions.get(diagnostic.place.start)
    if comment is None or noqa is None or not noqa.codes:
        return refused(f"{_REFUSED}: it stands in a string")
    kept = [code.code for code in noqa.codes if code.start not in diagnostic.remedy.idle]
    edit = _without_codes(source, noqa, diagnostic) if kept else _without_comment(source, noqa, comment)
    if edit is None:
        return refused(f"{_REFUSED}: the rest of it might mean something to another tool")
    after = source.text[comment.start : edit.start] + edit.content + source.text[edit.end : comment.end]
    left = suppressions_of(after)
    if left.files or [[code.code for code in one.codes or ()] for one in left.lines] != ([kept] if kept else []):
        return refused(f"{_REFUSED}: the rest of it would suppress something else")
    applicability = Applicability.SAFE if diagnostic.confidence is Confidence.CERTAIN else Applicability.UNSAFE
    message = "Remove the codes that suppress nothing" if kept else "Remove the comment"
    return Proposal(applicability, message, (edit,))


def _without_codes(source: Source, noqa: Noqa, diagnostic: Diagnostic) -> TextEdit:
    """Each code that stays keeps the separator before it, the first one none."""
    assert noqa.codes
    offset, text = source.lines.offset, source.text
    begin = offset(noqa.codes[0].start)
    parts: list[str] = []
    last = begin
    for code in noqa.codes:
        if code.start not in diagnostic.remedy.idle:
            parts += [text[last : offset(code.start)] if parts else "", code.code]
        last = offset(code.end)
    return TextEdit(begin, last, "".join(parts))


def _without_comment(source: Source, noqa: Noqa, comment: Comment) -> TextEdit | None:
    """The comment goes with the space before it, or with its line where it has one of its own; an explanation stays."""
    text, offset = source.text, source.lines.offset
    begin, end = offset(noqa.start), offset(noqa.end)
    rest = text[end : comment.end]
    said = _SEPARATOR.sub("", rest, count=1)
    if said.startswith("#"):
        return TextEdit(begin, comment.end - len(said), "")
    if said:
        return None if _DIRECTIVE.match(said) else TextEdit(begin + len("# "), comment.end - len(said), "")
    line = source.lines.line_start(begin)
    start = line + len(text[line:begin].rstrip(_BLANK))
    if start > line:
        return TextEdit(start, comment.end, "")
    if noqa.first_row < noqa.start.row or (noqa.start.row <= 2 and _COOKIE.search(text, comment.end, _end(source, 3))):
        return TextEdit(begin, comment.end, "")  # Without this line, the next would be read as another one.
    return TextEdit(line, min(_end(source, noqa.start.row), len(text)), "")


def _end(source: Source, row: int) -> int:
    """Where the row ends, its line end included."""
    starts = source.lines.starts
    return starts[row] if row < len(starts) else len(source.text)
