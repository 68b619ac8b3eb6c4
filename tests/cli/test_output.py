"""Colour and progress: only where somebody looks at them."""

from __future__ import annotations

import io

import pytest

from fastapi_async_lint.cli import _progress
from fastapi_async_lint.cli._output import wants_colour
from fastapi_async_lint.cli._progress import Progress


@pytest.mark.parametrize(
    ("choice", "terminal", "environment", "colour"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "0"}, True),
        ("auto", False, {"FORCE_COLOR": ""}, False),
        ("auto", False, {"CLICOLOR_FORCE": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_who_decides_on_colour(choice, terminal, environment, colour):
    assert wants_colour(choice, terminal, environment) is colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    times = [0.0]
    monkeypatch.setattr(_progress.time, "monotonic", lambda: times[0])
    return times


def test_progress_waits_a_second_and_cleans_up(clock):
    screen = Terminal()
    with Progress(screen) as progress:
        progress(1, 9, "files")
        assert screen.getvalue() == ""
        clock[0] = 1.1
        progress(5, 9, "files")
        progress(6, 9, "files")
        assert screen.getvalue() == f"{_progress.ERASE}5/9 files"
    assert screen.getvalue().endswith(_progress.ERASE)


def test_short_run_shows_no_progress(clock):
    screen = Terminal()
    with Progress(screen) as progress:
        progress(9, 9, "files")
    assert screen.getvalue() == ""


@pytest.mark.parametrize(("stream", "enabled"), [(io.StringIO(), True), (Terminal(), False)])
def test_progress_needs_a_terminal_and_no_quiet(clock, stream, enabled):
    with Progress(stream, enabled) as progress:
        clock[0] = 5.0
        progress(1, 9, "files")
    assert stream.getvalue() == ""


def test_colour_is_used_in_text_when_asked_for(engine, finding, run):
    engine.report.diagnostics = (finding,)
    assert "\x1b[1;31mFAL101" in run("check", "--color", "always").out
    assert "\x1b" not in run("check", "--color", "always", "--output-format", "github").out
