"""Standard library: files. A named pipe that is filled or emptied late stands for a slow disk or network mount."""

from __future__ import annotations

import codecs
import compileall
import configparser
import csv
import fileinput
import glob
import importlib
import importlib.metadata
import io
import json
import linecache
import marshal
import mimetypes
import os
import pickle
import plistlib
import shutil
import sys
import tarfile
import tempfile
import tokenize
import xml.dom.minidom
import xml.etree.ElementTree
import xml.sax
import zipapp
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from evidence.world import World

Cases = Iterator[Callable[[], object]]


def slow(use: Callable[[Path], object], content: bytes = b"[1]\n") -> Callable[[World], Cases]:
    """A case that reads a path whose content comes late."""

    def case(world: World) -> Cases:
        path = world.fifo(content)
        yield lambda: use(path)

    return case


def slow_to_write(use: Callable[[Path], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        path = world.fifo()
        yield lambda: use(path)

    return case


def text(use: Callable[[Any], object], content: bytes = b"[1]\n") -> Callable[[World], Cases]:
    """A case that reads an open text file whose content comes late."""

    def case(world: World) -> Cases:
        with os.fdopen(world.pipe(content)) as file:
            yield lambda: use(file)

    return case


def binary(use: Callable[[Any], object], content: bytes = b"[1]\n") -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with os.fdopen(world.pipe(content), "rb") as file:
            yield lambda: use(file)

    return case


def raw(use: Callable[[io.FileIO], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with io.FileIO(world.pipe(b"late\n")) as file:
            yield lambda: use(file)

    return case


def full(use: Callable[[int], object]) -> Callable[[World], Cases]:
    """A case that writes to a descriptor that takes no more before the delay is over."""

    def case(world: World) -> Cases:
        writing = world.full_pipe()
        yield lambda: use(writing)
        os.close(writing)

    return case


def write_through(mode: str, use: Callable[[IO[Any]], object]) -> Callable[[World], Cases]:
    def write(descriptor: int) -> None:
        with os.fdopen(os.dup(descriptor), mode) as file:
            use(file)
            file.flush()

    return full(write)


LARGE = "x" * 100_000


def tree(use: Callable[[Path], object], files: int = 1500) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        root = world.tree(files)
        yield lambda: use(root)

    return case


def zipped(use: Callable[[zipfile.ZipFile, Path], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        path = world.folder / "x.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(500):
                archive.writestr(f"{number}.txt", "x")
        with zipfile.ZipFile(path) as archive:
            yield lambda: use(archive, world.folder)

    return case


def tarred(use: Callable[[tarfile.TarFile, Path], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        path = world.folder / "x.tar"
        with tarfile.open(path, "w") as archive:
            archive.add(world.tree(300), "tree")
        with tarfile.open(path) as archive:
            yield lambda: use(archive, world.folder)

    return case


def fresh_import(world: World) -> Cases:
    name = f"imported_{world.folder.name}"
    (world.folder / f"{name}.py").write_text("".join(f"def f{n}(x):\n    return x + {n}\n" for n in range(2000)))
    sys.path.insert(0, str(world.folder))
    importlib.invalidate_caches()
    try:
        yield lambda: importlib.import_module(name)
    finally:
        sys.path.remove(str(world.folder))
        sys.modules.pop(name, None)


def read_config(path: Path) -> None:
    configparser.ConfigParser().read(path)


def temporary_folder(world: World) -> Cases:
    folder = tempfile.TemporaryDirectory(dir=world.folder)
    for number in range(1500):
        Path(folder.name, str(number)).touch()
    yield folder.cleanup


def modules(world: World) -> Cases:
    for number in range(20):
        (world.folder / f"m{number}.py").write_text("x = 1\n")
    yield lambda: compileall.compile_dir(world.folder, quiet=2)


BLOCKING = {
    "builtins.open": slow(lambda path: open(path).close()),
    "os.open": slow(lambda path: os.close(os.open(path, os.O_RDONLY))),
    "io.FileIO": slow(lambda path: io.FileIO(path).close()),
    "io.open_code": slow(lambda path: io.open_code(str(path)).close()),
    "codecs.open": slow(lambda path: codecs.open(str(path)).close()),
    "tokenize.open": slow(lambda path: tokenize.open(str(path)).close()),
    "pathlib.Path.open": slow(lambda path: path.open().close()),
    "pathlib.Path.read_text": slow(Path.read_text),
    "pathlib.Path.read_bytes": slow(Path.read_bytes),
    "pathlib.Path.write_text": slow_to_write(lambda path: path.write_text("x")),
    "pathlib.Path.write_bytes": slow_to_write(lambda path: path.write_bytes(b"x")),
    "io.TextIOWrapper.read": text(lambda file: file.read()),
    "io.TextIOWrapper.readline": text(lambda file: file.readline()),
    "io.TextIOWrapper.readlines": text(lambda file: file.readlines()),
    "io.TextIOWrapper.__iter__": text(lambda file: next(iter(file))),
    "io.TextIOWrapper.write": write_through("w", lambda file: file.write(LARGE)),
    "io.TextIOWrapper.writelines": write_through("w", lambda file: file.writelines([LARGE])),
    "io.TextIOWrapper.flush": write_through("w", lambda file: (file.write("x"), file.flush())),
    "io.BufferedReader.read": binary(lambda file: file.read()),
    "io.BufferedReader.read1": binary(lambda file: file.read1()),
    "io.BufferedReader.readinto": binary(lambda file: file.readinto(bytearray(4))),
    "io.BufferedReader.readline": binary(lambda file: file.readline()),
    "io.BufferedReader.readlines": binary(lambda file: file.readlines()),
    "io.BufferedReader.peek": binary(lambda file: file.peek()),
    "io.BufferedReader.__iter__": binary(lambda file: next(iter(file))),
    "io.BufferedWriter.write": write_through("wb", lambda file: file.write(LARGE.encode())),
    "io.BufferedWriter.writelines": write_through("wb", lambda file: file.writelines([LARGE.encode()])),
    "io.BufferedWriter.flush": write_through("wb", lambda file: (file.write(b"x"), file.flush())),
    "io.FileIO.read": raw(lambda file: file.read()),
    "io.FileIO.readall": raw(lambda file: file.readall()),
    "io.FileIO.readline": raw(lambda file: file.readline()),
    "builtins.print": write_through("w", lambda file: print(LARGE, file=file)),
    "os.read": lambda world: os.read(world.pipe(b"x"), 1),
    "os.readv": lambda world: os.readv(world.pipe(b"x"), [bytearray(1)]),
    "os.write": full(lambda descriptor: os.write(descriptor, b"x")),
    "os.writev": full(lambda descriptor: os.writev(descriptor, [b"x"])),
    "fileinput.FileInput.readline": slow(lambda path: fileinput.FileInput(str(path)).readline()),  # noqa: SIM115
    "fileinput.FileInput.__iter__": slow(lambda path: list(fileinput.FileInput(str(path)))),  # noqa: SIM115
    "json.load": text(json.load),
    "json.dump": write_through("w", lambda file: json.dump(LARGE, file)),
    "pickle.load": binary(pickle.load, pickle.dumps(1)),
    "pickle.Unpickler.load": binary(lambda file: pickle.Unpickler(file).load(), pickle.dumps(1)),
    "pickle.dump": write_through("wb", lambda file: pickle.dump(LARGE, file)),
    "pickle.Pickler.dump": write_through("wb", lambda file: pickle.Pickler(file).dump(LARGE)),
    "marshal.load": binary(marshal.load, marshal.dumps(1)),
    "marshal.dump": write_through("wb", lambda file: marshal.dump(LARGE, file)),
    "plistlib.load": binary(plistlib.load, plistlib.dumps([1])),
    "plistlib.dump": write_through("wb", lambda file: plistlib.dump({"x": LARGE}, file)),
    "csv.DictReader.__iter__": text(lambda file: list(csv.DictReader(file))),
    "csv.DictWriter.writerow": write_through("w", lambda file: csv.DictWriter(file, ["x"]).writerow({"x": LARGE})),
    "configparser.RawConfigParser.read": slow(read_config, b"[x]\n"),
    "configparser.RawConfigParser.read_file": text(lambda file: configparser.ConfigParser().read_file(file), b"[x]\n"),
    "xml.etree.ElementTree.parse": slow(xml.etree.ElementTree.parse, b"<x/>"),
    "xml.etree.ElementTree.iterparse": slow(lambda path: list(xml.etree.ElementTree.iterparse(path)), b"<x/>"),
    "xml.dom.minidom.parse": slow(lambda path: xml.dom.minidom.parse(str(path)), b"<x/>"),
    "xml.sax.parse": binary(lambda file: xml.sax.parse(file, xml.sax.handler.ContentHandler()), b"<x/>"),
    "shutil.copyfileobj": binary(lambda file: shutil.copyfileobj(file, io.BytesIO())),
    "mimetypes.read_mime_types": slow(lambda path: mimetypes.read_mime_types(str(path))),
    "linecache.getlines": slow(lambda path: linecache.updatecache(str(path))),
    "linecache.updatecache": slow(lambda path: linecache.updatecache(str(path))),
}

SHORT = {
    "shutil.rmtree": tree(shutil.rmtree),
    "shutil.copytree": tree(lambda root: shutil.copytree(root, root.parent / "copy")),
    "shutil.make_archive": tree(lambda root: shutil.make_archive(str(root.parent / "x"), "zip", root)),
    "os.listdir": tree(os.listdir, 4000),
    "os.walk": tree(lambda root: list(os.walk(root)), 4000),
    "os.scandir": tree(lambda root: list(os.scandir(root)), 4000),
    "pathlib.Path.iterdir": tree(lambda root: list(root.iterdir())),
    "pathlib.Path.glob": tree(lambda root: list(root.glob("*.txt"))),
    "pathlib.Path.rglob": tree(lambda root: list(root.rglob("*"))),
    "glob.glob": tree(lambda root: glob.glob(f"{root}/*")),
    "zipfile.ZipFile.extractall": zipped(lambda archive, folder: archive.extractall(folder / "out")),
    "tarfile.TarFile.extractall": tarred(lambda archive, folder: archive.extractall(folder / "out", filter="data")),
    "tarfile.TarFile.getmembers": tarred(lambda archive, folder: archive.getmembers()),
    "tarfile.TarFile.add": tree(lambda root: tarfile.open(root.parent / "x.tar", "w").add(root)),  # noqa: SIM115
    "tempfile.TemporaryDirectory.cleanup": temporary_folder,
    "zipapp.create_archive": tree(lambda root: zipapp.create_archive(root, root.parent / "x.pyz", main="a:b")),
    "importlib.import_module": fresh_import,
    "importlib.metadata.distributions": lambda world: [found.version for found in importlib.metadata.distributions()],
    "importlib.metadata.packages_distributions": lambda world: importlib.metadata.packages_distributions(),
    "compileall.compile_dir": modules,
}

SILENT = {
    "io.BytesIO": lambda world: io.BytesIO(b"x").read(),
    "io.StringIO": lambda world: io.StringIO("x").read(),
    "pathlib.Path.expanduser": lambda world: Path("~/x").expanduser(),
    "pathlib.PurePath.joinpath": lambda world: Path("x").joinpath("y"),
    "os.path.join": lambda world: os.path.join("x", "y"),
    "os.path.abspath": lambda world: os.path.abspath("x"),
    "os.urandom": lambda world: os.urandom(32),
    "tempfile.SpooledTemporaryFile": lambda world: tempfile.SpooledTemporaryFile().close(),
    "json.loads": lambda world: json.loads("[1]"),
    "pickle.dumps": lambda world: pickle.dumps([1]),
}
