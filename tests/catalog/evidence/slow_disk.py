"""A disk that answers late: :mod:`evidence.slow_file_system`, mounted where only this process sees it.

Needs Linux, root, and ``/dev/fuse``.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import functools
import inspect
import itertools
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence import slow_file_system
from evidence.servers import Unavailable
from evidence.slow_file_system import ARMED, REACHED
from evidence.world import World

NEW_MOUNTS, RECURSIVE, PRIVATE, BIND, DETACH = 0x20000, 0x4000, 0x40000, 0x1000, 2
"""Flags of ``unshare``, ``mount`` and ``umount2`` (``linux/mount.h``, ``linux/sched.h``)."""


@dataclass(frozen=True)
class Disk:
    """``root``: where it is mounted."""

    root: Path
    shared: mmap.mmap
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def folder(self) -> Path:
        """An empty folder on it."""
        path = self.root / str(next(self.numbers))
        path.mkdir()
        return path

    def arm(self) -> None:
        """Let the next answer be late."""
        self.shared[REACHED] = 0
        self.shared[ARMED] = 1

    def disarm(self) -> None:
        """Let all answers come at once again."""
        self.shared[ARMED] = 0

    def was_asked(self) -> bool:
        """Whether an answer was late since it was armed."""
        return bool(self.shared[REACHED])


def on_slow_disk(use: Callable[..., object], prepare: Callable[[Path], Any] = lambda folder: folder) -> Any:
    """A case that works on a disk whose answer to the first question comes late.

    ``prepare`` gets an empty folder on it, while it is still quick; what it gives (or yields, to tidy up afterwards) ``use`` gets.
    """

    def case(world: World) -> Iterator[Callable[[], object]]:
        disk = slow_disk(world.delay)
        with contextlib.ExitStack() as stack:
            folder = disk.folder()
            if inspect.isgeneratorfunction(prepare):
                given = stack.enter_context(contextlib.contextmanager(prepare)(folder))
            else:
                given = prepare(folder)

            def call() -> object:
                disk.arm()
                return use(given)

            yield call
            disk.disarm()

    return case


@contextlib.contextmanager
def in_place_of(path: Path, there: str) -> Iterator[None]:
    """Let a file (or folder) of the disk stand in for one of the machine, which others still see as it is."""
    _check(_libc().mount(os.fsencode(path), there.encode(), None, BIND, None))
    try:
        yield
    finally:
        _libc().umount2(there.encode(), DETACH)


@functools.cache
def slow_disk(delay: float) -> Disk:
    """The disk of this process. ``delay``: seconds. Raises Unavailable."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not os.path.exists("/dev/fuse"):
        raise Unavailable("a disk that answers late needs Linux, root and /dev/fuse")
    home = Path(tempfile.mkdtemp(prefix="evidence-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    root, behind, control = home / "disk", home / "behind", home / "control"
    root.mkdir()
    behind.mkdir()
    control.write_bytes(bytes(2))
    device = _mount(root)
    arguments = [str(device), str(behind), str(control), str(delay)]
    server = subprocess.Popen(
        [sys.executable, "-S", slow_file_system.__file__, *arguments], stdin=subprocess.PIPE, pass_fds=[device]
    )
    os.close(device)
    atexit.register(_end, root, server)
    with control.open("r+b") as file:
        return Disk(root, mmap.mmap(file.fileno(), 2))


def _mount(root: Path) -> int:
    """The descriptor on which the kernel asks."""
    libc = _libc()
    try:
        device = os.open("/dev/fuse", os.O_RDWR)
        _check(libc.unshare(NEW_MOUNTS))
        _check(libc.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None))
        options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        _check(libc.mount(b"slow", os.fsencode(root), b"fuse", 0, options))
    except OSError as error:
        raise Unavailable(f"a disk that answers late cannot be mounted: {error}") from error
    return device


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _end(root: Path, server: subprocess.Popen[bytes]) -> None:
    _libc().umount2(os.fsencode(root), DETACH)
    server.kill()
    server.wait()
