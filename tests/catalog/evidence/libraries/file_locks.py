"""filelock and portalocker: a file that another holds; python-dotenv: settings on a disk that answers late."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dotenv
import filelock
import portalocker
from evidence.slow_disk import on_slow_disk
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]


def held(use: Callable[[Path], object]) -> Case:
    """The file is locked, through another descriptor, until the delay has passed."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.folder / "x"
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)

            def give_back() -> None:
                world.pause()
                fcntl.flock(file, fcntl.LOCK_UN)

            holder = threading.Thread(target=give_back)
            holder.start()
            yield lambda: use(path)
            holder.join()

    return case


def entered(lock: Any) -> None:
    with lock:
        pass


async def acquired(path: Path) -> None:
    lock = filelock.AsyncFileLock(path)
    await lock.acquire()
    await lock.release()


async def entered_later(path: Path) -> None:
    async with filelock.AsyncFileLock(path):
        pass


async def let_go(world: World) -> None:
    lock = filelock.AsyncFileLock(world.folder / "x")
    await lock.acquire()
    await lock.release()


async def left(world: World) -> None:
    async with filelock.AsyncFileLock(world.folder / "x"):
        pass


def locked(path: Path) -> None:
    with path.open("a") as file:
        portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE)


def settings(folder: Path) -> Path:
    (folder / "x").write_text("EVIDENCE=1\n")
    return folder / "x"


def below(folder: Path) -> Iterator[Path]:
    """The folder, in which the process is meanwhile."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)


FILE = "filelock"
BLOCKING = {
    f"{FILE}.BaseFileLock.acquire": held(lambda path: filelock.FileLock(path).acquire()),
    f"{FILE}.BaseFileLock.__enter__": held(lambda path: entered(filelock.FileLock(path))),
    "portalocker.lock": held(locked),
    "portalocker.Lock.acquire": held(lambda path: portalocker.Lock(path).acquire()),
    "portalocker.Lock.__enter__": held(lambda path: entered(portalocker.Lock(path))),
    "dotenv.load_dotenv": on_slow_disk(dotenv.load_dotenv, settings),
    "dotenv.dotenv_values": on_slow_disk(dotenv.dotenv_values, settings),
    "dotenv.get_key": on_slow_disk(lambda path: dotenv.get_key(path, "EVIDENCE"), settings),
    "dotenv.set_key": on_slow_disk(lambda path: dotenv.set_key(path, "EVIDENCE", "2"), settings),
    "dotenv.unset_key": on_slow_disk(lambda path: dotenv.unset_key(path, "EVIDENCE"), settings),
    "dotenv.find_dotenv": on_slow_disk(lambda folder: dotenv.find_dotenv(usecwd=True), below),
}
ASYNC = {
    f"{FILE}.BaseAsyncFileLock.acquire": held(acquired),
    f"{FILE}.BaseAsyncFileLock.__aenter__": held(entered_later),
}
COROUTINE = {
    f"{FILE}.BaseAsyncFileLock.release": let_go,
    f"{FILE}.BaseAsyncFileLock.__aexit__": left,
}
