"""The analysis of a finished project, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_async_lint.analysis.effects import collect
from fastapi_async_lint.analysis.endpoints import Endpoints
from fastapi_async_lint.analysis.entries import find_entries
from fastapi_async_lint.analysis.findings import Findings
from fastapi_async_lint.analysis.misuse import Ground, find_misuses
from fastapi_async_lint.analysis.places import Placing
from fastapi_async_lint.analysis.shared import SharedState, Weight
from fastapi_async_lint.analysis.unresolved import find_unresolved
from fastapi_async_lint.analysis.view import Endpoint, LoopSite, Misuse, Unresolved
from fastapi_async_lint.analysis.witnesses import Witnesses
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.config import Settings
from fastapi_async_lint.project.build import Project


class Analysis:
    """The answers, each made once when first asked for."""

    def __init__(self, project: Project, settings: Settings) -> None:
        effects = collect(project)
        self._project = project
        self._places = Placing(project, settings.whole_project).run()
        self._entries = find_entries(project, self._places)
        witnesses = Witnesses(project, effects)
        shared = SharedState(project, self._places, Weight(project, effects, witnesses))
        self._loop_sites = Findings(
            project, effects, self._places, witnesses, self._entries, shared, settings.root
        ).sites()
        ground = Ground(project, effects, self._places, self._entries, witnesses, shared, settings.root)
        self._misuses = find_misuses(ground)
        self._endpoints = Endpoints(project, effects, self._entries).all()
        self._unresolved = find_unresolved(project, self._places)

    def loop_sites(self) -> Sequence[LoopSite]:
        """Every loop site, one entry for each category and severity reached from it, in file and line order."""
        return self._loop_sites

    def misuses(self) -> Sequence[Misuse]:
        """Every misuse of any kind, in file and line order."""
        return self._misuses

    def endpoints(self) -> Sequence[Endpoint]:
        """Every route and WebSocket, by path then method."""
        return self._endpoints

    def unresolved(self) -> Sequence[Unresolved]:
        """Calls on the loop that could not be resolved."""
        return self._unresolved


def analyze(project: Project, catalog: Catalog, settings: Settings) -> Analysis:
    """Find out where everything runs and what blocks the event loop."""
    return Analysis(project, settings)
