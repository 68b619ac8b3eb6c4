"""A process pool lives somewhere, and what goes there must be picklable: that only the application's author can say."""

from __future__ import annotations

from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.fixes.result import Proposal, refused
from fastapi_async_lint.fixes.site import CallSite

RULE = "cpu-work-in-thread"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """Says how it is done."""
    if diagnostic.name != RULE:
        return None
    return refused(
        "Make a `ProcessPoolExecutor` at start-up and `await loop.run_in_executor(processes, function, …)`: "
        "function, arguments and result must be picklable"
    )
