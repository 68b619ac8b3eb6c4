"""How much a thread has computed, also on a machine that has other things to do."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import time
from collections.abc import Callable
from typing import cast

SCHEDSTAT = "/proc/thread-self/schedstat"
"""Linux tells here how long the thread ran and how long it stood in line for a processor, in nanoseconds."""

SIZE = 100
"""Bytes that hold all of it."""


class ThreadClock:
    """Counts, for the thread that makes it, the time in which it computed or could have, had a processor been free.

    Where the system does not tell of the line, time on a processor alone counts. To be used and closed by the same thread.
    """

    def __init__(self) -> None:
        self._file: int | None = None
        with contextlib.suppress(OSError):
            self._file = os.open(SCHEDSTAT, os.O_RDONLY)
        if self._file is not None and not any(self._fields(self.mark())[:1]):
            self.close()  # The kernel was built without.

    def mark(self) -> bytes | float:
        """Now, for :meth:`since`."""
        return time.thread_time() if self._file is None else _read(self._file)

    def since(self, mark: bytes | float) -> float:
        """Seconds since the mark."""
        if isinstance(mark, float):
            return time.thread_time() - mark
        now = self.mark()
        return 0.0 if isinstance(now, float) else (sum(self._fields(now)) - sum(self._fields(mark))) / 1e9

    def queued(self, mark: bytes | float) -> float:
        """Seconds since the mark in which the thread stood in line for a processor; 0 where the system does not tell."""
        now = self.mark()
        return 0.0 if isinstance(mark, float) or isinstance(now, float) else self._line(now) - self._line(mark)

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _line(self, mark: bytes) -> float:
        return self._fields(mark)[1] / 1e9

    @staticmethod
    def _fields(mark: bytes | float) -> list[int]:
        return [] if isinstance(mark, float) else [int(field) for field in mark.split()[:2]]


def _read(file: int) -> bytes:
    """The beginning of the file, read without letting the GIL go: who measures must not change what it measures."""
    pread = _pread()
    if pread is None:
        return os.pread(file, SIZE, 0)
    buffer = ctypes.create_string_buffer(SIZE)
    length = pread(file, buffer, SIZE, 0)
    return buffer.raw[: max(length, 0)]


@functools.cache
def _pread() -> Callable[[int, object, int, int], int] | None:
    try:
        function = ctypes.PyDLL(None).pread
    except (OSError, AttributeError, TypeError):  # No POSIX system.
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_long]
    function.restype = ctypes.c_ssize_t
    return cast("Callable[[int, object, int, int], int]", function)
