"""Which objects outlive a request: module variables, class attributes, what hangs on an application, what factories keep.

An object is known by the way it is reached in the text, so two objects of one class are told apart. What the callers pass is a
set of names: the parameters, and the variables of functions around, that hold something shared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from fastapi_async_lint.analysis.places import LOOP, THREAD, Places
from fastapi_async_lint.analysis.shared.passing import passed
from fastapi_async_lint.analysis.shared.paths import READERS
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    Container,
    ContainerMethod,
    Instance,
    LibraryInstance,
    ModuleValue,
    Value,
    Wrapper,
)

Names = frozenset[str]
NOBODY: Names = frozenset()
_FOLLOWED = (ir.Bind, ir.Narrow, ir.Await)
_PARTS = (ir.Attribute, ir.Subscript, ir.Iterate, ir.Unpack)
_VIEWS = frozenset({"values", "items"})
MAX_FACTORIES = 6
"""How many calls up it is followed where a function's value comes from."""
CONSTRUCTOR = "__init__"


class Owners:
    """Answers whether the value of an op is shared by requests."""

    def __init__(self, project: Project, places: Places) -> None:
        self._project = project
        self._places = places
        self._catalog = project.catalog
        self._applications = frozenset(_applications(project))
        self._per_thread: dict[str, bool] = {}
        self._returned: dict[tuple[Context, Names], bool] = {}
        self._known: dict[tuple[Context, Names, int], bool] = {}
        self._providing: dict[tuple[Context, int], list[Context]] = defaultdict(list)
        for handover in project.solver.handovers.values():
            if handover.kind == "dependency":
                self._providing[handover.context, handover.op].append(handover.target)

    def shares(self, context: Context, op: int, names: Names) -> bool:
        """Whether what the op gives is there for other requests, too; ``names``: those that hold something shared."""
        key = context, names, op
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._shares(context, op, names, 0)
        return known

    def shares_name(self, context: Context, name: str, names: Names) -> bool:
        """The same of a variable from around the function."""
        return name in names or self._lasts(context, name)

    def on_entry(self, handover: Handover) -> Names:
        """The parameters that hold something shared when the framework calls what was registered with it."""
        target = handover.target
        found = set(self.provided(target))
        parameters = target.scope.facts.parameters
        if target.receiver is not None and parameters and self._is_registered_object(handover):
            found.add(parameters[0].name)
        return frozenset(found)

    def provided(self, context: Context) -> Iterator[str]:
        """Parameters that get what a dependency keeps."""
        for index, parameter in enumerate(context.scope.facts.parameters):
            values = context.values[index] or {}
            providers = [p for p in context.providers if not values.keys().isdisjoint(p.provided.values)]
            contexts = [c for p in providers for c in self._providing.get((p.context, p.op), ())]
            if contexts and all(self._returns(c, NOBODY, 1) for c in contexts):
                yield parameter.name

    def _is_registered_object(self, handover: Handover) -> bool:
        """Whether the receiver is an object that was there at the registration, not one made for each request."""
        if handover.target.scope.facts.name == CONSTRUCTOR:
            return False
        if handover.kind == "middleware":
            return True
        body = handover.context.scope.ops[handover.op]
        given = [a.value for a in body.arguments] if isinstance(body, ir.Call) else []
        values = [v for op in given for v in handover.context.values[op] or ()]
        return any(isinstance(v, (BoundMethod, Instance)) for v in values) and not any(
            isinstance(v, ClassValue) for v in values
        )

    # -- where a value comes from ---------------------------------------------------------------------

    def _shares(self, context: Context, op: int, names: Names, depth: int) -> bool:
        """All that the value may be is shared, or a constant."""
        pending, seen, found = [op], {op}, False
        while pending:
            current = pending.pop()
            following, answer = self._step(context, current, names, depth)
            if answer is False:
                return False
            found = found or answer is True
            for other in following:
                if other >= 0 and other not in seen:
                    seen.add(other)
                    pending.append(other)
        return found

    def _step(self, context: Context, op: int, names: Names, depth: int) -> tuple[Iterable[int], bool | None]:
        """Where to look on, or the answer; None: nothing follows from this op."""
        body = context.scope.ops[op]
        values = context.values[op] or {}
        if any(self._is_private(value) for value in values):
            return (), False
        if values and all(self._is_lasting(value) for value in values):
            return (), True
        if isinstance(body, ir.Const):
            return (), None
        if isinstance(body, ir.Subscript) and not isinstance(context.scope.ops[body.key], ir.Const):
            return (), False  # What is kept for one user, one session, one key is mostly used by one request at a time.
        if isinstance(body, ir.Free):
            return (), self.shares_name(context, body.name, names)
        if isinstance(body, ir.Parameter):
            return (), body.name in names
        if isinstance(body, ir.Phi):
            return body.sources, None
        if isinstance(body, _FOLLOWED):
            targets = context.calls.get(op) if isinstance(body, ir.Await) else None
            return ((), self._given(context, op, targets, names, depth)) if targets else ((body.value,), None)
        if isinstance(body, _PARTS):
            targets = context.calls.get(op)
            if targets:  # a property, or an iterator of the project
                return (), self._given(context, op, targets, names, depth)
            return (body.base if isinstance(body, (ir.Attribute, ir.Subscript)) else body.value,), None
        if isinstance(body, ir.Call):
            return self._called(context, op, body, names, depth)
        return (), False

    def _called(
        self, context: Context, op: int, body: ir.Call, names: Names, depth: int
    ) -> tuple[Iterable[int], bool | None]:
        callees = context.values[body.function] or {}
        if any(isinstance(v, ClassValue) for v in callees):
            return (), any(isinstance(v, ClassValue) and _is_single(v) for v in callees)
        if any(isinstance(v, Wrapper) and v.callback.keeps for v in callees):
            return (), True
        targets = context.calls.get(op)
        if targets:
            return (), self._given(context, op, targets, names, depth)
        function = context.scope.ops[body.function]
        if isinstance(function, ir.Attribute) and (
            function.name in READERS
            and body.arguments
            and isinstance(context.scope.ops[body.arguments[0].value], ir.Const)
            or function.name in _VIEWS
            and all(isinstance(v, ContainerMethod) for v in callees)
        ):
            return (function.base,), None
        return (), False

    def _given(self, context: Context, op: int, targets: Iterable[Context], names: Names, depth: int) -> bool:
        if depth >= MAX_FACTORIES:
            return False
        following = depth + 1
        return all(
            self._returns(
                target,
                passed(context, op, target, names, lambda value: self._shares(context, value, names, following)),
                following,
            )
            for target in targets
        )

    def _returns(self, context: Context, names: Names, depth: int) -> bool:
        """Whether a function gives something that is there already."""
        scope = context.scope
        key = context, names
        if key in self._returned or depth > MAX_FACTORIES:
            return self._returned.get(key, False)
        if scope in self._project.solver.memoised:
            return True
        self._returned[key] = False
        given = [
            body.value
            for op, body in enumerate(scope.ops)
            if isinstance(body, (ir.Return, ir.Yield)) and op not in scope.quiet and op not in context.dead
        ]
        kept = [op for op in given if op >= 0]
        found = bool(kept) and all(
            self._shares(context, op, names, depth) or self._is_stored(context, op) or _is_nothing(scope, op)
            for op in kept
        )
        found = found and not all(_is_nothing(scope, op) for op in kept)
        self._returned[key] = found
        return found

    def _is_stored(self, context: Context, op: int) -> bool:
        """Whether the value is put into a variable around the function: ``_store = Store(); return _store``."""
        scope = context.scope
        source = op
        while isinstance(body := scope.ops[source], (ir.Bind, ir.Narrow)) and body.value >= 0:
            if isinstance(body, ir.Bind) and body.where != "local":
                return True
            source = body.value
        for user in scope.users[source]:
            body = scope.ops[user]
            if isinstance(body, ir.Bind) and body.where != "local":
                return True
            writes = isinstance(body, (ir.SetAttribute, ir.SetSubscript)) and body.value == source
            if writes and self._shares(context, body.base, NOBODY, MAX_FACTORIES):  # type: ignore[union-attr]
                return True
        return False

    # -- variables and values ---------------------------------------------------------------------------

    def _lasts(self, context: Context, name: str) -> bool:
        """Whether a variable from around the function is that of a module, or of a function that no request runs."""
        outer = context.parent
        while outer is not None:
            scope = outer.scope
            if scope.is_function and (name in scope.binds or name in scope.parameters):
                return not self._places.of.get(outer, 0) & (LOOP | THREAD)
            outer = outer.parent
        return True

    def _is_private(self, value: Value) -> bool:
        """Whether every thread sees something else behind the object."""
        names: Iterable[str] = ()
        if isinstance(value, LibraryInstance):
            names = (value.name,)
        elif isinstance(value, Instance):
            names = value.info.libraries()
        return any(self._is_per_thread(name) for name in names)

    def _is_per_thread(self, name: str) -> bool:
        if name not in self._per_thread:
            entries = (self._catalog.klass(base) for base in self._catalog.mro(name))
            self._per_thread[name] = any(entry is not None and entry.per_thread for entry in entries)
        return self._per_thread[name]

    def _is_lasting(self, value: Value) -> bool:
        """Whether there is only one such object: a class, a module, an application, what a class or module body makes."""
        if isinstance(value, (ClassValue, ModuleValue)):
            return True
        if isinstance(value, LibraryInstance):
            return value.name in self._applications
        return isinstance(value, Container) and not value.context.scope.is_function


def _is_nothing(scope: ScopeInfo, op: int) -> bool:
    body = scope.ops[op]
    return isinstance(body, ir.Const) and body.type == "none"


def _is_single(value: ClassValue) -> bool:
    """Whether the class decides itself how many objects of it there are."""
    classes = list(value.info.project_classes())
    metaclasses = (slot for info in classes if (slot := info.keywords.get("metaclass")) is not None)
    own = any(isinstance(v, ClassValue) for slot in metaclasses for v in slot.values)
    return own or any("__new__" in info.attributes for info in classes)


def _applications(project: Project) -> Iterator[str]:
    """Library classes on which routes are registered."""
    tables = project.catalog.tables
    for name, indices in tables.callback_names.items():
        if any(tables.callbacks[index].kind in ("route", "websocket") for index in indices):
            owner = name if name in tables.classes else name.rpartition(".")[0]
            yield owner
