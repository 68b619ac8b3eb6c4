"""All finders, and their findings as one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.view import Misuse

FINDERS: tuple[Callable[[Ground], Iterable[Misuse]], ...] = ()


def find_misuses(ground: Ground) -> list[Misuse]:
    """What all finders report, in file and line order; of several contexts of one place, the surest."""
    best: dict[tuple[object, ...], Misuse] = {}
    for finder in FINDERS:
        for misuse in finder(ground):
            key = (misuse.kind, misuse.place, misuse.subject)
            known = best.get(key)
            if known is None or misuse.confidence.rank > known.confidence.rank:
                best[key] = misuse
    return sorted(best.values(), key=lambda m: (str(m.place.path), m.place.start, m.kind))
