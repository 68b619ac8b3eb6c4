"""Findings counted per rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.reporters._summary import best_applicability


@dataclass(frozen=True, slots=True)
class Count:
    """How often a rule was broken, and how many of these findings ``--fix`` and ``--unsafe-fixes`` would mend."""

    code: str
    name: str
    count: int
    safe_fixes: int
    unsafe_fixes: int


def count_rules(diagnostics: Sequence[Diagnostic]) -> list[Count]:
    """The most frequent rule first, then by code."""
    groups: dict[tuple[str, str], list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        groups.setdefault((diagnostic.code, diagnostic.name), []).append(diagnostic)
    counts = []
    for (code, name), group in groups.items():
        best = [best_applicability(diagnostic) for diagnostic in group]
        counts.append(Count(code, name, len(group), best.count(Applicability.SAFE), best.count(Applicability.UNSAFE)))
    return sorted(counts, key=lambda count: (-count.count, count.code))
