"""PyFilesystem: a real FTP server whose answer comes late stands for all that can be behind the interface; archives that come late."""

from __future__ import annotations

import functools
import io
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fs
import fs.base
import fs.copy
import fs.ftpfs
import fs.glob
import fs.memoryfs
import fs.mirror
import fs.mountfs
import fs.move
import fs.multifs
import fs.osfs
import fs.tarfs
import fs.tempfs
import fs.walk
import fs.zipfs
from evidence.servers import slowly
from evidence.slow_disk import on_slow_disk
from evidence.subjects import plain
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World
from fsspec.implementations.ftp import FTPFileSystem
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import ThreadedFTPServer

ROOT = Path(tempfile.gettempdir()) / f"evidence-ftp-{os.getpid()}"


@functools.cache
def server() -> Address:
    """An FTP server of :data:`ROOT`, in a thread."""
    logging.getLogger("pyftpdlib").setLevel(logging.CRITICAL)
    authorizer = DummyAuthorizer()
    authorizer.add_anonymous(str(ROOT), perm="elradfmwMT")
    handler = type("Handler", (FTPHandler,), {"authorizer": authorizer})
    listening = ThreadedFTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    return listening.socket.getsockname()[:2]


def filled() -> None:
    """The server's folder as every case finds it."""
    shutil.rmtree(ROOT, ignore_errors=True)
    (ROOT / "d" / "e").mkdir(parents=True)
    (ROOT / "empty").mkdir()
    (ROOT / "x").write_bytes(b"x\n")
    (ROOT / "d" / "y").write_bytes(b"y\n")


def distant(then: Callable[[fs.ftpfs.FTPFS], Any] = lambda far: far) -> Subject:
    """What becomes of a file system on the server, which has been spoken to before."""

    def subject(world: World) -> Iterator[object]:
        filled()
        with slowly(world, server()) as (host, port):
            far = fs.ftpfs.FTPFS(host, port=port)
            far.exists("x")
            yield then(far)
            far.close()
        shutil.rmtree(ROOT, ignore_errors=True)

    return subject


def between(call: Callable[[fs.ftpfs.FTPFS, fs.base.FS], object]) -> Any:
    """From the server to memory."""

    def case(world: World) -> Iterator[Any]:
        for far in distant()(world):
            yield functools.partial(call, far, fs.memoryfs.MemoryFS())  # type: ignore[arg-type]

    return case


def opened(world: World) -> Iterator[Any]:
    filled()
    with slowly(world, server()) as (host, port):
        yield lambda: fs.open_fs(f"ftp://{host}:{port}/d")


GIVEN = {"path": "x", "src_path": "x", "dst_path": "z"}
STREAM = io.BytesIO
CALLS: dict[str, Any] = {
    "copydir": (("d", "c"), {"create": True}),
    "movedir": (("d", "c"), {"create": True}),
    "download": (("x", STREAM()), {}),
    "getfile": (("x", STREAM()), {}),
    "upload": (("z", STREAM(b"z")), {}),
    "setfile": (("z", STREAM(b"z")), {}),
    "setbinfile": (("z", STREAM(b"z")), {}),
    "writefile": (("z", STREAM(b"z")), {}),
    "filterdir": (("d",), {}),
    "scandir": (("d",), {}),
    "listdir": (("d",), {}),
    "opendir": (("d",), {}),
    "makedir": (("n",), {}),
    "makedirs": (("n/m",), {}),
    "removedir": (("empty",), {}),
    "removetree": (("d",), {}),
    "isempty": (("d",), {}),
    "tree": ((), {"file": io.StringIO()}),
    "hash": (("x", "md5"), {}),
    "setinfo": (("x", {}), {}),
    "match": ((["*.py"], "x.py"), {}),
    "appendtext": (("x", "x"), {}),
    "appendbytes": (("x", b"x"), {}),
    "writebytes": (("x", b"x"), {}),
    "setbytes": (("x", b"x"), {}),
    "writetext": (("x", "x"), {}),
    "settext": (("x", "x"), {}),
    "open": (("x",), {}),
    "openbin": (("x",), {}),
    "gettype": (("x",), {}),
}


def remembered(world: World) -> fs.memoryfs.MemoryFS:
    """Some files in memory."""
    memory = fs.memoryfs.MemoryFS()
    memory.makedir("d")
    memory.makedir("empty")
    memory.writetext("x", "x")
    return memory


def of_specification(call: Callable[[FTPFileSystem], object]) -> Any:
    """The server's file system of fsspec."""

    def case(world: World) -> Iterator[Any]:
        filled()
        with slowly(world, server()) as (host, port):
            far = FTPFileSystem(host, port=port, skip_instance_cache=True)
            yield lambda: call(far)
        shutil.rmtree(ROOT, ignore_errors=True)

    return case


def late_archive(kind: type) -> Any:
    def case(world: World) -> Iterator[Any]:
        path = world.fifo(b"x" * 600)
        yield lambda: kind(str(path))

    return case


def on_disk(call: Callable[[fs.osfs.OSFS], object]) -> Any:
    return lambda world: call(fs.osfs.OSFS(str(world.folder)))


BLOCKING = {
    "fs.osfs.OSFS": on_slow_disk(lambda folder: fs.osfs.OSFS(str(folder))),
    "fs.tempfs.TempFS": on_slow_disk(lambda folder: fs.tempfs.TempFS(temp_dir=str(folder))),
    "fsspec.AbstractFileSystem.makedirs": of_specification(lambda far: far.makedirs("/n/m")),
    "fsspec.AbstractFileSystem.mkdirs": of_specification(lambda far: far.mkdirs("/n/m")),
    "fs.open_fs": opened,
    "fs.zipfs.ZipFS": late_archive(fs.zipfs.ZipFS),
    "fs.tarfs.TarFS": late_archive(fs.tarfs.TarFS),
    "fs.copy.copy_dir": between(lambda far, near: fs.copy.copy_dir(far, "d", near, "/")),
    "fs.copy.copy_dir_if": between(lambda far, near: fs.copy.copy_dir_if(far, "d", near, "/", "always")),
    "fs.copy.copy_file": between(lambda far, near: fs.copy.copy_file(far, "x", near, "x")),
    "fs.copy.copy_file_if": between(lambda far, near: fs.copy.copy_file_if(far, "x", near, "x", "always")),
    "fs.copy.copy_fs": between(lambda far, near: fs.copy.copy_fs(far, near)),
    "fs.copy.copy_fs_if": between(lambda far, near: fs.copy.copy_fs_if(far, near, "always")),
    "fs.copy.copy_structure": between(lambda far, near: fs.copy.copy_structure(far, near)),
    "fs.mirror.mirror": between(lambda far, near: fs.mirror.mirror(far, near)),
    "fs.move.move_dir": between(lambda far, near: fs.move.move_dir(far, "d", near, "/")),
    "fs.move.move_file": between(lambda far, near: fs.move.move_file(far, "x", near, "x")),
    "fs.move.move_fs": between(lambda far, near: fs.move.move_fs(far, near)),
    "fs.walk.BoundWalker.__call__": between(lambda far, near: next(iter(far.walk()))),
    "fs.glob.Globber.__iter__": between(lambda far, near: list(far.glob("*"))),
}
SILENT = {
    "fs.ftpfs.FTPFS": lambda world: fs.ftpfs.FTPFS("ftp.example.org"),
    "fs.mountfs.MountFS": lambda world: fs.mountfs.MountFS(),
    "fs.multifs.MultiFS": lambda world: fs.multifs.MultiFS(),
    "fs.memoryfs.MemoryFS": lambda world: fs.memoryfs.MemoryFS(),
    "fs.base.FS.getospath": on_disk(lambda disk: disk.getospath("x")),
    "fs.base.FS.getsyspath": on_disk(lambda disk: disk.getsyspath("x")),
    "fs.base.FS.geturl": on_disk(lambda disk: disk.geturl("x", purpose="fs")),
}
SWEEPS = [
    Sweep("fs.base.FS", distant(), GIVEN, CALLS),
    Sweep("fs.ftpfs.FTPFS", distant(), GIVEN, CALLS),
    Sweep("fs.walk.BoundWalker", distant(lambda far: far.walk), {"path": "/"}),
    Sweep("fs.glob.Globber", distant(lambda far: far.glob("*"))),
    Sweep("fs.memoryfs.MemoryFS", plain(remembered), GIVEN, CALLS),
]
