"""Standard library: computing, and the databases in a file."""

from __future__ import annotations

import bz2
import copy
import dbm.dumb
import gc
import gzip
import hashlib
import io
import lzma
import math
import random
import re
import shelve
import sqlite3
import sys
import tarfile
import time
import timeit
import zipfile
import zlib
from collections.abc import Callable, Iterator

from evidence.world import World

Cases = Iterator[Callable[[], object]]

WORDS = [bytes(random.Random(number).choices(range(97, 123), k=7)) for number in range(500)]
TEXT = b" ".join(random.Random(0).choices(WORDS, k=300_000))
"""2.4 MB that compress like text."""


def sqlite(use: Callable[[sqlite3.Connection], object]) -> Callable[[World], Cases]:
    """A case that writes to a database on which another connection holds the lock, and lets go of it late."""

    def case(world: World) -> Cases:
        path = world.folder / "x.db"
        holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        holder.execute("create table t (x)")
        holder.execute("begin immediate")
        world.later(lambda: holder.execute("commit"))
        connection = sqlite3.connect(path)
        yield lambda: use(connection)
        connection.close()
        holder.close()

    return case


def napping(use: Callable[[sqlite3.Cursor], object]) -> Callable[[World], Cases]:
    """A case that fetches the first row of a statement whose second row, computed in advance, comes late."""

    def case(world: World) -> Cases:
        connection = sqlite3.connect(world.folder / "x.db")
        connection.create_function("nap", 1, lambda turn: time.sleep(world.delay if turn == 2 else 0))
        connection.execute("create table t (x)")
        connection.executemany("insert into t values (?)", [(1,), (2,)])
        cursor = connection.execute("select nap(x) from t")
        yield lambda: use(cursor)
        connection.close()

    return case


def in_memory_zip(use: Callable[[zipfile.ZipFile], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x", TEXT * 4)
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
            yield lambda: use(archive)

    return case


def in_memory_tar(world: World) -> Cases:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("x")
        info.size = len(TEXT) * 4
        archive.addfile(info, io.BytesIO(TEXT * 4))
    buffer.seek(0)
    with tarfile.open(fileobj=buffer) as archive:
        yield archive.getmembers


def decompressed(
    compress: Callable[[bytes], bytes], use: Callable[[bytes], object], times: int = 10
) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        data = compress(TEXT * times)
        yield lambda: use(data)

    return case


def zipped_file(world: World) -> Cases:
    with gzip.GzipFile(fileobj=io.BytesIO(), mode="w") as file:
        yield lambda: file.write(TEXT)


def many_objects(world: World) -> Cases:
    objects = [[number] for number in range(1_000_000)]
    yield gc.collect
    objects.clear()


def dumb(world: World) -> Cases:
    path = str(world.folder / "x")
    with dbm.dumb.open(path, "c") as database:
        for number in range(3000):
            database[str(number)] = b"x"
    yield lambda: dbm.dumb.open(path)  # noqa: SIM115


def shelf(world: World) -> Cases:
    with shelve.Shelf(dbm.dumb.open(str(world.folder / "x"), "c"), writeback=True) as found:
        for number in range(2000):
            found[str(number)] = number
        yield found.sync


def large_database(world: World) -> Cases:
    made = sqlite3.connect(":memory:")
    made.execute("create table t (x)")
    made.execute("insert into t values (zeroblob(50000000))")
    data = made.serialize()
    made.close()
    target = sqlite3.connect(":memory:")
    yield lambda: target.deserialize(data)
    target.close()


BLOCKING = {
    "sqlite3.Connection.execute": sqlite(lambda db: db.execute("insert into t values (1)")),
    "sqlite3.Connection.executemany": sqlite(lambda db: db.executemany("insert into t values (?)", [(1,)])),
    "sqlite3.Connection.executescript": sqlite(lambda db: db.executescript("insert into t values (1)")),
    "sqlite3.Cursor.execute": sqlite(lambda db: db.cursor().execute("insert into t values (1)")),
    "sqlite3.Cursor.executemany": sqlite(lambda db: db.cursor().executemany("insert into t values (?)", [(1,)])),
    "sqlite3.Cursor.executescript": sqlite(lambda db: db.cursor().executescript("insert into t values (1)")),
    "sqlite3.Cursor.fetchone": napping(lambda cursor: cursor.fetchone()),
    "sqlite3.Cursor.fetchmany": napping(lambda cursor: cursor.fetchmany(2)),
    "sqlite3.Cursor.fetchall": napping(lambda cursor: cursor.fetchall()),
    "sqlite3.Cursor.__iter__": napping(list),
}

CPU = {
    "hashlib.pbkdf2_hmac": lambda world: hashlib.pbkdf2_hmac("sha256", b"x", b"y", 200_000),
    "hashlib.scrypt": lambda world: hashlib.scrypt(b"x", salt=b"y", n=2**14, r=8, p=2),
    "zlib.compress": lambda world: zlib.compress(TEXT),
    "zlib.decompress": decompressed(zlib.compress, zlib.decompress, 8),
    "gzip.compress": lambda world: gzip.compress(TEXT),
    "gzip.decompress": decompressed(gzip.compress, gzip.decompress, 8),
    "bz2.compress": lambda world: bz2.compress(TEXT),
    "bz2.decompress": decompressed(bz2.compress, bz2.decompress, 2),
    "bz2.BZ2Compressor.compress": lambda world: bz2.BZ2Compressor().compress(TEXT),
    "bz2.BZ2Decompressor.decompress": decompressed(
        bz2.compress, lambda data: bz2.BZ2Decompressor().decompress(data), 2
    ),
    "lzma.compress": lambda world: lzma.compress(TEXT[:500_000]),
    "lzma.decompress": decompressed(lzma.compress, lzma.decompress, 2),
    "lzma.LZMACompressor.compress": lambda world: lzma.LZMACompressor().compress(TEXT),
    "zipfile.ZipFile.writestr": in_memory_zip(lambda archive: archive.writestr("y", TEXT)),
    "zipfile.ZipFile.read": in_memory_zip(lambda archive: archive.read("x")),
    "tarfile.TarFile.getmembers": in_memory_tar,
    "gzip.GzipFile.write": zipped_file,
    "gc.collect": many_objects,
    "timeit.timeit": lambda world: timeit.timeit("x = 1", number=2_000_000),
    "math.factorial": lambda world: math.factorial(100_000),
}

SHORT = {
    "dbm.dumb.open": dumb,
    "shelve.Shelf.sync": shelf,
}

SILENT = {
    "hashlib.sha256": lambda world: hashlib.sha256(b"x").hexdigest(),
    "copy.deepcopy": lambda world: copy.deepcopy({"x": [1]}),
    "re.search": lambda world: re.search("x", "yx"),
    "zlib.crc32": lambda world: zlib.crc32(b"x"),
    "sqlite3.Connection.cursor": lambda world: sqlite3.connect(":memory:").cursor(),
}

if sys.version_info >= (3, 11):
    SHORT["sqlite3.Connection.deserialize"] = large_database
