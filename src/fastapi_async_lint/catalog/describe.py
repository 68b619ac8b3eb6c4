"""All that the catalog knows of one name, and why: for ``catalog show``."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.catalog import words
from fastapi_async_lint.catalog.load import DATA
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.catalog.origin import Origin, origin
from fastapi_async_lint.catalog.schema import Effect, Library

EVIDENCE = "https://github.com/fastapi-async-lint/fastapi-async-lint/blob/main/docs/evidence/{}.md"
SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """One effect of a name, in words. Empty texts: there is nothing to say."""

    kind: str
    category: str
    severity: str
    """Empty where nothing is held up."""
    does: str
    """What it does to the thread that calls it."""
    time: str
    gil: str
    note: str
    """The reason, as the entry gives it."""
    replacement: str
    """Public name of the asynchronous counterpart."""
    only_if: tuple[str, ...]
    """All must hold, or the claim does not apply to the call."""
    not_if: tuple[str, ...]
    """Where one holds, it does not apply either."""
    stated_of: str
    """The name in the entry: that of a base, where the method is inherited; with ``*`` for any other method."""
    file: str
    line: int | None
    versions: str
    """Versions of the library that the entry is limited to."""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What is known of a class besides what its methods do."""

    bases: tuple[str, ...]
    """All of them, nearest first."""
    attributes: dict[str, str]
    traits: tuple[str, ...]
    twin: str
    methods: dict[str, tuple[str, ...]]
    """``blocking, http`` → names of methods and properties, those of its bases included."""


@dataclass(frozen=True, slots=True)
class Known:
    """``kind``: ``function class method property attribute module``; ``library``: None for names that no file claims."""

    name: str
    kind: str
    library: Library | None
    claims: tuple[Claim, ...]
    returns: str
    """Type expression of what the call gives."""
    callables: tuple[str, ...]
    """What is done with callables that are handed over."""
    of_class: ClassFacts | None
    evidence: tuple[str, ...]
    """Pages that say what the claims rest on."""

    @property
    def stated(self) -> bool:
        """Whether any entry speaks of the name."""
        return bool(self.claims or self.callables or self.returns or self.of_class)


def describe(catalog: Catalog, word: str, files: Sequence[Path]) -> Known:
    """What is known of the name. ``files``: the catalog's files, the user's own first."""
    name = catalog.canonical(word)
    effects = catalog.effects(name) or catalog.property_effects(name)
    stated = catalog.stated_as(name)
    origins = [origin(catalog, stated, effect, files) for effect in effects]
    claims = tuple(_claim(name, stated, effect, where) for effect, where in zip(effects, origins, strict=True))
    returns = catalog.returns_text(name) or ""
    return Known(
        name=name,
        kind=_kind(catalog, name),
        library=next((where.library for where in origins if where), None) or catalog.library_of(name),
        claims=claims,
        returns="" if returns == name else returns,
        callables=tuple(dict.fromkeys(map(words.runs, catalog.callbacks(name)))),
        of_class=_class(catalog, name) if name in catalog.tables.classes else None,
        evidence=tuple(
            dict.fromkeys(EVIDENCE.format(where.path.stem) for where in origins if where and where.path.parent == DATA)
        ),
    )


def names_of(catalog: Catalog, pattern: str) -> list[tuple[str, str]]:
    """(kind, name) of every name that a library, the names below a prefix, or a pattern with ``*`` stands for."""
    prefix = f"{catalog.canonical(pattern)}."
    wild = any(sign in pattern for sign in "*?[")
    found: set[tuple[str, str]] = set()
    for name, effects in all_effects(catalog):
        library = catalog.library_of(name)
        below = name.startswith(prefix) or (library is not None and library.name.lower() == pattern.lower())
        if fnmatch.fnmatchcase(name, pattern) if wild else below:
            found.update((effect.kind, name) for effect in effects)
    return sorted(found)


def containing(catalog: Catalog, text: str) -> list[tuple[str, str]]:
    """(kind, name) of every name that contains the text, upper and lower case alike, or fits it as a pattern with ``*``."""
    wild = any(sign in text for sign in "*?[")
    pattern = text.lower() if wild else f"*{text.lower().replace('[', '[[]')}*"
    return sorted(
        {
            (effect.kind, name)
            for name, effects in all_effects(catalog)
            if fnmatch.fnmatchcase(name.lower(), pattern)
            for effect in effects
        }
    )


def suggestions(catalog: Catalog, word: str) -> list[str]:
    """Known names that may have been meant, the likeliest first."""
    name = catalog.canonical(word)
    top, last = name.partition(".")[0], name.rpartition(".")[2]
    known = [known for known, _ in all_effects(catalog) if "*" not in known]
    known += catalog.tables.classes
    same = [other for other in known if other.partition(".")[0] == top]
    found = difflib.get_close_matches(name, same, SUGGESTIONS, 0.75)
    found += [other for other in same if other.rpartition(".")[2] == last]
    if not same:
        libraries = sorted({library.name for library in catalog.tables.libraries} | set(catalog.tables.modules))
        found += difflib.get_close_matches(word, libraries, SUGGESTIONS, 0.7)
        found += [other for other in known if other.endswith(f".{name}") or other.rpartition(".")[2] == last]
    return list(dict.fromkeys(found))[:SUGGESTIONS]


def all_effects(catalog: Catalog) -> Iterator[tuple[str, tuple[Effect, ...]]]:
    """Every name that an effect is stated of, with its effects."""
    tables = catalog.tables
    for names in (tables.effect_names, tables.property_names):
        for name, indices in names.items():
            yield name, tuple(tables.effects[index] for index in indices)


def _claim(name: str, stated: str, effect: Effect, where: Origin | None) -> Claim:
    return Claim(
        kind=effect.kind,
        category=effect.category,
        severity=effect.severity if effect.kind in ("blocking", "cpu") else "",
        does=words.claim(effect),
        time=words.time(effect),
        gil=words.gil(effect),
        note=effect.note,
        replacement=effect.replacement.replace("{method}", name.rpartition(".")[2]),
        only_if=tuple(map(words.condition, effect.when)),
        not_if=tuple(map(words.condition, effect.unless)),
        stated_of=stated,
        file=str(where.path.name if where.path.parent == DATA else where.path) if where else "",
        line=where.line if where else None,
        versions=effect.versions,
    )


def _kind(catalog: Catalog, name: str) -> str:
    owner = name.rpartition(".")[0]
    if name in catalog.tables.classes:
        return "class"
    if owner in catalog.tables.classes:
        if catalog.property_effects(name):
            return "property"
        known = catalog.effects(name) or catalog.callbacks(name) or catalog.returns_text(name)
        return "method" if known or catalog.attribute(owner, name.rpartition(".")[2]) is None else "attribute"
    return "module" if catalog.is_module(name) else "function"


def _class(catalog: Catalog, name: str) -> ClassFacts:
    mro = catalog.mro(name)
    entries = [catalog.tables.classes[base] for base in mro if base in catalog.tables.classes]
    attributes: dict[str, str] = {}
    for entry in entries:
        attributes = {**entry.attributes, **attributes}
    traits = [
        ("meant to be made once and shared", any(entry.reuse for entry in entries)),
        ("keeps connections", any(entry.pool for entry in entries)),
        ("only for the thread that made it", any(entry.thread_bound for entry in entries)),
        ("a state of its own in every thread", any(entry.per_thread for entry in entries)),
        ("a lock, held until it is left", any(entry.guard for entry in entries)),
    ]
    return ClassFacts(
        bases=mro[1:],
        attributes=attributes,
        traits=tuple(words for words, holds in traits if holds),
        twin=next((entry.twin for entry in entries if entry.twin), ""),
        methods=_methods(catalog, mro),
    )


def _methods(catalog: Catalog, mro: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What the methods and properties do, the nearest class's entry of each."""
    owners = set(mro)
    members = {name.rpartition(".")[2] for name, _ in all_effects(catalog) if name.rpartition(".")[0] in owners}
    found: dict[str, list[str]] = {}
    for member in sorted(members):
        full = f"{mro[0]}.{member}"
        effects = [] if "*" in member else [*catalog.effects(full), *catalog.property_effects(full)]
        if "*" in member:
            stated = next(f"{base}.{member}" for base in mro if f"{base}.{member}" in catalog.tables.effect_names)
            effects = [catalog.tables.effects[index] for index in catalog.tables.effect_names[stated]]
        for effect in effects:
            heading = ", ".join(filter(None, (effect.kind, effect.category)))
            if member not in found.setdefault(heading, []):
                found[heading].append(member)
    return {heading: tuple(names) for heading, names in sorted(found.items())}
