"""What belongs to the thread of an event loop: it works there, and another thread is refused."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from evidence.stall import Measurement, measure
from evidence.sweep import NothingProven
from evidence.world import World

Make = Callable[[World], Any]
"""Gives the call, in a running loop; or a coroutine that does."""


def measured_in_both(make: Make, world: World) -> Measurement:
    """Make the call in a thread without a loop, while the loop of what it is about runs in asyncio's debug mode, which must be
    refused; and measure it in the loop, where it must succeed. Raises :class:`~evidence.sweep.NothingProven`."""
    refusal = _refusal(make, world)
    if not isinstance(refusal, (RuntimeError, ValueError)):
        raise NothingProven(f"in another thread: {refusal!r}")
    ready: list[Callable[[], object]] = []
    came: list[Exception | None] = []

    async def prepare() -> None:
        ready.append(await _made(make, world))

    seen = measure(lambda: came.append(_error_of(ready[0])), begin=world.begun.set, prepare=prepare)
    if came != [None]:
        raise NothingProven(f"in the loop: {came}")
    return seen


def _refusal(make: Make, world: World) -> Exception | None:
    """Nobody waits for the loop's tasks: what another thread has touched may never wake up again."""
    loop = asyncio.new_event_loop()
    loop.set_debug(True)
    loop.set_exception_handler(lambda *_: None)
    try:
        return loop.run_until_complete(_in_a_thread(make, world))
    finally:
        loop.close()


async def _in_a_thread(make: Make, world: World) -> Exception | None:
    return await asyncio.to_thread(_error_of, await _made(make, world))


async def _made(make: Make, world: World) -> Callable[[], object]:
    call = make(world)
    return await call if inspect.isawaitable(call) else call  # type: ignore[no-any-return]


def _error_of(call: Callable[[], object]) -> Exception | None:
    try:
        call()
    except Exception as error:
        return error
    return None
