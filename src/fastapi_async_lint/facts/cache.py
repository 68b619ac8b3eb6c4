"""What earlier runs found out, in one folder of the user's project: ``.fal_cache``.

One SQLite file holds three tables:

- ``stamp``: path → size, modification and change time, content hash: saves reading files that did not change;
- ``facts``: content hash → encoded facts of a file;
- ``report``: hash of all that a finished analysis depends on → that analysis, encoded.

Only data is stored, never code; entries are compressed, which also tells damaged ones. Whatever is wrong with the folder (read-only, foreign,
damaged, in use, another version's) costs time, never the run: the file is made anew, or the run goes on without it, and
:attr:`Cache.notes` says so. SQLite's own locking makes several processes at once safe.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from fastapi_async_lint.facts.model import SCHEMA

if TYPE_CHECKING:
    import sqlite3

FOLDER = ".fal_cache"

APPLICATION_ID = 0x46414C31
"""Marks the SQLite file as ours ("FAL1")."""

BUSY_SECONDS = 10.0
"""How long to wait for another process that is writing."""

RACY_NS = 2_000_000_000
"""A file that was this young when it was read may change again within one tick of a coarse file system clock."""

MAX_AGE_DAYS = 21
"""Entries that no run asked for in so many days are dropped."""

MAX_REPORTS = 6
"""Finished analyses kept: a few branches, an editor's last states, different settings."""

SPARE = 2000
"""Entries kept beyond twice the files of the run that prunes, the most recently used ones."""

_TABLES = """
create table if not exists stamp (path blob primary key, size int, mtime int, ctime int, digest blob) without rowid;
create table if not exists facts (digest blob primary key, used int, data blob);
create table if not exists report (digest blob primary key, used int, data blob);
"""

_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of fastapi-async-lint. It may be deleted at any time.
"""

T = TypeVar("T")

Stamp = tuple[int, int, int]
"""Size, modification and change time (ns) of a file."""


def digest(*parts: bytes) -> bytes:
    """A content hash (16 bytes); parts are kept apart."""
    state = blake2b(digest_size=16)
    for part in parts:
        if len(parts) > 1:
            state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.digest()


class Cache:
    """The cache of one project. ``folder`` None: nothing is looked up or kept.

    No method raises for anything that is wrong with the folder or its content.
    """

    def __init__(self, folder: Path | None, version: bytes = b"") -> None:
        """``version``: hash of everything that makes facts differ for the same text."""
        self.notes: list[str] = []
        """What went wrong with the cache, one sentence each, for a verbose run."""
        self.folder = folder
        self._database: sqlite3.Connection | None = None
        self._day = int(time.time() // 86_400)
        if folder is None:
            return
        name = digest(version, SCHEMA.to_bytes(4, "little")).hex()[:12]
        self._file = folder / f"{name}.sqlite"
        with suppress(OSError):  # A read-only cache that is already there still serves.
            _make_folder(folder)
        self._guard(self._open, None)

    def close(self) -> None:
        """Give the file back. Nothing is looked up or kept any more."""
        database, self._database = self._database, None
        if database is not None:
            with suppress(Exception):
                database.close()

    # Content hashes -------------------------------------------------------------------------------------------------

    def known_digests(self, paths: Sequence[Path]) -> dict[Path, bytes]:
        """The content hash of those files that have not been touched since they were last read."""
        return self._read(lambda database: self._known_digests(database, paths), {})

    def _known_digests(self, database: sqlite3.Connection, paths: Sequence[Path]) -> dict[Path, bytes]:
        rows = database.execute("select path, size, mtime, ctime, digest from stamp")
        stamps = {path: (size, mtime, ctime, known) for path, size, mtime, ctime, known in rows}
        found: dict[Path, bytes] = {}
        for path in paths:
            stamp = stamps.get(os.fsencode(path))
            if stamp is not None and stamp[:3] == _stamp(path):
                found[path] = stamp[3]
        return found

    def remember_digests(self, digests: Mapping[Path, bytes], stamps: Mapping[Path, Stamp], files: int) -> None:
        """Keep the hashes of files just read. ``stamps`` were taken *before* reading (:func:`file_stamps`).

        Files younger than :data:`RACY_NS` are not kept: a later change might not show in their times.
        ``files``: how many files the project has.
        """
        limit = time.time_ns() - RACY_NS
        rows = [
            (os.fsencode(path), *stamps[path], value)
            for path, value in digests.items()
            if path in stamps and max(stamps[path][1:]) < limit
        ]

        def write(database: sqlite3.Connection) -> None:
            (count,) = database.execute("select count(*) from stamp").fetchone()
            if count > 2 * files + SPARE:  # Mostly files that are gone; the others are cheap to read again.
                database.execute("delete from stamp")
            database.executemany("insert or replace into stamp values (?, ?, ?, ?, ?)", rows)

        if rows:
            self._write(write)

    # Facts and reports ----------------------------------------------------------------------------------------------

    def facts(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """The encoded facts of those contents that are known."""
        found: dict[bytes, bytes] = {}
        for chunk in _chunks(list(dict.fromkeys(digests)), 500):
            found.update(self._entries("facts", chunk))
        return found

    def add_facts(self, facts: Mapping[bytes, bytes], files: int) -> None:
        """Keep encoded facts by content hash, and drop old ones. ``files``: how many files the project has."""
        if facts:
            self._add("facts", facts, 2 * files + SPARE)

    def report(self, key: bytes) -> bytes | None:
        """The finished analysis kept under ``key``."""
        return self._entries("report", [key]).get(key)

    def add_report(self, key: bytes, data: bytes) -> None:
        """Keep a finished analysis, and drop old ones."""
        self._add("report", {key: data}, MAX_REPORTS)

    def _entries(self, table: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        marks = ",".join("?" * len(keys))

        def read(database: sqlite3.Connection) -> list[tuple[bytes, int, bytes]]:
            query = f"select digest, used, data from {table} where digest in ({marks})"
            return database.execute(query, keys).fetchall()

        found: dict[bytes, bytes] = {}
        old = False
        nothing: list[tuple[bytes, int, bytes]] = []
        for key, used, data in self._read(read, nothing):
            with suppress(zlib.error, TypeError):
                found[key] = zlib.decompress(data)
                old = old or used < self._day
        if old:
            update = f"update {table} set used = ? where digest in ({marks})"
            self._write(lambda database: database.execute(update, (self._day, *keys)))
        return found

    def _add(self, table: str, entries: Mapping[bytes, bytes], most: int) -> None:
        rows = [(key, self._day, zlib.compress(data, 1)) for key, data in entries.items()]

        def write(database: sqlite3.Connection) -> None:
            database.executemany(f"insert or replace into {table} values (?, ?, ?)", rows)
            database.execute(f"delete from {table} where used < ?", (self._day - MAX_AGE_DAYS,))
            keep = f"select rowid from {table} order by used desc, rowid desc limit ?"
            database.execute(f"delete from {table} where rowid not in ({keep})", (most,))

        self._write(write)

    # The file -------------------------------------------------------------------------------------------------------

    @contextmanager
    def exclusive(self, seconds: float = 60.0) -> Iterator[None]:
        """Hold off other processes that want to do the same work, at most ``seconds``; then both do it.

        The lock is SQLite's, on a file of its own, so it ends with the process that holds it.
        """
        if self._database is None:
            yield
            return
        import sqlite3

        lock = None
        try:
            lock = sqlite3.connect(self._file.with_name("lock.sqlite"), timeout=seconds, isolation_level=None)
            lock.execute("begin exclusive")
        except sqlite3.Error:
            pass  # Both do the work: slower, not wrong.
        try:
            yield
        finally:
            if lock is not None:
                lock.close()

    def _open(self) -> None:
        self._database = self._connect(self._file)

    def _connect(self, file: Path) -> sqlite3.Connection:
        import sqlite3

        database = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            database.execute("pragma trusted_schema = off")
            database.execute("pragma synchronous = normal")
            (application,) = database.execute("pragma application_id").fetchone()
            if application != APPLICATION_ID:
                if database.execute("select count(*) from sqlite_master").fetchone() != (0,):
                    raise sqlite3.DatabaseError("not a cache of this tool")
                database.executescript(f"begin immediate; pragma application_id = {APPLICATION_ID}; {_TABLES} commit;")
                self._drop_other_versions(file)
        except BaseException:
            database.close()
            raise
        return database

    def _start_anew(self, reason: str) -> None:
        """Replace a file that is damaged or not ours."""
        self.close()
        self.notes.append(f"the cache {self._file} was rebuilt: {reason}")
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        self._database = self._connect(self._file)

    def _drop_other_versions(self, file: Path) -> None:
        """Remove the caches of other versions that nobody has used for a while."""
        oldest = time.time() - MAX_AGE_DAYS * 86_400
        for other in file.parent.glob("*.sqlite"):
            with suppress(OSError):
                if other != file and other.stat().st_mtime < oldest:
                    other.unlink()

    def _read(self, action: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        database = self._database
        return otherwise if database is None else self._guard(lambda: action(database), otherwise)

    def _write(self, action: Callable[[sqlite3.Connection], object]) -> None:
        def transaction(database: sqlite3.Connection) -> None:
            database.execute("begin immediate")
            try:
                action(database)
            except BaseException:
                database.execute("rollback")
                raise
            database.execute("commit")

        self._read(transaction, None)

    def _guard(self, action: Callable[[], T], otherwise: T) -> T:
        """Do something with the database; on any trouble note it, mend what can be mended, and answer ``otherwise``."""
        try:
            import sqlite3
        except ImportError:
            self.notes.append("no cache: this Python has no sqlite3 module")
            return otherwise
        try:
            return action()
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            if isinstance(error, sqlite3.OperationalError) and "no such" not in str(error):
                # Read-only, locked, disk full: what is there may still be readable.
                self.notes.append(f"the cache {self._file} cannot be used fully: {error}")
                return otherwise
            try:
                self._start_anew(str(error))
            except (sqlite3.Error, OSError) as second:
                self.close()
                self.notes.append(f"no cache: {second}")
        return otherwise


def file_stamps(paths: Iterable[Path]) -> dict[Path, Stamp]:
    """The stamp of each file that can be asked."""
    stamps = ((path, _stamp(path)) for path in paths)
    return {path: stamp for path, stamp in stamps if stamp is not None}


def _stamp(path: Path) -> Stamp | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _make_folder(folder: Path) -> None:
    """Create the cache folder with the files that make version control and back-ups pass it by."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        if not (folder / name).exists():
            (folder / name).write_text(content, encoding="utf-8")


def _chunks(items: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    return (items[start : start + size] for start in range(0, len(items), size))
