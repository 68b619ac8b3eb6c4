"""The application's endpoints, classified by what they do and where."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.entries import Entries, Route
from fastapi_async_lint.analysis.places import FOLLOWING
from fastapi_async_lint.analysis.text import definition_place
from fastapi_async_lint.analysis.view import Endpoint
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context

OFFLOADED = frozenset({"thread", "process"})

Op = tuple[str, int]
"""Function and op: calls are counted once, whatever the circumstances."""


@dataclass(slots=True)
class Counts:
    """The calls that serving an endpoint comes to."""

    blocking: set[Op] = field(default_factory=set)
    cpu: set[Op] = field(default_factory=set)
    waits: set[Op] = field(default_factory=set)
    offloaded: set[Op] = field(default_factory=set)
    loop_blocking: bool = False
    loop_cpu: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """A body of code on the way: how many hops from the endpoint, on the loop or not, and the first on its way that is not."""

    context: Context
    distance: int
    loop: bool
    away: Context | None


class Endpoints:
    """Counts, for every route, what is reached from its endpoint by calls and ``await``, by its dependencies, and by what it
    starts on the loop: tasks, streams, background tasks."""

    def __init__(self, project: Project, effects: Effects, entries: Entries) -> None:
        self.effects = effects
        self.entries = entries
        self._offloads: dict[Context, set[int]] = {}
        for handover in project.solver.handovers.values():
            if handover.place in OFFLOADED and handover.kind != "dependency" and handover.kind != "route":
                self._offloads.setdefault(handover.context, set()).add(handover.op)
        self._dependencies: dict[tuple[Context, int], list[tuple[Context, str]]] = {}
        for handover in project.solver.handovers.values():
            if handover.kind == "dependency":
                key = (handover.context, handover.op)
                self._dependencies.setdefault(key, []).append((handover.target, handover.place))
        self._started: dict[Context, dict[Context, None]] = {}
        for handover in project.solver.handovers.values():
            if handover.kind in FOLLOWING and handover.place == "loop":
                self._started.setdefault(handover.context, {})[handover.target] = None
        self._following = self._ways(project)

    def all(self) -> list[Endpoint]:
        """Every route and WebSocket, by path then method."""
        merged: dict[tuple[str, str, tuple[str, ...]], Endpoint] = {}
        for route in self.entries.routes:
            endpoint = self._endpoint(route)
            merged.setdefault((endpoint.path, endpoint.function, endpoint.methods), endpoint)
        return sorted(merged.values(), key=lambda e: (e.path, e.methods, e.function))

    def _endpoint(self, route: Route) -> Endpoint:
        on_loop = route.handover.place == "loop"
        counts = Counts()
        for reached in self._reached(route.context, on_loop):
            self._count(reached, on_loop, counts)
        return Endpoint(
            methods=route.methods,
            path=route.path,
            function=route.written.name,
            place=definition_place(route.written),
            is_async=route.context.scope.facts.is_async,
            runs_on="event-loop" if on_loop else "thread-pool",
            blocking_io=len(counts.blocking),
            async_io=len(counts.waits),
            offloaded=len(counts.offloaded),
            cpu=len(counts.cpu),
            depth=counts.depth,
            verdict=_verdict(on_loop, counts),
        )

    def _count(self, reached: Reached, on_loop: bool, counts: Counts) -> None:
        """Count the calls of one body. What an endpoint on the loop has done in threads by a dependency is off-loaded: one call."""
        context, loop = reached.context, reached.loop
        guarded = self.effects.off_loop.get(context, frozenset()) if loop else frozenset()
        tables = {"blocking": counts.blocking, "cpu": counts.cpu, "async": counts.waits}
        for op, sites in self.effects.at(context).items():
            for site in sites if op not in guarded else ():
                kind, effect = site.effect.kind, site.effect
                if kind not in tables:
                    continue
                counts.depth = max(counts.depth, reached.distance)
                if on_loop and reached.away is not None:
                    counts.offloaded.add((reached.away.scope.name, -1))
                    continue
                tables[kind].add((context.scope.name, op))
                serious = loop and effect.category != "path" and site.rank > 0
                counts.loop_blocking |= kind == "blocking" and serious
                counts.loop_cpu |= kind == "cpu" and serious and effect.severity == "critical"
        counts.offloaded.update((context.scope.name, op) for op in self._offloads.get(context, ()))

    def _reached(self, start: Context, on_loop: bool) -> list[Reached]:
        found = {start: Reached(start, 1, on_loop, None)}
        queue = deque([start])
        while queue:
            here = found[queue.popleft()]
            for target, place in self._following.get(here.context, ()):
                if target not in found:
                    loop = here.loop if place is None else place
                    away = None if loop else here.away or (target if here.loop else None)
                    found[target] = Reached(target, here.distance + 1, loop, away)
                    queue.append(target)
        return list(found.values())

    def _ways(self, project: Project) -> dict[Context, list[tuple[Context, bool | None]]]:
        """From each context those it runs that reach anything worth counting; whether on the loop (None: where it runs itself)."""
        following: dict[Context, list[tuple[Context, bool | None]]] = {}
        callers: dict[Context, list[Context]] = {}
        for context in project.solver.contexts:
            ways: dict[Context, bool | None] = {t: None for targets in context.calls.values() for t in targets}
            for provider in context.providers:
                for target, place in self._dependencies.get((provider.context, provider.op), ()):
                    ways[target] = place == "loop"
            ways |= dict.fromkeys(self._started.get(context, ()), True)
            following[context] = list(ways.items())
            for target in ways:
                callers.setdefault(target, []).append(context)
        worth = dict.fromkeys((*self.effects.sites, *self._offloads))
        pending = list(worth)
        while pending:
            for caller in callers.get(pending.pop(), ()):
                if caller not in worth:
                    worth[caller] = None
                    pending.append(caller)
        return {c: [way for way in ways if way[0] in worth] for c, ways in following.items() if c in worth}


def _verdict(on_loop: bool, counts: Counts) -> str:
    if counts.loop_blocking:
        return "blocks the loop"
    if counts.loop_cpu:
        return "CPU on the loop"
    if not on_loop:
        return "in the pool"
    return "waits" if counts.waits or counts.offloaded else "trivial"
