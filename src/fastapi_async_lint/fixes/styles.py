"""How a file moves calls to threads: FastAPI's (Starlette's) ``run_in_threadpool``, ``asyncio.to_thread``, or AnyIO's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from fastapi_async_lint.diagnostics import Remedy
from fastapi_async_lint.fixes import imports
from fastapi_async_lint.fixes.imports import Imported
from fastapi_async_lint.fixes.site import CallSite, TextEdit

POOL = "starlette.concurrency.run_in_threadpool"
ASYNCIO = "asyncio.to_thread"
ANYIO = "anyio.to_thread.run_sync"


@dataclass(frozen=True, slots=True)
class Style:
    """The function to call, by the name it has in the file."""

    function: str
    imported: tuple[Imported, ...]
    reserved: frozenset[str] = frozenset()
    """Keywords that the function takes itself."""
    takes_keywords: bool = True
    """Whether other keywords are passed on."""


def find_style(site: CallSite, remedy: Remedy) -> Style | None:
    """The file's own habit first, then what suits its framework, then the project's habit; None where every name is taken."""
    return next((style for name in _wanted(site, remedy) if (style := _style(site, name))), None)


def _wanted(site: CallSite, remedy: Remedy) -> Iterator[str]:
    source = site.source
    yield from remedy.offloads
    if imports.imports(source, "fastapi") or imports.imports(source, "starlette"):
        yield POOL
    if imports.imports(source, "anyio") and not imports.imports(source, "asyncio"):
        yield ANYIO
    yield from (name for name in remedy.project_offloads if name != POOL)
    yield ASYNCIO


def _style(site: CallSite, name: str) -> Style | None:
    if name == POOL:
        package = "fastapi" if imports.imports(site.source, "fastapi") else "starlette"
        owners = (f"{package}.concurrency", "fastapi.concurrency", "starlette.concurrency")
        found = imports.member(site, owners, "run_in_threadpool")
        return Style(found.name, (found,), frozenset({"func"})) if found else None
    if name == ANYIO:
        return _anyio(site)
    if name == ASYNCIO:
        found = imports.module(site, "asyncio")
        return Style(f"{found.name}.to_thread", (found,)) if found else None
    return None


def _anyio(site: CallSite) -> Style | None:
    for module, rest in (("anyio", "to_thread.run_sync"), ("anyio.to_thread", "run_sync")):
        found = imports.module(site, module)
        if found and found.edit is None:
            return Style(f"{found.name}.{rest}", (found,), takes_keywords=False)
    found = imports.member(site, ("anyio",), "to_thread")
    return Style(f"{found.name}.run_sync", (found,), takes_keywords=False) if found else None


@dataclass(frozen=True, slots=True)
class Wrapping:
    """The edits that hand a call to a thread, without ``await``; what they need imported."""

    edits: tuple[TextEdit, ...]
    imported: tuple[Imported, ...]


def wrap_call(site: CallSite, style: Style) -> Wrapping | None:
    """``f(x, k=v)`` → ``style(f, x, k=v)``, or ``style(partial(f, x, k=v))`` where ``style`` does not pass the keywords on."""
    call = site.call
    keywords = {arg.keyword.value for arg in call.args if arg.keyword is not None}
    bare = not keywords & style.reserved and (style.takes_keywords or not (keywords or _has_mapping(call)))
    opening, closing = f"{style.function}(", ""
    imported = style.imported
    if not bare:
        partial = partial_name(site)
        if partial is None:
            return None
        opening, closing = f"{style.function}({partial[0]}(", ")"
        imported = (*imported, partial[1])
    _, function_end = site.source.tree.span(call.func)
    after = site.source.text.index("(", function_end) + 1
    text = site.source.text
    first = site.source.tree.span(call.args[0])[0] if call.args else after
    space = text[after:first]
    separator = ", " if call.args else ""
    if "\n" in space and not space.strip():
        opening, after, separator = opening + space, first, "," + space
    elif separator and text[after : after + 1] in " \t\r\n":
        separator = ","
    edits = [TextEdit(site.start, site.start, opening), TextEdit(function_end, after, separator)]
    if closing:
        edits.append(TextEdit(site.end, site.end, closing))
    return Wrapping(tuple(edits), imported)


def wrap_lambda(site: CallSite, style: Style) -> Wrapping:
    """``expression`` → ``style(lambda: expression)``. One edit: nothing inside may change with it."""
    text = site.source.text[site.start : site.end]
    return Wrapping((TextEdit(site.start, site.end, f"{style.function}(lambda: {text})"),), style.imported)


def wrap_truth(site: CallSite, style: Style) -> Wrapping:
    """``value`` → ``style(bool, value)``."""
    opening = TextEdit(site.start, site.start, f"{style.function}(bool, ")
    return Wrapping((opening, TextEdit(site.end, site.end, ")")), style.imported)


def partial_name(site: CallSite) -> tuple[str, Imported] | None:
    """How ``functools.partial`` is written in the file, and its import; None where the names mean something else."""
    found = imports.member(site, ("functools",), "partial")
    if found and found.edit is None:
        return found.name, found
    found = imports.module(site, "functools")
    return (f"{found.name}.partial", found) if found else None


def _has_mapping(call: cst.Call) -> bool:
    return any(arg.star == "**" for arg in call.args)
