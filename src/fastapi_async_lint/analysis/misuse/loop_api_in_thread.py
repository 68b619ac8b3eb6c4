"""What needs the running event loop, in code that runs in a thread of the pool, where none runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi_async_lint.analysis import conditions
from fastapi_async_lint.analysis.effects import LOOP_CLOSED, LOOP_TEST, RUNNING_LOOP, Site
from fastapi_async_lint.analysis.handlers import is_caught
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.analysis.reach import IN_THREAD, Reach, Roads, State
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.diagnostics import EntryPoint
from fastapi_async_lint.project.context import Context, Handover

KIND = "loop-api-in-thread"
SET_LOOP = "set-event-loop"
"""Category of the catalogued calls that give the thread an event loop of its own."""
_ANSWERS = frozenset({LOOP_TEST, LOOP_CLOSED, SET_LOOP})
"""Categories of loop APIs that work everywhere."""
_CAUGHT = frozenset({"RuntimeError", "Exception", "BaseException"})


def find_loop_apis_in_threads(ground: Ground) -> Iterator[Misuse]:
    """Calls of loop APIs in synchronous code that a thread runs, unless the code is prepared for there being no loop."""
    roads = Roads(ground.project, ground.places)
    threads: dict[State, Handover] = {}
    for handover in roads.threads():
        if not handover.target.scope.facts.is_async:
            threads.setdefault((handover.target, IN_THREAD), handover)
    prepared = _Prepared(ground)
    reach = roads.reach(threads, lambda context, op, _: not prepared.at(context, op), hand_over=False)
    for state in reach.steps:
        context = state[0]
        if context.scope.module.is_library or is_test(context.scope.module):
            continue
        for op, sites in ground.effects.at(context).items():
            for site in sites:
                if _needs_loop(ground, site) and not prepared.at(context, op):
                    yield _misuse(ground, reach, state, site, threads)


def _needs_loop(ground: Ground, site: Site) -> bool:
    if site.effect.kind != "loop-api" or site.effect.category in _ANSWERS:
        return False
    return conditions.calls_itself(ground.project, site.context, site.op, site.name)


def _misuse(ground: Ground, reach: Reach, state: State, site: Site, threads: dict[State, Handover]) -> Misuse:
    rank = min(site.rank, reach.ranks[state])
    start = reach.start(state)
    found = ground.misuse(KIND, site.context, site.op, site.name, rank=rank, chain=reach.chain(state, site.op))
    return replace(found, entry_points=_entry_points(ground, threads[start]), note=threads[start].kind)


def _entry_points(ground: Ground, handover: Handover) -> tuple[EntryPoint, ...]:
    """Those that run the handed-over function itself, else those that hand it over."""
    own = ground.entries.reaching(handover.target)
    function = handover.target.scope.facts.qualname
    return tuple(entry for entry in own if entry.name == function) or ground.entries.reaching(handover.context)


class _Prepared:
    """Where code reckons with there being no running loop in its thread, or makes one."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._asks: dict[Context, bool] = {}

    def at(self, context: Context, op: int) -> bool:
        """Whether what the op raises is caught, or the function has asked for the loop and this is where one runs."""
        if is_caught(context.scope, op, _CAUGHT):
            return True
        if context not in self._asks:
            self._asks[context] = self._finds_out(context)
        return self._asks[context] and op not in self._ground.effects.off_loop.get(context, frozenset())

    def _finds_out(self, context: Context) -> bool:
        """Whether the function sets a loop for the thread, or looks whether one runs."""
        for op, sites in self._ground.effects.at(context).items():
            for site in sites:
                if site.effect.kind != "loop-api":
                    continue
                if site.effect.category in _ANSWERS:
                    return True
                if site.effect.category == RUNNING_LOOP and is_caught(context.scope, op, _CAUGHT):
                    return True
        return False
