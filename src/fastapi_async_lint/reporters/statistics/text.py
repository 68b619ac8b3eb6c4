"""A line per rule: count, code, name, and how many have a fix."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.reporters._model import Context, Findings
from fastapi_async_lint.reporters._summary import closing_lines
from fastapi_async_lint.reporters._text import columns
from fastapi_async_lint.reporters.statistics._count import Count, count_rules


def report(findings: Findings, context: Context) -> Iterator[str]:
    """The counts, what was held back by reason, then the closing lines."""
    rows = [(str(count.count), count.code, count.name, _fixes(count)) for count in count_rules(findings.diagnostics)]
    if rows:
        yield from columns(rows)
    if not context.quiet:
        for reason, number in sorted(findings.suppressed.items()):
            if number:
                yield f"{number} held back by {reason}"
    yield from closing_lines(findings, context)


def _fixes(count: Count) -> str:
    parts = []
    if count.safe_fixes:
        parts.append(f"{count.safe_fixes} safe")
    if count.unsafe_fixes:
        parts.append(f"{count.unsafe_fixes} unsafe")
    return f"[fixes: {', '.join(parts)}]" if parts else ""
