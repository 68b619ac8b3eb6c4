"""Globs as in ``.gitignore``: ``*.py``, ``/build``, ``docs/``, ``tests/**/data``, ``!keep.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Glob:
    """One pattern, compiled. Texts it is matched against are relative, with ``/``, as ``app/db.py``."""

    pattern: re.Pattern[str]
    negated: bool
    folders_only: bool

    def matches(self, relative: str, is_folder: bool) -> bool:
        """Whether the pattern names this very file or folder, what ``!`` means set aside."""
        return (is_folder or not self.folders_only) and self.pattern.fullmatch(relative) is not None

    def covers(self, relative: str) -> bool:
        """Whether the pattern names the file or a folder above it, what ``!`` means set aside."""
        if self.matches(relative, False):
            return True
        end = relative.find("/")
        while end >= 0:
            if self.matches(relative[:end], True):
                return True
            end = relative.find("/", end + 1)
        return False


@dataclass(frozen=True, slots=True)
class GlobList:
    """Patterns in order; the last that matches decides."""

    globs: tuple[Glob, ...] = ()

    def verdict(self, relative: str, is_folder: bool) -> bool | None:
        """True: named. False: taken back by ``!``. None: no pattern speaks of it. Folders above it do not count."""
        for glob in reversed(self.globs):
            if glob.matches(relative, is_folder):
                return not glob.negated
        return None


def glob_list(patterns: Iterable[str], root: Path) -> GlobList:
    """Compile patterns that are relative to ``root``; absolute ones below ``root`` are understood as well."""
    base = root.as_posix().rstrip("/") + "/"
    found = (compile_glob("/" + text.removeprefix(base) if text.startswith(base) else text) for text in patterns)
    return GlobList(tuple(glob for glob in found if glob is not None))


def gitignore(text: str) -> GlobList:
    """The patterns of a ``.gitignore`` file, relative to its folder."""
    lines = (line.removesuffix("\r") for line in text.split("\n") if not line.startswith("#"))
    return GlobList(tuple(glob for glob in map(compile_glob, lines) if glob is not None))


@lru_cache(maxsize=1024)
def compile_glob(text: str) -> Glob | None:
    """Compile one pattern; None for a blank one.

    A slash at the beginning or in the middle ties it to the root, else it matches at any depth; a slash at the
    end makes it one for folders. ``./`` at the beginning, which git does not know, is the root as well.
    """
    text = re.sub(r"(?<!\\) +$", "", text)
    negated = text.startswith("!")
    text = text[1:] if negated else text
    if text.startswith("./"):
        text = text[1:]
    folders_only = text.endswith("/")
    text = text.rstrip("/")
    if not text:
        return None
    tied = "/" in text
    body = _expression(text.lstrip("/"))
    return Glob(re.compile(body if tied else f"(?:.*/)?{body}", re.DOTALL), negated, folders_only)


_TOKEN = re.compile(
    r"(?P<any_folders>(?<![^/])\*\*/)"
    r"|(?P<everything>(?<![^/])\*\*$)"
    r"|(?P<star>\*+)"
    r"|(?P<one>\?)"
    r"|\[(?P<not>[!^]?)(?P<set>(?:\\.|[^\\])(?:\\.|[^\]\\])*)\]"
    r"|\\(?P<escaped>.)"
    r"|(?P<plain>.)",
    re.DOTALL,
)


def _expression(glob: str) -> str:
    """The regular expression of a glob without leading slash."""
    done: list[str] = []
    pieces = [""]
    for token in _TOKEN.finditer(glob):
        if token["any_folders"] or token["everything"]:
            done.append("(?:.*/)?" if token["any_folders"] else ".+")
        elif token["star"]:
            pieces.append("")
        elif token["plain"] == "/":
            done.append(_segment(pieces, len(done)) + "/")
            pieces = [""]
        elif token["one"]:
            pieces[-1] += "[^/]"
        elif token["set"]:
            pieces[-1] += _character_set(token["set"], bool(token["not"]))
        else:
            pieces[-1] += re.escape(token["escaped"] or token["plain"])
    return "".join(done) + _segment(pieces, len(done))


def _segment(pieces: list[str], number: int) -> str:
    """What stands between two slashes: ``pieces`` with a star between each two.

    A star takes as little as it can and never more later on: what would have matched then matches now, and many stars
    take no time. (Such atomic groups have a syntax of their own only from Python 3.11 on.)
    """
    first, *others = pieces
    if not others:
        return first
    names = [f"s{number}_{index}" for index in range(len(others) - 1)]
    inner = (f"(?=(?P<{name}>[^/]*?{piece}))(?P={name})" for name, piece in zip(names, others, strict=False))
    return first + "".join(inner) + "[^/]*" + others[-1]


def _character_set(content: str, negated: bool) -> str:
    """``[a-z_]``. A range that runs backwards matches nothing, as in git."""
    characters = re.sub(r"\\(.)", r"\1", content)
    pieces = []
    position = 0
    while position < len(characters):
        low = characters[position]
        if characters[position + 1 : position + 2] == "-" and position + 2 < len(characters):
            high = characters[position + 2]
            if low <= high:
                pieces.append(f"{re.escape(low)}-{re.escape(high)}")
            position += 3
        else:
            pieces.append(re.escape(low))
            position += 1
    inside = "".join(pieces)
    if negated:
        return f"(?!/)[^{inside}]" if inside else "[^/]"
    return f"(?!/)[{inside}]" if inside else "(?!)"
