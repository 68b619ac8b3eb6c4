"""The disk that answers late, which the evidence about files stands on, does what disks do, and is late exactly once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from evidence.servers import Unavailable
from evidence.slow_disk import Disk, in_place_of, slow_disk

DELAY = 0.05


@pytest.fixture(scope="module")
def disk() -> Disk:
    try:
        return slow_disk(DELAY)
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
def folder(disk: Disk) -> Path:
    return disk.folder()


def took(disk: Disk, call: Callable[[], object]) -> float:
    """Seconds that the call took, which finds the disk armed."""
    disk.arm()
    start = time.perf_counter()
    call()
    seconds = time.perf_counter() - start
    disk.disarm()
    return seconds


def test_files_are_what_was_written(folder: Path) -> None:
    path = folder / "x"
    path.write_bytes(b"one" * 100_000)
    with path.open("ab") as file:
        file.write(b"two")
    assert path.read_bytes() == b"one" * 100_000 + b"two"
    os.truncate(path, 3)
    path.chmod(0o640)
    os.utime(path, (1, 2))
    found = path.stat()
    assert (path.read_text(), found.st_mode & 0o777, found.st_mtime) == ("one", 0o640, 2)


def test_names_move_and_vanish(folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "x").write_text("1")
    (folder / "a").rename(folder / "c")
    os.link(folder / "c" / "b" / "x", folder / "same")
    (folder / "link").symlink_to("same")
    assert (folder / "link").read_text() == "1"
    assert sorted(path.name for path in folder.rglob("*")) == ["b", "c", "link", "same", "x"]
    (folder / "same").unlink()
    (folder / "same").write_text("2")
    assert ((folder / "c" / "b" / "x").read_text(), (folder / "link").read_text()) == ("1", "2")
    with pytest.raises(FileNotFoundError):
        (folder / "a").stat()
    with pytest.raises(OSError, match="not empty"):
        (folder / "c").rmdir()


def test_a_file_that_has_lost_its_name_can_still_be_used(folder: Path) -> None:
    with (folder / "x").open("w+b") as file:
        (folder / "x").unlink()
        file.write(b"kept")
        file.flush()
        file.seek(0)
        assert (file.read(), os.fstat(file.fileno()).st_size) == (b"kept", 4)


@pytest.mark.parametrize(
    "call", [Path.exists, lambda path: path.write_text("x"), os.listdir, lambda path: os.statvfs(path).f_bsize]
)
def test_the_first_answer_is_late(call: Callable[[Path], object], disk: Disk, folder: Path) -> None:
    target = folder if call is os.listdir else folder / "x"
    (folder / "x").touch()
    assert took(disk, lambda: call(target)) >= DELAY
    assert disk.was_asked()


def test_only_the_first_answer_is_late(disk: Disk, folder: Path) -> None:
    disk.arm()
    folder.exists()
    start = time.perf_counter()
    folder.exists()
    assert time.perf_counter() - start < DELAY


@pytest.mark.parametrize("call", [Path.absolute, Path.as_uri, lambda path: path.joinpath("x").with_suffix(".y")])
def test_what_works_on_the_text_of_a_path_does_not_ask(
    call: Callable[[Path], object], disk: Disk, folder: Path
) -> None:
    took(disk, lambda: call(folder))
    assert not disk.was_asked()


def test_what_is_elsewhere_does_not_ask(disk: Disk, tmp_path: Path) -> None:
    took(disk, tmp_path.exists)
    assert not disk.was_asked()


def test_a_file_of_the_disk_stands_in_for_another(disk: Disk, folder: Path, tmp_path: Path) -> None:
    there, here = tmp_path / "x", folder / "x"
    there.write_text("theirs")
    here.write_text("ours")
    with in_place_of(here, str(there)):
        assert took(disk, lambda: there.read_text() == "ours" or pytest.fail("not ours")) >= DELAY
    assert there.read_text() == "theirs"
