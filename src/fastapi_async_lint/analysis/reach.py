"""Which code is reached from given starting points, in which kind of thread, and by which way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from fastapi_async_lint.analysis.entries import Entries
from fastapi_async_lint.analysis.places import FOLLOWING, LOOP, THREAD, Places, is_test
from fastapi_async_lint.analysis.text import look, place_of
from fastapi_async_lint.diagnostics import EntryPoint, Hop
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context, Handover

ON_LOOP, IN_THREAD, IN_PROCESS, ON_OTHER_LOOP = "loop", "thread", "process", "elsewhere"
_RUNNING = frozenset({ON_LOOP, IN_THREAD, IN_PROCESS, ON_OTHER_LOOP})

PER_REQUEST = frozenset({"route", "websocket", "dependency", "middleware", "exception-handler", "resolver"})
"""Kinds of registered functions that the framework calls for every request."""

MAX_ENTRY_POINTS = 5

State = tuple[Context, str]
"""A body of code and where it runs, in the catalog's words: ``loop``, ``thread``, ``process``, ``elsewhere`` (another loop)."""
Follows = Callable[[Context, int, Context], bool]
"""Whether the way goes on by this op of this context to that context."""


@dataclass(slots=True)
class Reach:
    """What is reached, with the step before each (None: a starting point) and the confidence rank of the weakest step."""

    steps: dict[State, tuple[State, int] | None] = field(default_factory=dict)
    ranks: dict[State, int] = field(default_factory=dict)

    def way(self, state: State) -> list[tuple[Context, int]]:
        """The ops that lead from the starting point to the state."""
        found: list[tuple[Context, int]] = []
        step = self.steps[state]
        while step is not None:
            (context, _), op = step[0], step[1]
            found.append((context, op))
            step = self.steps[step[0]]
        return found[::-1]

    def start(self, state: State) -> State:
        """The starting point that the state is reached from."""
        step = self.steps[state]
        while step is not None:
            state = step[0]
            step = self.steps[state]
        return state

    def chain(self, state: State, op: int) -> tuple[Hop, ...]:
        """The calls from the starting point's function to an op of the state, that op included."""
        steps = [*self.way(state), (state[0], op)]
        return tuple(Hop(c.scope.name, place_of(c.scope, o), look(c.scope, o)) for c, o in steps)

    def ways_in(self, context: Context, places: Iterable[str] = (ON_LOOP, IN_THREAD)) -> State | None:
        """The state of the context that is reached surest, by the shortest way."""
        states = [(context, place) for place in places if (context, place) in self.steps]
        return max(states, key=lambda s: self.ranks[s], default=None)


class Roads:
    """The edges that ways are made of: calls, and hand-overs that start something when the code comes by."""

    def __init__(self, project: Project, places: Places) -> None:
        self.project = project
        self.places = places
        self._handovers: dict[Context, list[Handover]] = {}
        for handover in project.solver.handovers.values():
            if handover.kind in FOLLOWING:
                self._handovers.setdefault(handover.context, []).append(handover)

    def requests(self) -> Iterator[State]:
        """Everything that the framework calls for every request of the application."""
        for handover in self.project.solver.handovers.values():
            if self.is_request(handover):
                yield handover.target, handover.place

    def is_request(self, handover: Handover) -> bool:
        """Whether the framework calls what is handed over for every request of the application."""
        return handover.kind in PER_REQUEST and handover.place in _RUNNING and self._is_application(handover)

    def threads(self) -> Iterator[Handover]:
        """Everything that the framework, or code of the application, runs in a thread or in another process."""
        for handover in self.project.solver.handovers.values():
            if handover.place in (IN_THREAD, IN_PROCESS) and self._is_application(handover):
                yield handover

    def _is_application(self, handover: Handover) -> bool:
        if is_test(handover.context.scope.module):
            return False
        return bool(self.places.of.get(handover.target, 0) & (LOOP | THREAD))

    def reach(self, starts: Iterable[State], follows: Follows, *, hand_over: bool = True) -> Reach:
        """Go as far as the roads lead and ``follows`` lets; surer ways first, then shorter ones.

        ``hand_over=False``: only calls, which stay in their thread, to code that gives up the thread nowhere.
        """
        reached = Reach()
        for state in starts:
            reached.steps.setdefault(state, None)
            reached.ranks.setdefault(state, 2)
        for least in (2, 1, 0):
            queue = deque(reached.steps)
            while queue:
                state = queue.popleft()
                context = state[0]
                for op, target, place, rank in self._out(state, hand_over):
                    following = (target, place)
                    if rank < least or following in reached.steps or not follows(context, op, target):
                        continue
                    reached.steps[following] = (state, op)
                    reached.ranks[following] = min(rank, reached.ranks[state])
                    queue.append(following)
        return reached

    def _out(self, state: State, hand_over: bool) -> Iterator[tuple[int, Context, str, int]]:
        context, place = state
        for op, targets in context.calls.items():
            for target, rank in targets.items():
                if hand_over or not target.scope.facts.is_async:
                    yield op, target, place, rank
        if hand_over:
            for handover in self._handovers.get(context, ()):
                if handover.place in _RUNNING:
                    yield handover.op, handover.target, handover.place, 2


def entry_points(entries: Entries, reach: Reach, state: State) -> tuple[EntryPoint, ...]:
    """The entry points behind a state, that of the way to it first; those that are no requests are left out."""
    first = entries.reaching(reach.start(state)[0])
    others = (entry for entry in entries.reaching(state[0]) if entry.kind in PER_REQUEST)
    return tuple(dict.fromkeys((*first, *others)))[:MAX_ENTRY_POINTS]
