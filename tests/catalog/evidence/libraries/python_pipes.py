"""Standard library: every way to read an open file whose content comes late, or to write one that takes it late."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Callable, Iterator
from typing import Any

from evidence.world import World

Cases = Iterator[Callable[[], object]]
READS: dict[str, Callable[[Any], object]] = {
    "__iter__": lambda file: next(iter(file)),
    "__next__": lambda file: next(file),
    "read": lambda file: file.read(),
    "read1": lambda file: file.read1(9),
    "readinto": lambda file: file.readinto(bytearray(5)),
    "readinto1": lambda file: file.readinto1(bytearray(5)),
    "readline": lambda file: file.readline(),
    "readlines": lambda file: file.readlines(),
    "peek": lambda file: file.peek(),
}
LARGE = b"x" * 100_000


def reading(make: Callable[[int], Any], use: Callable[[Any], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with make(world.pipe(b"late\n")) as file:
            yield lambda: use(file)

    return case


def writing(make: Callable[[int], Any], use: Callable[[Any], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        descriptor = world.full_pipe()
        file = make(descriptor)
        yield lambda: use(file)
        file.close()

    return case


def pair(descriptor: int) -> io.BufferedRWPair:
    return io.BufferedRWPair(io.FileIO(descriptor), io.FileIO(os.open(os.devnull, os.O_WRONLY), "w"))


def pair_to_write(descriptor: int) -> io.BufferedRWPair:
    return io.BufferedRWPair(io.FileIO(os.open(os.devnull, os.O_RDONLY)), io.FileIO(descriptor, "w"))


def decoding(descriptor: int) -> codecs.StreamReaderWriter:
    return codecs.StreamReaderWriter(os.fdopen(descriptor, "rb"), codecs.getreader("utf-8"), codecs.getwriter("utf-8"))


def encoding(descriptor: int) -> codecs.StreamReaderWriter:
    return codecs.StreamReaderWriter(
        os.fdopen(descriptor, "wb", 0), codecs.getreader("utf-8"), codecs.getwriter("utf-8")
    )


def flushed(file: Any) -> None:
    file.write(b"x")
    file.flush()


BLOCKING = {
    **{
        f"io.FileIO.{method}": reading(io.FileIO, READS[method])
        for method in ("__iter__", "__next__", "readinto", "readlines")
    },
    "io.FileIO.write": writing(lambda fd: io.FileIO(fd, "w"), lambda file: file.write(LARGE)),
    "io.FileIO.writelines": writing(lambda fd: io.FileIO(fd, "w"), lambda file: file.writelines([LARGE])),
    "io.BufferedReader.__next__": reading(lambda fd: os.fdopen(fd, "rb"), READS["__next__"]),
    "io.BufferedReader.readinto1": reading(lambda fd: os.fdopen(fd, "rb"), READS["readinto1"]),
    "io.TextIOWrapper.__next__": reading(os.fdopen, READS["__next__"]),
    **{
        f"typing.IO.{method}": reading(os.fdopen, READS[method])
        for method in ("__iter__", "__next__", "read", "readline", "readlines")
    },
    "typing.IO.write": writing(lambda fd: os.fdopen(fd, "wb"), lambda file: file.write(LARGE)),
    "typing.IO.writelines": writing(lambda fd: os.fdopen(fd, "wb"), lambda file: file.writelines([LARGE])),
    "typing.IO.flush": writing(lambda fd: os.fdopen(fd, "wb"), flushed),
    **{
        f"io.BufferedRWPair.{method}": reading(pair, READS[method])
        for method in ("__next__", "read1", "readinto", "readinto1", "peek")
    },
    "io.BufferedRWPair.write": writing(pair_to_write, lambda file: file.write(LARGE)),
    "io.BufferedRWPair.writelines": writing(pair_to_write, lambda file: file.writelines([LARGE])),
    "io.BufferedRWPair.flush": writing(pair_to_write, flushed),
    **{
        f"codecs.StreamReaderWriter.{method}": reading(decoding, READS[method])
        for method in ("__iter__", "__next__", "read", "readline", "readlines")
    },
    "codecs.StreamReaderWriter.write": writing(encoding, lambda file: file.write("x" * 100_000)),
    "codecs.StreamReaderWriter.writelines": writing(encoding, lambda file: file.writelines(["x" * 100_000])),
    "os.sendfile": writing(
        lambda fd: os.fdopen(fd, "wb", 0), lambda file: os.sendfile(file.fileno(), os.open(__file__, os.O_RDONLY), 0, 9)
    ),
}
