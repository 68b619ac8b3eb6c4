"""The application's endpoints, classified by what they do and where."""

from __future__ import annotations

from collections import deque

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.entries import Entries, Route
from fastapi_async_lint.analysis.text import definition_place
from fastapi_async_lint.analysis.view import Endpoint
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context

OFFLOADED = frozenset({"thread", "process"})


class Endpoints:
    """Counts, for every route, what is reached from its endpoint in the same thread and by ``await``."""

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
        blocking: set[tuple[str, int]] = set()
        cpu: set[tuple[str, int]] = set()
        waits: set[tuple[str, int]] = set()
        offloaded: set[tuple[str, int]] = set()
        loop_blocking = loop_cpu = False
        depth = 0
        for context, distance, loop in self._reached(route.context, on_loop):
            guarded = self.effects.off_loop.get(context, frozenset()) if loop else frozenset()
            for op, sites in self.effects.at(context).items():
                if op in guarded:
                    continue
                key = (context.scope.name, op)
                for site in sites:
                    kind = site.effect.kind
                    table = {"blocking": blocking, "cpu": cpu, "async": waits}.get(kind)
                    if table is None:
                        continue
                    table.add(key)
                    depth = max(depth, distance)
                    serious = site.effect.category != "path" and site.rank > 0
                    loop_blocking = loop_blocking or (kind == "blocking" and loop and serious)
                    loop_cpu = loop_cpu or (kind == "cpu" and loop and serious and site.effect.severity == "critical")
            offloaded.update((context.scope.name, op) for op in self._offloads.get(context, ()))
        return Endpoint(
            methods=route.methods,
            path=route.path,
            function=route.written.name,
            place=definition_place(route.written),
            is_async=route.context.scope.facts.is_async,
            runs_on="event-loop" if on_loop else "thread-pool",
            blocking_io=len(blocking),
            async_io=len(waits),
            offloaded=len(offloaded),
            cpu=len(cpu),
            depth=depth,
            verdict=_verdict(on_loop, loop_blocking, loop_cpu, bool(waits or offloaded)),
        )

    def _reached(self, start: Context, on_loop: bool) -> list[tuple[Context, int, bool]]:
        found: dict[Context, tuple[int, bool]] = {start: (1, on_loop)}
        queue = deque([start])
        while queue:
            context = queue.popleft()
            distance, loop = found[context]
            for target, place in self._following.get(context, ()):
                if target not in found:
                    found[target] = (distance + 1, loop if place is None else place)
                    queue.append(target)
        return [(context, distance, loop) for context, (distance, loop) in found.items()]

    def _ways(self, project: Project) -> dict[Context, list[tuple[Context, bool | None]]]:
        """From each context those it runs that reach anything worth counting; whether on the loop (None: where it runs itself)."""
        following: dict[Context, list[tuple[Context, bool | None]]] = {}
        callers: dict[Context, list[Context]] = {}
        for context in project.solver.contexts:
            ways: dict[Context, bool | None] = {t: None for targets in context.calls.values() for t in targets}
            for provider in context.providers:
                for target, place in self._dependencies.get((provider.context, provider.op), ()):
                    ways[target] = place == "loop"
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


def _verdict(on_loop: bool, blocking: bool, cpu: bool, waits: bool) -> str:
    if blocking:
        return "blocks the loop"
    if cpu:
        return "CPU on the loop"
    if not on_loop:
        return "in the pool"
    return "waits" if waits else "trivial"
