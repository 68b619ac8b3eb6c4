"""Standard library: archives and compressed files, on a disk that answers late."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evidence.libraries.python_pipes import READS
from evidence.slow_disk import on_slow_disk

IN_SUITE = False

LINES = b"line\n" * 40_000


def zip_of(folder: Path) -> Path:
    path = folder / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", LINES)
    return path


def unzipping(folder: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(zip_of(folder)) as archive:
        yield archive


def zipping(folder: Path) -> Iterator[zipfile.ZipFile]:
    (folder / "module.py").write_text("x = 1\n")
    with zipfile.PyZipFile(str(folder / "x.zip"), "w") as archive:
        yield archive


def zipped_member(folder: Path) -> Iterator[Any]:
    with zipfile.ZipFile(zip_of(folder)) as archive, archive.open("x") as member:
        yield member


def zipped_path(folder: Path) -> Iterator[zipfile.Path]:
    with zipfile.ZipFile(zip_of(folder)) as archive:
        yield zipfile.Path(archive, "x")


def tar_of(folder: Path) -> Path:
    path = folder / "x.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("x", "y"):
            member = tarfile.TarInfo(name)
            member.size = len(LINES)
            archive.addfile(member, io.BytesIO(LINES))
    return path


def unpacking(folder: Path) -> Iterator[tarfile.TarFile]:
    with tarfile.open(tar_of(folder)) as archive:
        archive.next()  # Which was read when it was opened.
        yield archive


def packing(folder: Path) -> Iterator[tuple[tarfile.TarFile, Path]]:
    path = folder / "file"
    path.write_bytes(LINES)
    with tarfile.open(folder / "x.tar", "w") as archive:
        yield archive, path


def packed_member(folder: Path) -> Iterator[Any]:
    with tarfile.open(tar_of(folder)) as archive:
        yield archive.extractfile("y")


def member(archive: tarfile.TarFile) -> None:
    info = tarfile.TarInfo("x")
    info.size = len(LINES)
    archive.addfile(info, io.BytesIO(LINES))


def compressed(compress: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def prepare(folder: Path) -> Path:
        path = folder / "x"
        path.write_bytes(compress(LINES))
        return path

    return prepare


BLOCKING = {
    "zipfile.ZipFile": on_slow_disk(lambda path: zipfile.ZipFile(path).close(), zip_of),
    "zipfile.PyZipFile": on_slow_disk(lambda path: zipfile.PyZipFile(str(path)).close(), zip_of),
    "zipfile.ZipInfo.from_file": on_slow_disk(zipfile.ZipInfo.from_file, zip_of),
    "zipfile.is_zipfile": on_slow_disk(zipfile.is_zipfile, zip_of),
    "zipfile.Path": on_slow_disk(lambda path: zipfile.Path(path), zip_of),
    "zipfile.Path.read_text": on_slow_disk(lambda path: path.read_text(), zipped_path),
    "zipfile.Path.read_bytes": on_slow_disk(lambda path: path.read_bytes(), zipped_path),
    "zipfile.ZipFile.read": on_slow_disk(lambda archive: archive.read("x"), unzipping),
    "zipfile.ZipFile.testzip": on_slow_disk(lambda archive: archive.testzip(), unzipping),
    "zipfile.ZipFile.extract": on_slow_disk(
        lambda archive: archive.extract("x", Path(archive.filename).parent), unzipping
    ),
    "zipfile.ZipFile.extractall": on_slow_disk(
        lambda archive: archive.extractall(Path(archive.filename).parent), unzipping
    ),
    "zipfile.ZipFile.write": on_slow_disk(
        lambda archive: archive.write(Path(archive.filename).with_name("module.py")), zipping
    ),
    "zipfile.ZipFile.writestr": on_slow_disk(lambda archive: archive.writestr("x", LINES), zipping),
    "zipfile.PyZipFile.writepy": on_slow_disk(
        lambda archive: archive.writepy(str(Path(archive.filename).with_name("module.py"))), zipping
    ),
    **{
        f"zipfile.ZipExtFile.{method}": on_slow_disk(READS[method], zipped_member)
        for method in ("__iter__", "__next__", "peek", "read", "read1", "readline", "readlines")
    },
    "tarfile.open": on_slow_disk(lambda path: tarfile.open(path).close(), tar_of),
    "tarfile.TarFile": on_slow_disk(lambda path: tarfile.TarFile(path).close(), tar_of),
    "tarfile.TarFile.open": on_slow_disk(lambda path: tarfile.TarFile.open(path).close(), tar_of),
    "tarfile.is_tarfile": on_slow_disk(tarfile.is_tarfile, tar_of),
    "tarfile.TarFile.__iter__": on_slow_disk(list, unpacking),
    "tarfile.TarFile.getmember": on_slow_disk(lambda archive: archive.getmember("y"), unpacking),
    "tarfile.TarFile.getmembers": on_slow_disk(lambda archive: archive.getmembers(), unpacking),
    "tarfile.TarFile.getnames": on_slow_disk(lambda archive: archive.getnames(), unpacking),
    "tarfile.TarFile.list": on_slow_disk(lambda archive: archive.list(), unpacking),
    "tarfile.TarFile.extractfile": on_slow_disk(lambda archive: archive.extractfile("y"), unpacking),
    "tarfile.TarFile.next": on_slow_disk(lambda archive: archive.next(), unpacking),
    "tarfile.TarFile.extract": on_slow_disk(lambda archive: archive.extract("x", Path(archive.name).parent), unpacking),
    "tarfile.TarFile.addfile": on_slow_disk(lambda both: member(both[0]), packing),
    "tarfile.TarFile.add": on_slow_disk(lambda both: both[0].add(both[1]), packing),
    "tarfile.TarFile.gettarinfo": on_slow_disk(lambda both: both[0].gettarinfo(both[1]), packing),
    **{
        f"tarfile.ExFileObject.{method}": on_slow_disk(READS[method], packed_member)
        for method in ("__iter__", "peek", "read", "read1", "readline", "readlines")
    },
    "gzip.open": on_slow_disk(lambda path: gzip.open(path).close(), compressed(gzip.compress)),
    "gzip.GzipFile": on_slow_disk(lambda path: gzip.GzipFile(path).close(), compressed(gzip.compress)),
    "bz2.open": on_slow_disk(lambda path: bz2.open(path).close(), compressed(bz2.compress)),
    "bz2.BZ2File": on_slow_disk(lambda path: bz2.BZ2File(path).close(), compressed(bz2.compress)),
    "lzma.open": on_slow_disk(lambda path: lzma.open(path).close(), compressed(lzma.compress)),
    "lzma.LZMAFile": on_slow_disk(lambda path: lzma.LZMAFile(path).close(), compressed(lzma.compress)),
}

SILENT = {
    f"zipfile.ZipFile.{method}": on_slow_disk(use, unzipping)
    for method, use in {
        "__enter__": lambda archive: archive.__enter__(),
        "getinfo": lambda archive: archive.getinfo("x"),
        "infolist": lambda archive: archive.infolist(),
        "namelist": lambda archive: archive.namelist(),
        "setpassword": lambda archive: archive.setpassword(b"x"),
    }.items()
}

if sys.version_info >= (3, 11):
    BLOCKING["zipfile.ZipFile.mkdir"] = on_slow_disk(lambda archive: archive.mkdir("x" * 9000), zipping)
