"""A JSON array, one object per rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters.statistics._count import count_rules


def report(findings: Findings, context: Context) -> Iterator[str]:
    """``code``, ``name``, ``count``, ``safe_fixes``, ``unsafe_fixes`` of every rule that was broken."""
    yield json.dumps([asdict(count) for count in count_rules(findings.diagnostics)], indent=2)
