"""Progress on standard error, where somebody is watching and the run takes a while."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType
from typing import TextIO

PATIENCE = 1.0
"""Seconds before anything is shown."""
INTERVAL = 0.1
"""Seconds between two updates."""
ERASE = "\r\x1b[2K"


class Progress:
    """Call it with (done, total, what); it rewrites one line. As a context manager it leaves the line empty."""

    def __init__(self, stream: TextIO | None = None, enabled: bool = True) -> None:
        self._stream = stream or sys.stderr
        self._enabled = enabled and self._stream.isatty()
        self._next = time.monotonic() + PATIENCE
        self._shown = False

    def __call__(self, done: int, total: int, what: str) -> None:
        """``done`` of ``total`` steps of ``what`` are finished."""
        now = time.monotonic()
        if not self._enabled or now < self._next:
            return
        self._next = now + INTERVAL
        self._shown = True
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(ERASE + f"{done}/{total} {what}"[:width])
        self._stream.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._stream.write(ERASE)
            self._stream.flush()
