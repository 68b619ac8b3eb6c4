"""A task must be kept by somebody: who that is, only the application's author can say."""

from __future__ import annotations

from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.fixes.result import Proposal, refused
from fastapi_async_lint.fixes.site import CallSite

RULE = "dangling-task"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """Says how it is done."""
    if diagnostic.name != RULE:
        return None
    return refused("Keep the task in a set that lives on: `tasks.add(task)`, `task.add_done_callback(tasks.discard)`")
