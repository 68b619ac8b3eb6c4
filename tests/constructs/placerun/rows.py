"""The applications and the constructs marked in them.

Every file below ``apps`` is one application. A line that ends in a mark is a row of the table:

- ``# runs: <construct>``: the line's ``time.sleep`` is reached when the construct runs
- ``# waits: <construct>``: the line may hold up whoever runs it

Comments at the top say how the application is driven, in this order:

- ``# needs: fastapi>=0.135``: a distribution (or ``python``), without which the application cannot run
- ``# request: POST /path {"json": "body"}`` and ``# websocket: /path``
"""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

FOLDER = Path(__file__).resolve().parent.parent / "apps"
MARK = re.compile(r"# (runs|waits): (.+)$")
DIRECTIVE = re.compile(r"^# (needs|request|websocket): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class App:
    """One application."""

    path: Path

    @property
    def group(self) -> str:
        """The folder it lies in: one chapter of the table."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """``routes/verbs``"""
        return f"{self.group}/{self.path.stem}"

    @cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text(encoding="utf-8")

    @property
    def subject(self) -> str:
        """The first line of its docstring, without the full stop."""
        return self.text.split("\n", 1)[0].strip('".').replace("``", "`")

    def directives(self, kind: str) -> list[str]:
        """What its comments say of one kind."""
        return [text for found, text in DIRECTIVE.findall(self.text) if found == kind]

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Requests and WebSockets, in order."""
        return [(kind, text) for kind, text in DIRECTIVE.findall(self.text) if kind != "needs"]

    @property
    def is_installed(self) -> bool:
        """Whether all that it needs is there, in the versions it needs."""
        return all(_is_installed(Requirement(text)) for text in self.directives("needs"))

    @property
    def rows(self) -> list[Row]:
        """Its constructs, in the order of the text."""
        lines = self.text.split("\n")
        marked = [(line, found) for line, text in enumerate(lines, 1) if (found := MARK.search(text))]
        return [Row(self, line, found[2], found[1] == "waits") for line, found in marked]


@dataclass(frozen=True)
class Row:
    """One construct and the line that runs with it."""

    app: App
    line: int
    construct: str
    waits: bool
    """Asked is not where it runs, but whether it holds up the event loop."""

    @property
    def key(self) -> str:
        """Names the row in the table and in the tests."""
        return f"{self.app.name}: {self.construct}"


def _is_installed(requirement: Requirement) -> bool:
    if requirement.name == "python":
        return requirement.specifier.contains(platform.python_version())
    try:
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def apps() -> list[App]:
    """All applications, by group and name."""
    return [App(path) for path in sorted(FOLDER.glob("*/*.py"))]


def rows() -> list[Row]:
    """All constructs."""
    return [row for app in apps() for row in app.rows]
