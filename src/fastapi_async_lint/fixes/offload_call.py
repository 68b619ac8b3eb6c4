"""``f(x, k=v)`` → ``await run_in_threadpool(f, x, k=v)``: the blocking call runs in the thread pool.

In the style of the file: FastAPI's (Starlette's) ``run_in_threadpool`` where it imports FastAPI (Starlette), AnyIO's
``to_thread.run_sync`` where it imports AnyIO and not asyncio, else ``asyncio.to_thread``.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes import imports
from fastapi_async_lint.fixes.imports import Imported
from fastapi_async_lint.fixes.refusals import no_await_here, no_moving
from fastapi_async_lint.fixes.result import Proposal, awaited, refused
from fastapi_async_lint.fixes.site import CallSite, Source, TextEdit

_KINDS = frozenset({"blocking-io", "cpu"})


@dataclass(frozen=True, slots=True)
class Style:
    """How the file off-loads: the function's name, and the name of its first parameter that no keyword may have."""

    function: str
    imported: Imported
    reserved: frozenset[str] = frozenset()
    takes_keywords: bool = True


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For any call that blocks, direct or through a helper of the project."""
    if diagnostic.kind not in _KINDS or diagnostic.category == "loop":
        return None
    reason = no_await_here(site) or no_moving(site) or _not_the_call(diagnostic)
    if reason:
        return refused(f"It cannot be moved to a thread here: {reason}")
    style = _style(site.source)
    if style is None:
        return refused("The name that off-loads is taken in this file")
    keywords = {arg.keyword.value for arg in site.call.args if arg.keyword is not None}
    if keywords & style.reserved or (not style.takes_keywords and (keywords or _has_mapping(site.call))):
        return refused(f"{style.function} does not pass these keyword arguments on")
    return awaited(
        site,
        _edits(site, style),
        style.imported,
        Applicability.UNSAFE,
        f"Run in a thread with `await {style.function}(…)`",
    )


def _not_the_call(diagnostic: Diagnostic) -> str | None:
    text = diagnostic.chain[0].text if diagnostic.chain else ""
    if text.startswith(("with ", "end of with")):
        return "entering or leaving the `with` block is what blocks"
    if text.startswith("for "):
        return "iterating over its result is what blocks"
    return "a decorator is called" if text.startswith("@") else None


def _style(source: Source) -> Style | None:
    for package in ("fastapi", "starlette"):
        if imports.imports(source, package):
            found = imports.member(source, f"{package}.concurrency", "run_in_threadpool")
            return Style(found.name, found, frozenset({"func"})) if found else None
    if imports.imports(source, "anyio") and not imports.imports(source, "asyncio"):
        found = imports.module(source, "anyio.to_thread")
        return Style("anyio.to_thread.run_sync", found, takes_keywords=False) if found else None
    found = imports.module(source, "asyncio")
    return Style(f"{found.name}.to_thread", found) if found else None


def _has_mapping(call: cst.Call) -> bool:
    return any(arg.star == "**" for arg in call.args)


def _edits(site: CallSite, style: Style) -> list[TextEdit]:
    """Wrap: what is called becomes the first argument, the opening bracket a comma."""
    _, function_end = site.source.tree.span(site.call.func)
    bracket = site.source.text.index("(", function_end)
    separator = ", " if site.call.args else ""
    after = bracket + 1
    if separator and site.source.text[after : after + 1] in " \t\r\n":
        separator = ","
    return [
        TextEdit(site.start, site.start, f"{style.function}("),
        TextEdit(function_end, after, separator),
    ]
