"""Standard library: the calls that the catalog excepts from its claims, since nothing is waited for: in memory, or told not to wait."""

from __future__ import annotations

import array
import base64
import bz2
import codecs
import configparser
import csv
import email
import email.parser
import fcntl
import gzip
import io
import json
import lzma
import marshal
import math
import os
import pickle
import plistlib
import quopri
import sched
import shutil
import signal
import sqlite3
import struct
import sys
import tarfile
import tempfile
import time
import wave
import xml.dom.minidom
import xml.dom.pulldom
import xml.etree.ElementTree as ElementTree
import xml.sax
import zipfile
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from evidence.libraries.python_pipes import READS
from evidence.libraries.python_processes import locked
from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]
Use = Callable[[Any], object]

LINES = b"line\n" * 9
WRITES: dict[str, Use] = {
    "write": lambda file: file.write(b"x"),
    "writelines": lambda file: file.writelines([b"x"]),
    "flush": lambda file: file.flush(),
    "truncate": lambda file: file.truncate(0),
}
TEXT_WRITES: dict[str, Use] = {
    **WRITES,
    "write": lambda file: file.write("x"),
    "writelines": lambda file: file.writelines(["x"]),
}


def on(make: Callable[[], Any], use: Use) -> Callable[[World], Cases]:
    """A case that uses something in memory."""

    def case(world: World) -> Cases:
        found = make()
        yield lambda: use(found)

    return case


def each(owner: str, make: Callable[[], Any], uses: dict[str, Use], names: str = "") -> dict[str, Any]:
    """A case for every method."""
    return {f"{owner}.{name}": on(make, uses[name]) for name in (names.split() or uses)}


def taken(lock: Callable[[int], object], kind: str = "lockf") -> Callable[[World], Cases]:
    """A case that asks for a lock that another process holds, but does not wait for it."""

    def tried(descriptor: int) -> None:
        try:
            lock(descriptor)
        except BlockingIOError:
            return
        raise AssertionError("the lock was free")

    return locked(tried, kind)


def try_to_lock(descriptor: int) -> None:
    fcntl.fcntl(descriptor, fcntl.F_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))


def tar() -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x"))
    buffer.seek(0)
    return buffer


def zipped() -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x", "y")
    return buffer


def sound() -> io.BytesIO:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as made:
        made.setparams((1, 1, 8000, 0, "NONE", ""))
        made.writeframes(b"x")
    buffer.seek(0)
    return buffer


def player() -> wave.Wave_read:
    return wave.open(sound())


def unpacking() -> tarfile.TarFile:
    return tarfile.open(fileobj=tar())


def recorder() -> wave.Wave_write:
    made = wave.open(io.BytesIO(), "wb")  # noqa: SIM115
    made.setparams((1, 1, 8000, 0, "NONE", ""))
    return made


def scheduled() -> sched.scheduler:
    made = sched.scheduler()
    made.enter(60, 1, print)
    return made


def database() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.execute("create table t (x)")
    return made


def digested(found: io.BytesIO) -> object:
    import hashlib

    return hashlib.file_digest(found, "sha256")  # type: ignore[attr-defined]


def spooled() -> Any:
    file = tempfile.SpooledTemporaryFile()  # noqa: SIM115
    file.write(LINES)
    file.seek(0)
    return file


def reader() -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(LINES))  # type: ignore[arg-type]


def writer() -> io.BufferedWriter:
    return io.BufferedWriter(io.BytesIO())  # type: ignore[arg-type]


def both() -> io.BufferedRandom:
    return io.BufferedRandom(io.BytesIO(LINES))  # type: ignore[arg-type]


def text() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(LINES))


def coded() -> codecs.StreamReaderWriter:
    return codecs.StreamReaderWriter(io.BytesIO(LINES), codecs.getreader("utf-8"), codecs.getwriter("utf-8"))


def buffer(content: bytes = LINES) -> Callable[[], io.BytesIO]:
    return lambda: io.BytesIO(content)


def compressed(module: ModuleType, opened: Callable[[Any], Any]) -> Callable[[World], Cases]:
    return on(buffer(module.compress(LINES)), lambda found: opened(found).close())


def xz_file() -> lzma.LZMAFile:
    return lzma.LZMAFile(io.BytesIO(lzma.compress(LINES)))


def rewound(file: Any) -> None:
    file.seek(0)


PLAIN = "__iter__ __next__ read readline readlines"
XML = buffer(b"<x/>")
SILENT: dict[str, Any] = {
    "fcntl.flock": taken(lambda descriptor: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB), "flock"),
    "fcntl.lockf": taken(lambda descriptor: fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)),
    "fcntl.fcntl": taken(try_to_lock),
    "os.lockf": taken(lambda descriptor: os.lockf(descriptor, os.F_TLOCK, 0)),
    "shutil.copyfileobj": on(buffer(), lambda found: shutil.copyfileobj(found, io.BytesIO())),
    **each("tempfile.SpooledTemporaryFile", spooled, READS, "__iter__ read readline readlines"),
    **each("tempfile.SpooledTemporaryFile", spooled, WRITES),
    **each("io.TextIOWrapper", text, READS, PLAIN),
    **each("io.TextIOWrapper", text, TEXT_WRITES),
    **each("io.BufferedReader", reader, READS),
    **each("io.BufferedWriter", writer, WRITES),
    **each("io.BufferedRandom", both, READS),
    **each("io.BufferedRandom", both, WRITES),
    **each("codecs.StreamReaderWriter", coded, READS, PLAIN),
    **each("codecs.StreamReaderWriter", coded, TEXT_WRITES, "write writelines"),
    "json.load": on(buffer(b"[1]"), json.load),
    "json.dump": on(io.StringIO, lambda found: json.dump([1], found)),
    "pickle.load": on(buffer(pickle.dumps(1)), pickle.load),
    "pickle.dump": on(io.BytesIO, lambda found: pickle.dump(1, found)),
    "pickle.Unpickler.load": on(buffer(pickle.dumps(1)), lambda found: pickle.Unpickler(found).load()),
    "pickle.Pickler.dump": on(io.BytesIO, lambda found: pickle.Pickler(found).dump(1)),
    "marshal.load": on(buffer(marshal.dumps(1)), marshal.load),
    "marshal.dump": on(io.BytesIO, lambda found: marshal.dump(1, found)),
    "csv.DictReader.__iter__": on(lambda: csv.DictReader(["x", "1"]), list),
    "csv.DictReader.__next__": on(lambda: csv.DictReader(["x", "1"]), next),
    "csv.DictWriter.writeheader": on(io.StringIO, lambda found: csv.DictWriter(found, "x").writeheader()),
    "csv.DictWriter.writerow": on(io.StringIO, lambda found: csv.DictWriter(found, "x").writerow({"x": 1})),
    "csv.DictWriter.writerows": on(io.StringIO, lambda found: csv.DictWriter(found, "x").writerows([{"x": 1}])),
    "configparser.RawConfigParser.read_file": on(
        configparser.ConfigParser, lambda found: found.read_file(io.StringIO("[x]\n"))
    ),
    "configparser.RawConfigParser.write": on(configparser.ConfigParser, lambda found: found.write(io.StringIO())),
    "plistlib.load": on(buffer(plistlib.dumps([1])), plistlib.load),
    "plistlib.dump": on(io.BytesIO, lambda found: plistlib.dump([1], found)),
    "xml.etree.ElementTree.parse": on(XML, ElementTree.parse),
    "xml.etree.ElementTree.iterparse": on(XML, lambda found: list(ElementTree.iterparse(found))),
    "xml.etree.ElementTree.ElementTree": on(XML, lambda found: ElementTree.ElementTree(file=found)),
    "xml.etree.ElementTree.ElementTree.parse": on(XML, lambda found: ElementTree.ElementTree().parse(found)),
    "xml.etree.ElementTree.ElementTree.write": on(
        io.BytesIO, lambda found: ElementTree.ElementTree(ElementTree.XML("<x/>")).write(found)
    ),
    "xml.sax.parse": on(XML, lambda found: xml.sax.parse(found, xml.sax.handler.ContentHandler())),
    "xml.dom.minidom.parse": on(XML, xml.dom.minidom.parse),
    "xml.dom.pulldom.parse": on(XML, lambda found: list(xml.dom.pulldom.parse(found))),
    "wave.open": on(sound, lambda found: wave.open(found).close()),
    "wave.Wave_read.readframes": on(player, lambda found: found.readframes(1)),
    "wave.Wave_write.writeframes": on(recorder, lambda found: found.writeframes(b"x")),
    "wave.Wave_write.writeframesraw": on(recorder, lambda found: found.writeframesraw(b"x")),
    "array.array.fromfile": on(buffer(), lambda found: array.array("b").fromfile(found, 3)),
    "array.array.tofile": on(io.BytesIO, array.array("b", b"x").tofile),
    "email.message_from_file": on(lambda: io.StringIO("x"), email.message_from_file),
    "email.message_from_binary_file": on(buffer(), email.message_from_binary_file),
    "email.parser.Parser.parse": on(lambda: io.StringIO("x"), lambda found: email.parser.Parser().parse(found)),
    "email.parser.BytesParser.parse": on(buffer(), lambda found: email.parser.BytesParser().parse(found)),
    "base64.encode": on(buffer(), lambda found: base64.encode(found, io.BytesIO())),
    "base64.decode": on(buffer(b"bGluZQ==\n"), lambda found: base64.decode(found, io.BytesIO())),
    "quopri.encode": on(buffer(), lambda found: quopri.encode(found, io.BytesIO(), False)),
    "quopri.decode": on(buffer(), lambda found: quopri.decode(found, io.BytesIO())),
    "zipfile.ZipFile": on(zipped, zipfile.ZipFile),
    "zipfile.PyZipFile": on(zipped, zipfile.PyZipFile),
    "zipfile.is_zipfile": on(zipped, zipfile.is_zipfile),
    "zipfile.Path": on(zipped, zipfile.Path),
    "zipfile.ZipFile.read": on(lambda: zipfile.ZipFile(zipped()), lambda found: found.read("x")),
    "zipfile.ZipFile.testzip": on(lambda: zipfile.ZipFile(zipped()), lambda found: found.testzip()),
    "zipfile.ZipFile.writestr": on(lambda: zipfile.ZipFile(zipped(), "a"), lambda found: found.writestr("y", "z")),
    "tarfile.open": on(tar, lambda found: tarfile.open(fileobj=found).close()),
    "tarfile.TarFile": on(tar, lambda found: tarfile.TarFile(fileobj=found).close()),
    "tarfile.TarFile.open": on(tar, lambda found: tarfile.TarFile.open(fileobj=found).close()),
    "tarfile.is_tarfile": on(tar, tarfile.is_tarfile),
    "tarfile.TarFile.extractfile": on(unpacking, lambda found: found.extractfile("x")),
    "bz2.open": compressed(bz2, bz2.open),
    "bz2.BZ2File": compressed(bz2, bz2.BZ2File),
    "lzma.open": compressed(lzma, lzma.open),
    "lzma.LZMAFile": compressed(lzma, lzma.LZMAFile),
    "gzip.open": compressed(gzip, gzip.open),
    "gzip.GzipFile": compressed(gzip, lambda found: gzip.GzipFile(fileobj=found)),
    "gzip.GzipFile.seek": on(lambda: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(LINES))), rewound),
    "bz2.BZ2File.seek": on(lambda: bz2.BZ2File(io.BytesIO(bz2.compress(LINES))), rewound),
    "lzma.LZMAFile.seek": on(xz_file, rewound),
    "math.factorial": lambda world: math.factorial(1000),
    "time.sleep": lambda world: time.sleep(0),
    "sched.scheduler.run": on(scheduled, lambda found: found.run(blocking=False)),
    "signal.sigtimedwait": lambda world: signal.sigtimedwait([signal.SIGUSR1], 0),
    "sqlite3.connect": lambda world: sqlite3.connect(":memory:"),
    "sqlite3.Connection": lambda world: sqlite3.Connection(":memory:"),
    "sqlite3.Connection.execute": on(database, lambda found: found.execute("insert into t values (1)")),
    "sqlite3.Connection.executemany": on(database, lambda found: found.executemany("insert into t values (?)", [(1,)])),
    "sqlite3.Connection.executescript": on(database, lambda found: found.executescript("insert into t values (1)")),
    "sqlite3.Connection.commit": on(database, lambda found: found.commit()),
    "sqlite3.Connection.rollback": on(database, lambda found: found.rollback()),
    "sqlite3.Connection.backup": on(database, lambda found: found.backup(database())),
    "sqlite3.Connection.iterdump": on(database, lambda found: list(found.iterdump())),
    "sqlite3.Connection.__exit__": on(database, lambda found: found.__exit__(None, None, None)),
}

if sys.version_info >= (3, 11):
    import tomllib

    SILENT |= {
        "hashlib.file_digest": on(buffer(), digested),
        "tomllib.load": on(buffer(b"x = 1"), tomllib.load),
        "zipfile.ZipFile.mkdir": on(lambda: zipfile.ZipFile(zipped(), "a"), lambda found: found.mkdir("y")),
        **each("tempfile.SpooledTemporaryFile", spooled, READS, "read1 readinto readinto1"),
    }
