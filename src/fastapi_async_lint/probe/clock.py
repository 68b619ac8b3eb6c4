"""How much a thread has computed, also on a machine that has other things to do."""

from __future__ import annotations

import contextlib
import os
import time

SCHEDSTAT = "/proc/thread-self/schedstat"
"""Linux tells here how long the thread ran and how long it stood in line for a processor, in nanoseconds."""


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
        return time.thread_time() if self._file is None else os.pread(self._file, 100, 0)

    def since(self, mark: bytes | float) -> float:
        """Seconds since the mark."""
        if isinstance(mark, float):
            return time.thread_time() - mark
        now = self.mark()
        return 0.0 if isinstance(now, float) else (sum(self._fields(now)) - sum(self._fields(mark))) / 1e9

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @staticmethod
    def _fields(mark: bytes | float) -> list[int]:
        return [] if isinstance(mark, float) else [int(field) for field in mark.split()[:2]]
