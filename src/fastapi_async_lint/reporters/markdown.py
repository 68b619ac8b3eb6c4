"""A Markdown table, for job summaries and pull-request comments."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.reporters._markdown import cell, table
from fastapi_async_lint.reporters._model import Context, Findings, rule_url
from fastapi_async_lint.reporters._summary import counts
from fastapi_async_lint.reporters._text import Paint, display_path


def report(findings: Findings, context: Context) -> Iterator[str]:
    """A row per finding, then the counts."""
    if findings.diagnostics:
        rows = [
            (
                cell(f"{display_path(diagnostic.place.path, context.cwd)}:{diagnostic.place.start.row}"),
                f"[{diagnostic.code}]({rule_url(diagnostic.name)})",
                diagnostic.severity.value,
                cell(diagnostic.message),
            )
            for diagnostic in findings.diagnostics
        ]
        yield from table(("Where", "Rule", "Severity", "Finding"), rows)
        yield ""
    if not context.quiet:
        yield counts(findings, Paint(False))
