"""What the analysis says about the code: frozen values that rules make and everything behind them reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Confidence(str, Enum):
    """How the weakest hop of the chain was resolved."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """2 for certain, 1 for probable, 0 for possible."""
        return {"certain": 2, "probable": 1, "possible": 0}[self.value]


class Severity(str, Enum):
    """How bad: critical stops the event loop for network, database, subprocess or CPU time; minor is short."""

    CRITICAL = "critical"
    MINOR = "minor"


class Applicability(str, Enum):
    """What an edit may change: nothing (safe), run-time behaviour (unsafe), or it is only shown (display)."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """``row`` and ``column`` count from 1; columns are code points."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of text in a file: ``path`` is absolute; ``start``/``end`` are positions, end exclusive."""

    path: Path
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Hop:
    """One link of a chain: ``function`` (qualified name) contains the call ``text`` at ``place``."""

    function: str
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Blocker:
    """The call at the end of the chain: its public name (``requests.get``) and where it stands."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where the framework calls into the project.

    ``kind``: ``route | websocket | dependency | middleware | lifespan | startup | background-task | …``;
    ``method`` and ``path`` are None where the kind has none.
    """

    kind: str
    name: str
    place: Place
    method: str | None = None
    path: str | None = None

    @property
    def title(self) -> str:
        """``GET /users/{user_id}`` for a route, else kind and name."""
        if self.path is not None:
            return f"{self.method or self.kind.upper()} {self.path}"
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text between two positions of the finding's file."""

    start: Position
    end: Position
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to mend a finding. ``edits`` may touch several files: ``(path, edits)`` pairs; empty for display-only."""

    applicability: Applicability
    message: str
    edits: tuple[tuple[Path, tuple[Edit, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Counterpart:
    """How a call is rewritten for an asynchronous counterpart; what the fields say is explained in the catalog's schema."""

    how: str
    to: str
    available: bool
    """Whether the project uses the package."""
    positional: int = 0
    keywords: tuple[tuple[str, str], ...] = ()
    forms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    adds: tuple[tuple[str, str], ...] = ()
    results: tuple[str, ...] | None = None
    errors: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Twin:
    """The asynchronous class that could stand in the place of the one whose instance blocks."""

    of: str
    to: str
    calls: tuple[Place, ...] = ()
    """The calls in the file that would have to be awaited, all in coroutines."""
    never: tuple[str, ...] = ()
    """Keywords that speak against it."""
    reason: str = ""
    """Why the object cannot be exchanged, as far as the rest of the project tells."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """Whether a coroutine function that awaits nothing can be a plain one, which its framework would run in a thread; or whether
    a plain function that does next to nothing can be a coroutine function."""

    function: str
    """Its name."""
    place: Place
    """The name in its ``def``."""
    reasons: tuple[str, ...] = ()
    """Clauses that speak against it; none: it can."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the project tells about ways to mend a finding; what the file's own text tells is the fix's business."""

    offloads: tuple[str, ...] = ()
    """Public names of the functions by which the finding's file moves calls to threads, the most used first."""
    project_offloads: tuple[str, ...] = ()
    """The same of the whole project."""
    no_await: str = ""
    """Why no ``await`` may stand here; empty where nothing speaks against it."""
    passes: str = ""
    """How the call hands arguments on to a function that it takes: ``all`` (keywords too), ``positional``, ``none``; empty where it
    takes none, or no function can stand in the place of what it was given."""
    arguments: tuple[str, str] = ("", "")
    """The keywords by which that call takes a tuple and a dict of the function's arguments; empty where it has none such."""
    idle: tuple[Position, ...] = ()
    """Where the codes of a suppression begin that suppress nothing."""
    no_thread: str = ""
    """Why the call must not be made by another thread."""
    share: str = ""
    """The class that the call makes one more instance of, where one is meant to be made and shared."""
    no_gain: str = ""
    """Why the event loop would stand still all the same if another thread made the call."""
    holds_gil: bool = False
    """It holds the GIL, but gives it away now and then."""
    no_block: str = ""
    """Why the ``with`` or ``for`` statement that begins with the call must not run in another thread as a whole."""
    whole: Place | None = None
    """The end of the chain of calls that blocks in more than one place: what is to be moved is all of it."""
    counterpart: Counterpart | None = None
    twin: Twin | None = None
    conversion: Conversion | None = None
    """Of the function that holds the call; None where it awaits something, or nothing runs it in a thread if it is plain."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of one rule at one place."""

    code: str
    name: str
    message: str
    place: Place
    noqa_rows: tuple[int, int]
    """First and last row of the statement: a ``# noqa`` on any of them counts."""
    severity: Severity
    confidence: Confidence
    kind: str
    """``blocking-io | cpu | async-misuse | thread-pool | tool``"""
    category: str
    blocker: Blocker | None = None
    chain: tuple[Hop, ...] = ()
    entry_points: tuple[EntryPoint, ...] = ()
    also: tuple[Blocker, ...] = ()
    """Further blockers reached from the same place, the worst first."""
    replacement: str | None = None
    """Public name of the asynchronous counterpart, where the catalog knows one."""
    remedy: Remedy = Remedy()
    fixes: tuple[Fix, ...] = field(default=())
    """Ways to mend it, the one to offer first leading."""
