"""A GitLab code quality report (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from fastapi_async_lint.diagnostics import Diagnostic, Position, Severity
from fastapi_async_lint.reporters._fingerprint import fingerprints
from fastapi_async_lint.reporters._jsonable import Json
from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._text import display_path


def report(findings: Findings, context: Context) -> Iterator[str]:
    """The whole array. Paths are relative to the working directory, which GitLab expects to be the repository."""
    identities = fingerprints(findings.diagnostics, findings.root)
    issues = [
        _issue(diagnostic, identity, context)
        for diagnostic, identity in zip(findings.diagnostics, identities, strict=True)
    ]
    yield json.dumps(issues, indent=2)


def _issue(diagnostic: Diagnostic, identity: str, context: Context) -> dict[str, Json]:
    place = diagnostic.place
    return {
        "description": f"{diagnostic.code}: {diagnostic.message}",
        "check_name": diagnostic.code,
        "fingerprint": identity,
        "severity": "critical" if diagnostic.severity is Severity.CRITICAL else "minor",
        "location": {
            "path": Path(display_path(place.path, context.cwd)).as_posix(),
            "positions": {"begin": _position(place.start), "end": _position(place.end)},
        },
    }


def _position(value: Position) -> dict[str, Json]:
    return {"line": value.row, "column": value.column}
