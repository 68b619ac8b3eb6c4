"""Loop sites: calls on the event loop from which blocking work is reached in the same thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi_async_lint.analysis.conversions import Conversions
from fastapi_async_lint.analysis.effects import Effects, Site
from fastapi_async_lint.analysis.entries import Entries
from fastapi_async_lint.analysis.places import Places
from fastapi_async_lint.analysis.remedies import Remedies
from fastapi_async_lint.analysis.shared import SharedState
from fastapi_async_lint.analysis.text import look, place_of, statement_rows
from fastapi_async_lint.analysis.view import LoopSite
from fastapi_async_lint.analysis.witnesses import Group, Witnesses, is_sync, leads_on
from fastapi_async_lint.diagnostics import Blocker, Confidence, EntryPoint, Hop, Severity
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo

CONFIDENCES = (Confidence.POSSIBLE, Confidence.PROBABLE, Confidence.CERTAIN)


@dataclass(frozen=True, slots=True)
class Reach:
    """One way from a loop site to a blocking site: its group, the confidence of the weakest step, the steps."""

    group: Group
    rank: int
    site: Site
    context: Context
    op: int
    target: Context | None
    length: int

    @property
    def order(self) -> tuple[int, int]:
        """Which of two ways of one group is shown: the surer, then the shorter."""
        return -self.rank, self.length


class Findings:
    """Finds the loop sites of all hosts: coroutines, and the synchronous code that the framework runs on the loop."""

    def __init__(
        self,
        project: Project,
        effects: Effects,
        places: Places,
        witnesses: Witnesses,
        entries: Entries,
        shared: SharedState,
        root: Path,
    ) -> None:
        self.project = project
        self.effects = effects
        self.places = places
        self.witnesses = witnesses
        self.entries = entries
        self.remedies = Remedies(project, effects, witnesses, shared)
        self.conversions = Conversions(project, effects, self.remedies, shared, root)

    def sites(self) -> list[LoopSite]:
        """One loop site for each op and group, over all contexts of the function merged."""
        best: dict[tuple[ScopeInfo, int], dict[Group, Reach]] = {}
        labels: dict[tuple[ScopeInfo, int], dict[EntryPoint, None]] = {}
        once: dict[tuple[ScopeInfo, int], bool] = {}
        for context in self.project.solver.contexts:
            if not self._is_host(context):
                continue
            for reach in self._reaches(context):
                key = (context.scope, reach.op)
                groups = best.setdefault(key, {})
                known = groups.get(reach.group)
                if known is None or reach.order < known.order:
                    groups[reach.group] = reach
                labels.setdefault(key, {}).update(dict.fromkeys(self.entries.reaching(context)))
                once[key] = once.get(key, True) and self.entries.once(context)
        found = [
            self._loop_site(reach, groups, tuple(labels[key]), once[key])
            for key, groups in best.items()
            for reach in groups.values()
            if not (once[key] and reach.site.effect.kind == "cpu" and reach.site.effect.severity == "minor")
        ]
        return sorted(found, key=lambda s: (str(s.place.path), s.place.start, s.category))

    def _is_host(self, context: Context) -> bool:
        if context.scope.module.is_library or not self.places.on_loop(context):
            return False
        return not is_sync(context) or context in self.places.hosts

    def _reaches(self, context: Context) -> Iterator[Reach]:
        guarded = self.effects.off_loop.get(context, frozenset())
        for op, sites in self.effects.at(context).items():
            for site in sites:
                if site.effect.kind in ("blocking", "cpu") and op not in guarded:
                    group: Group = (site.effect.kind, site.effect.category, site.effect.severity)
                    rank = min(site.rank, self.witnesses.cap(context, group))
                    yield Reach(group, rank, site, context, op, None, 1)
        for op, targets in context.calls.items():
            if op in guarded:
                continue
            for target, rank in targets.items():
                for group, witness in self.witnesses.by_context.get(target, {}).items() if leads_on(target) else ():
                    yield Reach(group, min(rank, witness.rank), witness.site, context, op, target, witness.length + 1)

    def _loop_site(
        self, reach: Reach, groups: dict[Group, Reach], entry_points: tuple[EntryPoint, ...], once: bool
    ) -> LoopSite:
        scope = reach.context.scope
        effect = reach.site.effect
        steps = self._steps(reach)
        others = sorted((r for r in groups.values() if r is not reach), key=lambda r: r.group[2])
        return LoopSite(
            place=place_of(scope, reach.op),
            noqa_rows=statement_rows(scope, reach.op),
            function=scope.name,
            effect=effect.kind,
            category=effect.category,
            severity=Severity(effect.severity),
            confidence=CONFIDENCES[reach.rank],
            blocker=_blocker(reach.site),
            chain=tuple(_chain(steps)),
            entry_points=entry_points[:5],
            also=tuple(dict.fromkeys(_blocker(r.site) for r in others))[:5],
            replacement=effect.replacement.replace("{method}", reach.site.name.rpartition(".")[2]) or None,
            releases_gil=effect.releases_gil is not False,
            runs_once=once,
            note=effect.note,
            remedy=replace(self.remedies.of(steps, reach.site.name, once), conversion=self.conversions.of(scope)),
        )

    def _steps(self, reach: Reach) -> list[tuple[Context, int]]:
        """The ops from the loop site to the blocker, each with the context it runs in."""
        steps = [(reach.context, reach.op)]
        if reach.target is not None:
            steps.extend(self.witnesses.way(reach.target, reach.group))
        return steps


def _chain(steps: Iterable[tuple[Context, int]]) -> Iterator[Hop]:
    for context, op in steps:
        yield Hop(context.scope.name, place_of(context.scope, op), look(context.scope, op))


def _blocker(site: Site) -> Blocker:
    return Blocker(site.name, place_of(site.context.scope, site.op))
