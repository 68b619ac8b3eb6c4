"""What a reporter is given: the outcome of a run, and how it is to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the names of the formats must be had without waiting for these
    from fastapi_async_lint.analysis.view import Endpoint, Unresolved
    from fastapi_async_lint.diagnostics import Diagnostic

RULE_URL = "https://github.com/fastapi-async-lint/fastapi-async-lint/blob/main/src/fastapi_async_lint/rules/{}.py"
"""Where a rule's manual page can be read: its file begins with it."""


UNSURE = "confidence"
"""The reason of findings that are less sure than asked for."""


class Findings(Protocol):
    """The outcome of a run, as the engine hands it over."""

    @property
    def root(self) -> Path:
        """The project's folder."""

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """What is shown, sorted by path, row, column, code."""

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """The application's endpoints, by path then method."""

    @property
    def unresolved(self) -> Sequence[Unresolved]:
        """Calls on the event loop whose target is not known."""

    @property
    def files(self) -> int:
        """How many files were analysed."""

    @property
    def suppressed(self) -> Mapping[str, int]:
        """How many findings were held back, by reason; those not sure enough are under :data:`UNSURE`."""


@dataclass(frozen=True, slots=True)
class RuleText:
    """What reports say about a rule. ``page`` is its manual page in Markdown."""

    code: str
    name: str
    summary: str
    page: str


@dataclass(frozen=True, slots=True)
class Context:
    """How a report is shown."""

    cwd: Path
    """Absolute; paths in text are relative to it."""
    version: str
    """The tool's version."""
    colour: bool = False
    details: bool = False
    """Chains and fixes in text: on a terminal."""
    quiet: bool = False
    """Findings only, no closing line."""
    show_unresolved: bool = False
    show_fixes: bool = False
    rules: Mapping[str, RuleText] = field(default_factory=dict)
    """By code."""


def rule_url(name: str) -> str:
    """The address of a rule's manual page."""
    return RULE_URL.format(name.replace("-", "_"))
