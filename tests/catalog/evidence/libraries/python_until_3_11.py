"""Modules that Python 3.12 no longer has."""

from __future__ import annotations

import asyncore
import distutils.dir_util
import distutils.file_util
import distutils.spawn
import imp
from collections.abc import Callable, Iterator
from pathlib import Path

from evidence.libraries.python_slow_modules import imported, module_file
from evidence.libraries.python_slow_paths import with_file, with_tree
from evidence.slow_disk import on_slow_disk
from evidence.world import World

IN_SUITE = False


def listening(world: World) -> Iterator[Callable[[], object]]:
    """A loop over a connection on which something comes late."""
    with world.says(b"late", listens=True) as address:
        known: dict[int, object] = {}
        connection = asyncore.dispatcher_with_send(map=known)
        connection.create_socket()
        connection.socket.setblocking(True)
        connection.connect(address)
        connection.send(b"x")
        connection.handle_read = lambda: connection.recv(9)  # type: ignore[method-assign]
        connection.writable = lambda: False  # type: ignore[method-assign]
        yield lambda: asyncore.loop(5, map=known, count=1)
        connection.close()


def load(path: Path) -> None:
    with path.open() as file:
        imp.load_module("slow", file, str(path), (".py", "r", imp.PY_SOURCE))


def find(path: Path) -> None:
    imp.find_module("slow", [str(path.parent)])[0].close()


BLOCKING = {
    "asyncore.loop": listening,
    "imp.load_module": on_slow_disk(load, module_file),
    "imp.load_source": on_slow_disk(lambda path: imp.load_source("slow", str(path)), module_file),
    "imp.find_module": on_slow_disk(find, module_file),
    "imp.reload": on_slow_disk(imp.reload, imported),
    "distutils.dir_util.copy_tree": on_slow_disk(
        lambda root: distutils.dir_util.copy_tree(str(root), f"{root}2"), with_tree
    ),
    "distutils.dir_util.remove_tree": on_slow_disk(lambda root: distutils.dir_util.remove_tree(str(root)), with_tree),
    "distutils.dir_util.mkpath": on_slow_disk(lambda folder: distutils.dir_util.mkpath(str(folder / "x" / "y"))),
    "distutils.file_util.copy_file": on_slow_disk(
        lambda path: distutils.file_util.copy_file(str(path), f"{path}2"), with_file
    ),
    "distutils.file_util.move_file": on_slow_disk(
        lambda path: distutils.file_util.move_file(str(path), f"{path}2"), with_file
    ),
    "distutils.spawn.spawn": lambda world: distutils.spawn.spawn(["sleep", str(world.delay)]),
    "distutils.spawn.find_executable": on_slow_disk(
        lambda path: distutils.spawn.find_executable(path.name, str(path.parent)), with_file
    ),
}
