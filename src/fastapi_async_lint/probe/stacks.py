"""Where a thread is: its stack as plain data, and the part of it that its owner wrote."""

from __future__ import annotations

import linecache
import os
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType

Raw = tuple[tuple[CodeType, int], ...]
"""(code, line) of each frame, innermost first: cheap to take, and equal for equal stacks."""

DEEPEST = 1000
"""Frames that are looked at, from the innermost on."""
PACKAGE = str(Path(__file__).parents[1])
INSTALLED = ("site-packages", "dist-packages")
"""Folders that installers put libraries into."""
IDLE = frozenset({("selectors.py", "select"), ("windows_events.py", "_poll"), ("windows_events.py", "select")})
"""File and function in which asyncio's loops wait for something to do."""
WAITING = frozenset({("threading.py", "wait"), ("threading.py", "join"), ("threading.py", "_wait_for_tstate_lock"),
                     ("thread.py", "_worker"), ("queue.py", "get")})  # fmt: skip
"""File and function in which threads wait for each other, or for work."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A line that was being executed. ``row`` counts from 1; ``text``: the line, stripped; empty where it cannot be read."""

    function: str
    filename: str
    row: int
    text: str
    is_yours: bool
    """Neither the standard library's nor an installed library's."""


def capture(frame: FrameType | None) -> Raw:
    """The stack that ends in ``frame``."""
    found: list[tuple[CodeType, int]] = []
    while frame is not None and len(found) < DEEPEST:
        found.append((frame.f_code, frame.f_lineno or 0))
        frame = frame.f_back
    return tuple(found)


def is_idle(raw: Raw) -> bool:
    """Whether the thread of an event loop waits for something to do, or for the GIL right after that."""
    if not raw:
        return False
    code = raw[0][0]
    return (Path(code.co_filename).name, code.co_name) in IDLE


def is_waiting(raw: Raw) -> bool:
    """Whether a thread waits for another one, for work, or (the thread of a loop) for something to do."""
    return is_idle(raw) or any((Path(code.co_filename).name, code.co_name) in WAITING for code, _ in raw[:2])


def is_library(filename: str) -> bool:
    """Whether a file belongs to the standard library, to an installed library or to nobody (``<string>``)."""
    if filename.startswith("<"):
        return True
    return filename.startswith(_STANDARD) or not {*INSTALLED}.isdisjoint(Path(filename).parts)


_STANDARD = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib")})


def frames(raw: Raw, home: str | None = None) -> tuple[Frame, ...]:
    """The stack, outermost frame first, without this package's own frames and whatever called them.

    ``home``: a folder or file that counts as the user's own even where it is installed.
    """
    ours = next((index for index, (code, _) in enumerate(raw) if code.co_filename.startswith(PACKAGE)), len(raw))
    return tuple(_frame(code, row, home) for code, row in reversed(raw[:ours]))


def essence(stack: Iterable[Frame]) -> tuple[Frame, ...]:
    """The user's frames, then the library function that the innermost of them calls, and where that ends up.

    A stack without any frame of the user's is kept as it is.
    """
    every = tuple(stack)
    yours = [index for index, frame in enumerate(every) if frame.is_yours]
    if not yours:
        return every
    beyond = every[yours[-1] + 1 :]
    return (*(every[index] for index in yours), *beyond[:1], *(beyond[-1:] if len(beyond) > 1 else ()))


def running() -> dict[int, FrameType]:
    """The innermost frame of every thread, by its identifier."""
    return sys._current_frames()


def _frame(code: CodeType, row: int, home: str | None) -> Frame:
    filename = code.co_filename
    name: str = getattr(code, "co_qualname", code.co_name)  # Python 3.10 has no qualified names here.
    mine = (home is not None and filename.startswith(home)) or not is_library(filename)
    return Frame(name.replace("<locals>.", ""), filename, row, linecache.getline(filename, row).strip(), mine)
