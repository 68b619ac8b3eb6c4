"""The application's endpoints, classified by what they do and where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from fastapi_async_lint.analysis.dependencies import Dependencies
from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.entries import Entries, Route
from fastapi_async_lint.analysis.places import FOLLOWING
from fastapi_async_lint.analysis.text import definition_place
from fastapi_async_lint.analysis.view import Endpoint
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context

OFFLOADED = frozenset({"thread", "process"})
COUNTED = ("blocking", "cpu", "async")
"""Kinds of effect that are counted."""

Op = tuple[str, int]
"""Function and op: calls are counted once, whatever the circumstances."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The calls of one body of code, or of all that serving an endpoint comes to."""

    blocking: frozenset[Op] = frozenset()
    cpu: frozenset[Op] = frozenset()
    waits: frozenset[Op] = frozenset()
    serious_blocking: bool = False
    """One of the blocking calls is worth the verdict: it is more than a look at a path, and more than possible."""
    serious_cpu: bool = False

    @classmethod
    def sum(cls, tallies: Collection[Tally]) -> Tally:
        """All of them together."""
        return cls(
            frozenset().union(*(tally.blocking for tally in tallies)),
            frozenset().union(*(tally.cpu for tally in tallies)),
            frozenset().union(*(tally.waits for tally in tallies)),
            any(tally.serious_blocking for tally in tallies),
            any(tally.serious_cpu for tally in tallies),
        )


@dataclass(slots=True)
class Reached:
    """What an endpoint comes to: the code that runs on the loop, the code that runs in threads, the ``doors`` from the one to the
    other, and how many hops away the farthest code is that does anything worth counting."""

    loop: set[Context]
    threads: set[Context]
    doors: set[Context] = field(default_factory=set)
    depth: int = 0


class Endpoints:
    """Counts, for every route, what is reached from its endpoint by calls and ``await``, by its dependencies, and by what it
    starts on the loop: tasks, streams, background tasks."""

    def __init__(self, project: Project, effects: Effects, entries: Entries) -> None:
        self._entries = entries
        self._effects = effects
        self._offloads: dict[Context, set[Op]] = {}
        for handover in project.solver.handovers.values():
            if handover.place in OFFLOADED and handover.kind != "dependency" and handover.kind != "route":
                op = (handover.context.scope.name, handover.op)
                self._offloads.setdefault(handover.context, set()).add(op)
        self._ways = Ways(project, effects, self._offloads)
        self._on_loop: dict[Context, Tally] = {}
        self._in_threads: dict[Context, Tally] = {}
        for context in effects.sites:
            guarded = effects.off_loop.get(context, frozenset())
            self._on_loop[context] = self._tally(context, guarded)
            self._in_threads[context] = self._tally(context, frozenset()) if guarded else self._on_loop[context]

    def all(self) -> list[Endpoint]:
        """Every route and WebSocket, by path then method."""
        merged: dict[tuple[str, str, tuple[str, ...]], Endpoint] = {}
        for route in self._entries.routes:
            endpoint = self._endpoint(route)
            merged.setdefault((endpoint.path, endpoint.function, endpoint.methods), endpoint)
        return sorted(merged.values(), key=lambda e: (e.path, e.methods, e.function))

    def _endpoint(self, route: Route) -> Endpoint:
        on_loop = route.handover.place == "loop"
        reached = self._ways.reached(route, on_loop)
        here = Tally.sum([self._on_loop[context] for context in reached.loop & self._on_loop.keys()])
        # What an endpoint on the loop has done in threads is off-loaded: one call for each way into them.
        away = (
            Tally() if on_loop else Tally.sum([self._in_threads[c] for c in reached.threads & self._in_threads.keys()])
        )
        offloaded: set[Op] = {(context.scope.name, -1) for context in reached.doors}
        for context in (reached.loop | reached.threads) & self._offloads.keys():
            offloaded |= self._offloads[context]
        waits = len(here.waits | away.waits)
        return Endpoint(
            methods=route.methods,
            path=route.path,
            function=route.written.name,
            place=definition_place(route.written),
            is_async=route.context.scope.facts.is_async,
            runs_on="event-loop" if on_loop else "thread-pool",
            blocking_io=len(here.blocking | away.blocking),
            async_io=waits,
            offloaded=len(offloaded),
            cpu=len(here.cpu | away.cpu),
            depth=reached.depth,
            verdict=_verdict(on_loop, here, waits + len(offloaded)),
        )

    def _tally(self, context: Context, guarded: frozenset[int]) -> Tally:
        """The calls of one body, without the ``guarded`` ones. They are counted once, whatever the circumstances."""
        ops: dict[str, set[Op]] = {kind: set() for kind in COUNTED}
        serious = dict.fromkeys(COUNTED, False)
        for op, sites in self._effects.at(context).items():
            for site in sites if op not in guarded else ():
                kind, effect = site.effect.kind, site.effect
                if kind in COUNTED:
                    ops[kind].add((context.scope.name, op))
                    weighs = kind != "cpu" or effect.severity == "critical"
                    serious[kind] |= effect.category != "path" and site.rank > 0 and weighs
        blocking, cpu, waits = (frozenset(ops[kind]) for kind in COUNTED)
        return Tally(blocking, cpu, waits, serious["blocking"], serious["cpu"])


class Ways:
    """From each body of code to those it runs: in its own thread, on the loop, in a thread."""

    def __init__(self, project: Project, effects: Effects, offloads: Mapping[Context, object]) -> None:
        self._here: dict[Context, set[Context]] = {}
        self._to_loop: dict[Context, set[Context]] = {}
        self._to_threads: dict[Context, set[Context]] = {}
        self._dependencies = Dependencies(project)
        self._draw(project)
        self._counted = {
            context
            for context, ops in effects.sites.items()
            if any(site.effect.kind in COUNTED for sites in ops.values() for site in sites)
        }
        self._worth = self._leading_to(self._counted | offloads.keys())
        self._working = self._leading_to(self._counted)
        for ways in (self._here, self._to_loop, self._to_threads):
            for context, targets in list(ways.items()):
                ways[context] = targets & self._worth

    def reached(self, route: Route, on_loop: bool) -> Reached:
        """All that an endpoint, which runs ``on_loop`` or in a thread, and its dependencies reach which leads to anything worth
        counting."""
        loop, threads = ({route.context}, set()) if on_loop else (set(), {route.context})
        found = Reached(set(loop), set(threads))
        before = {target for provider in route.before for target in self._dependencies.of(provider)}
        onto_loop = {target for target, place in before if place == "loop"} & self._worth
        entered = {target for target, place in before if place != "loop"} & self._worth
        distance = 1
        while loop or threads:
            if not self._counted.isdisjoint(loop) or not self._counted.isdisjoint(threads):
                found.depth = distance
            entered |= _union(self._to_threads, loop)
            if on_loop:
                found.doors |= entered & self._working
            onto_loop |= _union(self._here, loop) | _union(self._to_loop, loop) | _union(self._to_loop, threads)
            entered |= _union(self._here, threads) | _union(self._to_threads, threads)
            loop, threads = onto_loop - found.loop, entered - found.threads
            onto_loop, entered = set(), set()
            found.loop |= loop
            found.threads |= threads
            distance += 1
        return found

    def _draw(self, project: Project) -> None:
        for handover in project.solver.handovers.values():
            if handover.kind in FOLLOWING and handover.place == "loop":
                self._to_loop.setdefault(handover.context, set()).add(handover.target)
        for context in project.solver.contexts:
            self._here[context] = {target for targets in context.calls.values() for target in targets}
            for provider in context.providers:
                for target, place in self._dependencies.of(provider):
                    ways = self._to_loop if place == "loop" else self._to_threads
                    ways.setdefault(context, set()).add(target)

    def _leading_to(self, aims: Collection[Context]) -> set[Context]:
        """The ``aims`` and all code that reaches one of them."""
        callers: dict[Context, list[Context]] = {}
        for ways in (self._here, self._to_loop, self._to_threads):
            for context, targets in ways.items():
                for target in targets:
                    callers.setdefault(target, []).append(context)
        found = set(aims)
        pending = list(aims)
        while pending:
            for caller in callers.get(pending.pop(), ()):
                if caller not in found:
                    found.add(caller)
                    pending.append(caller)
        return found


def _union(ways: Mapping[Context, set[Context]], starts: set[Context]) -> set[Context]:
    return set().union(*(ways[start] for start in starts if start in ways))


def _verdict(on_loop: bool, here: Tally, waits: int) -> str:
    """``here``: the calls on the loop; ``waits``: how many calls give way to others."""
    if here.serious_blocking:
        return "blocks the loop"
    if here.serious_cpu:
        return "CPU on the loop"
    if not on_loop:
        return "in the pool"
    return "waits" if waits else "trivial"
