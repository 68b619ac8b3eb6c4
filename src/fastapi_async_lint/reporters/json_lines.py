"""One JSON object per line and finding, with the keys of ``json``."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi_async_lint.reporters._jsonable import finding
from fastapi_async_lint.reporters._model import Context, Findings


def report(findings: Findings, context: Context) -> Iterator[str]:
    """A line per finding; nothing where there is none."""
    for diagnostic in findings.diagnostics:
        yield json.dumps(finding(diagnostic))
