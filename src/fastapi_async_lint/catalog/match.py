"""Look-up by name: all that the analysis may ask of the catalog. Names match exactly, segment by segment."""

from __future__ import annotations

from typing import TypeVar

from fastapi_async_lint.catalog import types
from fastapi_async_lint.catalog.compile import Tables, rewrite
from fastapi_async_lint.catalog.schema import (
    Argument,
    Callback,
    ClassEntry,
    Counterpart,
    Effect,
    Library,
    Mount,
    Override,
    Use,
)
from fastapi_async_lint.catalog.types import Named, Nothing, TypeExpr

T = TypeVar("T")

_PROTOCOL = frozenset(("__aenter__", "__aexit__", "__anext__", "__await__"))


class Catalog:
    """The catalog of one run. Every answer is a table look-up; answers that follow aliases or bases are remembered.

    Except for :meth:`canonical`, names are canonical names.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._canonical: dict[str, str] = {}
        self._alias_heads = frozenset(alias.partition(".")[0] for alias in tables.aliases)
        self._usual: dict[str, tuple[str, ...]] | None = None
        self._shared: dict[str, bool] = {}
        self._borrowing: frozenset[str] | None = None
        self._asynchronous: frozenset[str] | None = None
        self._mro: dict[str, tuple[str, ...]] = {}
        self._effects: dict[str, tuple[Effect, ...]] = {}
        self._callbacks: dict[str, tuple[Callback, ...]] = {}
        self._expressions: dict[str, TypeExpr] = {}
        self._alternatives: dict[str, tuple[Effect, ...]] = {}

    def canonical(self, name: str) -> str:
        """The name that the catalog uses for it: aliases applied, longest dotted prefix first; ``open`` → ``builtins.open``."""
        if "." in name and name.partition(".")[0] not in self._alias_heads:
            return name
        found = self._canonical.get(name)
        if found is None:
            found = self._canonical[name] = rewrite(name, self.tables.aliases)
        return found

    def effects(self, name: str) -> tuple[Effect, ...]:
        """What calling a function, a class or a method does; a method's and a constructor's along the class's bases.

        The nearest class with an entry decides, ``silent`` ones included; where none names the method, the nearest ``*``.
        Conditions are the caller's to check.
        """
        found = self._effects.get(name)
        if found is None:
            indices = self._along_bases(name, self.tables.effect_names) or self._any_method(name)
            found = self._effects[name] = tuple(self.tables.effects[index] for index in indices)
        return found

    def property_effects(self, name: str) -> tuple[Effect, ...]:
        """What reading the attribute ``package.Class.attribute`` does."""
        indices = self._along_bases(name, self.tables.property_names) or ()
        return tuple(self.tables.effects[index] for index in indices)

    def callbacks(self, name: str) -> tuple[Callback, ...]:
        """Which arguments of a call (of a function, class or method) are callables, and where they run."""
        found = self._callbacks.get(name)
        if found is None:
            indices = self._along_bases(name, self.tables.callback_names) or ()
            found = self._callbacks[name] = tuple(self.tables.callbacks[index] for index in indices)
        return found

    def klass(self, name: str) -> ClassEntry | None:
        """The class's own entry, bases not merged in; names in ``bases`` are canonical, type expressions as written."""
        return self.tables.classes.get(name)

    def usually_named(self, name: str) -> tuple[str, ...]:
        """The classes whose instances parameters of this name usually hold."""
        if self._usual is None:
            self._usual = {}
            for entry in self.tables.classes.values():
                for usual in entry.usual_names:
                    self._usual[usual] = (*self._usual.get(usual, ()), entry.name)
        return self._usual.get(name, ())

    def has_member(self, owner: str, name: str) -> bool:
        """Whether the catalog knows a public attribute or method of a class, by its own name."""
        full = f"{owner}.{name}"
        if any(f"{base}.{name}" in self.tables.effect_names for base in self.mro(owner)):
            return True
        entries = (self.tables.classes[base] for base in self.mro(owner) if base in self.tables.classes)
        return bool(self.returns_text(full)) or any(name in entry.attributes for entry in entries)

    def shared(self, name: str) -> bool:
        """Whether a class is an asynchronous client, an engine or a pool: what is made once, and shared by all requests."""
        found = self._shared.get(name)
        if found is None:
            entries = [self.tables.classes[base] for base in self.mro(name) if base in self.tables.classes]
            pools = any(entry.pool or self._is_asynchronous(entry.name) for entry in entries)
            found = self._shared[name] = pools and any(entry.reuse for entry in entries)
        return found

    def borrows(self, name: str) -> frozenset[str]:
        """Keywords of the constructor that give an instance the connections of another object; those of the bases included."""
        classes = self.tables.classes
        return frozenset(keyword for base in self.mro(name) if base in classes for keyword in classes[base].borrows)

    @property
    def borrowing(self) -> frozenset[str]:
        """The keywords of all classes that do so."""
        if self._borrowing is None:
            self._borrowing = frozenset(k for entry in self.tables.classes.values() for k in entry.borrows)
        return self._borrowing

    def _is_asynchronous(self, name: str) -> bool:
        """Whether some method of the class is a coroutine function, as far as its own entries tell."""
        if self._asynchronous is None:
            kinds = [effect.kind for effect in self.tables.effects]
            names = self.tables.effect_names.items()
            self._asynchronous = frozenset(
                name.rpartition(".")[0] for name, indices in names if any(kinds[index] == "async" for index in indices)
            )
        return name in self._asynchronous

    def mro(self, name: str) -> tuple[str, ...]:
        """The class itself, then its bases, nearest first, those without an entry included by name."""
        found = self._mro.get(name)
        if found is None:
            found = self._mro[name] = self._linearize(name)
        return found

    def overrides(self, class_name: str) -> tuple[Override, ...]:
        """Methods that the library calls on first-party subclasses of this class, its bases' included."""
        return tuple(entry for base in self.mro(class_name) for entry in self.tables.overrides.get(base, ()))

    def uses(self, name: str) -> tuple[Use, ...]:
        """Whether this call runs what classes of the project bring along for the library."""
        return self._along_bases(name, self.tables.uses) or ()

    def quick(self, name: str) -> bool:
        """Whether calling a function, a class or a method is known to take microseconds and to wait for nothing."""
        quick = self.tables.quick
        owner, _, method = name.rpartition(".")
        return name in quick or any(f"{base}.{method}" in quick or f"{base}.*" in quick for base in self.mro(owner))

    def plain(self, name: str) -> bool:
        """Whether instances of a class are plain data, whose attributes are read at once."""
        return name in self.tables.quick or f"{name}.*" in self.tables.quick

    def puts(self, name: str) -> Argument | None:
        """The argument that a call of the method (of the class: its constructor) puts into the receiver."""
        if name in self.tables.classes:
            name = f"{name}.__init__"
        owner, _, method = name.rpartition(".")
        entries = (self.tables.classes.get(base) for base in self.mro(owner))
        return next((entry.puts[method] for entry in entries if entry and method in entry.puts), None)

    def mounts(self, name: str) -> tuple[Mount, ...]:
        """How this call hangs routers below others, if it does."""
        return self._along_bases(name, self.tables.mounts) or ()

    def returns(self, name: str) -> TypeExpr | None:
        """What the raw call of a function, class or method gives; class names in it are canonical.

        For ``async`` effects that is ``awaitable[…]`` (or an async context or iterator) already; only ``__aenter__``,
        ``__anext__`` and ``__await__`` give what ``async with``, ``async for`` and ``await`` give. A class gives an instance.
        """
        text = self.returns_text(name)
        if text is None and name in self.tables.classes:
            return Named(name)
        expression = self.expression(text) if text else None
        if name.rpartition(".")[2] in _PROTOCOL:
            return expression
        effects = self.effects(name)
        if effects and all(effect.kind == "async" and not effect.when and not effect.unless for effect in effects):
            return (
                expression
                if expression and types.is_awaited(expression)
                else Named("awaitable", (expression or Nothing(),))
            )
        return expression

    def attribute(self, owner: str, attribute: str) -> TypeExpr | None:
        """What an attribute of a class's instances (along its bases; then their ``*``) or of a module holds."""
        text = self.tables.attributes.get(f"{owner}.{attribute}")
        if text is not None:
            return self.expression(text)
        bases = [self.tables.classes[base].attributes for base in self.mro(owner) if base in self.tables.classes]
        for attributes in bases:
            if attribute in attributes:
                return self.expression(attributes[attribute])
        others = next((attributes["*"] for attributes in bases if "*" in attributes), None)
        return self.expression(others) if others and not self._is_method(f"{owner}.{attribute}") else None

    def _is_method(self, name: str) -> bool:
        """Whether the catalog knows the name as a method, or Python itself does."""
        return name.endswith("__") or bool(self.effects(name) or self.callbacks(name) or self.returns_text(name))

    def counterpart(self, name: str) -> Counterpart | None:
        """How calls of a function or method (of its class or a base) are rewritten for an asynchronous counterpart."""
        return self._along_bases(name, self.tables.counterparts)

    def is_module(self, name: str) -> bool:
        """Whether the name is a module of a catalogued library, as far as the catalog knows."""
        tables = self.tables
        return name in tables.modules or (
            name in tables.module_paths
            and not (name in tables.classes or name in tables.effect_names or name in tables.callback_names)
        )

    def library_of(self, name: str) -> Library | None:
        """The library whose file claims the longest leading part of the name as its module."""
        prefix = name
        while prefix:
            index = self.tables.modules.get(prefix)
            if index is not None:
                return self.tables.libraries[index]
            prefix = prefix.rpartition(".")[0]
        return None

    def stated_as(self, name: str) -> str:
        """The name in the entries that decide what a function, class, method or property does: its own, a base's, or with ``*``.

        Empty where no effect is stated.
        """
        tables = self.tables
        candidates = [name]
        owner, _, member = name.rpartition(".")
        if name in tables.classes:
            candidates = list(self.mro(name))
        elif owner in tables.classes:
            candidates = [f"{base}.{member}" for base in self.mro(owner)]
        for known in (tables.effect_names, tables.property_names):
            found = next((candidate for candidate in candidates if candidate in known), "")
            if found:
                return found
        any_methods = (
            other for base in self.mro(owner) for other in (f"{base}.*_{member.rpartition('_')[2]}", f"{base}.*")
        )
        indices = self._any_method(name)
        return next((other for other in any_methods if indices and tables.effect_names.get(other) == indices), "")

    def _along_bases(self, name: str, entries: dict[str, T]) -> T | None:
        """The entry of the name itself; else, for a class, of its nearest base; for a method, of its class's nearest base."""
        if name in entries:
            return entries[name]
        if name in self.tables.classes:
            candidates = list(self.mro(name))
        else:
            owner, _, method = name.rpartition(".")
            candidates = [f"{base}.{method}" for base in self.mro(owner)] if owner in self.tables.classes else []
        return next((entries[candidate] for candidate in candidates if candidate in entries), None)

    def _any_method(self, name: str) -> tuple[int, ...]:
        """The nearest class's entry for ``*_ending`` or ``*``: any public method that no class of the family names itself."""
        owner, _, method = name.rpartition(".")
        if method.startswith("_") or owner not in self.tables.classes:
            return ()
        found: tuple[int, ...] = ()
        for base in self.mro(owner):
            entry = self.tables.classes.get(base)
            if entry and (method in entry.attributes or method in entry.returns):
                return ()
            ending = f"{base}.*_{method.rpartition('_')[2]}"
            found = found or self.tables.effect_names.get(ending) or self.tables.effect_names.get(f"{base}.*", ())
        return found

    def _linearize(self, name: str) -> tuple[str, ...]:
        order: list[str] = []
        waiting = [name]
        seen: set[str] = set()
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            order.append(current)
            entry = self.tables.classes.get(current)
            waiting.extend(reversed(entry.bases if entry else ()))
        return tuple(order)

    def returns_text(self, name: str) -> str | None:
        """What a call of the name gives, as the entry has it; for ``async`` effects what awaiting gives."""
        if name in self.tables.classes:
            return self.tables.returns.get(name) or self._effect_returns(name)
        owner, _, method = name.rpartition(".")
        for base in self.mro(owner):
            full = f"{base}.{method}"
            entry = self.tables.classes.get(base)
            text = entry.returns.get(method) if entry else None
            text = text or self.tables.returns.get(full) or self._effect_returns(full)
            if text:
                return text
        return None

    def alternatives(self, name: str) -> tuple[Effect, ...]:
        """The entries that say what a call gives, where its arguments decide which of them holds; else none."""
        if name not in self._alternatives:
            owner, _, method = name.rpartition(".")
            found = next(filter(None, (self._returning(f"{base}.{method}") for base in self.mro(owner))), ())
            self._alternatives[name] = found if len({effect.returns for effect in found}) > 1 else ()
        return self._alternatives[name]

    def _returning(self, name: str) -> tuple[Effect, ...]:
        effects = (self.tables.effects[index] for index in self.tables.effect_names.get(name, ()))
        return tuple(effect for effect in effects if effect.returns)

    def _effect_returns(self, name: str) -> str | None:
        return next((effect.returns for effect in self._returning(name)), None)

    def expression(self, text: str) -> TypeExpr:
        """A type expression of an entry, parsed, its class names canonical."""
        found = self._expressions.get(text)
        if found is None:
            found = self._expressions[text] = types.map_names(types.parse(text), self.canonical)
        return found
