"""The fixed point: every op of every context holds all values it can have; callees are found on the way.

Whole-program propagation of abstract values with the call graph built as callees become known. A worklist, no
recursion: values only grow, each growth re-evaluates the ops that read it. Functions are analysed once per
receiver class, per closure and per choice of callable arguments (within bounds), which is what keeps a decorator's or
a repository base class's callers apart; everything else is merged.

Order: module bodies first, since annotations and class hierarchies live there; then whatever they reach; then
functions nobody calls. What an annotation or a catalogued fallback says is used where, at rest, nothing better is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.catalog.schema import Callback
from fastapi_async_lint.project.context import Context, Handover, Slot
from fastapi_async_lint.project.feasible import dead_ops
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.index import Module, ModuleIndex, ScopeInfo
from fastapi_async_lint.project.values import (
    BoundMethod,
    Constant,
    Container,
    FunctionValue,
    Instance,
    Interner,
    LibraryInstance,
    Nothing,
    Provider,
    Value,
    Values,
)

MAX_VALUES = 24
"""Values one place may hold; more are dropped and the place counts as widened."""
ROOM: dict[type, int] = {Constant: 4, Container: 5, LibraryInstance: 16}
"""Plain data is no longer added to a place that holds this many values: dicts of literals would otherwise flow everywhere."""
MAX_RECEIVERS = 24
"""Receiver classes one function is analysed for; further ones share the context of its own class."""
MAX_KEYS = 400
"""Choices of callable arguments one function is analysed for; further ones share one context."""
MAX_DEPTH = 5
"""How deep closures made for callable arguments may nest in each other."""

Step = Callable[["Solver", Context, int, Any], None]
Begin = Callable[["Solver", Context], None]
"""Called for every context before its ops are evaluated."""
EMPTY: Values = {}


class Solver:
    """State and worklist. The meaning of each op is in the ``steps_…`` modules."""

    def __init__(self, index: ModuleIndex, catalog: Catalog, steps: dict[type, Step], begin: Begin) -> None:
        self.index = index
        self.catalog = catalog
        self.steps = steps
        self.begin = begin
        self.intern = Interner()
        self.contexts: list[Context] = []
        self.modules: dict[Module, Context] = {}
        self.classes: dict[ScopeInfo, ClassInfo] = {}
        self.class_sites: dict[ClassInfo, tuple[Context, int]] = {}
        self.functions: dict[FunctionValue, None] = {}
        self.handovers: dict[tuple[Context, int, str, str, Context], Handover] = {}
        self.decorated: dict[tuple[Context, int, str], tuple[Context, int]] = {}
        """For functions handed over by a decorator (context, op, its name): the call that made the decorator."""
        self.endpoint_classes: dict[ClassInfo, dict[tuple[Context, int, str], None]] = {}
        """Classes that are registered as endpoints, with the calls that register them."""
        self.mounts: dict[tuple[Context, int, str, Value | None], None] = {}
        self.uses: dict[tuple[Context, int, str, Value | None, str, str], int] = {}
        """Calls that run what classes bring along: context, op, name, receiver, kind of hand-over and place, with the rank."""
        self.validated: dict[tuple[Context, Context, int, str, Callback], None] = {}
        """Functions whose arguments a library makes by their annotations, with the calls that hand them over."""
        self.library_fields: dict[tuple[str, str], Slot] = {}
        self.forwarding: frozenset[ScopeInfo] = frozenset()
        """Made by :mod:`fastapi_async_lint.project.forwarding`."""
        self.held: dict[LibraryInstance, Slot] = {}
        """What was put into queues and context variables (:mod:`fastapi_async_lint.project.holders`)."""
        self.setters: dict[Value, Values] = {}
        self.lazy_calls: dict[tuple[Context, int], dict[tuple[str, Value | None], int]] = {}
        self.awaking: set[tuple[Context, int]] = set()
        """The makings of the lazy iterators that are being iterated just now, one inside the other."""
        """Library calls by call site that run what they were given only when their result is iterated."""
        self.implementations: dict[Value, Slot] = {}
        """By generic function, what is registered with it."""
        self.roots: dict[Context, None] = {}
        self.widened: set[tuple[Context, int]] = set()
        self.memoised: set[ScopeInfo] = set()
        """Functions without parameters whose result a decorator keeps."""
        self.providers: dict[tuple[Context, int], Provider] = {}
        self.unwinding: set[Value] = set()
        """Partials that are being called just now: one may hold itself."""
        self.set_names: set[str] = set()
        """Attribute names that are assigned to anywhere."""
        self.type_variables = False
        """Whether the project has any: most of what is generic costs nothing where there is none."""
        self.class_bodies: dict[ScopeInfo, Context] = {}
        self.class_names: set[str] = set()
        """Names bound in any class body."""
        self.origins: dict[str, bool] = {}
        self.told_apart = told_apart(catalog)
        self._by_key: dict[tuple[object, ...], Context] = {}
        self._receivers: dict[ScopeInfo, set[Value]] = {}
        self._keys: dict[ScopeInfo, int] = {}
        self._fallbacks: list[tuple[Context, int, Callable[[], Iterable[Value]]]] = []
        self._slot_fallbacks: list[tuple[Slot, Callable[[], Iterable[Value]], tuple[type, ...]]] = []
        self._again: deque[tuple[Context, int]] = deque()
        self._queued: set[tuple[Context, int]] = set()
        self._fresh_modules: deque[Context] = deque()
        self._fresh: deque[Context] = deque()

    # -- values -------------------------------------------------------------------------------------

    def get(self, context: Context, op: int) -> Values:
        """The values of an op of the same context (users of an op are re-evaluated by themselves)."""
        return (context.values[op] or EMPTY) if op >= 0 else EMPTY

    def put(self, context: Context, op: int, values: Sequence[Value] | Values) -> None:
        """Add values to an op; its users are evaluated again if it grew."""
        current = context.values[op]
        grown = False
        for value in values:
            if current is None:
                current = context.values[op] = {}
            if value not in current and self._room(current, value):
                current[value] = None
                grown = True
        if grown:
            cursor = context.cursor
            for user in context.scope.users[op]:
                if user <= cursor:
                    self.enqueue(context, user)
            if op in context.watched:
                self.feed(context.watched[op], values)

    def feed(self, slot: Slot, values: Sequence[Value] | Values) -> None:
        """Add values to a slot; its readers are evaluated again if it grew."""
        current = slot.values
        grown = False
        for value in values:
            if value not in current and self._room(current, value):
                current[value] = None
                grown = True
        if grown:
            for context, op in slot.readers:
                self.enqueue(context, op)

    @staticmethod
    def _room(current: Values, value: Value) -> bool:
        if isinstance(value, Container) and value.type == "builtins.tuple":  # rows of a table
            return len(current) < MAX_VALUES
        return len(current) < ROOM.get(type(value), MAX_VALUES)

    def read(self, slot: Slot, context: Context, op: int) -> Values:
        """The slot's values, and a promise that the op is evaluated again when there are more."""
        slot.readers[context, op] = None
        return slot.values

    def read_op(self, owner: Context, source: int, context: Context, op: int) -> Values:
        """The values of another context's op (a default, an annotation), with the same promise."""
        if source < 0:
            return EMPTY
        slot = owner.watched.get(source)
        if slot is None:
            slot = owner.watched[source] = Slot()
            slot.values.update(owner.values[source] or EMPTY)
        return self.read(slot, context, op)

    def fall_back(self, context: Context, op: int, values: Callable[[], Iterable[Value]]) -> None:
        """Should the op still have no value when all is at rest, it gets these."""
        self._fallbacks.append((context, op, values))

    def fall_back_slot(
        self, slot: Slot, values: Callable[[], Iterable[Value]], *, beyond_literals: bool = False
    ) -> None:
        """The same for a slot. ``None`` does not count as a value; with ``beyond_literals`` no literal does."""
        self._slot_fallbacks.append((slot, values, (Nothing, Constant) if beyond_literals else (Nothing,)))

    # -- contexts -----------------------------------------------------------------------------------

    def module_context(self, module: Module) -> Context:
        """The context of a module's body."""
        context = self.modules.get(module)
        if context is None:
            context = self._new(module.scopes[0], None)
            self.modules[module] = context
            self._fresh_modules.append(context)
        return context

    def class_context(self, scope: ScopeInfo, parent: Context) -> Context:
        """The context of a class body, once per class statement and enclosing context."""
        key = (scope, parent)
        context = self._by_key.get(key)
        if context is None:
            context = self._by_key[key] = self._new(scope, parent)
            self.class_bodies.setdefault(scope, context)
            (self._fresh_modules if parent.depth == 0 else self._fresh).append(context)
        return context

    def context_for(
        self, function: FunctionValue, receiver: Value | None, key: tuple[tuple[int, Value], ...] = ()
    ) -> Context:
        """The context of a function under a receiver and given callable arguments; folded when there are too many."""
        scope = function.definer.scope.module.scopes[function.scope]
        if receiver is not None:
            seen = self._receivers.setdefault(scope, set())
            if receiver not in seen:
                if len(seen) >= MAX_RECEIVERS and isinstance(receiver, Instance):
                    receiver = self.declared_receiver(scope, receiver)
                seen.add(receiver)
        if key:
            key = tuple((i, v) for i, v in key if _depth(v) < MAX_DEPTH)
        identity = (function, receiver, key)
        context = self._by_key.get(identity)
        if context is None and key:
            count = self._keys.get(scope, 0)
            if count >= MAX_KEYS:
                return self.context_for(function, receiver)
            self._keys[scope] = count + 1
        if context is None:
            context = self._new(scope, function.definer, function, receiver, key)
            self._by_key[identity] = context
            self._fresh.append(context)
        return context

    def declared_receiver(self, scope: ScopeInfo, receiver: Value) -> Value:
        """``self`` as the class that holds the method declares it: any subclass."""
        info = self.classes.get(scope.owner) if scope.owner else None
        return self.intern.get(Instance, info, False, ()) if info else receiver

    def _new(
        self,
        scope: ScopeInfo,
        parent: Context | None,
        function: FunctionValue | None = None,
        receiver: Value | None = None,
        key: tuple[tuple[int, Value], ...] = (),
    ) -> Context:
        context = Context(len(self.contexts), scope, parent, function, receiver, key)
        mode = receiver.mode if isinstance(receiver, Instance) else ()
        if key or mode:
            context.dead |= dead_ops(scope, key, mode)
        self.contexts.append(context)
        return context

    # -- edges --------------------------------------------------------------------------------------

    def call(self, context: Context, op: int, target: Context, rank: int) -> None:
        """Record that the op runs the target in the same thread before it goes on."""
        if op in context.scope.quiet:
            return
        edges = context.calls.setdefault(op, {})
        if edges.get(target, -1) < rank:
            edges[target] = rank

    def library_call(self, context: Context, op: int, name: str, receiver: Value | None, rank: int) -> None:
        """Record that the op calls a library name the catalog has something to say of."""
        if op in context.scope.quiet:
            return
        if self.catalog.mounts(name):
            self.mounts[context, op, name, receiver] = None
        if self.catalog.uses(name):
            self.uses.setdefault((context, op, name, receiver, "", "caller"), rank)
        if not self.catalog.effects(name):
            return
        sites = context.library.setdefault(op, {})
        if sites.get((name, receiver), -1) < rank:
            sites[name, receiver] = rank

    def library_read(self, context: Context, op: int, name: str, receiver: Value | None, rank: int) -> None:
        """Record that the op reads an attribute whose plain read has an effect."""
        if op not in context.scope.quiet and self.catalog.property_effects(name):
            context.attributes.setdefault(op, {})[name, receiver] = rank

    def hand_over(
        self, context: Context, op: int, name: str, kind: str, place: str, target: Context, sync: str = ""
    ) -> None:
        """Record that a library gets the target to run it in ``place``, and a plain function in ``sync``."""
        key = (context, op, kind, place, target)
        if key not in self.handovers and op not in context.scope.dead:
            self.handovers[key] = Handover(context, op, name, kind, place, target, sync)

    # -- the loop -----------------------------------------------------------------------------------

    def enqueue(self, context: Context, op: int) -> None:
        """Evaluate an op again, soon."""
        item = (context, op)
        if op <= context.cursor and item not in self._queued and op not in context.dead:
            self._queued.add(item)
            self._again.append(item)

    def run(self, prepare: Callable[[], None], seeds: Sequence[Callable[[], bool]]) -> None:
        """Work until at rest, then let each seed add something (fallbacks, uncalled functions); until none does.

        ``prepare`` is called once, when the module bodies have run and no function yet: all class statements are known.
        """
        self._drain(modules_only=True)
        prepare()
        self._drain()
        while True:
            if self._use_fallbacks() or any(seed() for seed in seeds):
                self._drain()
                continue
            return

    def _drain(self, modules_only: bool = False) -> None:
        again, queued, steps = self._again, self._queued, self.steps
        while True:
            if again:
                item = again.popleft()
                queued.discard(item)
                context, op = item
                body = context.scope.ops[op]
                step = steps.get(type(body))
                if step is not None:
                    step(self, context, op, body)
            elif self._fresh_modules:
                self._start(self._fresh_modules.popleft())
            elif self._fresh and not modules_only:
                self._start(self._fresh.popleft())
            else:
                return

    def _start(self, context: Context) -> None:
        self.begin(self, context)
        steps = self.steps
        dead = context.dead
        for op, body in enumerate(context.scope.ops):
            context.cursor = op
            step = steps.get(type(body))
            if step is not None and op not in dead:
                step(self, context, op, body)

    def _use_fallbacks(self) -> bool:
        used = False
        waiting, self._fallbacks = self._fallbacks, []
        for context, op, values in waiting:
            if context.values[op]:
                continue
            found = list(values())
            if found:
                self.put(context, op, found)
                used = True
            else:
                self._fallbacks.append((context, op, values))
        slots, self._slot_fallbacks = self._slot_fallbacks, []
        for slot, values, weightless in slots:
            if any(not isinstance(v, weightless) for v in slot.values):
                continue
            found = list(values())
            if found:
                self.feed(slot, found)
                used = True
            else:
                self._slot_fallbacks.append((slot, values, weightless))
        return used


def told_apart(catalog: Catalog) -> frozenset[str]:
    """Classes whose instances made at different places differ: routers and applications, and receivers of methods whose effect
    depends on how the receiver was constructed."""
    effects = catalog.tables.effects
    conditioned = {
        index
        for index, effect in enumerate(effects)
        if any(c.of == "constructor" for c in (*effect.when, *effect.unless))
    }
    names = catalog.tables.effect_names.items()
    receivers = {name.rpartition(".")[0] for name, indices in names if not conditioned.isdisjoint(indices)}
    receivers |= {
        n.rpartition(".")[0] for n, uses in catalog.tables.uses.items() if any(u.of == "constructor" for u in uses)
    }
    routes = {
        name
        for name, indices in catalog.tables.callback_names.items()
        if any(catalog.tables.callbacks[index].kind in ("route", "websocket") for index in indices)
    }
    mounting = {*catalog.tables.mounts, *routes}
    routers = {name if name in catalog.tables.classes else name.rpartition(".")[0] for name in mounting}
    prefixed = {name for name, entry in catalog.tables.classes.items() if entry.prefix is not None}
    holders = {name for name, entry in catalog.tables.classes.items() if entry.puts}
    return frozenset(receivers | routers | prefixed | holders)


def _depth(value: Value) -> int:
    if isinstance(value, BoundMethod):
        value = value.function
    return value.depth if isinstance(value, FunctionValue) else 0
