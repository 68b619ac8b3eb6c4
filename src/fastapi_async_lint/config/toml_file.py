"""A TOML file, and on which line a key or a value of it stands, which TOML parsers do not tell."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.errors import ConfigError

_HEADER = re.compile(r"\s*\[{1,2}\s*([^]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A parsed file with its text."""

    path: Path
    text: str
    data: Mapping[str, object]

    def line(self, keys: tuple[str, ...], value: str | None = None) -> int | None:
        """The line (from 1) of the key with that path, or of the string ``value`` within it.

        Found by looking at the text, so exotic spellings (escapes in keys, inline tables) may give the line
        of the nearest enclosing key, or None.
        """
        best: tuple[int, int] | None = None
        table: tuple[str, ...] = ()
        lines = self.text.split("\n")
        for number, line in enumerate(lines, 1):
            if header := _HEADER.match(line):
                table = _parts(header[1])
                found = table
            elif assignment := _ASSIGNMENT.match(line):
                found = table + _parts(assignment[1])
            else:
                continue
            depth = _common(found, keys)
            if depth and (best is None or depth > best[0]):
                best = (depth, number)
        if best is None or value is None:
            return best[1] if best else None
        return self._value_line(lines, best[1], value)

    @staticmethod
    def _value_line(lines: list[str], first: int, value: str) -> int:
        quoted = (f'"{value}"', f"'{value}'")
        for number in range(first, len(lines) + 1):
            line = lines[number - 1]
            if number > first and (_HEADER.match(line) or _ASSIGNMENT.match(line)):
                break
            if any(text in line for text in quoted):
                return number
        return first


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _common(found: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """How many leading keys of ``wanted`` are ``found``; 0 where ``found`` leads elsewhere."""
    return len(found) if found == wanted[: len(found)] else 0


def read_toml(path: Path) -> TomlFile:
    """Read and parse. Raises :class:`ConfigError` with the line for text that is not UTF-8 or not TOML."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]  # absent on newer Pythons
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", path) from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8 text", path, raw.count(b"\n", 0, error.start) + 1) from error
    try:
        # the parser takes \r\n for \n, a bare \r is an error to it
        return TomlFile(path, text.replace("\r\n", "\n"), tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        where = re.search(r"\s*\(at line (\d+), column \d+\)$", message)
        line = int(where[1]) if where else text.count("\n") + 1
        raise ConfigError(f"not valid TOML: {message[: where.start()] if where else message}", path, line) from error
    except RecursionError as error:
        raise ConfigError("not valid TOML: nested too deeply", path) from error
