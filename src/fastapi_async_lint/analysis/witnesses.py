"""Shortest ways from synchronous code down to what blocks: a backward search from every blocking site.

For each category and severity, each context that reaches such a site in its own thread gets one witness: the op where the way
goes on, and the context or the site it goes to. Better confidence wins over a shorter way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi_async_lint.analysis.effects import Effects, Site
from fastapi_async_lint.analysis.memoised import remembers
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo

Group = tuple[str, str, str]
"""Effect kind, category, severity."""

NESTED_LOOP = "nested-loop"
"""Category of what runs an event loop; of a ``silent`` effect: what makes that possible inside another."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The next step on the way: at ``op`` to ``target``, or the ``site`` itself. ``length`` counts steps, ``rank`` the weakest."""

    op: int
    target: Context | None
    site: Site
    length: int
    rank: int


def is_sync(context: Context) -> bool:
    """Whether the context's body runs to its end (or next ``yield``) without giving up the thread."""
    return not context.scope.facts.is_async


def leads_on(context: Context) -> bool:
    """Whether what the context reaches is reported at its callers: synchronous code, and coroutines of libraries."""
    return is_sync(context) or context.scope.module.is_library


class Witnesses:
    """Witnesses of every context, by group."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self.effects = effects
        self._memoised = project.solver.memoised
        self._once: dict[ScopeInfo, bool] = {}
        self._nestable = any(
            site.effect.kind == "silent"
            and site.effect.category == NESTED_LOOP
            and not is_test(site.context.scope.module)
            for site in effects
        )
        """The application lets event loops run inside each other, which else is an error."""
        self._callers: dict[Context, list[tuple[Context, int, int]]] = defaultdict(list)
        for context in project.solver.contexts:
            if not leads_on(context):
                continue
            guarded = effects.off_loop.get(context, frozenset())
            for op, targets in context.calls.items():
                if op in guarded:
                    continue
                for target, rank in targets.items():
                    if leads_on(target):
                        self._callers[target].append((context, op, rank))
        self.by_context: dict[Context, dict[Group, Witness]] = defaultdict(dict)
        self._search()

    def _search(self) -> None:
        groups: dict[Group, list[Site]] = defaultdict(list)
        for site in self.effects:
            kind = site.effect.kind
            if kind in ("blocking", "cpu") and leads_on(site.context) and not self.guarded(site.context, site.op):
                groups[kind, site.effect.category, site.effect.severity].append(site)
        for group, sites in groups.items():
            for context, witness in self.above(group, sites).items():
                self.by_context[context][group] = witness

    def guarded(self, context: Context, op: int) -> bool:
        """Whether the op only runs where no event loop is running."""
        return op in self.effects.off_loop.get(context, frozenset())

    def once(self, context: Context) -> bool:
        """Whether the context's function does its work once and remembers the outcome."""
        scope = context.scope
        known = self._once.get(scope)
        if known is None:
            known = self._once[scope] = remembers(scope) or scope in self._memoised
        return known

    def cap(self, context: Context, group: Group) -> int:
        """The best confidence rank that a way through the context can have."""
        if group[1] == NESTED_LOOP and self._nestable:
            return 0
        return 0 if group[2] == "minor" and self.once(context) else 2

    def above(self, group: Group, sites: Sequence[Site]) -> dict[Context, Witness]:
        """Every context that reaches one of the sites in its own thread, with its witness. The group only limits confidence."""
        found: dict[Context, Witness] = {}
        for rank in (2, 1, 0):
            layer = sorted(found, key=lambda context: found[context].length)
            for site in sites:
                context = site.context
                if min(site.rank, self.cap(context, group)) >= rank and context not in found:
                    found[context] = Witness(site.op, None, site, 1, rank)
                    layer.append(context)
            while layer:
                following: list[Context] = []
                for context in layer:
                    witness = found[context]
                    for caller, op, edge in self._callers.get(context, ()):
                        if caller not in found and min(edge, self.cap(caller, group)) >= rank:
                            found[caller] = Witness(op, context, witness.site, witness.length + 1, rank)
                            following.append(caller)
                layer = following
        return found

    def way(self, context: Context, group: Group) -> list[tuple[Context, int]]:
        """The ops on the way from a context to the blocker, the blocker's own last."""
        return way_down(context, lambda current: self.by_context[current][group])


def way_down(context: Context, witness_of: Callable[[Context], Witness]) -> list[tuple[Context, int]]:
    """The ops on the way from a context to the site of its witness, the site's own last."""
    steps: list[tuple[Context, int]] = []
    current: Context | None = context
    while current is not None:
        witness = witness_of(current)
        steps.append((current, witness.op))
        current = witness.target
    return steps
