from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fastapi_async_lint.probe.stacks import capture
from fastapi_async_lint.probe.verdict import Cause, cause, milliseconds, shown, tell
from fastapi_async_lint.probe.watch import Look, Stall

HERE = capture(sys._getframe())[:1]
SEEN = (Look(1.0, HERE, True),)


def stall(cpu: float = 0.0, others: float | None = 1.0, looks: tuple[Look, ...] = SEEN, seconds: float = 0.1) -> Stall:
    return Stall(seconds, cpu, others, looks)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (stall(cpu=0.0, others=1.0), Cause.WAITS),
        (stall(cpu=0.03, others=0.9), Cause.WAITS),
        (stall(cpu=0.09, others=0.9), Cause.COMPUTES),
        (stall(cpu=0.09, others=0.0), Cause.HOLDS_GIL),
        (stall(cpu=0.04, others=0.0), Cause.HOLDS_GIL),
        (stall(cpu=0.0, others=0.0), Cause.HOLDS_GIL),
        (stall(cpu=0.09, others=0.0, looks=()), Cause.HOLDS_GIL),
        (stall(cpu=0.0, others=0.0, looks=()), Cause.OTHER_THREAD),
        (stall(cpu=0.0, others=0.0, looks=(Look(1.0, HERE, False),)), Cause.OTHER_THREAD),
        (stall(cpu=0.09, others=None), Cause.COMPUTES),
        (stall(cpu=0.0, others=None), Cause.WAITS),
    ],
)
def test_figures_tell_the_cause(seen, expected):
    assert cause(seen) is expected


def test_busy_machine_is_no_stall():
    def select():
        return capture(sys._getframe())

    idle = ((compile("", "/lib/selectors.py", "exec").replace(co_name="select"), 1),)
    assert stall(looks=(Look(1.0, idle, True),)).is_idle
    assert not stall(looks=(Look(1.0, select(), True),)).is_idle
    assert not stall(looks=()).is_idle
    assert not stall(looks=(Look(0.5, idle, True), Look(0.5, HERE, False))).is_idle


def test_line_by_line():
    head, where = tell(stall(cpu=0.001), Path(__file__).parent)
    assert head == "100 ms, CPU time 1%: it waits, and other threads run meanwhile"
    assert where.startswith("  test_verdict.py:")
    assert where.endswith("HERE = capture(sys._getframe())[:1]")


def test_stall_that_nobody_could_look_at():
    assert len(list(tell(stall(looks=()), Path("/")))) == 1


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0003, "0.3 ms"), (0.0099, "9.9 ms"), (0.012, "12 ms"), (0.999, "999 ms"), (1.25, "1.2 s")]
)
def test_times(seconds, text):
    assert milliseconds(seconds) == text


@pytest.mark.parametrize(
    ("filename", "text"),
    [
        ("/app/routers/users.py", "routers/users.py"),
        ("/app/.venv/lib/python3.12/site-packages/requests/api.py", "requests/api.py"),
        ("/usr/lib/python3/dist-packages/requests/api.py", "requests/api.py"),
        ("/usr/lib/python3.12/socket.py", "socket.py"),
        ("/other/place.py", "/other/place.py"),
    ],
)
def test_file_names_are_short_where_they_can_be(filename, text):
    assert shown(filename, Path("/app")) == text
