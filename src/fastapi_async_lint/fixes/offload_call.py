"""``f(x, k=v)`` → ``await run_in_threadpool(f, x, k=v)``: the blocking call runs in the thread pool.

In the style of the file or the project (see :mod:`fastapi_async_lint.fixes.styles`). What is no call (``d[k]``, ``k in d``,
a property, a comprehension over rows) runs there as a ``lambda``, item assignment and deletion as the function that stands for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic, Remedy
from fastapi_async_lint.fixes import items
from fastapi_async_lint.fixes.refusals import no_await_here, no_lambda, no_moving
from fastapi_async_lint.fixes.result import Proposal, awaited, edited, refused
from fastapi_async_lint.fixes.site import CallSite
from fastapi_async_lint.fixes.styles import Style, Wrapping, find_style, wrap_call, wrap_lambda, wrap_truth

_KINDS = frozenset({"blocking-io", "cpu"})
Wrap = Callable[[CallSite, Style], Wrapping | None]
_REFUSED = "It cannot be moved to a thread here"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For anything that blocks, direct or through a helper of the project."""
    if diagnostic.kind not in _KINDS or diagnostic.category == "loop":
        return None
    reason = (
        diagnostic.remedy.no_gain
        or _not_the_expression(diagnostic)
        or no_await_here(site)
        or diagnostic.remedy.no_await
        or diagnostic.remedy.no_thread
        or _shareable(diagnostic.remedy)
        or items.writes_back(site)
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


def _shareable(remedy: Remedy) -> str:
    return f"make one {remedy.share} and share it instead" if remedy.share else ""


def _moved(site: CallSite, diagnostic: Diagnostic, style: Style) -> Proposal:
    """The call, or all of an expression that cannot be taken apart, handed to a thread."""
    failed: list[str] = []
    for target, wrap in _targets(site, diagnostic):
        reason = no_await_here(target) or (no_moving(target) if wrap is wrap_call else no_lambda(target))
        wrapping = None if reason else wrap(target, style)
        if wrapping:
            message = _message(style, diagnostic)
            return awaited(target, wrapping.edits, wrapping.imported, Applicability.UNSAFE, message)
        failed.append(reason or f"{style.function} does not pass these keyword arguments on")
    return refused(f"{_REFUSED}: {failed[0] if failed else 'its truth value is what blocks'}")


def _targets(site: CallSite, diagnostic: Diagnostic) -> Sequence[tuple[CallSite, Wrap]]:
    """What to move and how, the best first."""
    loop = _comprehension(site)
    text = diagnostic.chain[0].text if diagnostic.chain else ""
    if loop is not None and (text.startswith("for ") or isinstance(site.parent, cst.CompFor)):
        return [(loop, wrap_lambda)]
    if text.startswith("for "):
        return [(site, wrap_call)]
    chain = diagnostic.remedy.whole
    if chain is not None and chain.path == diagnostic.place.path:
        lines = site.source.lines
        whole = site.source.site_between(lines.offset(chain.start), lines.offset(chain.end))
        if whole is not None:
            return [(whole, wrap_lambda), (site, wrap_call)]
    if isinstance(site.node, cst.Call) and text.endswith(")"):
        return [(site, wrap_call)]
    if isinstance(site.node, (cst.Subscript, cst.Comparison)) or (
        isinstance(site.node, cst.Attribute) and "." in text and "(" not in text
    ):
        return [(site, wrap_lambda)]
    return _tested(site)


def _tested(site: CallSite) -> Sequence[tuple[CallSite, Wrap]]:
    """Where the truth of the expression is what blocks: its test moves, or the ``and``/``or`` of which the test is part."""
    index = len(site.path) - 1
    while isinstance(site.path[index - 1], cst.BooleanOperation):
        index -= 1
    outer, parent = site.ancestor(index), site.path[index - 1]
    test = getattr(parent, "test", None) is outer.node or (
        isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not)
    )
    if test and isinstance(site.node, (cst.Name, cst.Attribute, cst.Call)):
        return [(site, wrap_truth)]
    return [] if test or outer is site else [(outer, wrap_lambda)]


def _comprehension(site: CallSite) -> CallSite | None:
    """The comprehension whose first iterable the expression is."""
    if isinstance(site.parent, cst.CompFor) and site.parent.iter is site.node:
        owner = site.path[-3]
        if isinstance(owner, (cst.ListComp, cst.SetComp, cst.DictComp)):
            return site.ancestor(len(site.path) - 3)
    return None


def _message(style: Style, diagnostic: Diagnostic) -> str:
    text = f"Run in a thread with `await {style.function}(…)`; other requests run meanwhile"
    if diagnostic.category == "database" and len(diagnostic.chain) == 1:
        text += ", and must not use the same session or connection"
    if diagnostic.remedy.holds_gil:
        text += "; it holds the GIL, so they become slower, and a process pool is the better place"
    return text


def _not_the_expression(diagnostic: Diagnostic) -> str | None:
    text = diagnostic.chain[0].text if diagnostic.chain else ""
    if text.startswith(("with ", "end of with")):
        return "entering or leaving the `with` block is what blocks"
    return "a decorator is called" if text.startswith("@") else None
