"""Asynchronous counterparts of what blocks: rewritings of single calls, and classes that could be exchanged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.text import place_of
from fastapi_async_lint.catalog import types
from fastapi_async_lint.catalog.schema import ClassEntry
from fastapi_async_lint.diagnostics import Counterpart, Place, Twin
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.build import imported_modules
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import Module
from fastapi_async_lint.project.values import LibraryInstance


class Counterparts:
    """Answers for every direct blocking call; what belongs to the project as a whole is worked out once."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self._catalog = project.catalog
        self._packages = {
            name.partition(".")[0] for module in project.modules for name in imported_modules(module.facts)
        }
        self._calls: dict[tuple[Module, str], dict[Place, None]] = defaultdict(dict)
        for site in effects:
            found = self._root(site.context, site.op) if site.effect.kind == "blocking" else None
            if found and site.context.scope.facts.is_async and self._is_awaited_by(found[0], found[2]):
                self._calls[site.context.scope.module, found[0].name][place_of(site.context.scope, site.op)] = None

    def rewriting(self, context: Context, op: int, name: str) -> Counterpart | None:
        """How the call of the library name at the op can be rewritten."""
        for candidate in (*self._through_owner(context, op), name):
            entry = self._catalog.counterpart(candidate)
            if entry is not None:
                return Counterpart(
                    how=entry.how,
                    to=entry.to,
                    available=not entry.requires or not self._packages.isdisjoint(entry.requires),
                    positional=entry.positional,
                    keywords=tuple(entry.keywords.items()),
                    forms=tuple(entry.forms.items()),
                    adds=tuple(entry.adds.items()),
                    results=entry.results,
                    errors=entry.errors,
                    note=entry.note,
                )
        return None

    def twin(self, context: Context, op: int) -> Twin | None:
        """The class that could stand in the place of the receiver's."""
        found = self._root(context, op)
        if found is None:
            return None
        entry, root, _ = found
        module = context.scope.module
        calls = tuple(sorted(self._calls[module, entry.name], key=lambda place: place.start))
        return Twin(entry.name, entry.twin, calls, entry.twin_never, _used_elsewhere(context, root))

    def _through_owner(self, context: Context, op: int) -> Iterator[str]:
        """``package.Class.attribute.method`` for ``x.attribute.method()``, along the bases of the class of ``x``."""
        body = context.scope.ops[op]
        method = context.scope.ops[body.function] if isinstance(body, ir.Call) else None
        inner = context.scope.ops[method.base] if isinstance(method, ir.Attribute) else None
        if isinstance(method, ir.Attribute) and isinstance(inner, ir.Attribute):
            for value in context.values[inner.base] or ():
                if isinstance(value, LibraryInstance):
                    for base in self._catalog.mro(value.name):
                        yield f"{base}.{inner.name}.{method.name}"

    def _root(self, context: Context, op: int) -> tuple[ClassEntry, int, tuple[str, ...]] | None:
        """The object with a twin that the called method belongs to, the op that has it, and the attributes down to the method."""
        body = context.scope.ops[op]
        current = body.function if isinstance(body, ir.Call) else ir.NONE
        names: list[str] = []
        while current >= 0:
            reached = context.scope.ops[current]
            if not isinstance(reached, ir.Attribute):
                return None
            names.append(reached.name)
            current = reached.base
            values = context.values[current] or {}
            entries = [self._catalog.klass(v.name) for v in values if isinstance(v, LibraryInstance)]
            if len(values) == 1 and entries and entries[0] is not None and entries[0].twin:
                return entries[0], current, tuple(reversed(names))
        return None

    def _is_awaited_by(self, entry: ClassEntry, names: tuple[str, ...]) -> bool:
        """Whether the twin's method of the same name is a coroutine function, and nothing more."""
        owner = entry.twin
        for name in names[:-1]:
            held = self._catalog.attribute(owner, name)
            if not isinstance(held, types.Named) or held.args:
                return False
            owner = held.name
        effects = self._catalog.effects(f"{owner}.{names[-1]}")
        return bool(effects) and all(e.kind == "async" and "async_iterator" not in e.returns for e in effects)


def _used_elsewhere(context: Context, root: int) -> str:
    """Whether another file uses the variable that holds the object."""
    body = context.scope.ops[root]
    slot = context.scope.module.globals.get(body.name) if isinstance(body, ir.Free) else None
    for reader, _ in slot.readers if slot else ():
        if reader.scope.module is not context.scope.module:
            return f"{reader.scope.module.name} uses it, too"
    return ""
