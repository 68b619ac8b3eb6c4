"""Standard library: what works in memory, or in a single system call, and is silent for that."""

from __future__ import annotations

import base64
import email
import hashlib
import hmac
import io
import json
import marshal
import mimetypes
import mmap
import os
import pickle
import plistlib
import posixpath
import random
import re
import secrets
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import types
import zipfile
import zlib
import zoneinfo
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path, PurePath
from typing import Any

from evidence.subjects import plain
from evidence.sweep import Subject, Sweep
from evidence.world import World

IN_SUITE = False


def file(mode: str, buffering: int = -1) -> Subject:
    """An open file of a few bytes."""

    def subject(world: World) -> Iterator[object]:
        path = world.folder / "x"
        path.write_bytes(b"line\n" * 9)
        with path.open(mode, buffering) as found:
            yield found

    return subject


def quick(on: str, make: Callable[[World], Any], given: Any = None, calls: Any = None) -> Sweep:
    return Sweep(on, plain(make), given or {}, calls or {}, kinds=("SILENT",))


def module(found: types.ModuleType, on: str = "", given: Any = None, calls: Any = None) -> Sweep:
    return quick(on or found.__name__, lambda world: found, given, calls)


def call(*positional: Any, **keywords: Any) -> Any:
    return positional, keywords


def mapped(world: World) -> Any:
    return mmap.mmap(-1, 100)


def database(world: World) -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


def archive(world: World) -> zipfile.ZipFile:
    path = world.folder / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("x", "y")
    return zipfile.ZipFile(path)


def in_memory(world: World) -> Any:
    return tempfile.SpooledTemporaryFile(100)


LEAVING = {"__exit__": call(None, None, None), "seek": call(0)}
SEARCH = {"pattern": "x", "string": "yx", "repl": "z"}
OPEN_FILES = [
    ("io.TextIOWrapper", "r", -1),
    ("io.BufferedReader", "rb", -1),
    ("io.BufferedWriter", "wb", -1),
    ("io.BufferedRandom", "r+b", -1),
    ("io.FileIO", "rb", 0),
]
CLOCKS = {
    "strptime": call("2030", "%Y"),
    "strftime": call("%Y"),
    "mktime": call(time.gmtime(0)),
    "asctime": call(),
    "ctime": call(),
    "gmtime": call(),
    "localtime": call(),
}
SIGNALS = {
    "signal": call(signal.SIGUSR2, signal.SIG_IGN),
    "alarm": call(0),
    "setitimer": call(signal.ITIMER_VIRTUAL, 0),
    "raise_signal": call(signal.SIGCONT),
}
TEXT_OF_PATHS = {
    "split": call("x/y"),
    "commonpath": call(["/x", "/y"]),
    "samestat": call(os.stat("/"), os.stat("/")),
    **{name: call("x/y") for name in ("commonprefix", "expanduser", "expandvars", "normcase", "splitext", "splitroot")},
}
PATHS = {
    "match": call("*"),
    "full_match": call("*"),
    "relative_to": call("/"),
    "is_relative_to": call("/"),
    "with_suffix": call(".x"),
    "with_segments": call("x"),
    "joinpath": call("x"),
    "__truediv__": call("x"),
    "__rtruediv__": call("/"),
}
IN_MEMORY = {"seek": call(0), "truncate": call(0)}

SWEEPS = [
    *(Sweep(on, file(mode, buffering), {}, LEAVING, kinds=("SILENT",)) for on, mode, buffering in OPEN_FILES),
    quick("io.BytesIO", lambda world: io.BytesIO(b"x"), {}, {**IN_MEMORY, "write": call(b"x"), "writelines": call([b"x"])}),
    quick("io.StringIO", lambda world: io.StringIO("x"), {}, {**IN_MEMORY, "write": call("x"), "writelines": call(["x"])}),
    quick("pathlib.PurePath", lambda world: PurePath("/x/y"), {"name": "z", "stem": "z"}, PATHS),
    quick("pathlib.Path", lambda world: Path("/x/y"), {"name": "z", "stem": "z"}, PATHS),
    module(posixpath, "os.path", {"path": "x", "p": "x"}, TEXT_OF_PATHS),
    module(os, calls={
        "killpg": call(os.getpgrp(), 0), "kill": call(os.getpid(), 0), "getenv": call("PATH"), "getrandom": call(16),
        "urandom": call(16), "fspath": call("x"), "isatty": call(2),
    }),
    module(time, calls=CLOCKS),
    Sweep("signal", plain(lambda world: signal), {}, SIGNALS, {"pthread_kill": "below"}, kinds=("SILENT",)),
    module(re, given=SEARCH),
    quick("re.Pattern", lambda world: re.compile("x"), SEARCH, {"sub": call("z", "yx"), "subn": call("z", "yx")}),
    module(base64, given={"s": b"eHg="}),
    module(hashlib, given={"name": "sha256", "string": b"x", "data": b"x"}, calls={"new": call("sha256", b"x")}),
    module(hmac, calls={
        "new": call(b"x", b"y", "sha256"), "digest": call(b"x", b"y", "sha256"), "compare_digest": call(b"x", b"x"),
    }),
    module(secrets, calls={"choice": call("x"), "compare_digest": call(b"x", b"x")}),
    module(random, calls={"choice": call("x"), "randint": call(1, 2), "shuffle": call([1, 2]), "random": call()}),
    module(json, calls={"dumps": call([1]), "loads": call("[1]")}),
    quick("json.JSONDecoder", lambda world: json.JSONDecoder(), {"s": "[1]"}),
    quick("json.JSONEncoder", lambda world: json.JSONEncoder(), {"o": [1]}),
    module(pickle, calls={"loads": call(pickle.dumps(1)), "dumps": call(1)}),
    module(marshal, calls={"loads": call(marshal.dumps(1)), "dumps": call(1)}),
    module(plistlib, calls={"loads": call(plistlib.dumps([1])), "dumps": call([1])}),
    module(email, calls={"message_from_string": call("x"), "message_from_bytes": call(b"x")}),
    module(mimetypes, calls={"add_type": call("x/y", ".y"), "guess_extension": call("text/html"), "guess_type": call("x.html"),
                             "guess_all_extensions": call("text/html")}),
    module(tempfile),
    quick("tempfile.SpooledTemporaryFile", in_memory, {}, {"seek": call(0)}),
    module(zlib, calls={"adler32": call(b"x"), "crc32": call(b"x"), "compressobj": call(), "decompressobj": call()}),
    quick("zipfile.ZipFile", archive, {"name": "x", "pwd": b"x"}, LEAVING),
    quick("mmap.mmap", mapped, {}, {"find": call(b"x"), "read": call(1), "readline": call()}),
    quick("sqlite3.Connection", database, {}, {
        "create_function": call("f", 0, lambda: 1), "create_aggregate": call("f", 0, dict), "set_trace_callback": call(None),
        "create_collation": call("f", lambda one, other: 0), "close": call(), "cursor": call(), "interrupt": call(),
    }),
    quick("sqlite3.Cursor", lambda world: database(world).cursor(), {}, {"close": call()}),
    module(sqlite3, calls={
        "complete_statement": call("x;"), "register_adapter": call(World, str), "register_converter": call("x", str),
    }),
]  # fmt: skip


def closing(world: World) -> Iterator[Callable[[], object]]:
    descriptor = os.dup(2)
    yield lambda: os.close(descriptor)


def of_file(use: Callable[[int], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with (world.folder / "x").open("w+b") as found:
            found.write(b"x")
            found.flush()
            yield lambda: use(found.fileno())

    return case


SILENT = {
    "os.close": closing,
    "os.lseek": of_file(lambda descriptor: os.lseek(descriptor, 0, os.SEEK_SET)),
    "mmap.mmap": of_file(lambda descriptor: mmap.mmap(descriptor, 0)),
    "copy.copy": lambda world: copy([1]),
    "zoneinfo.ZoneInfo": lambda world: zoneinfo.ZoneInfo("UTC"),
    "signal.pthread_kill": lambda world: signal.pthread_kill(threading.get_ident(), 0),
    "os.getcwd": lambda world: os.getcwd(),
}
if sys.version_info >= (3, 11):
    import tomllib

    SILENT["tomllib.loads"] = lambda world: tomllib.loads("x = 1")
