"""``[tool.fastapi-async-lint]``: which keys there are, of which type, and every error with its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from fastapi_async_lint.config.codes import suggestion, unknown_code
from fastapi_async_lint.config.locate import SECTION, section_of
from fastapi_async_lint.config.toml_file import TomlFile
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.errors import ConfigError


@dataclass(frozen=True, slots=True)
class FileTable:
    """The table as written, defaults filled in: each field is the key of that name in kebab case.

    Paths are still texts, relative to the file's folder. ``catalog`` is JSON text.
    """

    source_roots: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    min_confidence: Confidence = Confidence.PROBABLE
    catalogs: tuple[str, ...] = ()
    catalog: str | None = None
    whole_project: bool = False
    follow_libraries: bool = False
    python: str | None = None
    noqa: bool = True
    cache: bool = True
    cache_dir: str | None = None
    jobs: int = 0


class _Wrong(Exception):
    """A value that does not fit: what was expected, and below which further key, if any."""

    def __init__(self, expected: str, key: str | None = None) -> None:
        super().__init__(expected)
        self.key = key


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Wrong("must be a string")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("must be true or false")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _Wrong("must be a whole number, 0 or more")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _Wrong("must be a list of strings")
    return tuple(value)


def _texts_by_text(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise _Wrong("must be a table of lists of strings")
    pairs = []
    for key, item in value.items():
        try:
            pairs.append((key, _texts(item)))
        except _Wrong as wrong:
            raise _Wrong(str(wrong), key) from None
    return tuple(pairs)


def _confidence(value: object) -> Confidence:
    words = [one.value for one in Confidence]
    if value not in words:
        raise _Wrong(f"must be one of {', '.join(words)}")
    return Confidence(value)


def _json(value: object) -> str:
    if not isinstance(value, dict):
        raise _Wrong("must be a table")
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise _Wrong("holds a date, a time or a number that is not finite, which no catalog has") from error


_READERS: Mapping[str, Callable[[object], object]] = {
    "source-roots": _texts,
    "exclude": _texts,
    "extend-exclude": _texts,
    "force-exclude": _flag,
    "respect-gitignore": _flag,
    "select": _texts,
    "extend-select": _texts,
    "ignore": _texts,
    "per-file-ignores": _texts_by_text,
    "min-confidence": _confidence,
    "catalogs": _texts,
    "catalog": _json,
    "whole-project": _flag,
    "follow-libraries": _flag,
    "python": _text,
    "noqa": _flag,
    "cache": _flag,
    "cache-dir": _text,
    "jobs": _count,
}


def read_table(file: TomlFile, known_codes: Collection[str] | None = None) -> FileTable:
    """Our table of ``file``. Raises :class:`ConfigError` for unknown keys and codes, and for wrong types."""

    def fail(message: str, *keys: str, value: str | None = None) -> NoReturn:
        raise ConfigError(message, file.path, file.line((*SECTION, *keys), value))

    section = section_of(file)
    if not isinstance(section, dict):
        fail(f"[{'.'.join(SECTION)}] must be a table")
    values: dict[str, object] = {}
    for key, value in section.items():
        reader = _READERS.get(key)
        if reader is None:
            fail(f"unknown key {key!r}{suggestion(key.replace('_', '-'), _READERS)}", key)
        try:
            values[key] = reader(value)
        except _Wrong as wrong:
            path = [key] if wrong.key is None else [key, wrong.key]
            fail(f"{'.'.join(path)}: {wrong}", *path)
    table = FileTable(**{key.replace("-", "_"): value for key, value in values.items()})  # type: ignore[arg-type]
    if known_codes is not None:
        for keys, codes in _code_lists(table):
            if unknown := unknown_code(codes, known_codes):
                fail(f"{'.'.join(keys)}: {unknown[1]}", *keys, value=unknown[0])
    return table


def _code_lists(table: FileTable) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every list of codes with the path of its key."""
    yield ("select",), table.select
    yield ("extend-select",), table.extend_select
    yield ("ignore",), table.ignore
    for glob, codes in table.per_file_ignores:
        yield ("per-file-ignores", glob), codes
