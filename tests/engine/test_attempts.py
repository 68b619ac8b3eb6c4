"""Which edits of a round keep their promise: told from reports that a stand-in for the check gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from fastapi_async_lint.diagnostics import (
    Applicability,
    Blocker,
    Confidence,
    Diagnostic,
    Hop,
    Place,
    Position,
    Severity,
)
from fastapi_async_lint.engine.attempts import MAX_CHECKS, Attempt, Settled, identity, settle
from fastapi_async_lint.engine.pipeline import Report
from fastapi_async_lint.fixes import Source, TextEdit
from fastapi_async_lint.fixes.result import Proposal

Tell = Callable[[frozenset[str]], Iterable[Diagnostic]]


def finding(line: str, code: str = "FAL102", function: str = "", text: str = "", file: str = "a.py") -> Diagnostic:
    """The finding about one line; its edit makes the line upper case."""
    row = int(line[1:])
    place = Place(Path("/p") / file, Position(row, 1), Position(row, 2))
    return Diagnostic(
        code, "name", f"line {row}", place, (row, row), Severity.CRITICAL, Confidence.CERTAIN, "blocking-io", "http",
        blocker=Blocker("get", place), chain=(Hop(function or f"a.f{row}", place, text or f"get{row}(…)"),),
    )  # fmt: skip


def report(findings: Iterable[Diagnostic]) -> Report:
    return Report(Path("/p"), tuple(findings), (), (), 1, {}, frozenset())


class World:
    """One file of lines ``x1 … xn``; ``tell`` says which findings there are once some lines are edited."""

    def __init__(self, count: int, tell: Tell) -> None:
        self.lines = [f"x{i}" for i in range(1, count + 1)]
        self.source = Source("".join(f"{line}\n" for line in self.lines).encode())
        self.tell = tell
        self.checks = 0

    def check(self, changed: Mapping[Path, bytes]) -> Report:
        self.checks += 1
        text = changed[Path("/p/a.py")].decode()
        return report(self.tell(frozenset(line.lower() for line in text.split() if line.isupper())))

    def settle(self) -> tuple[Settled, set[str]]:
        before = list(self.tell(frozenset()))
        attempts = []
        for line in self.lines:
            start = self.source.text.index(f"{line}\n")
            edit = TextEdit(start, start + len(line), line.upper())
            names = tuple(identity(d) for d in before if f"x{d.place.start.row}" == line)
            attempts.append(Attempt(self.source, Path("/p/a.py"), Proposal(Applicability.UNSAFE, "m", (edit,)), names))
        settled = settle(attempts, report(before), self.check)
        text = settled.texts.get(Path("/p/a.py"), b"").decode()
        return settled, {line.lower() for line in text.split() if line.isupper()}


def unedited(lines: Iterable[str], edited: frozenset[str]) -> list[Diagnostic]:
    return [finding(line) for line in lines if line not in edited]


def test_all_good_edits_cost_one_check() -> None:
    world = World(5, lambda edited: unedited(["x1", "x2", "x3", "x4", "x5"], edited))
    settled, made = world.settle()
    assert made == {"x1", "x2", "x3", "x4", "x5"}
    assert (world.checks, settled.refused, settled.report.diagnostics) == (1, set(), ())


def test_edit_that_mends_nothing_is_taken_back_alone() -> None:
    world = World(3, lambda edited: unedited(["x1", "x2", "x3"], edited - {"x2"}))
    settled, made = world.settle()
    assert made == {"x1", "x3"}
    assert {name for name, _ in settled.refused} == {identity(finding("x2"))}


@pytest.mark.parametrize("broken", [{"x2"}, {"x1", "x2", "x3"}], ids=["one", "all"])
def test_edits_that_do_not_parse_cost_no_check(broken: set[str]) -> None:
    world = World(3, lambda edited: unedited(["x1", "x2", "x3"], edited))
    before = list(world.tell(frozenset()))
    attempts = []
    for line, found in zip(world.lines, before, strict=True):
        start = world.source.text.index(f"{line}\n")
        edit = TextEdit(start, start + len(line), "(" if line in broken else line.upper())
        attempts.append(
            Attempt(world.source, Path("/p/a.py"), Proposal(Applicability.UNSAFE, "m", (edit,)), (identity(found),))
        )
    settled = settle(attempts, report(before), world.check)
    assert {name for name, _ in settled.refused} == {identity(finding(line)) for line in broken}
    assert world.checks == (len(broken) < 3)
    assert len(settled.report.diagnostics) == len(broken)


@pytest.mark.parametrize("function", ["a.f2", "a.elsewhere"], ids=["same function", "told by halving"])
def test_edit_that_brings_a_finding_is_taken_back_alone(function: str) -> None:
    def tell(edited: frozenset[str]) -> list[Diagnostic]:
        new = [finding("x9", "FAL401", function, "loop()")] if "x2" in edited else []
        return [*unedited(["x1", "x2", "x3", "x4"], edited), *new]

    world = World(4, tell)
    settled, made = world.settle()
    assert made == {"x1", "x3", "x4"}
    assert [d.code for d in settled.report.diagnostics] == ["FAL102"]
    assert world.checks <= 6


def test_finding_that_goes_cannot_hide_one_that_comes() -> None:
    def tell(edited: frozenset[str]) -> list[Diagnostic]:
        gone = [finding("x8", function="b.g", text="other()", file="b.py")] if not edited else []
        come = [finding("x9", function="b.h", text="new()", file="b.py")] if "x1" in edited else []
        return [*unedited(["x1", "x2"], edited), *gone, *come]

    assert World(2, tell).settle()[1] == {"x2"}


def test_call_that_only_reads_differently_is_no_new_finding() -> None:
    def tell(edited: frozenset[str]) -> list[Diagnostic]:
        text = "(await …).json()" if "x1" in edited else "get(…).json()"
        return [*unedited(["x1"], edited), finding("x7", function="a.f1", text=text)]

    assert World(1, tell).settle()[1] == {"x1"}


def test_edits_that_only_fail_together_are_not_both_made() -> None:
    def tell(edited: frozenset[str]) -> list[Diagnostic]:
        new = [finding("x9", "FAL402", "a.elsewhere", "n += 1")] if {"x1", "x4"} <= edited else []
        return [*unedited(["x1", "x2", "x3", "x4"], edited), *new]

    made = World(4, tell).settle()[1]
    assert {"x2", "x3"} < made
    assert len(made) == 3


def test_checks_are_bounded_and_what_is_undecided_is_not_made() -> None:
    lines = [f"x{i}" for i in range(1, 65)]
    world = World(
        64, lambda edited: [*unedited(lines, edited), *(finding("x99", "FAL9", "b", line) for line in edited)]
    )
    settled, made = world.settle()
    assert made == set()
    assert world.checks <= MAX_CHECKS
    assert len(settled.refused) == 64
    assert len(settled.report.diagnostics) == 64
