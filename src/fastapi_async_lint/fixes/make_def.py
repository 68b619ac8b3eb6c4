"""``async def`` → ``def``: the framework runs the function in its thread pool, whatever blocks inside."""

from __future__ import annotations

import re

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Conversion, Diagnostic
from fastapi_async_lint.fixes.result import Proposal, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit

_KEYWORDS = re.compile(r"async(?=[ \t\f\\])(?:[ \t\f]|\\\r?\n|\\\r)+def\b")
HOLDING = "cpu-heavy-loop"
"""The rule about work that a thread does not take from the others, for it holds the interpreter's lock."""


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For all that blocks in a coroutine function that awaits nothing."""
    conversion = diagnostic.remedy.conversion
    if conversion is None or conversion.place.path != diagnostic.place.path:
        return None
    function = _function(site, conversion)
    if function is None:
        return None
    if diagnostic.remedy.no_gain:
        return refused(f"A plain `def` does not help: {diagnostic.remedy.no_gain}")
    if conversion.reasons:
        return refused(f"`{conversion.function}` cannot become a plain `def`: {'; '.join(conversion.reasons)}")
    if not _awaits_nothing(function):
        return None
    start, end = site.source.tree.span(function)
    keywords = _KEYWORDS.match(site.source.text, start)
    if keywords is None:
        return None
    message = (
        f"Make `{conversion.function}` a plain `def`: it awaits nothing, and plain functions run in the thread pool"
    )
    if diagnostic.name == HOLDING or diagnostic.remedy.holds_gil:
        message += " (where the loop still takes turns with the other threads)"
    edit = TextEdit(start, keywords.end(), "def")
    return Proposal(Applicability.UNSAFE, message, (edit,), claims=(start, end))


def _function(site: CallSite, conversion: Conversion) -> cst.FunctionDef | None:
    """The ``async def`` of that name at that place, around the finding."""
    wanted = site.source.lines.offset(conversion.place.start)
    for ancestor, _ in site.outwards():
        if isinstance(ancestor, cst.FunctionDef) and site.source.tree.span(ancestor.name)[0] == wanted:
            return ancestor if ancestor.asynchronous is not None else None
    return None


def _awaits_nothing(function: cst.FunctionDef) -> bool:
    """Whether the text has nothing that only a coroutine function may contain, nor a ``yield``.

    The analysis has seen so already; here it is told from the very text that is to change.
    """
    pending: list[cst.CSTNode] = [function.body]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.FunctionDef):
            pending.extend([*node.decorators, *node.params.children])
            continue
        if isinstance(node, (cst.Await, cst.Yield)) or getattr(node, "asynchronous", None) is not None:
            return False
        pending.extend(node.params.children if isinstance(node, cst.Lambda) else node.children)
    return True
