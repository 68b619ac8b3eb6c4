"""Standard library: compressed files and archives in memory, which cost the processor only."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from evidence.libraries.python_computing import TEXT, decompressed
from evidence.libraries.python_pipes import READS
from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]
ZEROS = bytes(60_000_000)
"""Little to read, and much to give."""
ROOM = bytearray(len(ZEROS))

KINDS: dict[str, tuple[Callable[[bytes], bytes], Callable[..., Any]]] = {
    "gzip.GzipFile": (gzip.compress, lambda file, mode: gzip.GzipFile(fileobj=file, mode=mode)),
    "bz2.BZ2File": (bz2.compress, bz2.BZ2File),
    "lzma.LZMAFile": (lambda data: lzma.compress(data, preset=0), lzma.LZMAFile),
}
WHOLE: dict[str, Callable[[Any], object]] = {
    **{method: READS[method] for method in ("__iter__", "__next__", "read", "readline", "readlines")},
    "read1": lambda file: file.read1(len(ZEROS)),
    "readinto": lambda file: file.readinto(ROOM),
}
"""All in one line, so that a line is everything."""


def reading(kind: str, use: Callable[[Any], object]) -> Any:
    compress, make = KINDS[kind]

    def case(world: World) -> Cases:
        with make(io.BytesIO(compress(ZEROS)), "r") as file:
            yield lambda: use(file)

    return case


def writing(kind: str, use: Callable[[Any], object]) -> Any:
    def case(world: World) -> Cases:
        with KINDS[kind][1](io.BytesIO(), "w") as file:
            yield lambda: use(file)

    return case


def flushed(make: Callable[[], Any], size: int) -> Any:
    """A case that asks for what the compressor has put off."""

    def case(world: World) -> Cases:
        compressor = make()
        compressor.compress(TEXT[:size])
        yield compressor.flush

    return case


def in_memory_tar(use: Callable[[tarfile.TarFile], object]) -> Any:
    """A case with a compressed archive whose first member was found when it was opened."""

    def case(world: World) -> Cases:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            add(archive, "x")
            add(archive, "y")
        buffer.seek(0)
        with tarfile.open(fileobj=buffer) as archive:
            archive.next()
            yield lambda: use(archive)

    return case


def add(archive: tarfile.TarFile, name: str) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(TEXT) * 4
    archive.addfile(info, io.BytesIO(TEXT * 4))


def adding(world: World) -> Cases:
    with tarfile.open(fileobj=io.BytesIO(), mode="w:gz") as archive:
        yield lambda: add(archive, "x")


def tested(world: World) -> Cases:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", TEXT * 4)
    with zipfile.ZipFile(buffer) as archive:
        yield archive.testzip


CPU = {
    **{f"{kind}.{method}": reading(kind, use) for kind in KINDS for method, use in WHOLE.items()},
    **{f"{kind}.write": writing(kind, lambda file: file.write(TEXT)) for kind in KINDS},
    **{f"{kind}.writelines": writing(kind, lambda file: file.writelines([TEXT])) for kind in KINDS},
    **{f"{kind}.seek": reading(kind, lambda file: file.seek(len(ZEROS))) for kind in KINDS},
    "bz2.BZ2Compressor.flush": flushed(lambda: bz2.BZ2Compressor(), 800_000),
    "lzma.LZMACompressor.flush": flushed(lambda: lzma.LZMACompressor(), 500_000),
    "lzma.LZMADecompressor.decompress": decompressed(
        lzma.compress, lambda data: lzma.LZMADecompressor().decompress(data), 2
    ),
    "zipfile.ZipFile.testzip": tested,
    "tarfile.TarFile.addfile": adding,
    "tarfile.TarFile.getmember": in_memory_tar(lambda archive: archive.getmember("y")),
    "tarfile.TarFile.getnames": in_memory_tar(lambda archive: archive.getnames()),
    "tarfile.TarFile.list": in_memory_tar(lambda archive: archive.list()),
    "tarfile.TarFile.next": in_memory_tar(lambda archive: archive.next()),
    "tarfile.TarFile.__iter__": in_memory_tar(list),
}
