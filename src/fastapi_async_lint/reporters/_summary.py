"""The lines that close a text report: what was found, held back, and left unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.reporters._model import UNSURE, Context, Findings
from fastapi_async_lint.reporters._text import Paint, location, plural, printable


def closing_lines(findings: Findings, context: Context) -> Iterator[str]:
    """Unresolved calls, hints, and last of all the line with the counts."""
    paint = Paint(context.colour)
    if context.show_unresolved:
        for item in findings.unresolved:
            reason = printable(item.reason)
            yield f"{location(item.place, context.cwd)}: {paint.dim('unresolved')} {printable(item.text)}: {reason}"
    if context.quiet:
        return
    if findings.unresolved and not context.show_unresolved:
        calls = plural(len(findings.unresolved), "call")
        yield paint.dim(f"{calls} on the event loop could not be followed; --show-unresolved lists them.")
    yield from fix_hint(findings.diagnostics)
    yield counts(findings, paint)


def counts(findings: Findings, paint: Paint) -> str:
    """``4 findings (3 suppressed, 2 not sure enough) in 12 files.``"""
    number = len(findings.diagnostics)
    shown = paint.red(plural(number, "finding")) if number else paint.green("No findings")
    return f"{shown}{_held_back(findings)} in {plural(findings.files, 'file')}."


def _held_back(findings: Findings) -> str:
    unsure = findings.suppressed.get(UNSURE, 0)
    suppressed = sum(findings.suppressed.values()) - unsure
    parts = [f"{suppressed} suppressed"] * bool(suppressed) + [f"{unsure} not sure enough"] * bool(unsure)
    return f" ({', '.join(parts)})" if parts else ""


def fix_hint(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """How many findings ``--fix`` and ``--unsafe-fixes`` would mend; nothing where none has a fix."""
    best = Counter(offer.value for diagnostic in diagnostics if (offer := best_applicability(diagnostic)))
    safe, unsafe = best[Applicability.SAFE.value], best[Applicability.UNSAFE.value]
    if safe and unsafe:
        yield f"{safe} fixable with `--fix`, {unsafe} more with `--fix --unsafe-fixes`."
    elif safe:
        yield f"{safe} fixable with `--fix`."
    elif unsafe:
        yield f"{unsafe} fixable with `--fix --unsafe-fixes`."


def best_applicability(diagnostic: Diagnostic) -> Applicability | None:
    """The least dangerous kind of fix with edits that the finding has."""
    kinds = {fix.applicability for fix in diagnostic.fixes if fix.edits}
    return next((kind for kind in (Applicability.SAFE, Applicability.UNSAFE) if kind in kinds), None)
