"""Changes of shared state in more than one step, through whatever is called on the way: who comes to them, and by which calls."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fastapi_async_lint.analysis.places import FOLLOWING, Places
from fastapi_async_lint.analysis.reach import IN_PROCESS, IN_THREAD, ON_LOOP, ON_OTHER_LOOP, Roads
from fastapi_async_lint.analysis.shared.locks import Locks
from fastapi_async_lint.analysis.shared.owners import NOBODY, Names, Owners
from fastapi_async_lint.analysis.shared.passing import handed, passed
from fastapi_async_lint.analysis.shared.races import CHECK, Race, races
from fastapi_async_lint.analysis.shared.weight import Weight
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import Container, LibraryInstance

Node = tuple[Context, str, Names]
"""A body, where it runs, and which of its names hold something shared."""
_RUNNING = frozenset({ON_LOOP, IN_THREAD, IN_PROCESS, ON_OTHER_LOOP})
MAX_NAMES = 6
"""Choices of names for which one body is looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """What changes, and the ops that lead there, the writing one last."""

    race: Race
    steps: tuple[tuple[Context, int], ...]
    rank: int
    node: Node
    start: Node


@dataclass(slots=True)
class _Reached:
    steps: dict[Node, tuple[Node, int] | None] = field(default_factory=dict)
    ranks: dict[Node, int] = field(default_factory=dict)

    def way(self, node: Node) -> tuple[Node, list[tuple[Context, int]]]:
        """The first node, and the ops from there."""
        found: list[tuple[Context, int]] = []
        step = self.steps[node]
        while step is not None:
            node, op = step
            found.append((node[0], op))
            step = self.steps[node]
        return node, found[::-1]


class SharedState:
    """The search, made once for a project; what leads to no change at all is left out from the beginning."""

    def __init__(self, project: Project, places: Places, weight: Weight) -> None:
        self._project = project
        self._weight = weight
        self._roads = Roads(project, places)
        self._owners = Owners(project, places)
        self._locks = Locks(project)
        self._races: dict[ScopeInfo, tuple[Race, ...]] = {}
        self._handovers: dict[Context, list[Handover]] = defaultdict(list)
        for handover in project.solver.handovers.values():
            if handover.kind in FOLLOWING and handover.place in _RUNNING:
                self._handovers[handover.context].append(handover)
        self._leading = self._lead()
        self._names: dict[Context, Names] = {}
        self._requested = self._request()
        self._first: dict[Node, Change | None] = {}

    # -- answers ------------------------------------------------------------------------------------------

    def in_threads(self) -> Iterator[Change]:
        """All changes that requests come to in threads."""
        for node in self._requested.steps:
            context, place, names = node
            if place == IN_THREAD:
                for race in self._own(context, names):
                    start, way = self._requested.way(node)
                    steps = (*way, (context, race.op))
                    yield Change(race, steps, self._requested.ranks[node], node, start)

    def below(self, context: Context, op: int) -> Change | None:
        """The nearest change that the op leads to by calls in its own thread."""
        names = self._names.get(context, NOBODY)
        if op not in context.calls or self._locks.held(context, op):
            return None
        found = [
            change
            for target, place, inner, _ in self._calls(context, ON_LOOP, names, op)
            if not target.scope.facts.is_async and (change := self._nearest((target, place, inner))) is not None
        ]
        change = min(found, key=lambda c: len(c.steps), default=None)
        if change is None:
            return None
        return Change(change.race, ((context, op), *change.steps), change.rank, change.node, change.start)

    def own(self, context: Context) -> Iterator[Change]:
        """The changes that the body makes itself."""
        node = context, ON_LOOP, self._names.get(context, NOBODY)
        for race in self._own(context, node[2]):
            yield Change(race, ((context, race.op),), 2, node, node)

    def within(self, context: Context) -> Iterator[Change]:
        """What the ops of a body lead to, one change for each op."""
        for op in context.calls:
            change = self.below(context, op)
            if change is not None:
                yield change

    # -- search -------------------------------------------------------------------------------------------

    def _races_of(self, scope: ScopeInfo) -> tuple[Race, ...]:
        found = self._races.get(scope)
        if found is None:
            own = scope.is_function and not scope.module.is_library and scope.facts.name != "__init__"
            found = self._races[scope] = tuple(sorted(races(scope), key=_rank)) if own else ()
        return found

    def _own(self, context: Context, names: Names, compared: bool = False) -> Iterator[Race]:
        """The body's own changes of what is shared; one for each variable, and for each condition.

        ``compared``: also what is compared and then set where doing so twice is no harm; what belongs together may be torn apart.
        """
        subjects: set[str] = set()
        tests: set[int] = set()
        for race in self._races_of(context.scope):
            if race.op in context.dead or self._locks.held(context, race.op):
                continue
            if race.base == NONE:
                shared = self._owners.shares_name(context, race.name, names)
            else:
                shared = self._owners.shares(context, race.base, names)
            if not shared or race.subject in subjects or race.test in tests or self._extends(context, race):
                continue
            if (compared and race.kind == CHECK) or self._weight.matters(context, race):
                subjects.add(race.subject)
                tests.update({race.test} - {NONE})
                yield race

    def _extends(self, context: Context, race: Race) -> bool:
        """``items += more`` of a list: one step, like ``extend``."""
        values = context.values[race.in_place] if race.in_place != NONE else None
        return bool(values) and all(
            isinstance(v, Container) or (isinstance(v, LibraryInstance) and v.name in _EXTENDED) for v in values or ()
        )

    def _lead(self) -> set[Context]:
        """The contexts from which a change in several steps, of whatever, can be reached."""
        callers: dict[Context, list[Context]] = defaultdict(list)
        for context in self._project.solver.contexts:
            for targets in context.calls.values():
                for target in targets:
                    callers[target].append(context)
            for handover in self._handovers.get(context, ()):
                callers[handover.target].append(context)
        found = {context for context in self._project.solver.contexts if self._races_of(context.scope)}
        pending = list(found)
        while pending:
            for caller in callers[pending.pop()]:
                if caller not in found and not caller.scope.module.is_library:
                    found.add(caller)
                    pending.append(caller)
        return found

    def _request(self) -> _Reached:
        """Everything that requests come to, with the names that hold something shared there."""
        starts: list[Node] = []
        for handover in self._project.solver.handovers.values():
            if self._roads.is_request(handover) and handover.target in self._leading:
                starts.append((handover.target, handover.place, self._owners.on_entry(handover)))
        return self._search(starts)

    def _search(self, starts: Iterable[Node]) -> _Reached:
        """Surer ways first, then shorter ones."""
        reached = _Reached()
        counts: dict[tuple[Context, str], int] = defaultdict(int)
        for node in starts:
            reached.steps.setdefault(node, None)
            reached.ranks.setdefault(node, 2)
            self._note(node)
        for least in (2, 1, 0):
            queue = deque(reached.steps)
            while queue:
                node = queue.popleft()
                for op, target, place, names, rank in self._out(node):
                    following = target, place, names
                    if rank < least or following in reached.steps or counts[target, place] >= MAX_NAMES:
                        continue
                    counts[target, place] += 1
                    reached.steps[following] = node, op
                    reached.ranks[following] = min(rank, reached.ranks[node])
                    self._note(following)
                    queue.append(following)
        return reached

    def _note(self, node: Node) -> None:
        self._names[node[0]] = self._names.get(node[0], NOBODY) | node[2]

    def _out(self, node: Node) -> Iterator[tuple[int, Context, str, Names, int]]:
        context, place, names = node
        for op in context.calls:
            if not self._locks.held(context, op):
                for target, where, inner, rank in self._calls(context, place, names, op):
                    yield op, target, where, inner, rank
        for handover in self._handovers.get(context, ()):
            target, op = handover.target, handover.op
            if target in self._leading and not self._locks.held(context, op):
                inner = handed(context, op, target, names, lambda v: self._owners.shares(context, v, names))
                yield op, target, handover.place, inner, 2

    def _calls(self, context: Context, place: str, names: Names, op: int) -> Iterator[tuple[Context, str, Names, int]]:
        for target, rank in context.calls[op].items():
            if target in self._leading:
                inner = passed(context, op, target, names, lambda v: self._owners.shares(context, v, names))
                yield target, place, inner, rank

    def _nearest(self, start: Node) -> Change | None:
        """The change that is fewest calls away, in the same thread."""
        if start in self._first:
            return self._first[start]
        steps: dict[Node, tuple[Node, int] | None] = {start: None}
        queue = deque([start])
        found: Change | None = None
        while queue and found is None:
            node = queue.popleft()
            context, place, names = node
            race = next(self._own(context, names, compared=True), None)
            if race is not None:
                _, way = _Reached(steps).way(node)
                found = Change(race, (*way, (context, race.op)), 2, node, start)
                break
            for op in context.calls:
                if self._locks.held(context, op):
                    continue
                for target, _, inner, _ in self._calls(context, place, names, op):
                    following = target, place, inner
                    if following not in steps and not target.scope.facts.is_async:
                        steps[following] = node, op
                        queue.append(following)
        self._first[start] = found
        return found


def _rank(race: Race) -> tuple[bool, int]:
    return race.kind == CHECK, race.op


_EXTENDED = frozenset({"builtins.list", "builtins.set", "builtins.dict", "collections.deque"})
