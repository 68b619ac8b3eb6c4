"""Where an entry of the catalog stands: file and line. For people who ask; a check never needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from fastapi_async_lint.catalog.load import line_of, read_file
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.catalog.schema import CatalogFile, Effect, Library


@dataclass(frozen=True, slots=True)
class Origin:
    """``line`` counts from 1; None where the entry is written another way than as a table of its own."""

    path: Path
    line: int | None
    library: Library


def origin(catalog: Catalog, name: str, effect: Effect, files: Sequence[Path]) -> Origin | None:
    """Where the effect of the name (canonical, as the entry has it) is stated; None for the configuration file's own entries.

    ``files``: where to look, the user's own first, for they come before the built-in ones.
    """
    bare = _bare(effect)
    mentioned = [path for path in files if _mentions(path, name)]
    for path in dict.fromkeys((*mentioned, *files)):
        file = _read(path)
        for index, entry in enumerate(file.effect):
            if _bare(entry) == bare and name in {catalog.canonical(full) for full in _names(entry)}:
                return Origin(path, line_of(_text(path), "effect", index), file.library)
    return None


def _names(effect: Effect) -> Iterator[str]:
    yield from effect.names
    for owner in (effect.on,) if isinstance(effect.on, str) else effect.on:
        yield from (f"{owner}.{member}" for member in (*effect.methods, *effect.properties))


def _bare(effect: Effect) -> Effect:
    """Without the names, as the look-up tables have it."""
    custom = effect.kind == "blocking" and not effect.category
    category = "custom" if custom else effect.category
    return msgspec.structs.replace(effect, names=(), on=(), methods=(), properties=(), category=category)


def _mentions(path: Path, name: str) -> bool:
    owner, _, member = name.rpartition(".")
    return f'"{name}"' in _text(path) or (f'"{owner}"' in _text(path) and f'"{member}"' in _text(path))


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8-sig")


@cache
def _read(path: Path) -> CatalogFile:
    return read_file(path)
