"""Standard library: what works on paths and directories, on a disk that answers late."""

from __future__ import annotations

import filecmp
import glob
import grp
import mmap
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evidence.libraries.python_pipes import READS
from evidence.slow_disk import in_place_of, on_slow_disk
from evidence.world import World

IN_SUITE = False


def with_file(folder: Path) -> Path:
    path = folder / "file"
    path.write_bytes(b"line\n" * 100)
    return path


def with_attribute(folder: Path) -> Path:
    path = with_file(folder)
    os.setxattr(path, "user.x", b"1")
    return path


def with_link(folder: Path) -> Path:
    path = folder / "link"
    path.symlink_to(with_file(folder))
    return path


def with_folder(folder: Path) -> Path:
    path = folder / "empty"
    path.mkdir()
    return path


def with_tree(folder: Path) -> Path:
    root = folder / "tree"
    (root / "inner").mkdir(parents=True)
    for number in range(3):
        (root / "inner" / f"{number}.txt").write_text("x")
    return root


def with_archive(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder / "x"), "zip", with_tree(folder)))


def with_two(folder: Path) -> tuple[Path, Path]:
    return with_file(folder), Path(shutil.copy(folder / "file", folder / "other"))


def opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(with_file(folder), os.O_RDWR)
    yield descriptor
    os.close(descriptor)


def two_opened(folder: Path) -> Iterator[tuple[int, int]]:
    descriptors = os.open(with_file(folder), os.O_RDWR), os.open(folder / "other", os.O_RDWR | os.O_CREAT)
    yield descriptors
    for descriptor in descriptors:
        os.close(descriptor)


def with_pipe(folder: Path) -> Iterator[tuple[int, int]]:
    """A file of the disk, and a pipe with room."""
    source = os.open(with_file(folder), os.O_RDONLY)
    reading, writing = os.pipe()
    yield source, writing
    for descriptor in (source, reading, writing):
        os.close(descriptor)


def mapped(folder: Path) -> Iterator[mmap.mmap]:
    with (folder / "x.mapped").open("w+b") as file:
        file.write(bytes(10_000))
        file.flush()
        with mmap.mmap(file.fileno(), 0) as found:
            found[0] = 1
            yield found


def inside(folder: Path) -> Iterator[Path]:
    """Goes back to where the process was."""
    before = Path.cwd()
    yield folder
    os.chdir(before)


def folder_opened(folder: Path) -> Iterator[int]:
    before = Path.cwd()
    descriptor = os.open(folder, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)
    os.chdir(before)


def entry(folder: Path) -> os.DirEntry[str]:
    with_file(folder)
    return next(os.scandir(folder))


def instead_of(path: str) -> Callable[[Path], Iterator[Path]]:
    """A file of the disk stands in for one of the machine."""

    def prepare(folder: Path) -> Iterator[Path]:
        copy = Path(shutil.copy(path, folder))
        with in_place_of(copy, path):
            yield copy

    return prepare


def groups(use: Callable[[], object]) -> Any:
    return on_slow_disk(lambda _: use(), instead_of("/etc/group"))


def users(use: Callable[[], object]) -> Any:
    return on_slow_disk(lambda _: use(), instead_of("/etc/passwd"))


def compared(folder: Path) -> filecmp.dircmp[str]:
    root = with_tree(folder)
    return filecmp.dircmp(str(root), shutil.copytree(root, folder / "copy"))


def temporary_folder(folder: Path) -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory(dir=folder)
    Path(made.name, "x").touch()
    return made


def spooled(folder: Path) -> Iterator[Any]:
    """In memory still; the file that it becomes is on the disk."""
    with tempfile.SpooledTemporaryFile(mode="w+", max_size=10_000, dir=folder) as file:
        file.write("x\n" * 100)
        file.seek(0)
        yield file


def rolled(folder: Path) -> Iterator[Any]:
    """On the disk already."""
    with tempfile.SpooledTemporaryFile(mode="w+b", max_size=10, dir=folder) as file:
        file.write(b"line\n" * 100)
        file.flush()
        file.seek(0)
        yield file


def written(folder: Path) -> Iterator[Any]:
    """On the disk but for the end."""
    for file in rolled(folder):
        file.seek(0, 2)
        file.write(b"x")
        yield file


def on_file(use: Callable[[Path], object]) -> Any:
    return on_slow_disk(use, with_file)


def on_tree(use: Callable[[Path], object]) -> Any:
    return on_slow_disk(use, with_tree)


def on_descriptor(use: Callable[[int], object]) -> Any:
    return on_slow_disk(use, opened)


def made(folder: Path) -> None:
    os.mknod(folder / "x")


BLOCKING = {
    "os.access": on_file(lambda path: os.access(path, os.R_OK)),
    "os.chdir": on_slow_disk(os.chdir, inside),
    "os.chmod": on_file(lambda path: os.chmod(path, 0o600)),
    "os.fchdir": on_slow_disk(os.fchdir, folder_opened),
    "os.fchmod": on_descriptor(lambda descriptor: os.fchmod(descriptor, 0o600)),
    "os.fchown": on_descriptor(lambda descriptor: os.fchown(descriptor, 0, 0)),
    "os.chown": on_file(lambda path: os.chown(path, 0, 0)),
    "os.lchown": on_file(lambda path: os.lchown(path, 0, 0)),
    "os.copy_file_range": on_slow_disk(lambda two: os.copy_file_range(*two, 100), two_opened),
    "os.fdatasync": on_descriptor(os.fdatasync),
    "os.fsync": on_descriptor(os.fsync),
    "os.fstat": on_descriptor(os.fstat),
    "os.fstatvfs": on_descriptor(os.fstatvfs),
    "os.ftruncate": on_descriptor(lambda descriptor: os.ftruncate(descriptor, 3)),
    "os.fwalk": on_tree(lambda root: list(os.fwalk(root))),
    "os.getxattr": on_slow_disk(lambda path: os.getxattr(path, "user.x"), with_attribute),
    "os.setxattr": on_file(lambda path: os.setxattr(path, "user.x", b"1")),
    "os.listxattr": on_slow_disk(os.listxattr, with_attribute),
    "os.removexattr": on_slow_disk(lambda path: os.removexattr(path, "user.x"), with_attribute),
    "os.link": on_file(lambda path: os.link(path, f"{path}2")),
    "os.listdir": on_tree(os.listdir),
    "os.lstat": on_file(os.lstat),
    "os.makedirs": on_slow_disk(lambda folder: os.makedirs(folder / "x" / "y")),
    "os.mkdir": on_slow_disk(lambda folder: os.mkdir(folder / "x")),
    "os.mkfifo": on_slow_disk(lambda folder: os.mkfifo(folder / "x")),
    "os.mknod": on_slow_disk(made),
    "os.open": on_file(lambda path: os.close(os.open(path, os.O_RDONLY))),
    "os.posix_fallocate": on_descriptor(lambda descriptor: os.posix_fallocate(descriptor, 0, 10_000)),
    "os.pread": on_descriptor(lambda descriptor: os.pread(descriptor, 9, 0)),
    "os.preadv": on_descriptor(lambda descriptor: os.preadv(descriptor, [bytearray(9)], 0)),
    "os.pwrite": on_descriptor(lambda descriptor: os.pwrite(descriptor, b"x", 0)),
    "os.pwritev": on_descriptor(lambda descriptor: os.pwritev(descriptor, [b"x"], 0)),
    "os.readlink": on_slow_disk(os.readlink, with_link),
    "os.remove": on_file(os.remove),
    "os.removedirs": on_slow_disk(os.removedirs, with_folder),
    "os.rename": on_file(lambda path: os.rename(path, f"{path}2")),
    "os.renames": on_file(lambda path: os.renames(path, f"{path}2/x")),
    "os.replace": on_file(lambda path: os.replace(path, f"{path}2")),
    "os.rmdir": on_slow_disk(os.rmdir, with_folder),
    "os.scandir": on_tree(lambda root: list(os.scandir(root))),
    "os.sendfile": on_slow_disk(lambda two: os.sendfile(two[1], two[0], 0, 100), with_pipe),
    "os.stat": on_file(os.stat),
    "os.statvfs": on_file(os.statvfs),
    "os.symlink": on_slow_disk(lambda folder: os.symlink("x", folder / "y")),
    "os.truncate": on_file(lambda path: os.truncate(path, 3)),
    "os.unlink": on_file(os.unlink),
    "os.utime": on_file(os.utime),
    "os.walk": on_tree(lambda root: list(os.walk(root))),
    "os.DirEntry.stat": on_slow_disk(lambda found: found.stat(), entry),
    "os.path.exists": on_file(os.path.exists),
    "os.path.getatime": on_file(os.path.getatime),
    "os.path.getctime": on_file(os.path.getctime),
    "os.path.getmtime": on_file(os.path.getmtime),
    "os.path.getsize": on_file(os.path.getsize),
    "os.path.isdir": on_file(os.path.isdir),
    "os.path.isfile": on_file(os.path.isfile),
    "os.path.islink": on_file(os.path.islink),
    "os.path.ismount": on_file(os.path.ismount),
    "os.path.lexists": on_file(os.path.lexists),
    "os.path.realpath": on_file(os.path.realpath),
    "os.path.samefile": on_slow_disk(lambda two: os.path.samefile(*two), with_two),
    "os.path.sameopenfile": on_descriptor(lambda descriptor: os.path.sameopenfile(descriptor, descriptor)),
    "glob.glob": on_tree(lambda root: glob.glob(f"{root}/*")),
    "glob.iglob": on_tree(lambda root: list(glob.iglob(f"{root}/*"))),
    "filecmp.cmp": on_slow_disk(lambda two: filecmp.cmp(*two, shallow=False), with_two),
    "filecmp.cmpfiles": on_tree(lambda root: filecmp.cmpfiles(root, root, ["inner/1.txt"], shallow=False)),
    "filecmp.dircmp.report": on_slow_disk(lambda found: found.report(), compared),
    "filecmp.dircmp.report_partial_closure": on_slow_disk(lambda found: found.report_partial_closure(), compared),
    "filecmp.dircmp.report_full_closure": on_slow_disk(lambda found: found.report_full_closure(), compared),
    "mmap.mmap.flush": on_slow_disk(lambda found: found.flush(), mapped),
    "pwd.getpwnam": users(lambda: pwd.getpwnam("root")),
    "pwd.getpwuid": users(lambda: pwd.getpwuid(0)),
    "pwd.getpwall": users(pwd.getpwall),
    "grp.getgrnam": groups(lambda: grp.getgrnam("root")),
    "grp.getgrgid": groups(lambda: grp.getgrgid(0)),
    "grp.getgrall": groups(grp.getgrall),
    "os.getgrouplist": groups(lambda: os.getgrouplist("nobody", 65534)),
    "os.initgroups": groups(lambda: os.initgroups("root", 0)),
    "pathlib.Path.chmod": on_file(lambda path: path.chmod(0o600)),
    "pathlib.Path.lchmod": on_file(lambda path: path.lchmod(0o600)),
    "pathlib.Path.exists": on_file(Path.exists),
    "pathlib.Path.glob": on_tree(lambda root: list(root.glob("*"))),
    "pathlib.Path.group": on_file(Path.group),
    "pathlib.Path.hardlink_to": on_file(lambda path: path.with_name("x").hardlink_to(path)),
    "pathlib.Path.is_block_device": on_file(Path.is_block_device),
    "pathlib.Path.is_char_device": on_file(Path.is_char_device),
    "pathlib.Path.is_dir": on_file(Path.is_dir),
    "pathlib.Path.is_fifo": on_file(Path.is_fifo),
    "pathlib.Path.is_file": on_file(Path.is_file),
    "pathlib.Path.is_mount": on_file(Path.is_mount),
    "pathlib.Path.is_socket": on_file(Path.is_socket),
    "pathlib.Path.is_symlink": on_file(Path.is_symlink),
    "pathlib.Path.iterdir": on_tree(lambda root: list(root.iterdir())),
    "pathlib.Path.lstat": on_file(Path.lstat),
    "pathlib.Path.mkdir": on_slow_disk(lambda folder: (folder / "x").mkdir()),
    "pathlib.Path.owner": on_file(Path.owner),
    "pathlib.Path.readlink": on_slow_disk(Path.readlink, with_link),
    "pathlib.Path.rename": on_file(lambda path: path.rename(f"{path}2")),
    "pathlib.Path.replace": on_file(lambda path: path.replace(f"{path}2")),
    "pathlib.Path.resolve": on_file(Path.resolve),
    "pathlib.Path.rglob": on_tree(lambda root: list(root.rglob("*"))),
    "pathlib.Path.rmdir": on_slow_disk(Path.rmdir, with_folder),
    "pathlib.Path.samefile": on_slow_disk(lambda two: two[0].samefile(two[1]), with_two),
    "pathlib.Path.stat": on_file(Path.stat),
    "pathlib.Path.symlink_to": on_slow_disk(lambda folder: (folder / "x").symlink_to("y")),
    "pathlib.Path.touch": on_slow_disk(lambda folder: (folder / "x").touch()),
    "pathlib.Path.unlink": on_file(Path.unlink),
    "shutil.chown": on_file(lambda path: shutil.chown(path, 0)),
    "shutil.copy": on_slow_disk(lambda two: shutil.copy(*two), with_two),
    "shutil.copy2": on_slow_disk(lambda two: shutil.copy2(*two), with_two),
    "shutil.copyfile": on_slow_disk(lambda two: shutil.copyfile(*two), with_two),
    "shutil.copymode": on_slow_disk(lambda two: shutil.copymode(*two), with_two),
    "shutil.copystat": on_slow_disk(lambda two: shutil.copystat(*two), with_two),
    "shutil.copytree": on_tree(lambda root: shutil.copytree(root, root.parent / "copy")),
    "shutil.disk_usage": on_file(shutil.disk_usage),
    "shutil.make_archive": on_tree(lambda root: shutil.make_archive(str(root.parent / "x"), "zip", root)),
    "shutil.move": on_file(lambda path: shutil.move(path, path.with_name("x"))),
    "shutil.rmtree": on_tree(shutil.rmtree),
    "shutil.unpack_archive": on_slow_disk(lambda path: shutil.unpack_archive(path, path.parent / "out"), with_archive),
    "shutil.which": on_file(lambda path: shutil.which(path.name, path=str(path.parent))),
    "tempfile.NamedTemporaryFile": on_slow_disk(lambda folder: tempfile.NamedTemporaryFile(dir=folder)),  # noqa: SIM115
    "tempfile.TemporaryFile": on_slow_disk(lambda folder: tempfile.TemporaryFile(dir=folder)),  # noqa: SIM115
    "tempfile.TemporaryDirectory": on_slow_disk(lambda folder: tempfile.TemporaryDirectory(dir=folder)),
    "tempfile.TemporaryDirectory.cleanup": on_slow_disk(lambda made: made.cleanup(), temporary_folder),
    "tempfile.TemporaryDirectory.__exit__": on_slow_disk(lambda made: made.__exit__(None, None, None), temporary_folder),
    "tempfile.mkstemp": on_slow_disk(lambda folder: tempfile.mkstemp(dir=folder)),
    "tempfile.mkdtemp": on_slow_disk(lambda folder: tempfile.mkdtemp(dir=folder)),
    "tempfile.SpooledTemporaryFile.rollover": on_slow_disk(lambda file: file.rollover(), spooled),
    "tempfile.SpooledTemporaryFile.fileno": on_slow_disk(lambda file: file.fileno(), spooled),
    "tempfile.SpooledTemporaryFile.read": on_slow_disk(lambda file: file.read(), rolled),
    "tempfile.SpooledTemporaryFile.readline": on_slow_disk(lambda file: file.readline(), rolled),
    "tempfile.SpooledTemporaryFile.readlines": on_slow_disk(lambda file: file.readlines(), rolled),
    "tempfile.SpooledTemporaryFile.__iter__": on_slow_disk(lambda file: next(iter(file)), rolled),
    "tempfile.SpooledTemporaryFile.write": on_slow_disk(lambda file: file.write("x" * 20_000), spooled),
    "tempfile.SpooledTemporaryFile.writelines": on_slow_disk(lambda file: file.writelines(["x" * 20_000]), spooled),
    "tempfile.SpooledTemporaryFile.flush": on_slow_disk(lambda file: file.flush(), written),
    "tempfile.mktemp": on_slow_disk(lambda folder: tempfile.mktemp(dir=folder)),
    "tempfile.SpooledTemporaryFile.truncate": on_slow_disk(lambda file: file.truncate(3), rolled),
}  # fmt: skip


def dirty(use: Callable[[int], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A case with 20 MB that the disk has not written yet."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with (world.folder / "x").open("wb", 0) as file:
            file.write(bytes(20_000_000))
            yield lambda: use(file.fileno())

    return case


DOCUMENTED = {
    "Says False at once on POSIX (Lib/posixpath.py); on Windows it asks the disk (Lib/ntpath.py)": (
        "os.path.isdevdrive", "os.path.isjunction", "pathlib.Path.is_junction",
    ),
}  # fmt: skip

SHORT = {
    "os.sync": dirty(lambda descriptor: os.sync()),
}

SILENT = {
    "os.walk": on_tree(os.walk),
    "os.fwalk": on_tree(os.fwalk),
    "glob.iglob": on_tree(lambda root: glob.iglob(f"{root}/*")),
    "pathlib.Path.glob": on_tree(lambda root: root.glob("*")),
    "pathlib.Path.rglob": on_tree(lambda root: root.rglob("*")),
    "os.DirEntry.is_dir": on_slow_disk(lambda found: found.is_dir(), entry),
    "os.DirEntry.is_file": on_slow_disk(lambda found: found.is_file(), entry),
    "os.DirEntry.is_symlink": on_slow_disk(lambda found: found.is_symlink(), entry),
    "os.DirEntry.inode": on_slow_disk(lambda found: found.inode(), entry),
    "os.path.abspath": on_slow_disk(os.path.abspath),
    "os.path.relpath": on_slow_disk(os.path.relpath),
    "pathlib.Path.absolute": on_slow_disk(Path.absolute),
    "pathlib.Path.is_relative_to": on_slow_disk(lambda folder: folder.is_relative_to("/")),
    "tempfile.SpooledTemporaryFile": on_slow_disk(lambda folder: tempfile.SpooledTemporaryFile(dir=folder).close()),
}

if sys.version_info >= (3, 11):
    BLOCKING |= {
        f"tempfile.SpooledTemporaryFile.{method}": on_slow_disk(READS[method], rolled)
        for method in ("read1", "readinto", "readinto1")
    }
if sys.version_info < (3, 12):
    BLOCKING["pathlib.Path.link_to"] = on_file(lambda path: path.link_to(f"{path}2"))
if sys.version_info >= (3, 12):
    SILENT["pathlib.Path.walk"] = on_tree(lambda root: root.walk())
    BLOCKING["pathlib.Path.walk"] = on_tree(lambda root: list(root.walk()))
