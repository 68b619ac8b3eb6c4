"""What a fix comes to: edits with their applicability, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi_async_lint.diagnostics import Applicability
from fastapi_async_lint.fixes.imports import Imported
from fastapi_async_lint.fixes.site import CallSite, TextEdit


@dataclass(frozen=True, slots=True)
class Proposal:
    """``edits`` belong together: all of them are made, or none."""

    applicability: Applicability
    message: str
    edits: tuple[TextEdit, ...] = ()
    claims: tuple[int, int] | None = None
    """A stretch of text that no other fix may change in the same round; one that claims goes before the others."""


def refused(reason: str) -> Proposal:
    """No edit; the reason is shown."""
    return Proposal(Applicability.DISPLAY, reason)


def awaited(
    site: CallSite, edits: Sequence[TextEdit], imported: Sequence[Imported], applicability: Applicability, message: str
) -> Proposal:
    """The edits, with ``await`` before the call, parentheses where they are needed, and the import."""
    opening, closing = ("(await ", ")") if site.needs_parentheses else ("await ", "")
    merged: list[TextEdit] = []
    placed = False
    for edit in edits:
        if edit.start == site.start and not placed:
            merged.append(TextEdit(edit.start, edit.end, opening + edit.content))
            placed = True
        else:
            merged.append(edit)
    if not placed:
        merged.insert(0, TextEdit(site.start, site.start, opening))
    if closing:
        merged = _closed(merged, site.end, closing)
    return edited(merged, imported, applicability, message)


def _closed(edits: Sequence[TextEdit], end: int, closing: str) -> list[TextEdit]:
    """The edits with the closing text behind all that they insert at the end: as one edit, since order alone would not tell."""
    there = [edit for edit in edits if (edit.start, edit.end) == (end, end)]
    others = [edit for edit in edits if edit not in there]
    return [*others, TextEdit(end, end, "".join(edit.content for edit in there) + closing)]


def edited(
    edits: Sequence[TextEdit], imported: Sequence[Imported], applicability: Applicability, message: str
) -> Proposal:
    """The edits with the imports they need, in order, without doubles."""
    found = dict.fromkeys([*edits, *(one.edit for one in imported if one.edit is not None)])
    return Proposal(applicability, message, tuple(sorted(found, key=lambda e: (e.start, e.end))))
