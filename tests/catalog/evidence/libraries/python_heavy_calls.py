"""Standard library: what keeps the processor busy and holds the GIL; what waits for a lock, an event or a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import difflib
import fcntl
import gc
import os
import struct
import sys
import timeit
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from evidence.libraries.python_processes import locked
from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]

HERE: contextvars.ContextVar[int] = contextvars.ContextVar("HERE")
BEFORE = [f"line {number} of the text" for number in range(150)]
AFTER = [f"line {number} of another text" for number in range(150)]


def traced(use: Callable[[], object]) -> Callable[[World], Cases]:
    """A case in a process that remembers where 300,000 objects were made."""

    def case(world: World) -> Cases:
        tracemalloc.start()
        kept = [[number] for number in range(300_000)]
        yield use
        tracemalloc.stop()
        kept.clear()

    return case


def crowded(use: Callable[[], object]) -> Callable[[World], Cases]:
    """A case in a process with a million objects."""

    def case(world: World) -> Cases:
        kept = [[number] for number in range(1_000_000)]
        yield use
        kept.clear()

    return case


def snapshot(use: Callable[[tracemalloc.Snapshot], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        tracemalloc.start()
        kept = [[number] for number in range(100_000)]
        found = tracemalloc.take_snapshot()
        tracemalloc.stop()
        kept.clear()
        yield lambda: use(found)

    return case


def lock_as_struct(descriptor: int) -> None:
    fcntl.fcntl(descriptor, fcntl.F_SETLKW, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))


def eventfd(world: World) -> Cases:
    descriptor = os.eventfd(0)
    world.later(lambda: os.eventfd_write(descriptor, 1))
    yield lambda: os.eventfd_read(descriptor)
    os.close(descriptor)


def splice(world: World) -> Cases:
    source = world.pipe(b"x")
    reading, writing = os.pipe()
    yield lambda: os.splice(source, writing, 1)
    for descriptor in (source, reading, writing):
        os.close(descriptor)


async def nap(world: World) -> None:
    await asyncio.sleep(world.delay)


@contextlib.asynccontextmanager
async def sleeping_to_enter(world: World) -> AsyncIterator[None]:
    await nap(world)
    yield


async def entering(world: World) -> None:
    await contextlib.AsyncExitStack().enter_async_context(sleeping_to_enter(world))


def with_duty(leave: Callable[[contextlib.AsyncExitStack], Any]) -> Callable[[World], Any]:
    async def case(world: World) -> None:
        stack = contextlib.AsyncExitStack()
        stack.push_async_callback(nap, world)
        await leave(stack)

    return case


BLOCKING = {
    "fcntl.fcntl": locked(lock_as_struct),
}

CPU = {
    "difflib.HtmlDiff.make_file": lambda world: difflib.HtmlDiff().make_file(BEFORE, AFTER),
    "difflib.HtmlDiff.make_table": lambda world: difflib.HtmlDiff().make_table(BEFORE, AFTER),
    "difflib.ndiff": lambda world: list(difflib.ndiff(BEFORE, AFTER)),
    "timeit.repeat": lambda world: timeit.repeat("x = 1", repeat=2, number=1_000_000),
    "timeit.Timer.timeit": lambda world: timeit.Timer("x = 1").timeit(2_000_000),
    "timeit.Timer.repeat": lambda world: timeit.Timer("x = 1").repeat(2, 1_000_000),
    "timeit.Timer.autorange": lambda world: timeit.Timer("x = 1").autorange(),
    "gc.get_objects": crowded(lambda: gc.get_objects()),
    "gc.get_referrers": crowded(lambda: gc.get_referrers(BEFORE)),
    "tracemalloc.take_snapshot": traced(tracemalloc.take_snapshot),
    "tracemalloc.Snapshot.statistics": snapshot(lambda found: found.statistics("traceback")),
    "tracemalloc.Snapshot.compare_to": snapshot(lambda found: found.compare_to(found, "traceback")),
}


def resetting(world: World) -> Callable[[], object]:
    token = HERE.set(1)
    return lambda: HERE.reset(token)


async def setting(world: World) -> Callable[[], object]:
    """Whether the task that runs on the loop sees the value."""
    task: Any = asyncio.current_task()

    def call() -> None:
        HERE.set(2)
        if task.get_context().get(HERE) != 2:
            raise RuntimeError("the task does not see it")

    return call


CONTEXT: dict[str, Any] = {"contextvars.ContextVar.reset": resetting}
if sys.version_info >= (3, 12):
    CONTEXT["contextvars.ContextVar.set"] = setting

SILENT = {
    "difflib.ndiff": lambda world: difflib.ndiff(BEFORE, AFTER),
}

ASYNC = {
    "contextlib.AsyncExitStack.enter_async_context": entering,
    "contextlib.AsyncExitStack.aclose": with_duty(lambda stack: stack.aclose()),
    "contextlib.AsyncExitStack.__aexit__": with_duty(lambda stack: stack.__aexit__(None, None, None)),
}

COROUTINE = {
    "contextlib.AsyncExitStack.__aenter__": lambda world: contextlib.AsyncExitStack().__aenter__(),
}

if hasattr(os, "eventfd"):  # The C library that this Python was built with has it.
    BLOCKING |= {"os.eventfd_read": eventfd, "os.splice": splice}
DOCUMENTED = {
    "Waits until a serial line has sent what it was given (tcdrain(3)); a pseudo-terminal has always sent everything": (
        "termios.tcdrain",
    ),
}  # fmt: skip
