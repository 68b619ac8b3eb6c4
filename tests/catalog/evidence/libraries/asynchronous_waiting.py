"""asyncio: what waits without holding the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from evidence.world import World

Case = Callable[[World], Awaitable[object]]


def late(make: Callable[[], Any], use: Callable[[Any], Awaitable[object]], release: Callable[[Any], object]) -> Case:
    """A case that waits for something that happens later in the same loop."""

    async def case(world: World) -> None:
        found = make()
        if hasattr(found, "acquire"):
            await found.acquire()
        asyncio.get_running_loop().call_later(world.delay, release, found)
        await use(found)

    return case


def stream(use: Callable[[asyncio.StreamReader], Awaitable[object]]) -> Case:
    async def case(world: World) -> None:
        with world.says(b"late\n") as address:
            reader, writer = await asyncio.open_connection(*address)
            await use(reader)
            writer.close()

    return case


def full_queue() -> asyncio.Queue[int]:
    found: asyncio.Queue[int] = asyncio.Queue(1)
    found.put_nowait(1)
    return found


async def nap(world: World) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec("sleep", str(world.delay), stdout=asyncio.subprocess.PIPE)


async def process(world: World) -> None:
    await (await nap(world)).wait()


async def talk(world: World) -> None:
    await (await nap(world)).communicate()


async def shell(world: World) -> None:
    await (await asyncio.create_subprocess_shell(f"sleep {world.delay}")).wait()


def sleep(world: World) -> asyncio.Task[None]:
    return asyncio.ensure_future(asyncio.sleep(world.delay))


def release(lock: Any) -> None:
    lock.release()


ASYNC = {
    "asyncio.gather": lambda world: asyncio.gather(sleep(world)),
    "asyncio.shield": lambda world: asyncio.shield(sleep(world)),
    "asyncio.wait": lambda world: asyncio.wait([sleep(world)]),
    "asyncio.wait_for": lambda world: asyncio.wait_for(asyncio.sleep(world.delay), 5),
    "asyncio.to_thread": lambda world: asyncio.to_thread(world.pause),
    "asyncio.create_subprocess_shell": shell,
    "asyncio.subprocess.Process.wait": process,
    "asyncio.subprocess.Process.communicate": talk,
    "asyncio.Event.wait": late(asyncio.Event, lambda event: event.wait(), lambda event: event.set()),
    "asyncio.Lock.acquire": late(asyncio.Lock, lambda lock: lock.acquire(), release),
    "asyncio.Lock.__aenter__": late(asyncio.Lock, lambda lock: lock.__aenter__(), release),
    "asyncio.Semaphore.acquire": late(asyncio.Semaphore, lambda lock: lock.acquire(), release),
    "asyncio.Semaphore.__aenter__": late(asyncio.Semaphore, lambda lock: lock.__aenter__(), release),
    "asyncio.Condition.acquire": late(asyncio.Condition, lambda lock: lock.acquire(), release),
    "asyncio.Condition.__aenter__": late(asyncio.Condition, lambda lock: lock.__aenter__(), release),
    "asyncio.Queue.get": late(asyncio.Queue, lambda found: found.get(), lambda found: found.put_nowait(1)),
    "asyncio.Queue.put": late(full_queue, lambda found: found.put(2), lambda found: found.get_nowait()),
    "asyncio.Queue.join": late(full_queue, lambda found: found.join(), lambda found: found.task_done()),
    "asyncio.StreamReader.read": stream(lambda reader: reader.read()),
    "asyncio.StreamReader.readexactly": stream(lambda reader: reader.readexactly(5)),
    "asyncio.StreamReader.readline": stream(lambda reader: reader.readline()),
    "asyncio.StreamReader.__anext__": stream(lambda reader: reader.__anext__()),
    "asyncio.StreamReader.readuntil": stream(lambda reader: reader.readuntil()),
}
