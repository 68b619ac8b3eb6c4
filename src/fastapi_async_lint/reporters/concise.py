"""One line per finding: ``path:line:col: CODE message``."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.diagnostics import Diagnostic, Severity
from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._summary import closing_lines
from fastapi_async_lint.reporters._text import Paint, location, printable


def report(findings: Findings, context: Context) -> Iterator[str]:
    """The findings in order, then the closing lines."""
    paint = Paint(context.colour)
    for diagnostic in findings.diagnostics:
        yield headline(diagnostic, context, paint)
    yield from closing_lines(findings, context)


def headline(diagnostic: Diagnostic, context: Context, paint: Paint) -> str:
    """``path:line:col: CODE message``."""
    code = (paint.red if diagnostic.severity is Severity.CRITICAL else paint.yellow)(diagnostic.code)
    return f"{paint.bold(location(diagnostic.place, context.cwd))}: {code} {printable(diagnostic.message)}"
