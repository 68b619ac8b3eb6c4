"""What every finder of misuses stands on, and how it reports one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.entries import Entries
from fastapi_async_lint.analysis.places import Places
from fastapi_async_lint.analysis.shared import SharedState
from fastapi_async_lint.analysis.text import definition_place, definition_rows, place_of, statement_rows
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.analysis.witnesses import Witnesses
from fastapi_async_lint.diagnostics import Confidence, Hop, Severity
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context

CONFIDENCES = (Confidence.POSSIBLE, Confidence.PROBABLE, Confidence.CERTAIN)
"""By rank: the solver counts 0 to 2."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The finished steps of the analysis that finders read."""

    project: Project
    effects: Effects
    places: Places
    entries: Entries
    witnesses: Witnesses
    shared: SharedState
    root: Path
    """The project's folder."""

    def misuse(
        self,
        kind: str,
        context: Context,
        op: int,
        subject: str,
        *,
        rank: int = 2,
        severity: Severity = Severity.CRITICAL,
        chain: tuple[Hop, ...] = (),
        replacement: str | None = None,
        note: str = "",
        passes: str = "",
        arguments: tuple[str, str] = ("", ""),
    ) -> Misuse:
        """A misuse at an op. ``rank`` is the confidence of the weakest step, 2 for certain."""
        return Misuse(
            kind=kind,
            place=place_of(context.scope, op),
            noqa_rows=statement_rows(context.scope, op),
            function=context.scope.name,
            subject=subject,
            confidence=CONFIDENCES[rank],
            severity=severity,
            chain=chain,
            entry_points=self.entries.reaching(context)[:5],
            replacement=replacement,
            note=note,
            passes=passes,
            arguments=arguments,
        )

    def misuse_of(
        self,
        kind: str,
        context: Context,
        subject: str,
        *,
        rank: int = 2,
        severity: Severity = Severity.CRITICAL,
        chain: tuple[Hop, ...] = (),
    ) -> Misuse:
        """A misuse that is a whole function: it is reported at the name in its ``def``."""
        return Misuse(
            kind=kind,
            place=definition_place(context.scope),
            noqa_rows=definition_rows(context.scope),
            function=context.scope.name,
            subject=subject,
            confidence=CONFIDENCES[rank],
            severity=severity,
            chain=chain,
            entry_points=self.entries.reaching(context)[:5],
        )
