"""``def`` → ``async def``: the framework calls the function on the event loop, without a thread."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes.result import Proposal, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit

RULE = "needless-thread-hop"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For plain functions that do next to nothing, and that only the framework calls."""
    conversion = diagnostic.remedy.conversion
    function = site.parent
    if diagnostic.name != RULE or conversion is None or not isinstance(function, cst.FunctionDef):
        return None
    if function.asynchronous is not None or function.name is not site.node:
        return None
    if conversion.reasons:
        return refused(f"`{conversion.function}` cannot become `async def`: {'; '.join(conversion.reasons)}")
    start, end = site.source.tree.span(function)
    message = f"Make `{conversion.function}` an `async def`: it waits for nothing, so it needs no thread"
    return Proposal(Applicability.UNSAFE, message, (TextEdit(start, start, "async "),), claims=(start, end))
