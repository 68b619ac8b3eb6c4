"""``await to_thread(f, x)`` → ``await f(x)``: the coroutine function runs on the event loop, where it belongs."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes.result import Proposal, edited, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit

RULE = "offloaded-coroutine"
OWN_KEYWORDS = frozenset({"abandon_on_cancel", "cancellable", "limiter"})
"""Keywords that AnyIO's functions take themselves."""
_REFUSED = "It cannot be replaced by `await` here"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """Where the call that off-loads is awaited, and passes its further arguments on."""
    if diagnostic.name != RULE or not isinstance(site.node, cst.Call):
        return None
    index = _handed_over(site, diagnostic)
    reason = _reason(site, index)
    if reason or index is None:
        return refused(f"{_REFUSED}: {reason}")
    edits = _edits(site, index)
    if any("#" in site.source.text[edit.start : edit.end] for edit in edits):
        return refused(f"{_REFUSED}: a comment stands in between")
    return edited(edits, (), Applicability.UNSAFE, "Await the coroutine on the event loop")


def _handed_over(site: CallSite, diagnostic: Diagnostic) -> int | None:
    """The index of the argument that is the coroutine function."""
    lines = site.source.lines
    place = diagnostic.chain[0].place if diagnostic.chain else diagnostic.place
    wanted = (lines.offset(place.start), lines.offset(place.end))
    spans = [site.source.tree.span(arg.value) for arg in site.call.args]
    return spans.index(wanted) if wanted in spans else None


def _reason(site: CallSite, index: int | None) -> str | None:
    arguments = site.call.args
    if not isinstance(site.parent, cst.Await):
        return "what off-loads it is not awaited on the spot"
    if (
        index is None
        or not isinstance(arguments[index].value, (cst.Name, cst.Attribute))
        or arguments[index].value.lpar
    ):
        return "what is handed over is not a plain name"
    if arguments[index].keyword or arguments[index].star:
        return "the function is not a positional argument"
    if index > 1 or any(not isinstance(a.value, (cst.Name, cst.Attribute)) or a.star for a in arguments[:index]):
        return "the arguments in front of the function may have effects"
    if any(a.keyword is not None and a.keyword.value in OWN_KEYWORDS for a in arguments):
        return "some of the arguments are not the function's"
    return None


def _edits(site: CallSite, index: int) -> list[TextEdit]:
    """What stands in front of the function goes; the comma behind it becomes the bracket."""
    source, arguments = site.source, site.call.args
    begin, end = source.tree.span(arguments[index].value)
    edits = [TextEdit(site.start, begin, "")]
    if index + 1 == len(arguments):
        return [*edits, TextEdit(end, site.end, "()")]
    following, _ = source.tree.span(arguments[index + 1])
    gap = source.text[end:following]
    space = gap.partition(",")[2]
    return [*edits, TextEdit(end, following, "(" + (space if "\n" in space else ""))]
