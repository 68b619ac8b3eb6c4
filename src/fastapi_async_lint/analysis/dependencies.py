"""Which code a dependency stands for: ``Depends(f)`` runs ``f`` before the endpoint."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.values import Provider

KIND = "dependency"
"""The kind of hand-over."""


class Dependencies:
    """The code behind every ``Depends(…)`` of the project."""

    def __init__(self, project: Project) -> None:
        self._targets: dict[tuple[Context, int], list[tuple[Context, str]]] = {}
        for handover in project.solver.handovers.values():
            if handover.kind == KIND:
                key = (handover.context, handover.op)
                self._targets.setdefault(key, []).append((handover.target, handover.place))

    def of(self, provider: Provider) -> Sequence[tuple[Context, str]]:
        """What it runs, and the place of each."""
        return self._targets.get((provider.context, provider.op), ())
