"""aiofiles and anyio: what their threads do while the loop goes on. A named pipe that is filled late stands for a slow disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiofiles
import anyio
import anyio.to_thread
from evidence.world import World

Case = Callable[[World], Awaitable[object]]
METHODS: dict[str, Callable[[Any], Awaitable[object]]] = {
    "read": lambda file: file.read(),
    "readline": lambda file: file.readline(),
    "readlines": lambda file: file.readlines(),
    "__anext__": lambda file: file.__anext__(),
}


def aiofiles_case(mode: str, use: Callable[[Any], Awaitable[object]]) -> Case:
    async def case(world: World) -> None:
        async with aiofiles.open(world.pipe(b"late\n"), mode) as file:
            await use(file)

    return case


def anyio_case(use: Callable[[Any], Awaitable[object]]) -> Case:
    async def case(world: World) -> None:
        async with await anyio.open_file(world.pipe(b"late\n"), "rb") as file:
            await use(file)

    return case


def path(use: Callable[[anyio.Path], Awaitable[object]], content: bytes = b"late\n") -> Case:
    async def case(world: World) -> None:
        await use(anyio.Path(world.fifo(content)))

    return case


async def opened(world: World) -> None:
    async with aiofiles.open(world.fifo(b"late\n")):
        pass


async def opened_by_anyio(world: World) -> None:
    async with await anyio.open_file(world.fifo(b"late\n")):
        pass


async def opened_path(found: anyio.Path) -> None:
    async with await found.open():
        pass


def late(kind: Callable[[], Any], use: Callable[[Any], Awaitable[object]], release: Callable[[Any], object]) -> Case:
    """A case that waits for another task."""

    async def case(world: World) -> None:
        found = kind()

        async def other() -> None:
            if hasattr(found, "acquire"):
                await found.acquire()
            await anyio.sleep(world.delay)
            release(found)

        async with anyio.create_task_group() as group:
            group.start_soon(other)
            await anyio.sleep(0.01)
            await use(found)

    return case


async def in_group(world: World) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, world.delay)


async def started(world: World) -> None:
    async def start(task_status: Any) -> None:
        await anyio.sleep(world.delay)
        task_status.started()

    async with anyio.create_task_group() as group:
        await group.start(start)


async def process(world: World) -> None:
    async with await anyio.open_process(["sleep", str(world.delay)]) as child:
        await child.wait()


ASYNC = {
    **{f"aiofiles.threadpool.text.AsyncTextIOWrapper.{name}": aiofiles_case("r", use) for name, use in METHODS.items()},
    **{
        f"aiofiles.threadpool.binary.AsyncBufferedIOBase.{name}": aiofiles_case("rb", use)
        for name, use in METHODS.items()
    },
    "aiofiles.open": opened,
    **{f"anyio.AsyncFile.{name}": anyio_case(use) for name, use in METHODS.items() if name != "__anext__"},
    "anyio.AsyncFile.read1": anyio_case(lambda file: file.read1(5)),
    "anyio.AsyncFile.readinto": anyio_case(lambda file: file.readinto(bytearray(5))),
    "anyio.open_file": opened_by_anyio,
    "anyio.Path.open": path(opened_path),
    "anyio.Path.read_bytes": path(lambda found: found.read_bytes()),
    "anyio.Path.read_text": path(lambda found: found.read_text()),
    "anyio.Path.write_bytes": path(lambda found: found.write_bytes(b"x"), b""),
    "anyio.Path.write_text": path(lambda found: found.write_text("x"), b""),
    "anyio.sleep": lambda world: anyio.sleep(world.delay),
    "anyio.sleep_until": lambda world: anyio.sleep_until(anyio.current_time() + world.delay),
    "anyio.run_process": lambda world: anyio.run_process(["sleep", str(world.delay)]),
    "anyio.abc.Process.wait": process,
    "anyio.abc.TaskGroup.__aexit__": in_group,
    "anyio.abc.TaskGroup.start": started,
    "anyio.to_thread.run_sync": lambda world: anyio.to_thread.run_sync(world.pause),
    "anyio.Event.wait": late(anyio.Event, lambda event: event.wait(), lambda event: event.set()),
    "anyio.Lock.__aenter__": late(anyio.Lock, lambda lock: lock.__aenter__(), lambda lock: lock.release()),
    "anyio.Semaphore.__aenter__": late(
        lambda: anyio.Semaphore(1), lambda lock: lock.__aenter__(), lambda lock: lock.release()
    ),
    "anyio.CapacityLimiter.__aenter__": late(
        lambda: anyio.CapacityLimiter(1), lambda lock: lock.__aenter__(), lambda lock: lock.release()
    ),
}
