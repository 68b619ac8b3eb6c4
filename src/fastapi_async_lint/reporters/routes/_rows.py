"""Endpoints joined with the codes of their findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis.view import Endpoint
from fastapi_async_lint.diagnostics import EntryPoint
from fastapi_async_lint.reporters._model import Findings

VERDICTS = {
    "blocks the loop": "Other requests wait while this endpoint does blocking I/O.",
    "CPU on the loop": "Other requests wait while this endpoint computes.",
    "waits": "Asynchronous I/O, or work in threads and processes: other requests go on meanwhile.",
    "in the pool": "Runs in a worker thread, beside the event loop.",
    "trivial": "Neither waits nor computes for long.",
}
"""What each verdict means, the worst first."""

HEAD = (
    "Method",
    "Path",
    "Function",
    "Runs on",
    "Blocking",
    "Async",
    "Off-loaded",
    "CPU",
    "Depth",
    "Verdict",
    "Findings",
)


@dataclass(frozen=True, slots=True)
class Row:
    """An endpoint and the codes of what was found on its way, sorted."""

    endpoint: Endpoint
    codes: tuple[str, ...]

    @property
    def blocks(self) -> bool:
        """Whether other requests wait for this endpoint."""
        return self.endpoint.verdict in ("blocks the loop", "CPU on the loop")

    def cells(self, location: str) -> tuple[str, ...]:
        """Texts for the columns of :data:`HEAD`; ``location`` follows the function's name."""
        e = self.endpoint
        numbers = (e.blocking_io, e.async_io, e.offloaded, e.cpu, e.depth)
        return (
            ", ".join(e.methods),
            e.path,
            f"{'async def' if e.is_async else 'def'} {e.function.rpartition('.')[2]} ({location})",
            e.runs_on.replace("-", " "),
            *(str(number) if number else "–" for number in numbers),
            e.verdict,
            " ".join(self.codes),
        )


def rows(findings: Findings) -> Iterator[Row]:
    """A row per endpoint, in the report's order."""
    codes: dict[tuple[str, str], set[str]] = {}
    for diagnostic in findings.diagnostics:
        for entry in diagnostic.entry_points:
            if entry.path is not None:
                codes.setdefault((_method(entry), entry.path), set()).add(diagnostic.code)
    for endpoint in findings.endpoints:
        found = set().union(*(codes.get((method, endpoint.path), set()) for method in endpoint.methods))
        yield Row(endpoint, tuple(sorted(found)))


def _method(entry: EntryPoint) -> str:
    """The method as an endpoint spells it: ``WEBSOCKET`` where the entry point has none."""
    return entry.method or entry.kind.upper()
