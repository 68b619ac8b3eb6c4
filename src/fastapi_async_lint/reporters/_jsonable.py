"""Findings as plain JSON values: the keys that other programs rely on."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from fastapi_async_lint.diagnostics import Blocker, Diagnostic, Edit, EntryPoint, Fix, Hop, Place, Position
from fastapi_async_lint.reporters._model import rule_url

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"


def finding(diagnostic: Diagnostic) -> dict[str, Json]:
    """One element of the array that ``check --output-format json`` prints."""
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "message": diagnostic.message,
        "url": rule_url(diagnostic.name),
        "filename": str(diagnostic.place.path),
        "location": position(diagnostic.place.start),
        "end_location": position(diagnostic.place.end),
        "noqa_row": diagnostic.place.start.row,
        "fix": _fix(diagnostic.fixes[0], diagnostic.place.path) if diagnostic.fixes else None,
        "severity": diagnostic.severity.value,
        "confidence": diagnostic.confidence.value,
        "kind": diagnostic.kind,
        "category": diagnostic.category,
        "blocker": _blocker(diagnostic.blocker) if diagnostic.blocker else None,
        "chain": [_hop(hop) for hop in diagnostic.chain],
        "entry_points": [_entry_point(entry) for entry in diagnostic.entry_points],
    }


def position(value: Position) -> dict[str, Json]:
    """Row and column, both from 1."""
    return {"row": value.row, "column": value.column}


def where(place: Place) -> dict[str, Json]:
    """The file, absolute, and the position in it."""
    return {"filename": str(place.path), "location": position(place.start)}


def _fix(fix: Fix, path: Path) -> dict[str, Json]:
    edits = [_edit(edit, file, path) for file, file_edits in fix.edits for edit in file_edits]
    return {"applicability": fix.applicability.value, "message": fix.message, "edits": [*edits]}


def _edit(edit: Edit, file: Path, path: Path) -> dict[str, Json]:
    """An edit of another file than the finding's says so in ``filename``."""
    value: dict[str, Json] = {
        "location": position(edit.start),
        "end_location": position(edit.end),
        "content": edit.content,
    }
    return value if file == path else {"filename": str(file), **value}


def _blocker(blocker: Blocker) -> dict[str, Json]:
    return {"name": blocker.name, **where(blocker.place)}


def _hop(hop: Hop) -> dict[str, Json]:
    return {"function": hop.function, **where(hop.place), "text": hop.text}


def _entry_point(entry: EntryPoint) -> dict[str, Json]:
    return {
        "kind": entry.kind,
        "name": entry.name,
        "method": entry.method,
        "path": entry.path,
        **where(entry.place),
    }
