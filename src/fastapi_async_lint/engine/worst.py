"""One finding for each loop site: the worst blocker speaks, the others are named in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from fastapi_async_lint.diagnostics import Diagnostic, Place, Position, Severity

_BLOCKING = frozenset({"blocking-io", "cpu"})
_LAST = frozenset({"path", "import"})
"""Categories of the shortest work: they speak only where nothing else does."""


def worst_of_each_site(findings: Iterable[Diagnostic], codes: Collection[str]) -> list[Diagnostic]:
    """The findings of the selected codes, of those at one loop site only the worst, the blockers of the rest in its ``also``.

    Worst: critical before minor, the surer before the less sure, the shorter chain.
    """
    sites: dict[tuple[Path, Position, Position], list[Diagnostic]] = {}
    others: list[Diagnostic] = []
    for finding in findings:
        if finding.code not in codes:
            continue
        if finding.kind in _BLOCKING:
            sites.setdefault(_site(finding.place), []).append(finding)
        else:
            others.append(finding)
    return [*others, *(_merged(group) for group in sites.values())]


def _site(place: Place) -> tuple[Path, Position, Position]:
    return place.path, place.start, place.end


def _merged(group: list[Diagnostic]) -> Diagnostic:
    if len(group) == 1:
        return group[0]
    first, *rest = sorted(group, key=_badness)
    blockers = dict.fromkeys(other.blocker for other in rest if other.blocker is not None)
    return replace(first, also=tuple(b for b in blockers if b != first.blocker))


def _badness(finding: Diagnostic) -> tuple[bool, int, bool, int, str]:
    return (
        finding.severity is not Severity.CRITICAL,
        -finding.confidence.rank,
        finding.category in _LAST,
        len(finding.chain),
        finding.code,
    )
