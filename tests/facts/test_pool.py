"""Extraction in several processes, with a stand-in for the parser that dies, fails or dawdles on request."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import types
from pathlib import Path

import msgspec
import pytest

from fastapi_async_lint.facts import pool
from fastapi_async_lint.facts.model import Const, ModuleFacts
from fastapi_async_lint.facts.pool import CRASHED, extract_all
from fastapi_async_lint.facts.worker import Found, Outcome, Problem

STAND_IN = """
import os, signal, sys, types
from fastapi_async_lint.facts.model import Const, ModuleFacts, Scope
from fastapi_async_lint.syntax import Unreadable

def extract(source):
    if source == b"segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if source == b"exit":
        os._exit(0)
    if source == b"unreadable":
        raise Unreadable("not Python", 3, 7)
    if source == b"defect":
        raise RecursionError("too deep")
    said = Const("str", source.decode() + f" in {os.getpid()}")
    return ModuleFacts((Scope("module", "", "", -1, False, False, (), (said,), b"", b"", ()),), b"", b"")

module = types.ModuleType("fastapi_async_lint.facts.extract")
module.extract = extract
sys.modules[module.__name__] = module
"""


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the stand-in in the parser's place, in this process and in those it starts."""
    monkeypatch.setitem(sys.modules, "fastapi_async_lint.facts.extract", types.ModuleType("replaced below"))
    exec(STAND_IN, {})
    code = f"exec({STAND_IN!r}); ".replace("{", "{{").replace("}", "}}")
    monkeypatch.setattr(pool, "_CODE", pool._CODE.replace("from {module}", f"{code}from {{module}}"))


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little there is to do, start processes for it."""
    monkeypatch.setattr(pool, "SERIAL_BYTES", 0)
    monkeypatch.setattr(pool, "BYTES_PER_PROCESS", 1)


def said(outcome: Outcome) -> tuple[str, int]:
    """The text that the stand-in was given, and the process it ran in."""
    assert isinstance(outcome, Found), outcome
    facts = msgspec.msgpack.decode(outcome.facts, type=ModuleFacts)
    (op,) = facts.scopes[0].ops
    assert isinstance(op, Const) and isinstance(op.value, str)
    text, _, process = op.value.rpartition(" in ")
    return text, int(process)


TEXTS = [f"text {number}".encode() * (number % 7 + 1) for number in range(40)]


def test_little_work_is_done_in_this_process() -> None:
    assert [said(outcome) for outcome in extract_all(TEXTS, jobs=4)] == [(text.decode(), os.getpid()) for text in TEXTS]


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_outcomes_come_in_order_from_so_many_processes(in_processes: None, jobs: int) -> None:
    outcomes = [said(outcome) for outcome in extract_all(TEXTS, jobs=jobs)]

    assert [text for text, _ in outcomes] == [text.decode() for text in TEXTS]
    processes = {process for _, process in outcomes}
    assert len(processes) == jobs
    assert os.getpid() not in processes


def test_more_processes_than_texts_are_not_started(in_processes: None) -> None:
    assert len({said(outcome)[1] for outcome in extract_all(TEXTS[:2], jobs=8)}) == 2


def test_nothing_to_do() -> None:
    assert extract_all([], jobs=4) == []


@pytest.mark.parametrize("processes", [True, False], ids=["processes", "this process"])
def test_problems_are_outcomes(processes: bool, request: pytest.FixtureRequest) -> None:
    if processes:
        request.getfixturevalue("in_processes")

    fine, unreadable, defect = extract_all([b"fine", b"unreadable", b"defect"], jobs=2)

    assert said(fine)[0] == "fine"
    assert unreadable == Problem("not Python", 3, 7)
    assert defect == Problem("internal error, please report it: RecursionError: too deep")


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("killer", [b"segfault", b"exit"])
def test_file_that_kills_the_parser_costs_only_itself(in_processes: None, jobs: int, killer: bytes) -> None:
    texts = [*TEXTS[:10], killer, *TEXTS[10:20], killer + b"", *TEXTS[20:]]

    outcomes = extract_all(texts, jobs=jobs)

    crashed = [text for text, outcome in zip(texts, outcomes, strict=True) if outcome == Problem(CRASHED)]
    assert crashed == [killer, killer]
    assert [said(outcome)[0] for outcome in outcomes if isinstance(outcome, Found)] == [text.decode() for text in TEXTS]


def test_process_that_was_killed_by_somebody_else_is_replaced(
    in_processes: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file at work at that moment gets a second chance, in a process of its own."""
    once = f"os.path.exists({str(tmp_path / 'gone')!r})"
    victim = f'if source == b"victim" and not {once}:\n        open({str(tmp_path / "gone")!r}, "w"); os._exit(1)\n    '
    changed = STAND_IN.replace('if source == b"segfault"', victim + 'if source == b"segfault"')
    monkeypatch.setattr(pool, "_CODE", pool._CODE.replace(repr(STAND_IN), repr(changed)))

    outcomes = extract_all([b"one", b"victim", b"two"], jobs=1)

    assert [said(outcome)[0] for outcome in outcomes] == ["one", "victim", "two"]


def test_progress_counts_every_text_once(in_processes: None) -> None:
    seen: list[tuple[int, int]] = []

    extract_all([*TEXTS, b"segfault", b"unreadable"], jobs=3, progress=lambda done, total: seen.append((done, total)))

    assert seen == [(number, 42) for number in range(1, 43)]


@pytest.mark.parametrize("executable", ["", "/nowhere/python", "/bin/false"])
def test_without_processes_the_work_is_done_here(
    in_processes: None, monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    monkeypatch.setattr(sys, "executable", executable)

    outcomes = extract_all(TEXTS, jobs=4)

    assert {said(outcome)[1] for outcome in outcomes} == {os.getpid()}


def test_without_fork_every_process_has_its_own_pipe(in_processes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""
    monkeypatch.delattr(os, "fork")

    outcomes = [said(outcome) for outcome in extract_all([*TEXTS, b"exit"], jobs=3)[:-1]]

    assert [text for text, _ in outcomes] == [text.decode() for text in TEXTS]


def test_works_in_a_daemonic_process_and_prints_nothing(tmp_path: Path) -> None:
    """flake8 checks files in such processes, which may not have multiprocessing children."""
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            import multiprocessing
            from fastapi_async_lint.facts import pool

            def work(number):
                pool.SERIAL_BYTES, pool.BYTES_PER_PROCESS = 0, 1
                return len(pool._extract_in_processes([b"x = 1", b"y = 2"], 2, pool._Counter(2, None)))

            if __name__ == "__main__":
                with multiprocessing.Pool(2) as workers:
                    print(workers.map(work, range(2)))
            """
        )
    )
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)

    assert (run.stdout, run.stderr) == ("[2, 2]\n", "")


def test_scheduling_gives_every_process_about_as_much() -> None:
    sources = [b"x" * size for size in (90_000, 10, 40_000, 30_000, 20_000, 5, 70_000, 80_000)]

    chunks = pool._balanced(sources, 3)

    assert sorted(index for chunk in chunks for index in chunk) == list(range(8))
    sizes = [sum(len(sources[index]) for index in chunk) for chunk in chunks]
    assert max(sizes) - min(sizes) <= 30_000
