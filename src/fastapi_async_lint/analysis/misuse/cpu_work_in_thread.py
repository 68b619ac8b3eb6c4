"""Long computing that holds the GIL, in threads: the event loop only gets its turn between two switches of threads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi_async_lint.analysis import conditions
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.places import FOLLOWING, is_test
from fastapi_async_lint.analysis.reach import IN_PROCESS, IN_THREAD, Roads
from fastapi_async_lint.analysis.text import look, place_of
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.analysis.witnesses import Witness, leads_on, way_down
from fastapi_async_lint.catalog.schema import Condition
from fastapi_async_lint.diagnostics import EntryPoint, Hop, Severity
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.values import Instance, LibraryInstance, Nothing

KIND = "cpu-work-in-thread"


def find_cpu_work_in_threads(ground: Ground) -> Iterator[Misuse]:
    """Hand-overs to a thread of what computes for long; for what the framework itself calls in a thread, the op in its body."""
    held = _holding(ground)
    for handover in Roads(ground.project, ground.places).threads() if held else ():
        witness = held.get(handover.target)
        sure = _to_a_thread(ground, handover) if witness is not None else None
        if witness is None or sure is None:
            continue
        steps = way_down(handover.target, held.__getitem__)
        if handover.kind in FOLLOWING:
            steps.insert(0, (handover.context, handover.op))
        context, op = steps[0]
        if context.scope.module.is_library or is_test(context.scope.module):
            continue
        chain = tuple(Hop(c.scope.name, place_of(c.scope, o), look(c.scope, o)) for c, o in steps)
        found = ground.misuse(
            KIND, context, op, witness.site.name, rank=min(witness.rank, sure), severity=Severity.MINOR, chain=chain
        )
        yield replace(found, entry_points=_entry_points(ground, handover), note=handover.kind)


def _holding(ground: Ground) -> dict[Context, Witness]:
    """The synchronous contexts that compute for long without releasing the GIL."""
    sites = [
        site
        for site in ground.effects
        if site.effect.kind == "cpu"
        and site.effect.releases_gil is False
        and site.effect.severity == "critical"
        and leads_on(site.context)
    ]
    return ground.witnesses.above(("cpu", "", "critical"), sites)


def _to_a_thread(ground: Ground, handover: Handover) -> int | None:
    """How sure it is that a thread runs what is handed over, not a process; None where it is none.

    The pool that a call gets may be of either kind, and only its type tells which.
    """
    if handover.place != IN_THREAD:
        return None
    context, op = handover.context, handover.op
    rank = 2
    for callback in ground.project.catalog.callbacks(handover.name):
        told = callback.kind == handover.kind and any(test.type for test in (*callback.when, *callback.unless))
        if not told or not isinstance(context.scope.ops[op], ir.Call):
            continue
        if callback.sync == IN_PROCESS and conditions.applies(
            ground.project, context, op, handover.name, None, callback
        ):
            return None
        tests = (*callback.when, *callback.unless)
        rank = min(rank, 0 if any(_is_open(ground, context, op, test) for test in tests) else 2)
    return rank


def _is_open(ground: Ground, context: Context, op: int, test: Condition) -> bool:
    """Whether the argument is given, and nothing tells if it is of the types that the test asks for."""
    given = ground.project.arguments(context, op).find(test.position, test.argument)
    if given is None or not test.type:
        return False
    above = {base for name in test.type for base in ground.project.catalog.mro(name)}.difference(test.type)
    return not given or any(
        value.name in above if isinstance(value, LibraryInstance) else not isinstance(value, (Instance, Nothing))
        for value in given
    )


def _entry_points(ground: Ground, handover: Handover) -> tuple[EntryPoint, ...]:
    """Those whose code hands the work over; those that run it themselves, where the framework runs it or they are not known."""
    handing = ground.entries.reaching(handover.context) if handover.kind in FOLLOWING else ()
    return (handing or ground.entries.reaching(handover.target))[:5]
