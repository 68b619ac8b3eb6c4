"""State that requests share and threads of the pool change in more than one step without a lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.analysis.reach import PER_REQUEST
from fastapi_async_lint.analysis.shared import Change
from fastapi_async_lint.analysis.shared.races import CHECK, MAKE
from fastapi_async_lint.analysis.text import look, place_of
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.diagnostics import EntryPoint, Hop, Severity

KIND = "unguarded-shared-state"
_TWICE = frozenset({CHECK, MAKE})
"""What is done twice, at worst; the others lose a change or fail."""


def find_unguarded_shared_state(ground: Ground) -> Iterator[Misuse]:
    """Every such change that is reached from a request in a thread."""
    for change in ground.shared.in_threads():
        context, op = change.steps[-1]
        if is_test(context.scope.module):
            continue
        found = ground.misuse(
            KIND,
            context,
            op,
            change.race.subject,
            rank=change.rank,
            severity=Severity.CRITICAL if _does_harm(change) else Severity.MINOR,
            chain=_chain(change),
            note=change.race.kind,
        )
        yield replace(found, entry_points=_entry_points(ground, change))


def _does_harm(change: Change) -> bool:
    return change.race.kind not in _TWICE and change.race.interruptible


def _chain(change: Change) -> tuple[Hop, ...]:
    steps = [(context.scope, op, look(context.scope, op)) for context, op in change.steps]
    scope, op, _ = steps[-1]
    steps[-1] = scope, op, change.race.subject
    return tuple(Hop(scope.name, place_of(scope, op), text) for scope, op, text in steps)


def _entry_points(ground: Ground, change: Change) -> tuple[EntryPoint, ...]:
    """Those of the way that is shown, before all others that lead there."""
    first = ground.entries.reaching(change.start[0])
    others = (e for e in ground.entries.reaching(change.node[0]) if e.kind in PER_REQUEST)
    return tuple(dict.fromkeys((*first, *others)))[:5]
