"""``f(x, k=v)`` → ``await run_in_threadpool(f, x, k=v)``: the blocking call runs in the thread pool.

In the style of the file or the project (see :mod:`fastapi_async_lint.fixes.styles`). What is no call (``d[k]``, ``k in d``,
a property, a comprehension over rows) runs there as a ``lambda``, item assignment and deletion as the method they stand for.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes import items
from fastapi_async_lint.fixes.refusals import no_await_here, no_lambda, no_moving
from fastapi_async_lint.fixes.result import Proposal, awaited, edited, refused
from fastapi_async_lint.fixes.site import CallSite
from fastapi_async_lint.fixes.styles import Style, Wrapping, find_style, wrap_call, wrap_lambda

_KINDS = frozenset({"blocking-io", "cpu"})
_REFUSED = "It cannot be moved to a thread here"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For anything that blocks, direct or through a helper of the project."""
    if diagnostic.kind not in _KINDS or diagnostic.category == "loop":
        return None
    reason = (
        _not_the_expression(diagnostic)
        or no_await_here(site)
        or diagnostic.remedy.no_await
        or diagnostic.remedy.no_thread
    )
    if reason:
        return refused(f"{_REFUSED}: {reason}")
    style = find_style(site, diagnostic.remedy)
    if style is None:
        return refused("The name that off-loads is taken in this file")
    change = items.moved(site, style)
    if change is not None:
        return edited(change.edits, change.imported, Applicability.UNSAFE, _message(style, diagnostic))
    return _moved(site, diagnostic, style)


def _moved(site: CallSite, diagnostic: Diagnostic, style: Style) -> Proposal:
    """The call, or all of an expression that cannot be taken apart, handed to a thread."""
    failed: list[str] = []
    for target, as_lambda in _targets(site, diagnostic):
        reason = no_await_here(target) or (no_lambda(target) if as_lambda else no_moving(target))
        wrapping: Wrapping | None = None
        if not reason:
            wrapping = wrap_lambda(target, style) if as_lambda else wrap_call(target, style)
            reason = "" if wrapping else f"{style.function} does not pass these keyword arguments on"
        if wrapping:
            message = _message(style, diagnostic)
            return awaited(target, wrapping.edits, wrapping.imported, Applicability.UNSAFE, message)
        failed.append(str(reason))
    return refused(f"{_REFUSED}: {failed[0]}")


def _targets(site: CallSite, diagnostic: Diagnostic) -> Sequence[tuple[CallSite, bool]]:
    """What to move, the best first; whether it needs a ``lambda``."""
    loop = _comprehension(site)
    text = diagnostic.chain[0].text if diagnostic.chain else ""
    if loop is not None and (text.startswith("for ") or isinstance(site.parent, cst.CompFor)):
        return [(loop, True)]
    chain = diagnostic.remedy.whole
    if chain is not None and chain.path == diagnostic.place.path:
        lines = site.source.lines
        whole = site.source.site_between(lines.offset(chain.start), lines.offset(chain.end))
        if whole is not None:
            return [(whole, True), (site, False)]
    if isinstance(site.node, cst.Call):
        return [(site, False)]
    return [(site, True)]


def _comprehension(site: CallSite) -> CallSite | None:
    """The comprehension whose first iterable the expression is."""
    if isinstance(site.parent, cst.CompFor) and site.parent.iter is site.node:
        owner = site.path[-3]
        if isinstance(owner, (cst.ListComp, cst.SetComp, cst.DictComp)):
            return site.ancestor(len(site.path) - 3)
    return None


def _message(style: Style, diagnostic: Diagnostic) -> str:
    text = f"Run in a thread with `await {style.function}(…)`"
    if diagnostic.category == "database" and len(diagnostic.chain) == 1:
        text += "; nothing else may use the same session or connection meanwhile"
    return text


def _not_the_expression(diagnostic: Diagnostic) -> str | None:
    text = diagnostic.chain[0].text if diagnostic.chain else ""
    if text.startswith(("with ", "end of with")):
        return "entering or leaving the `with` block is what blocks"
    return "a decorator is called" if text.startswith("@") else None
