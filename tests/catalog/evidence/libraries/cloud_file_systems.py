"""fsspec: a bucket of Google's cloud, whose server comes late, stands for any store."""

from __future__ import annotations

import functools
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

from evidence.sweep import Subject, Sweep
from evidence.world import World

os.environ["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"

import fsspec
import fsspec.core
import gcsfs.core

OBJECT = b'{"name": "y", "bucket": "x", "size": "4", "generation": "1", "updated": "2030-01-01T00:00:00Z", "timeCreated": "2030-01-01T00:00:00Z"}'
BLOCK = 1 << 18


def prompt(connection: socket.socket, world: World) -> None:
    """Answers at once until the measured call has begun, then late."""
    request = connection.recv(1 << 20)
    if not request.startswith(b"GET /storage"):
        while request and b"\r\n\r\n" not in request:
            request += connection.recv(1 << 20)
    if world.begun.is_set():
        world.pause()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(OBJECT)}\r\nConnection: close\r\n"
    kind = "Content-Type: application/json\r\nLocation: http://127.0.0.1:1/\r\n\r\n"
    connection.sendall((head + kind).encode() + OBJECT)


def store(then: Callable[[Any], Any] = lambda bucket: bucket) -> Subject:
    """What becomes of a store."""

    def subject(world: World) -> Iterator[object]:
        with world.server(functools.partial(prompt, world=world)) as (host, port):
            yield then(
                gcsfs.core.GCSFileSystem(
                    project="x",
                    token="anon",
                    endpoint_url=f"http://{host}:{port}",
                    skip_instance_cache=True,
                    use_listings_cache=False,
                )
            )

    return subject


def asked(call: Callable[[Any], object], then: Callable[[Any], Any] = lambda bucket: bucket) -> Any:
    def case(world: World) -> Iterator[Any]:
        for subject in store(then)(world):
            yield functools.partial(call, subject)

    return case


def description(bucket: Any, mode: str = "rb") -> fsspec.core.OpenFile:
    return fsspec.core.OpenFile(bucket, "x/y", mode)


def reading(bucket: Any) -> Any:
    return bucket.open("x/y", "rb", cache_type="none")


def writing(bucket: Any) -> Any:
    """Something is in its buffer."""
    file = bucket.open("x/y", "wb", block_size=BLOCK)
    file.write(b"x")
    return file


def entered(bucket: Any) -> Any:
    opened = description(bucket, "wb")
    opened.__enter__().write(b"x")
    return opened


def mapped(**options: bool) -> Any:
    def case(world: World) -> Iterator[Any]:
        with world.http(body=OBJECT, headers="Content-Type: application/json\r\n") as (host, port):
            url = f"http://{host}:{port}"
            options_of_store = {"project": "x", "token": "anon", "endpoint_url": url, "skip_instance_cache": True}
            yield lambda: fsspec.get_mapper("gs://x/y", **options, **options_of_store)

    return case


FILE = "fsspec.spec.AbstractBufferedFile"

BLOCKING = {
    "fsspec.core.OpenFile.__enter__": asked(lambda opened: opened.__enter__(), description),
    "fsspec.core.OpenFile.open": asked(lambda opened: opened.open(), description),
    "fsspec.core.OpenFile.__exit__": asked(lambda opened: opened.__exit__(), entered),
    "fsspec.core.OpenFile.close": asked(lambda opened: opened.close(), entered),
    "fsspec.get_mapper": mapped(check=True),
    f"{FILE}.write": asked(lambda file: file.write(b"x" * BLOCK), writing),
    f"{FILE}.flush": asked(lambda file: file.flush(force=True), writing),
    f"{FILE}.close": asked(lambda file: file.close(), writing),
    f"{FILE}.__exit__": asked(lambda file: file.__exit__(None, None, None), writing),
    f"{FILE}.read": asked(lambda file: file.read(2), reading),
    f"{FILE}.readline": asked(lambda file: file.readline(), reading),
    f"{FILE}.readlines": asked(lambda file: file.readlines(), reading),
    f"{FILE}.readuntil": asked(lambda file: file.readuntil(b"x"), reading),
    f"{FILE}.__iter__": asked(lambda file: next(iter(file)), reading),
    f"{FILE}.__next__": asked(next, reading),
}
SILENT = {
    "fsspec.open": lambda world: fsspec.open(str(world.folder / "x")),
    "fsspec.open_files": lambda world: fsspec.open_files([str(world.folder / "x")]),
}
SWEEPS = [
    Sweep(
        "fsspec.AbstractFileSystem",
        store(),
        {"path": "x/y", "path1": "x/y", "path2": "x/z", "lpath": __file__, "rpath": "x/z", "paths": ["x/y"]},
        {
            "cat_ranges": ((["x/y"], [0], [1]), {}),
            "get": (("x/y", "/dev/null"), {}),
            "get_file": (("x/y", "/dev/null"), {}),
            "download": (("x/y", "/dev/null"), {}),
            "pipe": (("x/y", b"x"), {}),
            "pipe_file": (("x/y", b"x"), {}),
            "write_bytes": (("x/y", b"x"), {}),
            "write_text": (("x/y", "x"), {}),
            "read_block": (("x/y", 0, 1), {}),
            "glob": (("x/*",), {}),
            "expand_path": (("x/*",), {}),
        },
    ),
]
