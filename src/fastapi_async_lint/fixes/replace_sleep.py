"""``time.sleep(x)`` → ``await asyncio.sleep(x)``: the same pause, the event loop serving others meanwhile."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes import imports
from fastapi_async_lint.fixes.refusals import no_await_here
from fastapi_async_lint.fixes.result import Proposal, awaited, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit

COUNTERPART = "asyncio.sleep"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For a direct call whose counterpart the catalog says is ``asyncio.sleep``."""
    if len(diagnostic.chain) > 1 or diagnostic.replacement != COUNTERPART:
        return None
    call = site.node
    if not isinstance(call, cst.Call) or len(call.args) != 1 or call.args[0].star or call.func.lpar:
        return None
    reason = no_await_here(site) or diagnostic.remedy.no_await
    if reason:
        return refused(f"`await {COUNTERPART}(…)` cannot stand here: {reason}")
    source = site.source
    package = "anyio" if imports.imports(source, "anyio") and not imports.imports(source, "asyncio") else "asyncio"
    imported = imports.module(site, package)
    if imported is None:
        return refused(f"the name {package} is taken in this file")
    start, end = source.tree.span(call.func)
    edits = [TextEdit(start, end, f"{imported.name}.sleep")]
    keyword = call.args[0].keyword
    if keyword is not None:
        name_start, _ = source.tree.span(call.args[0])
        value_start, _ = source.tree.span(call.args[0].value)
        edits.append(TextEdit(name_start, value_start, ""))
    return awaited(site, edits, (imported,), Applicability.SAFE, f"Replace with `await {imported.name}.sleep(…)`")
