"""``asyncio.run(f(x))`` → ``await f(x)`` in a coroutine, whose event loop is running already."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes.refusals import no_await_here
from fastapi_async_lint.fixes.result import Proposal, awaited, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit

RULE = "nested-event-loop"
OF_COROUTINES = {"run": ("main", "coro"), "run_until_complete": ("future",)}
"""Last part of the asyncio functions and methods that run an awaitable, and what they call it."""
OF_FUNCTIONS = frozenset({"anyio.run"})
"""Functions that call a coroutine function with the arguments behind it; keywords are their own."""
_REFUSED = "It cannot be replaced by `await` here"
_WHOLE = (cst.Call, cst.Name, cst.Attribute, cst.Subscript)
"""Expressions that ``await`` can stand before without parentheses."""


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """Where the loop is started by this very call."""
    if diagnostic.name != RULE:
        return None
    if len(diagnostic.chain) > 1 or not isinstance(site.node, cst.Call):
        return refused("Make the function that starts the event loop `async def` and await it")
    name = diagnostic.blocker.name if diagnostic.blocker else ""
    reason = no_await_here(site) or diagnostic.remedy.no_await
    if reason:
        return refused(f"{_REFUSED}: {reason}")
    edits = _edits(site, name)
    if edits is None:
        return refused(f"{_REFUSED}: it does more than run one coroutine")
    if any("#" in site.source.text[edit.start : edit.end] for edit in edits):
        return refused(f"{_REFUSED}: a comment stands in between")
    return awaited(site, edits, (), Applicability.UNSAFE, "Await the coroutine on the running event loop")


def _edits(site: CallSite, name: str) -> list[TextEdit] | None:
    """All but the coroutine goes."""
    arguments = site.call.args
    if not arguments or arguments[0].star:
        return None
    source, first = site.source, arguments[0]
    begin, end = source.tree.span(first.value)
    package, _, last = name.rpartition(".")
    if package.partition(".")[0] == "asyncio" and last in OF_COROUTINES:
        if first.keyword is not None and first.keyword.value not in OF_COROUTINES[last]:
            return None
        plain = isinstance(first.value, _WHOLE) and not first.value.lpar and "\n" not in source.text[begin:end]
        if first.value.lpar:
            begin, end = source.text.rindex("(", 0, begin), source.text.index(")", end) + 1
        opening, closing = ("", "") if plain or first.value.lpar else ("(", ")")
        return [TextEdit(site.start, begin, opening), TextEdit(end, site.end, closing)]
    if name in OF_FUNCTIONS and isinstance(first.value, (cst.Name, cst.Attribute)) and first.keyword is None:
        passed = [a for a in arguments[1:] if a.keyword is None]
        if any(a.star == "**" for a in passed):
            return None
        inside = ", ".join(source.text[slice(*source.tree.span(a))] for a in passed)
        return [TextEdit(site.start, begin, ""), TextEdit(end, site.end, f"({inside})")]
    return None
