"""aiofiles, aiosqlite and anyio: work that threads do, which have something else to do first."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiofiles
import aiofiles.os
import aiofiles.ospath
import aiofiles.tempfile
import aiosqlite
import anyio
import anyio.from_thread
import anyio.lowlevel
import anyio.to_process
import anyio.to_thread
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Awaitable[object]]
Make = Callable[[Path], Any]


def work(world: World) -> None:
    """What a thread does that is taken until the delay is over."""
    world.begun.wait(10)
    world.reached.set()
    time.sleep(world.delay)


def behind(make: Make) -> Subject:
    """Something that needs a thread, where there is one only, and that one is taken."""

    def subject(world: World) -> Iterator[object]:
        async def ready() -> object:
            found = make(world.folder)
            found = await found if inspect.isawaitable(found) else found
            loop = asyncio.get_running_loop()
            loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1))
            loop.run_in_executor(None, work, world)
            anyio.to_thread.current_default_thread_limiter().total_tokens = 1
            asyncio.ensure_future(anyio.to_thread.run_sync(work, world))
            await asyncio.sleep(0.01)
            return found

        yield lambda: ready()

    return subject


def file(folder: Path) -> Path:
    path = folder / "file"
    path.write_bytes(b"line\n" * 100)
    return path


def opened(mode: str) -> Make:
    return lambda folder: aiofiles.open(file(folder), mode)


def opened_by_anyio(folder: Path) -> Any:
    return anyio.open_file(file(folder), "r+b")


def database(use: Callable[[aiosqlite.Connection], Any]) -> Subject:
    """A connection whose thread answers another query until the delay is over."""

    def subject(world: World) -> Iterator[object]:
        async def ready() -> object:
            connection = await aiosqlite.connect(world.folder / "x")
            await connection.create_function("nap", 0, lambda: work(world))
            await connection.execute("create table t (x)")
            found = use(connection)
            found = await found if inspect.iscoroutine(found) else found
            asyncio.ensure_future(connection.execute_fetchall("select nap()"))
            await asyncio.sleep(0.01)
            return found

        yield lambda: ready()

    return subject


async def selected(connection: aiosqlite.Connection) -> aiosqlite.Cursor:
    return await connection.execute("select 1")


async def closed(entered: Any) -> None:
    async with entered as found:
        pass
    if hasattr(found, "close") and inspect.iscoroutinefunction(found.close):
        await found.close()


async def connected(world: World) -> None:
    await (await aiosqlite.connect(world.folder / "x")).close()


async def entered(world: World) -> None:
    async with aiosqlite.connect(world.folder / "x"):
        pass


async def interrupted(world: World) -> None:
    async with aiosqlite.connect(world.folder / "x") as connection:
        await connection.interrupt()


def portal(use: Callable[[Any, float], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A case that has a loop in another thread do something, and waits for it."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with anyio.from_thread.start_blocking_portal() as found:
            yield lambda: use(found, world.delay)

    return case


async def started(delay: float, *, task_status: Any) -> None:
    await anyio.sleep(delay)
    task_status.started()


def with_token(use: Callable[[Any, float], object]) -> Any:
    return portal(lambda found, delay: use(found.call(token), delay))


async def token() -> Any:
    return anyio.lowlevel.current_token()


def in_portal() -> None:
    for _ in range(5):
        with anyio.from_thread.start_blocking_portal():
            pass


async def backed_up(world: World) -> None:
    async with aiosqlite.connect(world.folder / "x") as connection, aiosqlite.connect(world.folder / "y") as other:
        await connection.backup(other)


BLOCKING = {
    "anyio.from_thread.BlockingPortal.call": portal(lambda found, delay: found.call(anyio.sleep, delay)),
    "anyio.from_thread.BlockingPortal.start_task": portal(lambda found, delay: found.start_task(started, delay)),
    "anyio.from_thread.run": with_token(lambda found, delay: anyio.from_thread.run(anyio.sleep, delay, token=found)),
    "anyio.from_thread.run_sync": with_token(
        lambda found, delay: anyio.from_thread.run_sync(time.sleep, delay, token=found)
    ),
}

SHORT = {
    "anyio.from_thread.start_blocking_portal": lambda world: in_portal(),
}

ASYNC: dict[str, Case] = {
    "anyio.to_process.run_sync": lambda world: anyio.to_process.run_sync(time.sleep, world.delay),
}

COROUTINE: dict[str, Case] = {
    "aiosqlite.connect": connected,
    "aiosqlite.Connection.__await__": connected,
    "aiosqlite.Connection.__aenter__": entered,
    "aiosqlite.Connection.__aexit__": entered,
    "aiosqlite.Connection.interrupt": interrupted,
    "aiosqlite.Connection.backup": backed_up,
}

FILES: dict[str, Any] = {
    "read": ((), {}), "read1": ((5,), {}), "readinto": ((bytearray(5),), {}), "readinto1": ((bytearray(5),), {}), "peek": ((), {}),
    "readline": ((), {}), "readlines": ((), {}), "seek": ((0,), {}), "truncate": ((9,), {}),
}  # fmt: skip
TEXT = {**FILES, "write": (("x",), {}), "writelines": ((["x"],), {})}
BYTES = {**FILES, "write": ((b"x",), {}), "writelines": (([b"x"],), {})}
MODES = {name: ((0o644,), {}) for name in ("chmod", "lchmod")}
CLOSING: tuple[Any, Any] = ((None, None, None), {})
SWEEPS = [
    Sweep("aiofiles.threadpool.text.AsyncTextIOWrapper", behind(opened("r+")), calls=TEXT),
    Sweep("aiofiles.threadpool.binary.AsyncBufferedIOBase", behind(opened("r+b")), calls=BYTES),
    Sweep("aiofiles.threadpool.binary.AsyncBufferedReader", behind(opened("rb")), calls=BYTES),
    Sweep(
        "aiofiles.os",
        behind(lambda folder: aiofiles.os),
        {"path": ".", "src": "x", "dst": "y", "mode": os.R_OK},
        calls={"sendfile": ((1, 0, 0, 0), {}), "getcwd": ((), {}), "scandir": ((".",), {}), "listdir": ((".",), {})},
    ),
    Sweep("aiofiles.ospath", behind(lambda folder: aiofiles.ospath), calls={"sameopenfile": ((1, 1), {})}),
    Sweep(
        "aiofiles.tempfile",
        behind(lambda folder: aiofiles.tempfile),
        calls=dict.fromkeys(
            ("NamedTemporaryFile", "SpooledTemporaryFile", "TemporaryDirectory", "TemporaryFile"), ((), {})
        ),
    ),
    Sweep("aiosqlite.Connection", database(lambda found: found), {"sql": "select 1", "sql_script": "select 1"}, calls={
        "create_function": (("f", 0, int), {}),
        "set_progress_handler": ((int, 1000), {}),
        "set_trace_callback": ((None,), {}),
        "set_authorizer": ((None,), {}),
        "executemany": (("insert into t values (?)", [(1,)]), {}),
        "__aexit__": CLOSING,
    }),
    Sweep(
        "aiosqlite.Cursor",
        database(selected),
        {"sql": "select 1", "sql_script": "select 1"},
        calls={"executemany": (("insert into t values (?)", [(1,)]), {}), "__aexit__": CLOSING},
        prompt=("__aenter__", "__aiter__"),
    ),
    Sweep("anyio.AsyncFile", behind(opened_by_anyio), calls={**BYTES, "__aexit__": CLOSING}, prompt=("__aenter__",)),
    Sweep(
        "anyio.Path",
        behind(lambda folder: anyio.Path(file(folder))),
        {"target": "y", "other_path": ".", "pattern": "*"},
        calls=MODES,
    ),
    Sweep(
        "anyio",
        behind(lambda folder: anyio),
        calls={
            "getaddrinfo": (("localhost", 80), {}),
            "getnameinfo": ((("127.0.0.1", 80),), {}),
            **dict.fromkeys(("gettempdir", "mkdtemp", "mkstemp"), ((), {})),
        },
        apart=dict.fromkeys(
            ("connect_tcp", "connect_unix", "create_tcp_listener", "create_unix_listener", "create_udp_socket", "open_process",
             "sleep_forever", "wait_readable", "wait_writable", "run_process", "sleep", "sleep_until", "run", "open_file"),
            "needs no thread",
        ),
    ),
]  # fmt: skip

DOCUMENTED = {
    "Raises AttributeError at once where Python was built without loadable extensions, as here; else the connection's thread does it "
    "(aiosqlite/core.py)": ("aiosqlite.Connection.enable_load_extension", "aiosqlite.Connection.load_extension"),
}
