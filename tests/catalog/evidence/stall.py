"""How long a call holds up a running event loop: the product's own probe, in the figures that are put on record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.probe import measure as probe
from fastapi_async_lint.probe.verdict import tell


@dataclass(frozen=True)
class Measurement:
    """``stall``: longest pause of the loop while the call ran. ``elapsed``: the call, until it was done. Seconds."""

    stall: float
    elapsed: float
    others: float | None
    """Share of the stall in which another thread could run Python code: near 1 where the call lets go of the GIL, near 0 where it
    does not. None: not asked."""
    stack: tuple[str, ...]
    """Lines about the longest stall; empty where it was too short to look."""


async def _nothing() -> None:
    pass


def measure(
    call: Callable[[], object],
    others: bool = False,
    begin: Callable[[], object] = lambda: None,
    prepare: Callable[[], Awaitable[object]] = _nothing,
) -> Measurement:
    """Make the call inside a coroutine of a running loop, await it if it gives an awaitable, and watch the heartbeat.

    ``others``: also say for which share of the time another thread could run. ``prepare`` is awaited inside the loop before it is
    watched; ``begin`` is called right before the call. The call may raise: what counts is how long it took.
    """

    async def watched() -> probe.Measurement:
        await prepare()
        return await probe.measured(call, begin=begin)

    seen = asyncio.run(watched())
    worst = seen.worst
    if worst is None:
        return Measurement(seen.pause, seen.elapsed, None, ())
    return Measurement(seen.pause, seen.elapsed, worst.others if others else None, tuple(tell(worst, Path())))
