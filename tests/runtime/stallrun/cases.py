"""The expectations file: which requests to send, and which of them stall the event loop."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Pipe:
    """A named pipe in the application's data folder; the other end comes late, so opening it takes time."""

    name: str
    content: str | None = None
    """What the application reads; None: the application writes."""


@dataclass(frozen=True)
class Case:
    """One request to one endpoint, and what is expected of it."""

    method: str
    """HTTP method, or ``WEBSOCKET``."""
    route: str
    """The path as the application declares it, prefixes and mounts included."""
    stalls: bool
    """Whether ``/health`` has to wait while this request is in flight."""
    kind: str
    """``io``, ``cpu`` or ``trivial``."""
    why: str
    label: str = ""
    """Tells two cases of one route apart."""
    path: str = ""
    """The path that is requested, query included; empty: ``route``."""
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None
    upload: str | None = None
    """Content of a file sent as the form field ``picture``."""
    send: str | None = None
    """Text sent over a WebSocket."""
    status: int = 200
    after: bool = False
    """The work starts when the response has been sent: go on polling."""
    database: bool = False
    """Uses the database, and is run against PostgreSQL as well."""
    pipe: Pipe | None = None
    culprit: str | None = None
    """Qualified name of the function that holds the loop site; None: the endpoint itself."""
    fixable: bool = True
    """Whether an automatic fix can be expected to end the stall."""

    @property
    def name(self) -> str:
        """``GET /orders/{reference}``, with the label in brackets where there is one."""
        return f"{self.method} {self.route}" + (f" ({self.label})" if self.label else "")

    @property
    def target(self) -> str:
        """Path and query of the request."""
        return self.path or self.route


def load_toml(path: Path) -> dict[str, Any]:
    """A decoded TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def load_cases(path: Path) -> list[Case]:
    """Read the cases of an expectations file; raises TypeError on an unknown key."""
    cases = []
    for entry in load_toml(path)["case"]:
        pipe = entry.pop("pipe", None)
        cases.append(Case(**entry, pipe=Pipe(**pipe) if pipe else None))
    return cases
