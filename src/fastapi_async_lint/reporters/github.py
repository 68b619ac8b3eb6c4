"""Annotations for GitHub Actions: ``::error file=…::message``, the chain on further lines.

GitHub shows at most ten errors and ten warnings per step, so the worst and surest come first.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.diagnostics import Diagnostic, Severity
from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._summary import counts
from fastapi_async_lint.reporters._text import Paint, location, printable


def report(findings: Findings, context: Context) -> Iterator[str]:
    """An annotation per finding, then the counts for the log."""
    for diagnostic in sorted(findings.diagnostics, key=_importance):
        yield _annotation(diagnostic, context)
    if not context.quiet:
        yield counts(findings, Paint(False))


def _importance(diagnostic: Diagnostic) -> tuple[bool, int]:
    return diagnostic.severity is not Severity.CRITICAL, -diagnostic.confidence.rank


def _annotation(diagnostic: Diagnostic, context: Context) -> str:
    level = "error" if diagnostic.severity is Severity.CRITICAL else "warning"
    start, end = diagnostic.place.start, diagnostic.place.end
    properties = {
        "title": f"fastapi-async-lint ({diagnostic.code})",
        "file": str(diagnostic.place.path),
        "line": str(start.row),
    }
    if start.row == end.row:  # GitHub refuses columns for an annotation of several lines
        properties |= {"col": str(start.column), "endLine": str(end.row), "endColumn": str(end.column)}
    else:
        properties |= {"endLine": str(end.row)}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {listed}::{_data(_body(diagnostic, context))}"


def _body(diagnostic: Diagnostic, context: Context) -> str:
    lines = [f"{location(diagnostic.place, context.cwd)}: {diagnostic.code} {diagnostic.message}"]
    if len(diagnostic.chain) > 1:
        lines += [f"  {location(hop.place, context.cwd)}: {hop.function}: {hop.text}" for hop in diagnostic.chain]
    lines += [f"  {fix.message}" for fix in diagnostic.fixes[:1]]
    return "\n".join(printable(line) for line in lines)


def _data(text: str) -> str:
    """Escaped as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
