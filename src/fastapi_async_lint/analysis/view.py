"""All that a rule or a report may ask of the analysis: finished answers, no graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi_async_lint.diagnostics import Blocker, Confidence, Conversion, EntryPoint, Hop, Place, Remedy, Severity


@dataclass(frozen=True, slots=True)
class LoopSite:
    """A call in code that runs on the event loop and from which blocking work is reached in the same thread."""

    place: Place
    """Where it is reported: the call in the innermost ``async`` function, where a fix goes."""
    noqa_rows: tuple[int, int]
    function: str
    """Qualified name of the function that holds the call, module included."""
    effect: str
    """``blocking`` or ``cpu``"""
    category: str
    severity: Severity
    confidence: Confidence
    blocker: Blocker
    chain: tuple[Hop, ...]
    """From the loop site to the blocker, both included; one hop where the call blocks directly."""
    entry_points: tuple[EntryPoint, ...]
    """Shortest way in first; empty when none is known."""
    also: tuple[Blocker, ...] = ()
    replacement: str | None = None
    releases_gil: bool = True
    runs_once: bool = False
    """Only at start-up or shut-down."""
    note: str = ""
    remedy: Remedy = Remedy()


@dataclass(frozen=True, slots=True)
class Misuse:
    """A wrong use of coroutines, tasks, the event loop, the thread pool or shared state; it need not block anything."""

    kind: str
    """The rule's name without its code: ``missing-await``, ``client-per-request``, …"""
    place: Place
    """Where it is reported, and where a fix goes."""
    noqa_rows: tuple[int, int]
    function: str
    """Qualified name of the function it stands in, module included."""
    subject: str
    """What it is about, as the message names it: a function, a class, a variable."""
    confidence: Confidence
    severity: Severity = Severity.CRITICAL
    chain: tuple[Hop, ...] = ()
    """From the entry point's function to the place, where the way there matters."""
    entry_points: tuple[EntryPoint, ...] = ()
    replacement: str | None = None
    note: str = ""
    """What the message adds, where the kind alone does not say it."""
    no_await: str = ""
    """Why no ``await`` may be added at the place."""
    conversion: Conversion | None = None
    """Whether the plain function that it is about can be a coroutine function."""
    passes: str = ""
    """As in :class:`Remedy`."""
    arguments: tuple[str, str] = ("", "")
    """As in :class:`Remedy`."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A call on the loop whose target is not known."""

    place: Place
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the application, classified."""

    methods: tuple[str, ...]
    path: str
    function: str
    place: Place
    is_async: bool
    runs_on: str
    """``event-loop`` or ``thread-pool``"""
    blocking_io: int
    async_io: int
    offloaded: int
    cpu: int
    depth: int
    """Hops of the deepest chain to a blocking or async call; 0 where there is none."""
    verdict: str
    """``blocks the loop | waits | CPU on the loop | in the pool | trivial``"""


class View(Protocol):
    """The finished analysis of one project."""

    def loop_sites(self) -> Sequence[LoopSite]:
        """Every loop site with its worst blocker, in file and line order, of any confidence."""

    def misuses(self) -> Sequence[Misuse]:
        """Every misuse of any kind, in file and line order, of any confidence."""

    def endpoints(self) -> Sequence[Endpoint]:
        """Every route and WebSocket, by path then method."""

    def unresolved(self) -> Sequence[Unresolved]:
        """Calls on the loop that could not be resolved."""
