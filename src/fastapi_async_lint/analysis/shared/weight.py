"""Whether it matters that two threads do the same: what they make, or do on that occasion, is not the same as done once."""

from __future__ import annotations

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.shared.races import CHECK, MAKE, Race
from fastapi_async_lint.analysis.witnesses import Witnesses
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import Instance, LibraryInstance, LibraryValue, Value

_HEAVY = frozenset({"blocking", "cpu"})
_IO = frozenset({"blocking", "async"})
_CHANGING = frozenset(
    {"add", "append", "appendleft", "extend", "insert", "pop", "popleft", "remove", "setdefault", "update"}
)
_MAKING = frozenset({"__init__", "__new__", "__post_init__"})
_CONTAINERS = frozenset(
    {"builtins.list", "builtins.dict", "builtins.set", "collections.deque", "collections.defaultdict"}
)


class Weight:
    """Data that two threads work out, or ask for, is the same twice. Connections, locks, models, objects that change are not."""

    def __init__(self, project: Project, effects: Effects, witnesses: Witnesses) -> None:
        self._catalog = project.catalog
        self._effects = effects
        self._witnesses = witnesses
        self._changing: dict[ClassInfo, bool] = {}
        self._external: dict[str, bool] = {}
        tables = project.catalog.tables
        named = (
            name for name, indices in tables.effect_names.items() if any(tables.effects[i].kind in _IO for i in indices)
        )
        self._io_classes = {name.rpartition(".")[0] for name in named} & tables.classes.keys()

    def matters(self, context: Context, race: Race) -> bool:
        """Whether the race does harm worth a word."""
        if race.kind not in (MAKE, CHECK):
            return True
        scope = context.scope
        if race.kind == MAKE and (
            any(self._is_object(context, op) for op in _sources(scope, race.value)) or _opens_item(scope, race)
        ):
            return True
        written = scope.ops[race.value]
        answer = isinstance(written, ir.Const) or race.kind == MAKE
        occasion = race.is_flag if answer else True
        return occasion and any(self._is_long(context, op) for op in race.calls if op not in context.dead)

    def _is_long(self, context: Context, op: int) -> bool:
        """Whether the op waits for something or computes for long, there or in what it calls."""
        return self._is_itself_long(context, op) or any(
            severity == "critical"
            for target in context.calls.get(op, ())
            for _, _, severity in self._witnesses.by_context.get(target, {})
        )

    def _is_itself_long(self, context: Context, op: int) -> bool:
        sites = self._effects.at(context).get(op, ())
        return any(site.effect.kind in _HEAVY and site.effect.severity == "critical" for site in sites)

    def _is_object(self, context: Context, op: int) -> bool:
        """Whether the op makes something with a state of its own."""
        body = context.scope.ops[op]
        if not isinstance(body, ir.Call):
            return False
        callees, values = context.values[body.function] or {}, context.values[op] or {}
        if any(self._has_state(value) for value in values):
            return True
        names = [value.name for value in callees if isinstance(value, LibraryValue)]
        return bool(names) and not values and self._is_itself_long(context, op)

    def _has_state(self, value: Value) -> bool:
        if isinstance(value, Instance):
            return self._changes(value.info)
        return isinstance(value, LibraryInstance) and self._is_external(value.name)

    def _is_external(self, name: str) -> bool:
        """Whether the catalog knows the class as a client, a pool or a lock, or its methods wait for something."""
        known = self._external.get(name)
        if known is None:
            bases = self._catalog.mro(name)
            entries = [entry for base in bases if (entry := self._catalog.klass(base)) is not None]
            known = any(entry.reuse or entry.pool or entry.guard for entry in entries)
            known = self._external[name] = known or not self._io_classes.isdisjoint(bases)
        return known

    def _changes(self, info: ClassInfo) -> bool:
        """Whether methods of the class change its objects after they are made, or it stands for a client of a library; records
        are data."""
        known = self._changing.get(info)
        if known is None:
            scopes = [s for klass in info.project_classes() for s in klass.scope.bodies]
            bases = {base for library in info.libraries() for base in self._catalog.mro(library)}
            record = any(entry.fields for base in bases if (entry := self._catalog.klass(base)) is not None)
            known = any(map(self._is_external, info.libraries())) or any(map(_changes_receiver, scopes))
            known = known and not record
            self._changing[info] = known
        return known


def _sources(scope: ScopeInfo, op: int) -> set[int]:
    """The ops that a value may come from as it is, alone or in a tuple."""
    seen, pending, found = {op}, [op], set()
    while pending:
        current = pending.pop()
        body = scope.ops[current]
        if isinstance(body, (ir.Bind, ir.Narrow, ir.Await)):
            following: tuple[int, ...] = (body.value,)
        elif isinstance(body, ir.Phi):
            following = body.sources
        elif isinstance(body, ir.Sequence) and body.type == "tuple":
            following = body.items
        else:
            found.add(current)
            continue
        for other in following:
            if other >= 0 and other not in seen:
                seen.add(other)
                pending.append(other)
    return found


def _changes_receiver(scope: ScopeInfo) -> bool:
    """Whether a method writes to its object, or to a container that hangs on it."""
    if not scope.is_function or scope.facts.name in _MAKING or not scope.parameters:
        return False
    for body in scope.ops:
        if isinstance(body, ir.SetAttribute):
            base = body.base
        elif isinstance(body, (ir.SetSubscript, ir.DeleteSubscript)):
            base = _container(scope, body.base)
        elif isinstance(body, ir.Call):
            function = scope.ops[body.function]
            changing = isinstance(function, ir.Attribute) and function.name in _CHANGING
            base = _container(scope, function.base) if changing and isinstance(function, ir.Attribute) else NONE
        else:
            continue
        if base == 0 and isinstance(scope.ops[0], ir.Parameter):
            return True
    return False


def _opens_item(scope: ScopeInfo, race: Race) -> bool:
    """Whether an empty container is put under a key, into which something is put next: ``d[k] = []``."""
    if not isinstance(scope.ops[race.op], ir.SetSubscript):
        return False
    body = scope.ops[race.value]
    if isinstance(body, ir.Call):
        function = scope.ops[body.function]
        named = isinstance(function, (ir.Free, ir.Attribute)) and function.name in _CONTAINERS
        return named and (not body.arguments or isinstance(function, ir.Free) and function.name == "defaultdict")
    if isinstance(body, ir.Mapping):
        return not body.keys
    return isinstance(body, ir.Sequence) and not body.items and body.type in ("list", "set")


def _container(scope: ScopeInfo, op: int) -> int:
    body = scope.ops[op]
    return body.base if isinstance(body, ir.Attribute) else NONE
