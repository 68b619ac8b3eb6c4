"""How long a call holds up a running event loop, and whether other threads run meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

BEAT = 0.001
"""Seconds between two heartbeats of a healthy loop."""


@dataclass(frozen=True)
class Measurement:
    """``stall``: longest pause of the loop's heartbeat while the call ran. ``elapsed``: the call, until it was done. Seconds."""

    stall: float
    elapsed: float
    others: float | None
    """What a pure-Python thread got done during the call, as a share of what it gets done alone: near 1 where the call lets
    go of the GIL, a half or less where it does not. None: not asked."""
    stack: tuple[str, ...]
    """``function (file:line)``, innermost last, of the loop's thread during the stall; empty where nothing could look."""


def measure(
    call: Callable[[], object], others: bool = False, begin: Callable[[], object] = lambda: None
) -> Measurement:
    """Make the call inside a coroutine of a running loop, await it if it gives an awaitable, and watch the heartbeat.

    ``others``: measure what another thread gets done, too. ``begin`` is called right before the call. The call may raise: what
    counts is how long it took.
    """
    if not others:
        return asyncio.run(_measure(call, begin))
    with _Spinner() as spinner:
        alone = spinner.rate(0.05)
        counts: list[int] = []

        def counted() -> object:
            counts.append(spinner.turns)
            try:
                return call()
            finally:
                counts.append(spinner.turns)

        seen = asyncio.run(_measure(counted, begin))
        return replace(seen, others=(counts[1] - counts[0]) / max(seen.elapsed, 1e-6) / alone)


async def _measure(call: Callable[[], object], begin: Callable[[], object]) -> Measurement:
    heart = _Heart()
    with _Watchdog(heart):
        await asyncio.sleep(5 * BEAT)
        heart.pause, start = 0.0, time.perf_counter()
        begin()
        with contextlib.suppress(Exception):
            result = call()
            if inspect.isawaitable(result):
                await result
        elapsed = time.perf_counter() - start
        await asyncio.sleep(5 * BEAT)
        heart.stop()
    return Measurement(heart.pause, elapsed, None, heart.stack)


class _Heart:
    """A callback that the loop runs every BEAT seconds for as long as it can."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.thread = threading.get_ident()
        self.last, self.pause, self.stack = time.perf_counter(), 0.0, ()  # type: tuple[float, float, tuple[str, ...]]
        self.handle = self.loop.call_soon(self.beat)

    def beat(self) -> None:
        now = time.perf_counter()
        self.pause, self.last = max(self.pause, now - self.last), now
        self.handle = self.loop.call_later(BEAT, self.beat)

    def stop(self) -> None:
        self.handle.cancel()


class _Helper:
    """A thread that runs ``step`` until the ``with`` block ends."""

    def __init__(self) -> None:
        self.ended = False
        self.worker = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        while not self.ended:
            self.step()

    def step(self) -> None:
        raise NotImplementedError

    def __enter__(self):  # type: ignore[no-untyped-def]
        self.worker.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.ended = True
        self.worker.join()


class _Spinner(_Helper):
    """Counts, in pure Python."""

    turns = 0

    def step(self) -> None:
        for _ in range(1000):
            self.turns += 1

    def rate(self, seconds: float) -> float:
        """Turns a second while this thread sleeps."""
        turns, begin = self.turns, time.perf_counter()
        time.sleep(seconds)
        return (self.turns - turns) / (time.perf_counter() - begin)


class _Watchdog(_Helper):
    """Looks where the loop's thread is as soon as the heart has missed ten beats."""

    def __init__(self, heart: _Heart) -> None:
        super().__init__()
        self.heart = heart

    def step(self) -> None:
        time.sleep(BEAT)
        if time.perf_counter() - self.heart.last > 10 * BEAT and not self.heart.stack:
            frame = sys._current_frames().get(self.heart.thread)
            summary = traceback.extract_stack(frame)
            self.heart.stack = tuple(f"{entry.name} ({entry.filename}:{entry.lineno})" for entry in summary)
