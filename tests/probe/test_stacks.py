from __future__ import annotations

import json
import sys
import sysconfig
import threading
import time
from pathlib import Path

import pytest

from fastapi_async_lint.probe.stacks import Frame, capture, essence, frames, is_library, is_waiting


def frame(function: str, is_yours: bool) -> Frame:
    return Frame(function, f"/x/{function}.py", 1, "", is_yours)


@pytest.mark.parametrize(
    "filename",
    [
        json.__file__,
        pytest.__file__,
        "/app/.venv/lib/python3.12/site-packages/requests/api.py",
        "/usr/lib/python3/dist-packages/requests/api.py",
        "<string>",
        "<frozen importlib._bootstrap>",
    ],
)
def test_files_of_libraries(filename):
    assert is_library(filename)


@pytest.mark.parametrize("filename", ["/app/main.py", "/home/me/site/packages.py", __file__, "C:\\app\\main.py"])
def test_files_of_the_user(filename):
    assert not is_library(filename)


def test_folder_beside_the_standard_library_is_not_in_it():
    assert not is_library(sysconfig.get_path("stdlib") + "-mine/x.py")


def test_essence_is_the_users_frames_then_where_the_call_leads():
    stack = [
        frame("run", False),
        frame("endpoint", True),
        frame("decorator", False),
        frame("load", True),
        frame("get", False),
        frame("send", False),
        frame("recv", False),
    ]
    assert [one.function for one in essence(stack)] == ["endpoint", "load", "get", "recv"]


def test_essence_without_anything_beyond():
    assert [one.function for one in essence([frame("run", False), frame("load", True)])] == ["load"]


def test_essence_of_libraries_alone_is_everything():
    assert [one.function for one in essence([frame("a", False), frame("b", False)])] == ["a", "b"]


def test_frames_have_function_file_row_and_text():
    def inner():
        return capture(sys._getframe())

    innermost = frames(inner())[-1]
    assert innermost.function.endswith("inner")
    assert innermost.filename == __file__
    assert Path(__file__).read_text().splitlines()[innermost.row - 1].strip() == innermost.text
    assert innermost.text == "return capture(sys._getframe())"


def test_home_makes_an_installed_file_the_users_own():
    raw = capture(sys._getframe())
    package = str(Path(pytest.__file__).parents[1] / "_pytest")
    assert not any(one.is_yours for one in frames(raw) if one.filename.startswith(package))
    assert all(one.is_yours for one in frames(raw, package) if one.filename.startswith(package))


def test_thread_that_waits_for_another_is_told_from_one_at_work():
    event = threading.Event()
    waiting = threading.Thread(target=event.wait, daemon=True)
    working = threading.Thread(target=time.sleep, args=(0.3,), daemon=True)
    waiting.start()
    working.start()
    time.sleep(0.05)
    stacks = {thread: capture(sys._current_frames()[thread.ident]) for thread in (waiting, working)}
    event.set()

    assert is_waiting(stacks[waiting])
    assert not is_waiting(stacks[working])
