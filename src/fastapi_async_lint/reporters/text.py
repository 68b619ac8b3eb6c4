"""``full`` on a terminal or where fixes are to be shown, ``concise`` in a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.reporters import concise, full
from fastapi_async_lint.reporters._model import Context, Findings


def report(findings: Findings, context: Context) -> Iterator[str]:
    """The findings in the form that suits the place they go to."""
    if context.details or context.show_fixes:
        return full.report(findings, context)
    return concise.report(findings, context)
