"""Read catalog files: the built-in ones, compiled once and kept in a cache, and the user's own."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NoReturn

import msgspec

from fastapi_async_lint.catalog import schema
from fastapi_async_lint.catalog.compile import Tables, add_files, alias_cycle
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.catalog.schema import CatalogFile
from fastapi_async_lint.errors import CatalogError

DATA = Path(__file__).parent / "data"
"""The built-in catalog: one TOML file per library."""

CACHE_FILE = "catalog.msgpack"


def load_catalog(extra: Sequence[Path] = (), inline: str | None = None, cache: Path | None = None) -> Catalog:
    """The built-in catalog with the user's on top.

    ``extra``: the user's own files; ``inline``: what the configuration file itself says, as JSON text of the same schema; both replace built-in
    entries for the same names. ``cache``: the folder that keeps the compiled built-in catalog; None: compile it anew.
    Raises :class:`CatalogError` for a file that cannot be read or does not follow the schema.
    """
    tables = _builtin_tables(cache)
    own = [read_file(path) for path in extra]
    if inline is not None:
        own.append(parse_inline(inline))
    if own:
        add_files(tables, own, overriding=True)
        cycle = alias_cycle(tables.aliases)
        if cycle:
            raise CatalogError(f"alias {cycle!r} is rewritten for ever; let it point at a name that is no alias itself")
    return Catalog(tables)


def builtin_files() -> list[Path]:
    """The files of the built-in catalog, by name."""
    return sorted(DATA.glob("*.toml"))


def read_file(path: Path) -> CatalogFile:
    """Read and check one catalog file. Raises :class:`CatalogError`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CatalogError(f"cannot read the catalog file: {error.strerror}", path) from error
    except UnicodeDecodeError as error:
        raise CatalogError(f"not UTF-8 at byte {error.start}: save the catalog file as UTF-8", path) from error
    return parse_file(text, path)


def parse_file(text: str, path: Path | None) -> CatalogFile:
    """Decode and check the text of one catalog file. Raises :class:`CatalogError` with the line where known."""
    from fastapi_async_lint.catalog.validate import problems

    try:
        file = msgspec.toml.decode(text, type=CatalogFile)
    except msgspec.ValidationError as error:
        _refuse_value(str(error), text, path)
    except msgspec.DecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise CatalogError(f"not valid TOML: {error}", path, int(found[1]) if found else None) from error
    for problem in problems(file):
        line = line_of(text, problem.table, problem.entry)
        raise CatalogError(f"[[{problem.table}]] {problem.message}", path, line)
    return file


def parse_inline(text: str) -> CatalogFile:
    """Decode and check the catalog that stands in a configuration file, as JSON text. Raises :class:`CatalogError`."""
    from fastapi_async_lint.catalog.validate import problems

    try:
        file = msgspec.json.decode(text, type=CatalogFile)
    except msgspec.MsgspecError as error:
        raise CatalogError(f"the configuration's own catalog: {error}") from error
    for problem in problems(file):
        entry = f"{problem.table}, entry {problem.entry + 1}" if problem.entry >= 0 else problem.table
        raise CatalogError(f"the configuration's own catalog: {entry}: {problem.message}")
    return file


def _refuse_value(message: str, text: str, path: Path | None) -> NoReturn:
    """Say what msgspec found wrong, at which line, and the likely spelling of an unknown key."""
    found = re.search(r"`\$\.(\w+)(?:\[(\d+)\])?", message)
    line = line_of(text, found[1], int(found[2] or -1)) if found else None
    unknown = re.search(r"unknown field `([^`]*)`", message)
    cure = ""
    if unknown:
        table = found[1] if found else ""
        close = difflib.get_close_matches(unknown[1], _keys(table), n=1)
        cure = f"; did you mean `{close[0]}`?" if close else f"; known keys: {', '.join(_keys(table))}"
    raise CatalogError(message + cure, path, line)


def _keys(table: str) -> list[str]:
    types: dict[str, type[msgspec.Struct]] = {
        "library": schema.Library, "effect": schema.Effect, "class": schema.ClassEntry, "callback": schema.Callback,
        "override": schema.Override, "mount": schema.Mount, "use": schema.Use, "counterpart": schema.Counterpart,
    }  # fmt: skip
    return [field.encode_name for field in msgspec.structs.fields(types.get(table, CatalogFile))]


def line_of(text: str, table: str, index: int) -> int | None:
    """The line (from 1) of the header of a table, or of its entry ``index``; None where it is written another way."""
    header = re.compile(rf"^\s*\[\[?\s*{re.escape(table)}\b")
    lines = [row for row, line in enumerate(text.splitlines(), 1) if header.match(line) and _is_top(line, table)]
    return lines[max(index, 0)] if max(index, 0) < len(lines) else None


def _is_top(line: str, table: str) -> bool:
    return line.strip().strip("[").split("]")[0].strip() == table


_kept: dict[bytes, bytes] = {}
"""The compiled catalog of this process by its key: an editor's plugin and the tests run many checks in one process."""


def _builtin_tables(cache: Path | None) -> Tables:
    files = builtin_files()
    key = _key(files)
    encoded = _kept.get(key)
    if encoded is not None:
        return msgspec.msgpack.decode(encoded, type=Tables)
    tables = _read_cache(cache / CACHE_FILE, key) if cache else None
    if tables is None:
        tables = Tables()
        add_files(tables, [read_file(path) for path in files])
        _kept.clear()
        _kept[key] = msgspec.msgpack.encode(tables)
        if cache:
            _write_cache(cache / CACHE_FILE, key + _kept[key])
    return tables


def _key(files: Sequence[Path]) -> bytes:
    """16 bytes that change with every file of the catalog and with the code that compiles it (by size and time)."""
    digest = blake2b(digest_size=16)
    for path in (*files, *(DATA.parent / name for name in ("schema.py", "compile.py", "types.py"))):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.digest()


def _read_cache(path: Path, key: bytes) -> Tables | None:
    """The compiled catalog, if the file is there, of this key, and whole."""
    try:
        content = path.read_bytes()
        if content[: len(key)] != key:
            return None
        return msgspec.msgpack.decode(memoryview(content)[len(key) :], type=Tables)
    except (OSError, msgspec.MsgspecError):
        return None


def _write_cache(path: Path, content: bytes) -> None:
    """Replace the file in one step; a cache that cannot be written is no error."""
    with contextlib.suppress(OSError), _temporary(path.parent) as name:
        Path(name).write_bytes(content)
        os.replace(name, path)


@contextlib.contextmanager
def _temporary(folder: Path) -> Iterator[str]:
    """A new file's name in the folder, which is made if need be; the file is gone afterwards unless it was renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
    os.close(handle)
    try:
        yield name
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)
