"""How long a call holds up a running event loop."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from fastapi_async_lint.probe.watch import BEAT, Heart, Stall, Watchdog

KEEP = 0.005
"""Seconds from which on a stall is kept by default."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One call, made on a running loop. Times in seconds."""

    elapsed: float
    """Until the call was done, or was given up."""
    pause: float
    """The longest time that the loop ran nothing else."""
    stalls: tuple[Stall, ...]
    """Those that were long enough to be kept, longest first; without those in which the machine was busy with other things."""
    value: object = None
    error: BaseException | None = None
    """What the call raised."""
    given_up: bool = False
    """It had not ended at the limit, and was cancelled."""

    @property
    def worst(self) -> Stall | None:
        """The longest stall, if any was kept."""
        return self.stalls[0] if self.stalls else None


def measure(
    call: Callable[[], object],
    *,
    keep: float = KEEP,
    begin: Callable[[], object] = lambda: None,
    limit: float | None = None,
    overdue: Callable[[Stall], object] | None = None,
) -> Measurement:
    """Make the call inside a coroutine of a new running loop, await it if it gives an awaitable, and watch the loop's heartbeat.

    ``keep``: seconds from which on a stall is kept. ``begin`` is called right before the call. ``limit``: seconds after which
    what is awaited is cancelled; a stall that lasts longer is given to ``overdue`` in another thread, as nothing can end it.
    """
    return asyncio.run(measured(call, keep=keep, begin=begin, limit=limit, overdue=overdue))


async def measured(
    call: Callable[[], object],
    *,
    keep: float = KEEP,
    begin: Callable[[], object] = lambda: None,
    limit: float | None = None,
    overdue: Callable[[Stall], object] | None = None,
) -> Measurement:
    """As :func:`measure`, on the loop that is running."""
    value: object = None
    error: BaseException | None = None
    with Watchdog(limit, overdue) as watchdog:
        heart = Heart(watchdog, keep, asyncio.get_running_loop())
        try:
            await asyncio.sleep(10 * BEAT)
            heart.restart()
            start = time.perf_counter()
            begin()
            try:
                value = call()
                if inspect.isawaitable(value):
                    value = await _within(limit, value)
            except (Exception, SystemExit) as raised:
                error = raised
            elapsed = time.perf_counter() - start
            await asyncio.sleep(2 * BEAT)
        finally:
            heart.stop()
    given_up = limit is not None and elapsed >= limit and isinstance(error, asyncio.TimeoutError)
    stalls = tuple(sorted((one for one in heart.stalls if not one.is_idle), key=lambda one: -one.seconds))
    return Measurement(elapsed, heart.worst, stalls, value, None if given_up else error, given_up)


async def _within(limit: float | None, awaitable: Awaitable[T]) -> T:
    return await awaitable if limit is None else await asyncio.wait_for(awaitable, limit)
