"""Standard library: what reads and writes files, on a disk that answers late."""

from __future__ import annotations

import array
import base64
import configparser
import contextlib
import cProfile
import csv
import dbm.dumb
import email
import email.parser
import fileinput
import gettext
import importlib
import io
import json
import linecache
import mimetypes
import netrc
import operator
import os
import profile
import pstats
import quopri
import shelve
import shutil
import sqlite3
import sys
import tracemalloc
import wave
import xml.dom.pulldom
import xml.etree.ElementTree as ElementTree
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evidence.libraries.python_pipes import READS
from evidence.slow_disk import on_slow_disk

IN_SUITE = False

LARGE = b"x" * 100_000
Preparation = Callable[[Path], Any]


def file(content: bytes = b"line\n" * 10_000, name: str = "file") -> Preparation:
    """A file of the disk with that content."""

    def prepare(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return prepare


def opened(mode: str, content: bytes = b"line\n" * 10_000) -> Preparation:
    """The same, open, and nothing read yet."""

    def prepare(folder: Path) -> Iterator[Any]:
        with file(content)(folder).open(mode) as found:
            yield found

    return prepare


def on_file(use: Callable[[Path], object], content: bytes = b"line\n" * 10_000) -> Any:
    return on_slow_disk(use, file(content))


def reading(use: Callable[[Any], object], content: bytes = b"line\n" * 10_000, mode: str = "rb") -> Any:
    return on_slow_disk(use, opened(mode, content))


def writing(use: Callable[[Any], object], mode: str = "wb") -> Any:
    return on_slow_disk(use, opened(mode))


def all_lines(path: Path) -> None:
    with fileinput.input(str(path)) as found:
        list(found)


def named(path: Path) -> None:
    fileinput.input(str(path)).close()


def unflushed(folder: Path) -> Iterator[Any]:
    with (folder / "x").open("w+b") as found:
        found.write(b"x")
        yield found


def descriptor(folder: Path) -> Iterator[int]:
    found = os.open(file()(folder), os.O_RDWR)
    yield found
    os.close(found)


def read_once(folder: Path) -> str:
    """A path that linecache knows."""
    path = str(file()(folder))
    linecache.getlines(path)
    return path


def sound(folder: Path) -> Path:
    path = folder / "x.wav"
    with wave.open(str(path), "wb") as found:
        found.setparams((1, 1, 8000, 0, "NONE", ""))
        found.writeframes(LARGE)
    return path


def playing(folder: Path) -> Iterator[wave.Wave_read]:
    with wave.open(str(sound(folder))) as found:
        yield found


def recording(folder: Path) -> Iterator[wave.Wave_write]:
    with wave.open(str(folder / "x.wav"), "wb") as found:
        found.setparams((1, 1, 8000, 0, "NONE", ""))
        yield found


def translations(folder: Path) -> Iterator[None]:
    """Texts are looked for on the disk, in a language that is not English."""
    before, language = gettext.bindtextdomain("x"), os.environ.get("LANGUAGE")
    gettext.bindtextdomain("x", str(folder))
    gettext.textdomain("x")
    os.environ["LANGUAGE"] = "de"
    yield
    gettext.bindtextdomain("x", before)
    gettext.textdomain("messages")
    os.environ["LANGUAGE"] = language or ""


TRANSLATING: dict[str, Callable[[Any], object]] = {
    "gettext": lambda _: gettext.gettext("y"),
    "ngettext": lambda _: gettext.ngettext("y", "z", 1),
    "pgettext": lambda _: gettext.pgettext("x", "y"),
    "npgettext": lambda _: gettext.npgettext("x", "y", "z", 1),
    "dgettext": lambda _: gettext.dgettext("x", "y"),
    "dngettext": lambda _: gettext.dngettext("x", "y", "z", 1),
    "dpgettext": lambda _: gettext.dpgettext("x", "x", "y"),
    "dnpgettext": lambda _: gettext.dnpgettext("x", "x", "y", "z", 1),
}


def one_zone(folder: Path) -> Iterator[None]:
    (folder / "Here").mkdir()
    shutil.copy(Path("/usr/share/zoneinfo/UTC"), folder / "Here" / "There")
    zoneinfo.reset_tzpath([str(folder)])
    yield
    zoneinfo.reset_tzpath()


def time_zones(folder: Path) -> Iterator[Path]:
    (folder / "x").mkdir()
    zoneinfo.reset_tzpath([str(folder)])
    yield folder
    zoneinfo.reset_tzpath()


def shelf(folder: Path) -> Iterator[shelve.Shelf[int]]:
    """Kept by SQLite where Python can, which asks the disk for everything; else by dbm.dumb, which knows the keys."""
    kind: Any = dbm.sqlite3 if sys.version_info >= (3, 13) else dbm.dumb
    with shelve.Shelf(kind.open(str(folder / "x"), "c")) as found:
        found["x"] = found["y"] = 1
    with shelve.Shelf(kind.open(str(folder / "x"), "c")) as found:
        yield found


def changed_shelf(folder: Path) -> Iterator[shelve.Shelf[int]]:
    for found in shelf(folder):
        found["x"] = 2
        yield found


def on_shelf(use: Callable[[shelve.Shelf[int]], object]) -> Any:
    return on_slow_disk(use, shelf)


def snapshot(folder: Path) -> tuple[tracemalloc.Snapshot, str]:
    tracemalloc.start()
    found, path = tracemalloc.take_snapshot(), str(folder / "x")
    tracemalloc.stop()
    found.dump(path)
    return found, path


def profiled(module: Any) -> Any:
    """Something to write down."""
    profiler = module.Profile()
    profiler.runcall(sum, [1])
    return profiler


def statistics(folder: Path) -> tuple[pstats.Stats, str]:
    profiler = profiled(cProfile)
    path = str(folder / "x")
    profiler.dump_stats(path)
    return pstats.Stats(profiler), path


def connection(folder: Path) -> Iterator[sqlite3.Connection]:
    """Of a database of 100 rows that it has not looked at."""
    path = folder / "x.db"
    filling = sqlite3.connect(path)
    filling.execute("create table t (x)")
    filling.executemany("insert into t values (?)", [(LARGE[:3000],)] * 100)
    filling.commit()
    filling.close()
    found = sqlite3.connect(path)
    yield found
    found.close()


def changed(folder: Path) -> Iterator[sqlite3.Connection]:
    for found in connection(folder):
        found.execute("delete from t where rowid < 9")
        yield found


def row_by_row(folder: Path) -> Iterator[sqlite3.Cursor]:
    for found in connection(folder):
        yield found.execute("select x from t")


def blob(folder: Path) -> Iterator[Any]:
    for found in connection(folder):
        other = sqlite3.connect(folder / "x.db")
        other.execute("insert into t values (zeroblob(100000))")
        other.commit()
        other.close()
        with found.blobopen("t", "x", 101) as value:
            yield value


def on_database(use: Callable[[Any], object], prepare: Preparation = connection) -> Any:
    return on_slow_disk(use, prepare)


XML = b"<x>" + LARGE + b"</x>"
MAIL = b"Subject: x\n\n" + LARGE
NUMBERS = array.array("b", LARGE)

BLOCKING = {
    "builtins.open": on_file(lambda path: open(path).close()),
    "os.fdopen": on_slow_disk(lambda number: os.fdopen(number, closefd=False), descriptor),
    **{f"io.BufferedRandom.{method}": reading(use, mode="r+b") for method, use in READS.items()},
    "io.BufferedRandom.write": writing(lambda found: found.write(LARGE), "r+b"),
    "io.BufferedRandom.writelines": writing(lambda found: found.writelines([LARGE]), "r+b"),
    "io.BufferedRandom.flush": on_slow_disk(lambda found: found.flush(), unflushed),
    "io.BufferedRandom.truncate": writing(lambda found: found.truncate(3), "r+b"),
    "io.BufferedWriter.truncate": writing(lambda found: found.truncate(3)),
    "io.FileIO.truncate": on_file(lambda path: io.FileIO(path, "r+").truncate(3)),
    "io.TextIOWrapper.truncate": writing(lambda found: found.truncate(3), "w"),
    "typing.IO.truncate": writing(lambda found: found.truncate(3)),
    "fileinput.FileInput.__iter__": on_file(all_lines),
    "fileinput.FileInput.__next__": on_file(lambda path: next(fileinput.FileInput(str(path)))),  # noqa: SIM115
    "fileinput.hook_compressed": on_file(lambda path: fileinput.hook_compressed(str(path), "r").close()),
    "linecache.getline": on_file(lambda path: linecache.getline(str(path), 1)),
    "linecache.checkcache": on_slow_disk(linecache.checkcache, read_once),
    "array.array.fromfile": reading(lambda found: array.array("b").fromfile(found, 10_000)),
    "array.array.tofile": writing(NUMBERS.tofile),
    "base64.encode": reading(lambda found: base64.encode(found, io.BytesIO())),
    "base64.decode": reading(lambda found: base64.decode(found, io.BytesIO()), b"bGluZQ==\n"),
    "quopri.encode": reading(lambda found: quopri.encode(found, io.BytesIO(), False)),
    "quopri.decode": reading(lambda found: quopri.decode(found, io.BytesIO())),
    "configparser.RawConfigParser.write": writing(
        lambda found: configparser.ConfigParser({"x": LARGE.decode()}).write(found), "w"
    ),
    "csv.DictReader.__next__": reading(lambda found: next(csv.DictReader(found)), mode="r"),
    "csv.DictWriter.writeheader": writing(lambda found: csv.DictWriter(found, [LARGE.decode()]).writeheader(), "w"),
    "csv.DictWriter.writerows": writing(
        lambda found: csv.DictWriter(found, ["x"]).writerows([{"x": LARGE.decode()}]), "w"
    ),
    "dbm.open": on_slow_disk(lambda folder: dbm.open(str(folder / "x"), "c").close()),
    "dbm.whichdb": on_file(lambda path: dbm.whichdb(str(path))),
    "dbm.dumb.open": on_slow_disk(lambda folder: dbm.dumb.open(str(folder / "x"), "c").close()),
    "email.message_from_file": reading(email.message_from_file, MAIL, "r"),
    "email.message_from_binary_file": reading(email.message_from_binary_file, MAIL),
    "email.parser.Parser.parse": reading(lambda found: email.parser.Parser().parse(found), MAIL, "r"),
    "email.parser.BytesParser.parse": reading(lambda found: email.parser.BytesParser().parse(found), MAIL),
    "gettext.find": on_slow_disk(lambda folder: gettext.find("x", folder, ["de"])),
    **{f"gettext.{name}": on_slow_disk(use, translations) for name, use in TRANSLATING.items()},
    "gettext.translation": on_slow_disk(lambda folder: gettext.translation("x", folder, ["de"], fallback=True)),
    "gettext.install": on_slow_disk(lambda folder: gettext.install("x", folder)),
    "json.load": reading(json.load, b"[1]", "r"),
    "mimetypes.init": on_file(lambda path: mimetypes.init([str(path)])),
    "mimetypes.MimeTypes.read": on_file(lambda path: mimetypes.MimeTypes().read(str(path))),
    "netrc.netrc": on_file(lambda path: netrc.netrc(str(path)), b"machine x login y password z\n"),
    "cProfile.Profile.dump_stats": on_slow_disk(lambda folder: profiled(cProfile).dump_stats(folder / "x")),
    "profile.Profile.dump_stats": on_slow_disk(lambda folder: profiled(profile).dump_stats(folder / "x")),
    "pstats.Stats.dump_stats": on_slow_disk(lambda found: found[0].dump_stats(found[1]), statistics),
    "pstats.Stats.load_stats": on_slow_disk(lambda found: found[0].load_stats(found[1]), statistics),
    "shelve.open": on_slow_disk(lambda folder: shelve.open(str(folder / "x"))),  # noqa: SIM115
    "shelve.Shelf.__getitem__": on_shelf(lambda found: found["x"]),
    "shelve.Shelf.get": on_shelf(lambda found: found.get("x")),
    "shelve.Shelf.__setitem__": on_shelf(lambda found: operator.setitem(found, "x", 2)),
    "shelve.Shelf.update": on_shelf(lambda found: found.update(x=2)),
    "shelve.Shelf.setdefault": on_shelf(lambda found: found.setdefault("z", 1)),
    "shelve.Shelf.__delitem__": on_shelf(lambda found: operator.delitem(found, "x")),
    "shelve.Shelf.pop": on_shelf(lambda found: found.pop("x")),
    "shelve.Shelf.popitem": on_shelf(lambda found: found.popitem()),
    "shelve.Shelf.items": on_shelf(lambda found: list(found.items())),
    "shelve.Shelf.values": on_shelf(lambda found: list(found.values())),
    "shelve.Shelf.clear": on_shelf(lambda found: found.clear()),
    "shelve.Shelf.close": on_slow_disk(lambda found: found.close(), changed_shelf),
    "tracemalloc.Snapshot.dump": on_slow_disk(lambda found: found[0].dump(found[1]), snapshot),
    "tracemalloc.Snapshot.load": on_slow_disk(lambda found: tracemalloc.Snapshot.load(found[1]), snapshot),
    "wave.open": on_slow_disk(lambda path: wave.open(str(path)).close(), sound),
    "wave.Wave_read.readframes": on_slow_disk(lambda found: found.readframes(90_000), playing),
    "wave.Wave_write.writeframes": on_slow_disk(lambda found: found.writeframes(LARGE), recording),
    "wave.Wave_write.writeframesraw": on_slow_disk(lambda found: found.writeframesraw(LARGE), recording),
    "xml.dom.pulldom.parse": on_file(lambda path: xml.dom.pulldom.parse(str(path)).getEvent(), XML),
    "xml.etree.ElementTree.ElementTree": on_file(lambda path: ElementTree.ElementTree(file=path), XML),
    "xml.etree.ElementTree.ElementTree.parse": on_file(lambda path: ElementTree.ElementTree().parse(path), XML),
    "xml.etree.ElementTree.ElementTree.write": on_slow_disk(
        lambda folder: ElementTree.ElementTree(ElementTree.XML(XML)).write(folder / "x")
    ),
    "zoneinfo.available_timezones": on_slow_disk(lambda folder: zoneinfo.available_timezones(), time_zones),
    "zoneinfo.ZoneInfo.no_cache": on_slow_disk(lambda _: zoneinfo.ZoneInfo.no_cache("Here/There"), one_zone),
    "sqlite3.connect": on_slow_disk(lambda folder: sqlite3.connect(folder / "x.db")),
    "sqlite3.Connection": on_slow_disk(lambda folder: sqlite3.Connection(folder / "x.db")),
    "sqlite3.Connection.commit": on_database(lambda found: found.commit(), changed),
    "sqlite3.Connection.__exit__": on_database(lambda found: found.__exit__(None, None, None), changed),
    "sqlite3.Connection.rollback": on_database(lambda found: found.rollback(), changed),
    "sqlite3.Connection.backup": on_database(lambda found: found.backup(sqlite3.connect(":memory:"))),
    "sqlite3.Connection.iterdump": on_database(lambda found: list(found.iterdump())),
    "sqlite3.Cursor.__next__": on_database(lambda found: [next(found) for _ in range(50)], row_by_row),
}

SILENT = {
    "fileinput.input": on_file(named),
    "fileinput.FileInput": on_file(lambda path: fileinput.FileInput(str(path))),  # noqa: SIM115
    "sqlite3.Connection.iterdump": on_database(lambda found: found.iterdump()),
}

if sys.version_info >= (3, 11):
    import hashlib

    import tomllib

    BLOCKING |= {
        "hashlib.file_digest": reading(lambda found: hashlib.file_digest(found, "sha256")),
        "tomllib.load": reading(tomllib.load, b"x = 1\n"),
        "sqlite3.Connection.blobopen": on_database(lambda found: found.blobopen("t", "x", 1)),
        "sqlite3.Connection.serialize": on_database(lambda found: found.serialize()),
        "sqlite3.Blob.read": on_database(lambda found: found.read(), blob),
        "sqlite3.Blob.write": on_database(lambda found: found.write(LARGE), blob),
    }

if sys.version_info >= (3, 13):
    import dbm.sqlite3

    BLOCKING |= {
        "dbm.sqlite3.open": on_slow_disk(lambda folder: dbm.sqlite3.open(folder / "x", "c").close()),
        "shelve.Shelf.__contains__": on_shelf(lambda found: "x" in found),
        "shelve.Shelf.__iter__": on_shelf(lambda found: list(found)),
        "shelve.Shelf.__len__": on_shelf(len),
    }

for _kind in ("gnu", "ndbm"):
    with contextlib.suppress(ImportError):
        _module = importlib.import_module(f"dbm.{_kind}")
        BLOCKING[f"dbm.{_kind}.open"] = on_slow_disk(
            lambda folder, opening=_module.open: opening(str(folder / "x"), "c").close()
        )
