"""Findings with chain, entry points and fix, grouped where one root cause is reached from many places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi_async_lint.diagnostics import Applicability, Diagnostic, Fix
from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._summary import closing_lines
from fastapi_async_lint.reporters._text import Paint, columns, cut, display_path, location, plural, printable
from fastapi_async_lint.reporters.concise import headline

GROUP_FROM = 3
"""So many findings with one root cause make a group."""
MAX_ENTRY_POINTS = 5
MAX_ALSO = 3

FIX_WORDS = {
    Applicability.SAFE: "fix",
    Applicability.UNSAFE: "unsafe fix",
    Applicability.DISPLAY: "by hand",
}


def report(findings: Findings, context: Context) -> Iterator[str]:
    """Groups and single findings in the order of their first finding, a blank line between them."""
    paint = Paint(context.colour)
    for group in root_causes(findings.diagnostics):
        if len(group) >= GROUP_FROM:
            yield from _group(group, context, paint)
        else:
            yield headline(group[0], context, paint)
            yield from _details(group[0], context, paint)
        yield ""
    yield from closing_lines(findings, context)


def root_causes(diagnostics: Sequence[Diagnostic]) -> list[list[Diagnostic]]:
    """The findings one by one, except that those with the same blocker at the end of a chain are put together."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, diagnostic in enumerate(diagnostics):
        shared = diagnostic.blocker if len(diagnostic.chain) > 1 else None
        groups.setdefault((diagnostic.code, shared) if shared else number, []).append(diagnostic)
    parts: list[list[Diagnostic]] = []
    for group in groups.values():
        parts += [group] if len(group) >= GROUP_FROM else [[diagnostic] for diagnostic in group]
    return sorted(parts, key=lambda part: (part[0].place.path, part[0].place.start, part[0].code))


def _group(group: Sequence[Diagnostic], context: Context, paint: Paint) -> Iterator[str]:
    """The root cause, its last hop, and every place it is reached from."""
    first = group[0]
    if first.blocker is None:
        return
    where = paint.bold(location(first.blocker.place, context.cwd))
    places = plural(len(group), "place")
    yield f"{where}: {paint.cyan(first.blocker.name)} is reached from {places} on the event loop:"
    for diagnostic in group:
        yield "  " + headline(diagnostic, context, paint)
    yield from _fixes(first.fixes, context, paint)


def _details(diagnostic: Diagnostic, context: Context, paint: Paint) -> Iterator[str]:
    if len(diagnostic.chain) > 1:
        rows = [
            (f"{display_path(hop.place.path, context.cwd)}:{hop.place.start.row}", hop.function, printable(hop.text))
            for hop in diagnostic.chain
        ]
        yield from (paint.dim(f"    {line}") for line in columns(rows))
    if len(diagnostic.entry_points) > 1:
        titles = [printable(entry.title) for entry in diagnostic.entry_points]
        yield paint.dim(f"    entry points: {cut(titles, MAX_ENTRY_POINTS)}")
    if diagnostic.also:
        others = [f"{b.name} ({location(b.place, context.cwd)})" for b in diagnostic.also]
        yield paint.dim(f"    also reaches: {cut(others, MAX_ALSO)}")
    yield from _fixes(diagnostic.fixes, context, paint)


def _fixes(fixes: Sequence[Fix], context: Context, paint: Paint) -> Iterator[str]:
    """The fix to offer first; all of them when asked for."""
    for fix in fixes if context.show_fixes else fixes[:1]:
        yield f"    {paint.green(FIX_WORDS[fix.applicability])}: {printable(fix.message)}"
