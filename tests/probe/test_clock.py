from __future__ import annotations

import time

import pytest

from fastapi_async_lint.probe import clock
from fastapi_async_lint.probe.clock import ThreadClock


@pytest.fixture(params=["as it is here", "without the kernel's help", "of a kernel that does not count"])
def thread_clock(request, monkeypatch, tmp_path):
    if request.param == "without the kernel's help":
        monkeypatch.setattr(clock, "SCHEDSTAT", "/no/such/file")
    if request.param == "of a kernel that does not count":
        (tmp_path / "schedstat").write_text("0 0 0\n")
        monkeypatch.setattr(clock, "SCHEDSTAT", str(tmp_path / "schedstat"))
    made = ThreadClock()
    yield made
    made.close()


def test_computing_counts(thread_clock):
    mark, end = thread_clock.mark(), time.thread_time() + 0.05
    while time.thread_time() < end:
        pass
    assert thread_clock.since(mark) > 0.04


def test_waiting_does_not_count(thread_clock):
    mark = thread_clock.mark()
    time.sleep(0.05)
    assert thread_clock.since(mark) < 0.03


def test_closing_twice_does_no_harm(thread_clock):
    thread_clock.close()
    thread_clock.close()
    assert isinstance(thread_clock.mark(), float)


def test_standing_in_line_is_told_apart(one_busy_processor):
    made = ThreadClock()
    mark, end = made.mark(), time.perf_counter() + 0.1
    while time.perf_counter() < end:
        pass
    queued = made.queued(mark)
    made.close()
    assert 0.01 < queued < 0.3


def test_nobody_stands_in_line_without_the_kernels_help(monkeypatch):
    monkeypatch.setattr(clock, "SCHEDSTAT", "/no/such/file")
    made = ThreadClock()
    assert made.queued(made.mark()) == 0.0
