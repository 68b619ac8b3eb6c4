"""A JSON array, one object per finding, with the keys that ruff uses and more."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi_async_lint.reporters._jsonable import finding
from fastapi_async_lint.reporters._model import Context, Findings


def report(findings: Findings, context: Context) -> Iterator[str]:
    """The whole array; paths are absolute."""
    yield json.dumps([finding(diagnostic) for diagnostic in findings.diagnostics], indent=2)
