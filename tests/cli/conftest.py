"""The command line on a fake engine: what it is asked, and what it answers, are in the test's hands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fastapi_async_lint.cli import main
from fastapi_async_lint.diagnostics import Confidence, Diagnostic, EntryPoint, Place, Position, Severity


@dataclass
class FakeReport:
    root: Path
    diagnostics: tuple[Diagnostic, ...] = ()
    endpoints: tuple[Any, ...] = ()
    unresolved: tuple[Any, ...] = ()
    files: int = 3
    notes: tuple[str, ...] = ()
    suppressed: dict[str, int] = field(default_factory=dict)


@dataclass
class FakeEngine:
    """Keeps its last call; ``answer`` makes the report or raises."""

    report: FakeReport
    raises: BaseException | None = None
    settings: Any = None
    paths: Any = None
    overlay: Any = None

    def check_project(self, settings: Any, paths: Any, progress: Any = None, overlay: Any = None) -> FakeReport:
        self.settings, self.paths, self.overlay = settings, list(paths), overlay
        if self.raises is not None:
            raise self.raises
        return self.report


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the working folder."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "FAL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def finding(project: Path) -> Diagnostic:
    place = Place(project / "main.py", Position(1, 5), Position(1, 9))
    return Diagnostic(
        code="FAL101",
        name="blocking-sleep",
        message="time.sleep() blocks the event loop in GET /; use `await asyncio.sleep()`",
        place=place,
        noqa_rows=(1, 1),
        severity=Severity.CRITICAL,
        confidence=Confidence.CERTAIN,
        kind="blocking-io",
        category="sleep",
        entry_points=(EntryPoint("route", "main.root", place, "GET", "/"),),
    )


@pytest.fixture
def engine(project: Path, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """Stands where the engine is; finds nothing unless told."""
    fake = FakeEngine(FakeReport(project))
    module = ModuleType("fastapi_async_lint.engine")
    module.__dict__["check_project"] = fake.check_project
    monkeypatch.setitem(sys.modules, "fastapi_async_lint.engine", module)
    fixing = ModuleType("fastapi_async_lint.engine.fixing")
    fixing.__dict__["with_fixes"] = lambda report, overlay: report
    monkeypatch.setitem(sys.modules, "fastapi_async_lint.engine.fixing", fixing)
    return fake


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs a command line in this process."""

    def run(*words: str) -> Outcome:
        status = main(list(words))
        out, err = capsys.readouterr()
        return Outcome(status, out, err)

    return run
