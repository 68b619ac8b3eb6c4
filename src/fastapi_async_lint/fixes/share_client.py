"""A client for all requests lives somewhere and is closed some time: where and when, only the application's author can say."""

from __future__ import annotations

from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.fixes.result import Proposal, refused
from fastapi_async_lint.fixes.site import CallSite

RULE = "client-per-request"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """Says how it is done."""
    if diagnostic.name != RULE:
        return None
    return refused("Make it in the application's `lifespan`, yield it from there as state, and close it when that ends")
