from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastapi_async_lint.facts import cache as cache_module
from fastapi_async_lint.facts.cache import FOLDER, Cache, digest, file_stamps

KEY = digest(b"some text")
DAY = 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / FOLDER


@pytest.fixture
def cache(folder: Path) -> Iterator[Cache]:
    with_folder = Cache(folder)
    yield with_folder
    with_folder.close()


def database_file(folder: Path) -> Path:
    (file,) = (path for path in folder.glob("*.sqlite") if path.name != "lock.sqlite")
    return file


def old_file(path: Path, content: bytes = b"x = 1\n") -> Path:
    """A file that was last written ten seconds ago."""
    path.write_bytes(content)
    long_ago = time.time() - 10
    os.utime(path, (long_ago, long_ago))
    return path


def remember(cache: Cache, *paths: Path) -> None:
    cache.remember_digests({path: digest(path.read_bytes()) for path in paths}, file_stamps(paths), len(paths))


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Change times cannot be set back, so the care for young files is switched off."""
    monkeypatch.setattr(cache_module, "RACY_NS", 0)


def test_entries_survive_the_process(folder: Path) -> None:
    first = Cache(folder)
    first.add_facts({KEY: b"facts"}, files=1)
    first.add_report(KEY, b"report")
    first.close()

    second = Cache(folder)

    assert second.facts([KEY]) == {KEY: b"facts"}
    assert second.report(KEY) == b"report"
    assert second.notes == []


def test_unknown_content_has_no_entry(cache: Cache) -> None:
    cache.add_facts({KEY: b"facts"}, files=1)

    assert cache.facts([digest(b"other text")]) == {}
    assert cache.report(KEY) is None


def test_more_entries_than_a_query_takes_variables(cache: Cache) -> None:
    entries = {digest(str(number).encode()): str(number).encode() for number in range(1800)}
    cache.add_facts(entries, files=1800)

    assert cache.facts([*entries, KEY]) == entries


def test_another_version_sees_nothing_of_this_ones(folder: Path) -> None:
    Cache(folder, b"1").add_facts({KEY: b"facts"}, files=1)

    assert Cache(folder, b"2").facts([KEY]) == {}
    assert Cache(folder, b"1").facts([KEY]) == {KEY: b"facts"}


def test_folder_ignores_itself_in_git_and_in_backups(cache: Cache, folder: Path) -> None:
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")

    repository = folder.parent
    subprocess.run(["git", "init", "-q", repository], check=True)
    status = subprocess.run(
        ["git", "-C", repository, "status", "--porcelain"], check=True, capture_output=True, text=True
    )
    assert status.stdout == ""


def test_without_a_folder_nothing_is_kept_or_written(tmp_path: Path) -> None:
    cache = Cache(None)
    cache.add_facts({KEY: b"facts"}, files=1)
    cache.add_report(KEY, b"report")
    with cache.exclusive():
        pass

    assert cache.facts([KEY]) == {}
    assert cache.report(KEY) is None
    assert list(tmp_path.iterdir()) == []


class TestDigestsByTimestamp:
    def test_untouched_file_is_known(self, cache: Cache, tmp_path: Path, settled: None) -> None:
        path = old_file(tmp_path / "a.py")
        remember(cache, path)

        assert cache.known_digests([path]) == {path: digest(b"x = 1\n")}

    def test_changed_file_is_not_known(self, cache: Cache, tmp_path: Path, settled: None) -> None:
        path = old_file(tmp_path / "a.py")
        remember(cache, path)
        path.write_bytes(b"x = 2\n")

        assert cache.known_digests([path]) == {}

    def test_change_with_the_old_size_and_modification_time_is_not_missed(
        self, cache: Cache, tmp_path: Path, settled: None
    ) -> None:
        path = old_file(tmp_path / "a.py")
        remember(cache, path)
        times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
        time.sleep(0.02)
        path.write_bytes(b"x = 2\n")
        os.utime(path, ns=times)

        assert cache.known_digests([path]) == {}

    def test_file_written_a_moment_ago_is_not_trusted(self, cache: Cache, tmp_path: Path) -> None:
        path = tmp_path / "a.py"
        path.write_bytes(b"x = 1\n")
        remember(cache, path)

        assert cache.known_digests([path]) == {}

    def test_deleted_file_is_not_known(self, cache: Cache, tmp_path: Path, settled: None) -> None:
        path = old_file(tmp_path / "a.py")
        remember(cache, path)
        path.unlink()

        assert cache.known_digests([path]) == {}

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux file systems take any bytes as a name")
    def test_file_name_that_is_no_text(self, cache: Cache, tmp_path: Path, settled: None) -> None:
        path = old_file(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py")))
        remember(cache, path)

        assert cache.known_digests([path]) == {path: digest(b"x = 1\n")}

    def test_table_does_not_grow_with_files_long_gone(
        self, cache: Cache, tmp_path: Path, settled: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache_module, "SPARE", 3)
        for number in range(20):
            path = old_file(tmp_path / f"{number}.py")
            remember(cache, path)
            path.unlink()

        with sqlite3.connect(database_file(tmp_path / FOLDER)) as database:
            (rows,) = database.execute("select count(*) from stamp").fetchone()
        assert rows <= 6


class TestPruning:
    def test_most_recent_reports_are_kept(self, cache: Cache) -> None:
        keys = [digest(bytes([number])) for number in range(20)]
        for key in keys:
            cache.add_report(key, key)

        kept = [key for key in keys if cache.report(key)]
        assert kept == keys[-cache_module.MAX_REPORTS :]

    def test_facts_nobody_asked_for_in_weeks_go(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        start = time.time()
        Cache(folder).add_facts({KEY: b"old", digest(b"used"): b"used"}, files=2)
        monkeypatch.setattr(time, "time", lambda: start + 20 * DAY)
        Cache(folder).facts([digest(b"used")])
        monkeypatch.setattr(time, "time", lambda: start + 30 * DAY)
        later = Cache(folder)
        later.add_facts({digest(b"new"): b"new"}, files=2)

        assert later.facts([KEY, digest(b"used"), digest(b"new")]) == {digest(b"used"): b"used", digest(b"new"): b"new"}

    def test_facts_are_bounded_by_the_size_of_the_project(self, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cache_module, "SPARE", 5)
        keys = [digest(str(number).encode()) for number in range(40)]
        for key in keys:
            cache.add_facts({key: b"data"}, files=2)

        assert list(cache.facts(keys)) == keys[-9:] or len(cache.facts(keys)) == 9
        assert keys[-1] in cache.facts(keys)

    def test_files_of_versions_long_gone_are_removed(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Cache(folder, b"1").close()
        old = database_file(folder)
        month_ago = time.time() - 31 * DAY
        os.utime(old, (month_ago, month_ago))
        Cache(folder, b"2").close()

        assert not old.exists()
        assert len(list(folder.glob("*.sqlite"))) == 1


class TestTrouble:
    """Whatever is wrong with the cache, the run goes on."""

    @pytest.mark.parametrize(
        "content",
        [b"garbage, certainly not a database" * 100, b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 5000],
        ids=["text", "zeros", "damaged header"],
    )
    def test_damaged_file_is_rebuilt(self, folder: Path, content: bytes) -> None:
        Cache(folder).close()
        database_file(folder).write_bytes(content)

        cache = Cache(folder)
        cache.add_facts({KEY: b"facts"}, files=1)

        assert "rebuilt" in cache.notes[0]
        assert Cache(folder).facts([KEY]) == {KEY: b"facts"}

    def test_file_cut_short_is_rebuilt(self, folder: Path) -> None:
        first = Cache(folder)
        first.add_facts({digest(bytes([number])): os.urandom(5000) for number in range(50)}, files=50)
        first.close()
        file = database_file(folder)
        file.write_bytes(file.read_bytes()[:9000])

        broken = Cache(folder)
        found = broken.facts([digest(bytes([number])) for number in range(50)])
        broken.add_facts({KEY: b"facts"}, files=1)
        broken.add_facts({KEY: b"facts"}, files=1)

        assert len(found) < 50
        assert Cache(folder).facts([KEY]) == {KEY: b"facts"}

    def test_database_of_another_program_is_replaced(self, folder: Path) -> None:
        Cache(folder).close()
        file = database_file(folder)
        file.unlink()
        with sqlite3.connect(file) as foreign:
            foreign.execute("create table facts (anything text)")

        cache = Cache(folder)
        cache.add_facts({KEY: b"facts"}, files=1)

        assert "not a cache of this tool" in cache.notes[0]
        assert cache.facts([KEY]) == {KEY: b"facts"}

    def test_tables_of_another_shape_are_replaced(self, folder: Path) -> None:
        Cache(folder).close()
        with sqlite3.connect(database_file(folder)) as database:
            database.execute("drop table facts")
            database.execute("create table facts (digest, something)")

        cache = Cache(folder)
        assert cache.facts([KEY]) == {}
        cache.add_facts({KEY: b"facts"}, files=1)

        assert cache.facts([KEY]) == {KEY: b"facts"}

    def test_entry_changed_by_somebody_else_is_not_used(self, cache: Cache, folder: Path) -> None:
        cache.add_facts({KEY: b"facts"}, files=1)
        with sqlite3.connect(database_file(folder)) as database:
            database.execute("update facts set data = ?", (b"other",))

        assert cache.facts([KEY]) == {}

    def test_file_in_place_of_the_folder(self, folder: Path) -> None:
        folder.write_text("not a folder")

        cache = Cache(folder)
        cache.add_facts({KEY: b"facts"}, files=1)

        assert cache.facts([KEY]) == {}
        assert "cannot be used" in cache.notes[0]
        assert folder.read_text() == "not a folder"

    def test_folder_in_place_of_the_file(self, folder: Path) -> None:
        Cache(folder).close()
        file = database_file(folder)
        file.unlink()
        file.mkdir()

        cache = Cache(folder)

        assert cache.facts([KEY]) == {}
        assert cache.notes

    def test_read_only_cache_still_serves(self, folder: Path, as_ordinary_user: list[str]) -> None:
        first = Cache(folder)
        first.add_facts({KEY: b"facts"}, files=1)
        first.close()
        code = (
            "import sys; from pathlib import Path; from fastapi_async_lint.facts.cache import Cache, digest\n"
            "cache = Cache(Path(sys.argv[1])); cache.add_facts({digest(b'new'): b'x'}, 1)\n"
            "print(cache.facts([digest(b'some text'), digest(b'new')]).values(), bool(cache.notes))"
        )
        for path in (*folder.iterdir(), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            run = subprocess.run([*as_ordinary_user, "-c", code, folder], capture_output=True, text=True, check=True)
        finally:
            folder.chmod(0o755)

        assert run.stdout == "dict_values([b'facts']) True\n"

    def test_locked_cache_costs_only_the_entry(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cache_module, "BUSY_SECONDS", 0.05)
        cache = Cache(folder)
        other = sqlite3.connect(database_file(folder), isolation_level=None)
        other.execute("begin exclusive")

        cache.add_facts({KEY: b"facts"}, files=1)
        assert cache.facts([KEY]) == {}
        other.execute("rollback")
        other.close()
        cache.add_facts({KEY: b"facts"}, files=1)

        assert "locked" in cache.notes[0]
        assert cache.facts([KEY]) == {KEY: b"facts"}

    def test_python_without_sqlite(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "sqlite3", None)

        cache = Cache(folder)
        cache.add_facts({KEY: b"facts"}, files=1)
        with cache.exclusive():
            assert cache.facts([KEY]) == {}

        assert cache.notes == ["no cache: this Python has no sqlite3 module"]


WRITER = """
import sys
from pathlib import Path
from fastapi_async_lint.facts.cache import Cache, digest
for round in range(30):
    cache = Cache(Path(sys.argv[1]))
    mine = {digest(f"{sys.argv[2]} {round} {n}".encode()): b"x" * 3000 for n in range(5)}
    cache.add_facts(mine, files=1000)
    assert cache.facts(mine) == mine, cache.notes
    cache.close()
print(cache.notes)
"""


def test_several_processes_write_at_once(folder: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(folder)]
    writers = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for name in "abc"
    ]
    outputs = [writer.communicate(timeout=120) for writer in writers]

    assert outputs == [("[]\n", "")] * 3
    everything = [digest(f"{name} {round} {n}".encode()) for name in "abc" for round in range(30) for n in range(5)]
    assert len(Cache(folder).facts(everything)) == 450


def test_exclusive_holds_off_another_process(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from fastapi_async_lint.facts.cache import Cache\n"
        "with Cache(Path(sys.argv[1])).exclusive():\n    print(time.time(), flush=True)"
    )
    with Cache(folder).exclusive():
        other = subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        released = time.time()

    assert float(other.communicate(timeout=60)[0]) >= released


def test_exclusive_does_not_wait_for_ever(folder: Path) -> None:
    with Cache(folder).exclusive():
        start = time.monotonic()
        with Cache(folder).exclusive(seconds=0.1):
            waited = time.monotonic() - start

    assert 0.05 < waited < 5
