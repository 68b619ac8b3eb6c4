"""The libraries' own source: modules outside the project that it imports and the catalog does not know."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.config import Settings
from fastapi_async_lint.facts.build import Text, build_facts, imported_modules, read_texts
from fastapi_async_lint.facts.cache import Cache
from fastapi_async_lint.facts.model import ModuleFacts
from fastapi_async_lint.source import SourceFile
from fastapi_async_lint.source.environment import LibraryFile, find_module, search_folders

if TYPE_CHECKING:
    from fastapi_async_lint.catalog.match import Catalog

MAX_FILES = 2000
"""Library modules that are followed in one run; those that the project itself imports come first."""

Linked = list[tuple[SourceFile, ModuleFacts]]


def follow_libraries(settings: Settings, project: Linked, catalog: Catalog, cache: Cache) -> Linked:
    """The library modules that the project reaches by imports, at any depth, up to a bound.

    The catalog is the authority for what it knows: packages it speaks of are left out, and so is the standard library.
    Raises ``ConfigError`` for an interpreter that is none.
    """
    folders = search_folders(settings.root, settings.python, os.environ)
    known = {name.partition(".")[0] for name in catalog.tables.modules} | set(sys.stdlib_module_names)
    own = {name.partition(".")[0] for file, _ in project for name in file.names}
    found: dict[Path, LibraryFile] = {}
    followed: Linked = []
    wanted = _imports(project)
    asked: set[str] = set()
    while wanted:
        fresh: dict[Path, LibraryFile] = {}
        for name in wanted:
            if name in asked or name.partition(".")[0] in known | own:
                continue
            asked.add(name)
            for file in find_module(name, folders):
                if file.path not in found and len(found) < MAX_FILES:
                    found[file.path] = fresh[file.path] = file
        layer = _read(fresh, settings, cache)
        followed.extend(layer)
        wanted = _imports(layer)
    return followed


def _imports(files: Linked) -> list[str]:
    """Absolute names that the files import, attributes included (they may be submodules)."""
    found: dict[str, None] = {}
    for file, facts in files:
        for name in imported_modules(facts, attributes=True):
            found.update(dict.fromkeys(_absolute(file, name)))
    return list(found)


def _absolute(file: SourceFile, name: str) -> Iterable[str]:
    dots = len(name) - len(name.lstrip("."))
    if not dots:
        return (name,)
    parts = file.module.split(".")
    base = parts[: len(parts) - (dots - 1 if file.is_package else dots)]
    return (".".join([*base, *name.lstrip(".").split(".")]).rstrip("."),)


def _read(files: Mapping[Path, LibraryFile], settings: Settings, cache: Cache) -> Linked:
    texts = read_texts(list(files), cache)
    readable = {path: text for path, text in texts.items() if isinstance(text, Text)}
    facts = build_facts(readable, cache, settings.jobs)
    return [
        (SourceFile(path, (files[path].name,), (files[path].folder,), files[path].is_package), known)
        for path, known in facts.items()
        if isinstance(known, ModuleFacts)
    ]
