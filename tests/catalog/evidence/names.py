"""Which names of the catalog were compared with which library; the comparison itself is ``catalog/reality.py``'s."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import platform
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from evidence.claims import files, version_here
from evidence.sources import Sources

from fastapi_async_lint.catalog import reality
from fastapi_async_lint.catalog.schema import CatalogFile

JUDGEMENT = frozenset(
    ("note", "category", "severity", "releases_gil", "documentation", "checked", "heavy_import", "reuse", "pool")
)
"""Keys of entries in which nothing is spelled as a library spells it."""


@dataclass(frozen=True, order=True)
class Check:
    """``how``: ``installed``, ``stubs`` or ``source``; ``version``: of the library; ``digest``: of what was compared.

    ``scope``: ``all`` entries about that version, or those that are about some versions only (``dated``), where the library
    is so old that it lacks other names.
    """

    how: str
    version: str
    python: str
    digest: str
    scope: str = "all"


@dataclass(frozen=True)
class Comparison:
    """``version``: of the library; ``check``: what to record, if anything; ``differences``: a sentence for each.

    ``obstacle``: why nothing could be compared.
    """

    version: str
    check: Check | None
    differences: list[str]
    obstacle: str = ""


def digest(file: CatalogFile) -> str:
    """Changes with every name, argument and type expression of the file."""
    text = json.dumps(_spelled(msgspec.to_builtins(file)), sort_keys=True)
    return blake2b(text.encode(), digest_size=6).hexdigest()


def check_here(stem: str) -> Comparison | None:
    """Compare a catalog file with the library installed here. How they differ; no check, where it is not installed."""
    file, version = files()[stem], version_here(stem)
    if version is None or file.library.check != "installed":
        return None
    try:
        return _check(file, "installed", version, lambda part: reality.differences(part, version))
    except reality.NotInstalled as error:
        return Comparison(version, None, [], f"cannot import {error}")


def check_source(stem: str, root: Path) -> Comparison | None:
    """Compare a catalog file with a library unpacked below a folder (``pip install --no-deps --target FOLDER``), by its text."""
    file = files()[stem]
    for distribution in importlib.metadata.distributions(path=[str(root)]):
        version = distribution.version
        named = _plain(distribution.metadata["Name"]) == _plain(file.library.name)
        imported = file.library.check == "installed" and version == version_here(stem)
        if named and not imported and reality.speaks_of(file.library.versions, version):
            return _check_text(file, root, "source", version)
    return None


def check_stubs(stem: str) -> Comparison | None:
    """Compare a file about the standard library with the stubs that mypy brings along, which speak of the newest Python.

    What the stubs do not mention is no error of a file that was compared with a real Python.
    """
    file, root = files()[stem], _typeshed()
    if file.library.name != "python" or root is None:
        return None
    found = re.findall(r"3\.\d+", (root / "VERSIONS").read_text(encoding="utf-8"))
    version = max(found, key=reality.numbers)
    if not reality.speaks_of(file.library.versions, version):
        return None
    compared = _check_text(file, root, "stubs", version)
    return compared if compared.check or file.library.check == "stubs" else None


def _check_text(file: CatalogFile, root: Path, how: str, version: str) -> Comparison:
    return _check(file, how, version, lambda part: Sources(root).missing(reality.of_version(part, version)))


def _check(file: CatalogFile, how: str, version: str, differences: Callable[[CatalogFile], list[str]]) -> Comparison:
    found = differences(file)
    check = Check(how, version, platform.python_version(), digest(file))
    if not found:
        return Comparison(version, check, [])
    dated = _dated(file)
    if reality.of_version(dated, version) != _empty(file) and not differences(dated):
        return Comparison(version, replace(check, scope="dated"), found)
    return Comparison(version, None, found)


def _dated(file: CatalogFile) -> CatalogFile:
    """Only the entries about some versions."""
    return msgspec.structs.replace(
        _empty(file),
        effect=tuple(entry for entry in file.effect if entry.versions),
        class_=tuple(entry for entry in file.class_ if entry.versions),
        callback=tuple(entry for entry in file.callback if entry.versions),
        override=tuple(entry for entry in file.override if entry.versions),
        use=tuple(entry for entry in file.use if entry.versions),
    )


def _empty(file: CatalogFile) -> CatalogFile:
    return CatalogFile(library=msgspec.structs.replace(file.library, modules=file.library.modules[:1]))


def _typeshed() -> Path | None:
    found = importlib.util.find_spec("mypy")
    places = (found and found.submodule_search_locations) or []
    return next((Path(place) / "typeshed" / "stdlib" for place in places), None)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def merged(checks: Iterable[Check], new: Check | None, file: CatalogFile) -> list[Check]:
    """The checks that still hold, the newest Python's of each version of the library."""
    found: dict[tuple[str, str], Check] = {}
    for check in sorted((*checks, *([new] if new else ())), key=lambda check: reality.numbers(check.python)):
        if check.digest == digest(file):
            found[check.how, check.version] = check
    return sorted(found.values(), key=lambda check: (check.how, reality.numbers(check.version)))


def excused(checks: Iterable[Check], version: str) -> bool:
    """Whether a library may lack names: a newer version of it has been compared already."""
    return any(check.scope == "all" and reality.numbers(check.version) > reality.numbers(version) for check in checks)


def unchecked(file: CatalogFile, checks: Iterable[Check]) -> list[str]:
    """What of the file no check covers: the whole file, or the entries about versions that were not looked at."""
    fresh = [check for check in checks if check.digest == digest(file)]
    if not fresh:
        return ["the file has changed since it was last compared with the library"]
    hows = {check.how for check in fresh if check.scope == "all"}
    if file.library.check not in hows:
        return [
            f"check = {file.library.check!r}, but it was compared with {' and '.join(sorted(hows)) or 'older versions only'}"
        ]
    ranges = {
        entry.versions
        for entry in (*file.effect, *file.class_, *file.callback, *file.override, *file.use)
        if not any(reality.speaks_of(entry.versions, check.version) for check in fresh)
    }
    return [f"entries about {file.library.name} {versions}" for versions in sorted(ranges)]


def _spelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _spelled(each) for key, each in value.items() if key not in JUDGEMENT}
    return [_spelled(each) for each in value] if isinstance(value, (list, tuple)) else value
