"""Plain endpoints that wait in a thread only for what could be awaited on the event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from fastapi_async_lint.analysis.effects import Site
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.analysis.reach import IN_THREAD, Roads
from fastapi_async_lint.analysis.text import look, place_of
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.analysis.witnesses import Witness, is_sync, leads_on, way_down
from fastapi_async_lint.diagnostics import Hop, Severity
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context

KIND = "async-counterpart-available"
GAINING = frozenset({"http", "database", "network", "sdk", "sleep", "subprocess"})
"""Categories whose asynchronous counterparts need no thread; those for files are threads behind the scenes."""
_SHARED = frozenset({"wait"})
"""Categories of what other threads wait for as well: to exchange it is no matter of one endpoint."""
_UNWEIGHTED = frozenset({"import"})
"""Categories of what happens once."""


def find_available_counterparts(ground: Ground) -> Iterator[Misuse]:
    """Endpoints in threads all of whose blocking calls, at any depth, have asynchronous counterparts, and that compute little."""
    blocking = [s for s in ground.effects if s.effect.kind in ("blocking", "cpu") and leads_on(s.context)]
    weighty = [s for s in blocking if s.effect.category not in _UNWEIGHTED]
    replaceable = {id(site): name for site in weighty if (name := _replacement(ground, site))}
    staying = ground.witnesses.above(("blocking", "", "critical"), [s for s in weighty if id(s) not in replaceable])
    gaining = [s for s in weighty if id(s) in replaceable and s.effect.category in GAINING]
    witnesses = ground.witnesses.above(("blocking", "", "critical"), gaining)
    for handover in Roads(ground.project, ground.places).threads():
        context = handover.target
        if handover.kind != "route" or handover.place != IN_THREAD or is_test(context.scope.module):
            continue
        if context in witnesses and context not in staying and not context.scope.module.is_library:
            yield _misuse(ground, context, witnesses, replaceable)


def _replacement(ground: Ground, site: Site) -> str:
    """The asynchronous counterpart of a blocking call; empty where there is none but another thread."""
    name = site.effect.replacement.replace("{method}", site.name.rpartition(".")[2])
    if site.effect.kind != "blocking" or site.effect.category in _SHARED or not name:
        return ""
    return "" if any(c.kind == "offload" for c in ground.project.catalog.callbacks(name)) else name


def _misuse(ground: Ground, context: Context, witnesses: dict[Context, Witness], replaceable: dict[int, str]) -> Misuse:
    names: dict[str, None] = {}
    rank = witnesses[context].rank
    for reached in _below(context):
        if any(_is_unknown(reached, op) for op in range(len(reached.scope.ops))):
            rank = 0
        for sites in ground.effects.at(reached).values():
            names.update((replaceable[id(site)], None) for site in sites if id(site) in replaceable)
    chain = tuple(
        Hop(c.scope.name, place_of(c.scope, op), look(c.scope, op))
        for c, op in way_down(context, witnesses.__getitem__)
    )
    found = ground.misuse_of(KIND, context, context.scope.facts.name, rank=rank, severity=Severity.MINOR, chain=chain)
    return replace(found, replacement=next(iter(names)), note=", ".join(names))


def _is_unknown(context: Context, op: int) -> bool:
    """Whether the op calls something of which nothing is known."""
    body = context.scope.ops[op]
    return isinstance(body, ir.Call) and op not in context.scope.quiet and not context.values[body.function]


def _below(start: Context) -> Iterable[Context]:
    """The body and what it runs in its own thread, at any depth."""
    found = {start: None}
    queue = deque([start])
    while queue:
        for targets in queue.popleft().calls.values():
            for target in targets:
                if target not in found and is_sync(target):
                    found[target] = None
                    queue.append(target)
    return found
