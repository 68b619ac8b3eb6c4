"""``f(x)`` → ``await f(x)``: the coroutine that nobody awaited runs."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes.refusals import no_await_here
from fastapi_async_lint.fixes.result import Proposal, awaited, refused
from fastapi_async_lint.fixes.site import CallSite

RULE = "missing-await"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For the call that makes the coroutine."""
    if diagnostic.name != RULE or not isinstance(site.node, cst.Call):
        return None
    reason = no_await_here(site) or diagnostic.remedy.no_await
    if reason:
        return refused(f"It cannot be awaited here: {reason}")
    return awaited(site, (), (), Applicability.UNSAFE, "Await the coroutine")
