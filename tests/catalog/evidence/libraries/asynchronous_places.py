"""asyncio and aiohttp: what belongs to the thread of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from evidence.world import World

Call = Callable[[], object]
Make = Callable[[World], Any]


def waited_for(make: Callable[[], Any], wait: Callable[[Any], Awaitable[object]], use: Callable[[Any], object]) -> Make:
    """A case about something that a task of the loop waits for."""

    async def case(world: World) -> Call:
        found = make()
        asyncio.ensure_future(wait(found))
        await asyncio.sleep(0)
        return lambda: use(found)

    return case


def held(make: Callable[[], Any]) -> Make:
    """A case about a lock that one task holds and another waits for."""

    async def case(world: World) -> Call:
        found = make()
        await found.acquire()
        asyncio.ensure_future(found.acquire())
        await asyncio.sleep(0)
        return lambda: found.release()

    return case


def notified(use: Callable[[asyncio.Condition], object]) -> Make:
    async def case(world: World) -> Call:
        found = asyncio.Condition()

        async def wait() -> None:
            async with found:
                await found.wait()

        asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        await found.acquire()

        def call() -> None:
            use(found)
            found.release()

        return call

    return case


async def unfinished(world: World) -> Call:
    found: asyncio.Queue[int] = asyncio.Queue()
    found.put_nowait(1)
    asyncio.ensure_future(found.join())
    await asyncio.sleep(0)
    return found.task_done


async def full(world: World) -> Call:
    found: asyncio.Queue[int] = asyncio.Queue(1)
    found.put_nowait(1)
    asyncio.ensure_future(found.put(2))
    await asyncio.sleep(0)
    return found.get_nowait


def of_loop(use: Callable[[asyncio.AbstractEventLoop], object]) -> Make:
    async def case(world: World) -> Call:
        loop = asyncio.get_running_loop()
        return lambda: use(loop)

    return case


async def awaited(found: asyncio.Future[int]) -> None:
    await asyncio.wait([found])


def settled(world: World) -> Call:
    found: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    found.set_result(1)
    return lambda: found.add_done_callback(print)


def with_coroutine(use: Callable[[Any], object]) -> None:
    coroutine = asyncio.sleep(0)
    try:
        use(coroutine)
    except RuntimeError:
        coroutine.close()
        raise


LOOP = {
    "asyncio.get_running_loop": lambda world: asyncio.get_running_loop(),
    "asyncio.get_event_loop": lambda world: asyncio.get_event_loop(),
    "asyncio.current_task": lambda world: asyncio.current_task(),
    "asyncio.all_tasks": lambda world: asyncio.all_tasks(),
    "asyncio.create_task": lambda world: with_coroutine(asyncio.create_task),
    "asyncio.ensure_future": lambda world: with_coroutine(asyncio.ensure_future),
    "aiohttp.ClientSession": lambda world: aiohttp.ClientSession(),
    "aiohttp.TCPConnector": lambda world: aiohttp.TCPConnector(),
    "aiohttp.UnixConnector": lambda world: aiohttp.UnixConnector("/nowhere"),
}

CONTEXT = {
    "asyncio.Event.set": waited_for(asyncio.Event, lambda found: found.wait(), lambda found: found.set()),
    "asyncio.Lock.release": held(asyncio.Lock),
    "asyncio.Semaphore.release": held(asyncio.Semaphore),
    "asyncio.Condition.release": held(asyncio.Condition),
    "asyncio.Condition.notify": notified(lambda found: found.notify()),
    "asyncio.Condition.notify_all": notified(lambda found: found.notify_all()),
    "asyncio.Queue.put_nowait": waited_for(asyncio.Queue, lambda found: found.get(), lambda found: found.put_nowait(1)),
    "asyncio.Queue.get_nowait": full,
    "asyncio.Queue.task_done": unfinished,
    "asyncio.Future.set_result": waited_for(asyncio.Future, awaited, lambda found: found.set_result(1)),
    "asyncio.Future.set_exception": waited_for(asyncio.Future, awaited, lambda found: found.set_exception(OSError())),
    "asyncio.Future.cancel": waited_for(asyncio.Future, awaited, lambda found: found.cancel()),
    "asyncio.Future.add_done_callback": settled,
    "asyncio.AbstractEventLoop.call_soon": of_loop(lambda loop: loop.call_soon(int)),
    "asyncio.AbstractEventLoop.call_later": of_loop(lambda loop: loop.call_later(1, int)),
    "asyncio.AbstractEventLoop.call_at": of_loop(lambda loop: loop.call_at(1, int)),
}


async def task(world: World) -> Call:
    loop = asyncio.get_running_loop()
    return lambda: with_coroutine(loop.create_task)


CONTEXT["asyncio.AbstractEventLoop.create_task"] = task

DOCUMENTED = {
    "Raises RuntimeError where a loop runs already (aiohttp/web.py), so that no loop can be seen to stand still": (
        "aiohttp.web.run_app",
    ),
    "Only asks, and is allowed in any thread (asyncio/base_events.py)": (
        "asyncio.AbstractEventLoop.is_running", "asyncio.AbstractEventLoop.is_closed",
    ),
    "Only remembers the loop for the thread that calls it (asyncio/events.py)": ("asyncio.set_event_loop",),
    "Sets a flag that a loop which sleeps does not see before it wakes up; nothing refuses it (asyncio/base_events.py)": (
        "asyncio.AbstractEventLoop.stop",
    ),
    "Makes an object of the loop; nothing refuses it before its result is set (asyncio/base_events.py)": (
        "asyncio.AbstractEventLoop.create_future",
    ),
}  # fmt: skip
