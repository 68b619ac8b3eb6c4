"""What the built-in catalog claims: one claim per file, name and kind of effect."""

from __future__ import annotations

import functools
import importlib.metadata
import platform
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.catalog import reality
from fastapi_async_lint.catalog.load import builtin_files, load_catalog, read_file
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.catalog.schema import CatalogFile, Effect

KIND_OF = {
    "BLOCKING": "blocking", "SHORT": "blocking", "CPU": "cpu", "SILENT": "silent", "ASYNC": "async", "COROUTINE": "async",
    "LOOP": "loop-api", "CONTEXT": "context",
}  # fmt: skip
"""Table that a case stands in → kind of effect that it is evidence for."""


@dataclass(frozen=True)
class Claim:
    """``file``: stem of the catalog file; ``name``: canonical; ``property``: reading the attribute has the effect.

    ``conditional``: whether arguments decide, in every entry that makes the claim.
    """

    file: str
    name: str
    kind: str
    category: str
    releases_gil: bool | None
    conditional: bool
    property: bool
    versions: str

    @property
    def is_any_method(self) -> bool:
        """Whether it is about all methods (of an ending) that have no entry of their own."""
        return "*" in self.name

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.kind


def owners(stem: str) -> list[str]:
    """Classes and modules of a catalog file below which something is claimed."""
    return list(dict.fromkeys(claim.name.rpartition(".")[0] for claim in claims()[stem].values()))


@functools.cache
def catalog() -> Catalog:
    """The built-in catalog, compiled."""
    return load_catalog()


@functools.cache
def files() -> dict[str, CatalogFile]:
    """Stem → catalog file."""
    return {path.stem: read_file(path) for path in builtin_files()}


@functools.cache
def claims() -> dict[str, dict[tuple[str, str], Claim]]:
    """Stem → (name, kind) → claim, in the order of the names."""
    return {stem: _claims_of(stem, file) for stem, file in files().items()}


def version_here(stem: str) -> str | None:
    """Installed version of the library that the catalog file speaks of; None: not installed, or the file speaks of others."""
    library = files()[stem].library
    try:
        version = platform.python_version() if library.name == "python" else importlib.metadata.version(library.name)
    except importlib.metadata.PackageNotFoundError:
        return None
    return version if reality.speaks_of(library.versions, version) else None


def claims_for(name: str, table: str) -> list[Claim]:
    """The claims of this environment's libraries that a case of that table is evidence for: of the name itself, or else of
    the nearest base class that has it, or else of that class's ``*``.

    For ``SILENT`` these are any claims, where none says that the name is silent: the case shows the look-alike.
    """
    for candidate in _candidates(name):
        found = [claim for claim in _by_name().get(candidate, ()) if _speaks_of_here(claim)]
        wanted = [claim for claim in found if claim.kind == KIND_OF[table]]
        if table == "SILENT":
            wanted = wanted or found
        if wanted:
            return wanted
        if found:
            break
    return []


def _candidates(name: str) -> Iterator[str]:
    name = catalog().canonical(name)
    yield name
    if name in catalog().tables.classes:
        yield from catalog().mro(name)
        return
    owner, _, method = name.rpartition(".")
    bases = catalog().mro(owner)
    yield from (f"{base}.{method}" for base in bases)
    for base in bases:
        yield f"{base}.*_{method.rpartition('_')[2]}"
        yield f"{base}.*"


@functools.cache
def _by_name() -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for of_file in claims().values():
        for claim in of_file.values():
            found.setdefault(claim.name, []).append(claim)
    return found


def _speaks_of_here(claim: Claim) -> bool:
    version = version_here(claim.file)
    return version is not None and reality.speaks_of(claim.versions, version)


def _claims_of(stem: str, file: CatalogFile) -> dict[tuple[str, str], Claim]:
    found: dict[tuple[str, str], Claim] = {}
    for effect in file.effect:
        for name, is_property in _names(effect):
            claim = Claim(
                file=stem,
                name=catalog().canonical(name),
                kind=effect.kind,
                category=effect.category,
                releases_gil=effect.releases_gil,
                conditional=bool(effect.when or effect.unless),
                property=is_property,
                versions=effect.versions,
            )
            earlier = found.get(claim.key)
            if earlier is None or (earlier.conditional and not claim.conditional):
                found[claim.key] = claim
    return dict(sorted(found.items()))


def _names(effect: Effect) -> Iterator[tuple[str, bool]]:
    for name in effect.names:
        yield name, False
    for owner in (effect.on,) if isinstance(effect.on, str) else effect.on:
        for method in effect.methods:
            yield f"{owner}.{method}", False
        for attribute in effect.properties:
            yield f"{owner}.{attribute}", True
