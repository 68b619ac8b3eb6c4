"""Where each context runs: on the event loop, in the thread pool, elsewhere (commands, workers, tests), at import time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.index import Module, ScopeInfo

LOOP, THREAD, ELSEWHERE, IMPORT, TEST = 1, 2, 4, 8, 16

FOLLOWING = frozenset({"task", "callback", "timer", "background-task", "offload", "stream", "call", "factory", "test"})
"""Kinds of hand-over that start something only when the code that hands over runs; all others register with the framework."""

_TEST_FOLDERS = frozenset({"tests", "test", "testing"})


@dataclass(slots=True)
class Places:
    """The places of every context, and which synchronous contexts the framework itself calls on the loop."""

    of: dict[Context, int] = field(default_factory=dict)
    hosts: dict[Context, None] = field(default_factory=dict)
    assumed: dict[Context, None] = field(default_factory=dict)
    """Asynchronous contexts that nothing seen calls: on the loop, since a coroutine runs nowhere else."""

    def on_loop(self, context: Context) -> bool:
        """Whether the context's code runs on the application's event loop."""
        return bool(self.of.get(context, 0) & LOOP)


def is_test(module: Module) -> bool:
    """Whether a module belongs to the project's own tests, by pytest's and unittest's naming habits."""
    name = module.path.name
    folders = module.path.relative_to(module.root).parts[:-1] if module.path.is_relative_to(module.root) else ()
    return (
        name.startswith("test_")
        or name.endswith("_test.py")
        or name == "conftest.py"
        or not _TEST_FOLDERS.isdisjoint(folders)
        or (module.root.name in _TEST_FOLDERS)
    )


class Placing:
    """Spreads places from registrations and module bodies along calls and hand-overs."""

    def __init__(self, project: Project, whole_project: bool) -> None:
        self.project = project
        self.whole = whole_project
        self.places = Places()
        self.handovers: dict[Context, list[Handover]] = {}
        for handover in project.solver.handovers.values():
            self.handovers.setdefault(handover.context, []).append(handover)
        self._tests = {module for module in project.modules if is_test(module)}
        self._contexts: dict[ScopeInfo, list[Context]] = {}
        for context in project.solver.contexts:
            self._contexts.setdefault(context.scope, []).append(context)
        self._main: dict[ScopeInfo, frozenset[int]] = {}
        self._queue: deque[Context] = deque()

    def run(self) -> Places:
        """Place every context."""
        for module, context in self.project.solver.modules.items():
            self._mark(context, TEST if module in self._tests and not self.whole else IMPORT)
        for context in self.project.solver.class_bodies.values():
            if context.depth == 0:  # those in functions run where the function runs
                self._mark(context, TEST if context.scope.module in self._tests and not self.whole else IMPORT)
        for handover in self.project.solver.handovers.values():
            if handover.kind not in FOLLOWING and handover.place != "use":
                self._register(handover)
        self._spread()
        self._use()
        for handover in self.project.solver.handovers.values():
            if handover.place == "elsewhere" and not self.places.of.get(handover.target, 0):
                self._hand_over(handover, IMPORT)  # by code that nothing seen calls: a command's function
        self._spread()
        self._assume()
        return self.places

    def _use(self) -> None:
        """What belongs to classes that nothing seen uses: on the loop, where the framework would use them."""
        idle = [
            handover
            for handover in self.project.solver.handovers.values()
            if handover.place == "use" and not self._is_placed(handover.target.scope)
        ]
        for handover in idle:
            if handover.context.scope.module not in self._tests or self.whole:
                self._mark(handover.target, LOOP)
                self.places.hosts[handover.target] = None
        self._spread()

    def _assume(self) -> None:
        """Coroutines that nothing seen runs: on the loop, since they run nowhere else."""
        handovers = self.project.solver.handovers.values()
        refused = {handover.target for handover in handovers if handover.place == "never"}
        for context in self.project.solver.contexts:
            scope = context.scope
            if (
                not (scope.facts.is_async and scope.is_function)
                or scope.module.is_library
                or self.places.of.get(context)
            ):
                continue
            if context in self.project.solver.roots and self._is_placed(scope):
                continue  # what calls it was found later; this stands for callers that do not exist
            if context in refused:
                continue
            test = scope.module in self._tests and not self.whole
            self._mark(context, TEST if test else LOOP)
            if not test:
                self.places.assumed[context] = None
            self._spread()

    def _is_placed(self, scope: ScopeInfo) -> bool:
        """Whether some call of the function in the application or its commands is known."""
        return any(self.places.of.get(context, 0) & ~TEST for context in self._contexts.get(scope, ()))

    def _register(self, handover: Handover) -> None:
        foreign = handover.context.scope.module in self._tests and not self.whole
        self._hand_over(handover, TEST if foreign else IMPORT)

    def _hand_over(self, handover: Handover, places: int) -> None:
        application = places & (LOOP | THREAD | IMPORT) or self.whole
        if handover.place == "loop" and application:
            self._mark(handover.target, LOOP)
            if not handover.target.scope.facts.is_async:
                self.places.hosts[handover.target] = None
        elif handover.place in ("thread", "process") and application:
            self._mark(handover.target, THREAD)
        elif handover.place not in ("never", "use"):
            other = TEST if places == TEST else ELSEWHERE
            self._mark(handover.target, LOOP if self.whole and handover.target.scope.facts.is_async else other)

    def _mark(self, context: Context, place: int) -> None:
        known = self.places.of.get(context, 0)
        if place & ~known:
            self.places.of[context] = known | place
            self._queue.append(context)

    def _spread(self) -> None:
        while self._queue:
            context = self._queue.popleft()
            places = self.places.of[context]
            for handover in self.handovers.get(context, ()):
                if handover.kind in FOLLOWING:
                    self._hand_over(handover, self._at(context, handover.op, places))
            for op, targets in context.calls.items():
                place = self._at(context, op, places)
                for target in targets:
                    self._mark(target, place)

    def _at(self, context: Context, op: int, places: int) -> int:
        """The places of one op: what stands under ``if __name__ == "__main__"`` runs elsewhere."""
        if context.scope.facts.kind != "module":
            return places
        main = self._main.get(context.scope)
        if main is None:
            main = self._main[context.scope] = context.scope.ops_in(frozenset({"main"}))
        return ELSEWHERE if op in main else places
