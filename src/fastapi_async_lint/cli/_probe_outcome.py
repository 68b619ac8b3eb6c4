"""What came of all calls of one session of ``probe``."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.probe.measure import Measurement
from fastapi_async_lint.probe.session import Session
from fastapi_async_lint.probe.watch import Stall


@dataclass(frozen=True)
class Outcome:
    """All calls of one session. ``folder``: where file names are shown from."""

    session: Session
    calls: tuple[Measurement, ...]
    folder: Path

    @property
    def blocking(self) -> list[Measurement]:
        """The calls that blocked the loop for at least the threshold."""
        return [call for call in self.calls if call.worst and call.worst.seconds >= self.session.threshold]

    @property
    def blocks(self) -> bool:
        """More than half of the calls did."""
        return 2 * len(self.blocking) > len(self.calls)

    @property
    def worst(self) -> Stall | None:
        """The longest stall of all calls, if any was worth keeping."""
        stalls = [call.worst for call in self.calls if call.worst is not None]
        return max(stalls, key=lambda stall: stall.seconds, default=None)

    @property
    def home(self) -> str | None:
        """What counts as the user's own besides what is not installed."""
        return self.session.target.home

    @property
    def subject(self) -> str:
        """``app.tasks:work``, or ``GET /users`` for a request."""
        request = self.session.request
        return f"{request.method} {request.path}" if request else self.session.target.text

    @property
    def function(self) -> object:
        """The function that was called: the endpoint's, where an application was asked."""
        answer = self.session.answer
        return inspect.unwrap(answer.endpoint if answer else self.session.target.value)  # type: ignore[arg-type]


def outcome_of(session: Session, calls: Sequence[Measurement], folder: Path) -> Outcome:
    """The outcome of a session's calls."""
    return Outcome(session, tuple(calls), folder)
