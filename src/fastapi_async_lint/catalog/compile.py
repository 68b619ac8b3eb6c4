"""Many catalog files → one set of look-up tables, keyed by canonical name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from fastapi_async_lint.catalog.schema import (
    Callback,
    CatalogFile,
    ClassEntry,
    Counterpart,
    Effect,
    Library,
    Mount,
    Override,
    Use,
)
from fastapi_async_lint.catalog.types import qualify

T = TypeVar("T")

MAX_ALIASES = 16
"""How often a name may be rewritten before it counts as canonical."""


class Tables(msgspec.Struct, gc=False):
    """All entries of all files, by canonical name. The numbers are positions in ``libraries``, ``effects``, ``callbacks``."""

    libraries: list[Library] = []
    modules: dict[str, int] = {}
    aliases: dict[str, str] = {}
    effects: list[Effect] = []
    effect_names: dict[str, tuple[int, ...]] = {}
    property_names: dict[str, tuple[int, ...]] = {}
    classes: dict[str, ClassEntry] = {}
    callbacks: list[Callback] = []
    callback_names: dict[str, tuple[int, ...]] = {}
    overrides: dict[str, tuple[Override, ...]] = {}
    uses: dict[str, tuple[Use, ...]] = {}
    mounts: dict[str, tuple[Mount, ...]] = {}
    counterparts: dict[str, Counterpart] = {}
    returns: dict[str, str] = {}
    attributes: dict[str, str] = {}
    module_paths: set[str] = set()
    quick: set[str] = set()


def rewrite(name: str, aliases: dict[str, str]) -> str:
    """Apply aliases to a name's longest dotted prefix until none applies (at most MAX_ALIASES times)."""
    name = qualify(name)
    for _ in range(MAX_ALIASES):
        after = rewrite_once(name, aliases)
        if after == name:
            break
        name = after
    return name


def alias_cycle(aliases: dict[str, str]) -> str | None:
    """A name that aliases rewrite for ever, or None."""
    for start in aliases:
        name = start
        for _ in range(MAX_ALIASES):
            after = rewrite_once(name, aliases)
            if after == name:
                break
            name = after
        else:
            return start
    return None


def rewrite_once(name: str, aliases: dict[str, str]) -> str:
    """Apply one alias to a name's longest dotted prefix."""
    prefix = name
    while prefix and prefix not in aliases:
        prefix = prefix.rpartition(".")[0]
    return aliases[prefix] + name[len(prefix) :] if prefix else name


def add_files(tables: Tables, files: Iterable[CatalogFile], overriding: bool = False) -> None:
    """Add files to the tables; with ``overriding``, what they say of a name replaces what was said of it before.

    Without it, effects and callbacks of one name add up, and the entries of one class are merged.
    """
    files = tuple(files)
    for file in files:
        tables.aliases.update(file.aliases)
        tables.aliases.update({alias: entry.name for entry in file.class_ for alias in entry.aliases})
    replaced: set[tuple[str, str]] = set()
    for file in files:
        _Addition(tables, file, overriding, replaced).add()


class _Addition:
    """One file on its way into the tables. ``replaced``: what overriding files have thrown out already, as (table, name)."""

    def __init__(self, tables: Tables, file: CatalogFile, overriding: bool, replaced: set[tuple[str, str]]) -> None:
        self.tables, self.file, self.overriding, self.replaced = tables, file, overriding, replaced

    def add(self) -> None:
        """Add every table of the file."""
        self._add_library(self.file.library)
        for entry in self.file.class_:
            self._add_class(entry)
        for effect in self.file.effect:
            self._add_effect(effect)
        for callback in self.file.callback:
            self._add_callback(callback)
        for override in self.file.override:
            self._declare_class(override.base)
            self._append("override", self.tables.overrides, override.base, override)
        for use in self.file.use:
            for name in use.names:
                self._append("use", self.tables.uses, name, use)
        for mount in self.file.mount:
            for name in mount.names:
                self._append("mount", self.tables.mounts, name, mount)
        for counterpart in self.file.counterpart:
            self.tables.counterparts.update(dict.fromkeys(self._names(counterpart.names), counterpart))
        self.tables.quick.update(rewrite(name, self.tables.aliases) for name in self.file.quick)
        self.tables.returns.update(zip(self._names(self.file.returns), self.file.returns.values(), strict=True))
        self.tables.attributes.update(
            zip(self._names(self.file.attributes), self.file.attributes.values(), strict=True)
        )

    def _add_library(self, library: Library) -> None:
        self.tables.libraries.append(library)
        for module in library.modules:
            self.tables.modules.setdefault(module, len(self.tables.libraries) - 1)
            self._note_path(module)

    def _add_class(self, entry: ClassEntry) -> None:
        name = rewrite(entry.name, self.tables.aliases)
        bases = tuple(rewrite(base, self.tables.aliases) for base in entry.bases)
        earlier = self.tables.classes.get(name)
        self.tables.classes[name] = msgspec.structs.replace(
            entry,
            name=name,
            bases=bases or (earlier.bases if earlier else ()),
            attributes={**(earlier.attributes if earlier else {}), **entry.attributes},
            returns={**(earlier.returns if earlier else {}), **entry.returns},
            reuse=entry.reuse or bool(earlier and earlier.reuse),
            pool=entry.pool or bool(earlier and earlier.pool),
            given_by=(*(earlier.given_by if earlier else ()), *entry.given_by),
            borrows=(*(earlier.borrows if earlier else ()), *entry.borrows),
            thread_bound=entry.thread_bound or bool(earlier and earlier.thread_bound),
            thread_check=entry.thread_check or (earlier.thread_check if earlier else ""),
            per_thread=entry.per_thread or bool(earlier and earlier.per_thread),
            guard=entry.guard or bool(earlier and earlier.guard),
            twin=entry.twin or (earlier.twin if earlier else ""),
            twin_never=entry.twin_never or (earlier.twin_never if earlier else ()),
            usual_names=(*(earlier.usual_names if earlier else ()), *entry.usual_names),
            fields=entry.fields or bool(earlier and earlier.fields),
            puts={**(earlier.puts if earlier else {}), **entry.puts},
            prefix=entry.prefix or (earlier.prefix if earlier else None),
            before=entry.before or (earlier.before if earlier else None),
        )
        self._note_path(name.rpartition(".")[0])

    def _declare_class(self, name: str) -> None:
        name = rewrite(name, self.tables.aliases)
        if name not in self.tables.classes:
            self.tables.classes[name] = ClassEntry(name=name)
            self._note_path(name.rpartition(".")[0])

    def _add_effect(self, effect: Effect) -> None:
        owners = (effect.on,) if isinstance(effect.on, str) else effect.on
        methods = [f"{owner}.{method}" for owner in owners for method in effect.methods]
        properties = [f"{owner}.{attribute}" for owner in owners for attribute in effect.properties]
        for owner in owners:
            self._declare_class(owner)
        if effect.kind == "blocking" and not effect.category:
            effect = msgspec.structs.replace(effect, category="custom")
        index = len(self.tables.effects)
        self.tables.effects.append(msgspec.structs.replace(effect, names=(), on=(), methods=(), properties=()))
        for name in (*effect.names, *methods):
            self._append("effect", self.tables.effect_names, name, index)
        for name in properties:
            self._append("property", self.tables.property_names, name, index)

    def _add_callback(self, callback: Callback) -> None:
        index = len(self.tables.callbacks)
        self.tables.callbacks.append(msgspec.structs.replace(callback, names=()))
        for name in callback.names:
            self._append("callback", self.tables.callback_names, name, index)

    def _append(self, table: str, entries: dict[str, tuple[T, ...]], name: str, entry: T) -> None:
        name = rewrite(name, self.tables.aliases)
        self._note_path(name.rpartition(".")[0])
        if self.overriding and (table, name) not in self.replaced:
            self.replaced.add((table, name))
            entries[name] = (entry,)
        else:
            entries[name] = (*entries.get(name, ()), entry)

    def _names(self, names: Iterable[str]) -> list[str]:
        found = [rewrite(name, self.tables.aliases) for name in names]
        for name in found:
            self._note_path(name.rpartition(".")[0])
        return found

    def _note_path(self, path: str) -> None:
        while path and path not in self.tables.module_paths:
            self.tables.module_paths.add(path)
            path = path.rpartition(".")[0]
