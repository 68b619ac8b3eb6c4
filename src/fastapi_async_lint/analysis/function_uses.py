"""Every use of certain functions as values: who calls them, and what they are passed to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from fastapi_async_lint.analysis.text import look, place_of
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import builtin_calls
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    Coroutine,
    Decorator,
    FunctionValue,
    Instance,
    LibraryMember,
    LibraryValue,
    Partial,
    Value,
    Wrapped,
    Wrapper,
)

_HARMLESS = (
    ir.Bind, ir.Phi, ir.Narrow, ir.Attribute, ir.Truth, ir.Compare, ir.Format, ir.Return, ir.MakeFunction,
)  # fmt: skip
"""What passes a function on to where its use is seen, or only looks at it."""
_SAME = ("builtins.", "typing.", "typing_extensions.")
"""Prefixes of the language's own functions: none calls what it gets but those that the catalog speaks of."""
MAX_PLACES = 4
MAX_WRAPPINGS = 8


class FunctionUses:
    """Finds, for functions that are handed over to a framework, what else is done with them.

    They are coroutine functions that could become plain, or, with ``plain``, the other way round.
    """

    def __init__(
        self, project: Project, functions: dict[ScopeInfo, list[Handover]], root: Path, *, plain: bool = False
    ) -> None:
        self._project = project
        self._functions = functions
        self._root = root
        self._plain = plain
        self._kind = "a plain function" if plain else "a coroutine function"
        self._handed = {s: {(h.context.scope, h.op) for h in handed} for s, handed in functions.items()}
        self._roots: dict[Value, ScopeInfo | None] = {}
        self._calls: dict[ScopeInfo, dict[str, None]] = defaultdict(dict)
        self._other: dict[ScopeInfo, dict[str, None]] = defaultdict(dict)
        self._methods: dict[str, list[ScopeInfo]] = defaultdict(list)
        for scope in functions:
            if scope.owner is not None:
                self._methods[scope.facts.name].append(scope)
        if functions:
            self._scan()

    def reasons(self, function: ScopeInfo) -> Iterator[str]:
        """Why the function must stay what it is, as far as its uses tell."""
        places = list(self._calls[function])
        if places:
            more = f" and {len(places) - MAX_PLACES} more" if len(places) > MAX_PLACES else ""
            yield f"it is called as {self._kind} in {', '.join(places[:MAX_PLACES])}{more}"
        yield from self._other[function]

    def _scan(self) -> None:
        for context in self._project.solver.contexts:
            scope = context.scope
            for op, values in enumerate(context.values):
                if not values:
                    if self._methods and isinstance(scope.ops[op], ir.Attribute):
                        self._unresolved(context, op)
                    continue
                for value in values:
                    kind = type(value)
                    if kind is Coroutine:
                        assert isinstance(value, Coroutine)
                        if value.context.scope in self._functions and isinstance(scope.ops[op], ir.Call):
                            self._calls[value.context.scope][self._where(scope, op)] = None
                    elif kind in _FUNCTIONS:
                        function = self._root_of(value)
                        if function is not None and op not in scope.quiet:
                            self._use(context, op, function)
            for op, targets in context.calls.items():
                for target in targets:
                    if target.scope in self._functions:
                        self._calls[target.scope][self._where(scope, op)] = None

    def _unresolved(self, context: Context, op: int) -> None:
        """``await x.method()`` (``x.method()``) of a receiver that is not known may be any method of the name."""
        scope = context.scope
        body = scope.ops[op]
        assert isinstance(body, ir.Attribute)
        for function in self._methods.get(body.name, ()):
            for call in scope.users[op]:
                awaited = any(isinstance(scope.ops[user], ir.Await) for user in scope.users[call])
                if isinstance(scope.ops[call], ir.Call) and awaited is not self._plain:
                    self._calls[function][self._where(scope, call)] = None

    def _root_of(self, value: Value) -> ScopeInfo | None:
        """Which of the functions a callable value comes down to."""
        if value in self._roots:
            return self._roots[value]
        pending, found = [value], None
        for _ in range(MAX_WRAPPINGS):
            if not pending or found is not None:
                break
            inner = pending.pop()
            if isinstance(inner, FunctionValue):
                scope = inner.definer.scope.module.scopes[inner.scope]
                found = scope if scope in self._functions else None
            elif isinstance(inner, (BoundMethod, Wrapped, Wrapper)):
                pending.append(inner.function)
            elif isinstance(inner, Partial):
                made = inner.context.scope.ops[inner.op]
                first = made.arguments[0].value if isinstance(made, ir.Call) and made.arguments else ir.NONE
                pending.extend(inner.context.values[first] or () if first >= 0 else ())
        self._roots[value] = found
        return found

    def _use(self, context: Context, op: int, function: ScopeInfo) -> None:
        scope = context.scope
        for user in scope.users[op]:
            if user in scope.quiet or user in context.dead:
                continue
            body = scope.ops[user]
            if isinstance(body, ir.Call):
                if body.function != op and not self._accepts(context, user, body, function):
                    self._passed(scope, user, body, function)
            elif isinstance(body, ir.SetSubscript):
                if body.value == op:
                    self._stored(scope, user, function)
            elif isinstance(body, (ir.Subscript, ir.DeleteSubscript)):
                if body.base == op:
                    self._not_followed(scope, user, function)
            elif isinstance(body, (ir.Sequence, ir.Mapping)):
                if not self._is_handed_over(scope, user, function):
                    self._stored(scope, user, function)
            elif isinstance(body, ir.SetAttribute):
                holders = context.values[body.base] or ()
                if body.value == op and not (holders and all(isinstance(h, (Instance, ClassValue)) for h in holders)):
                    self._stored(scope, user, function)
            elif not isinstance(body, _HARMLESS):
                self._not_followed(scope, user, function)

    def _not_followed(self, scope: ScopeInfo, op: int, function: ScopeInfo) -> None:
        self._other[function][f"it is used in a way that is not followed ({self._where(scope, op)})"] = None

    def _accepts(self, context: Context, op: int, call: ir.Call, function: ScopeInfo) -> bool:
        """Whether what is called with the function hands it over, or leads to code whose use of it is seen."""
        if (context.scope, op) in self._handed[function]:
            return True  # Whether the hand-over takes plain functions is another question.
        callees = context.values[call.function]
        return bool(callees) and all(self._takes(callee) for callee in callees or ())

    def _takes(self, callee: Value) -> bool:
        if isinstance(callee, (FunctionValue, BoundMethod, ClassValue, Instance, Wrapped, Wrapper, Partial)):
            return True
        if not isinstance(callee, (LibraryValue, LibraryMember, Decorator)):
            return False
        if callee.name in builtin_calls.SPECIAL or callee.name.startswith(_SAME):
            return True
        callbacks = self._project.catalog.callbacks(callee.name)
        return bool(callbacks) and all(
            c.kind == "partial"
            or (c.kind == "wrapper" and c.sync == c.asynchronous == "caller" and not (self._plain and c.keeps))
            for c in callbacks
        )

    def _is_handed_over(self, scope: ScopeInfo, display: int, function: ScopeInfo) -> bool:
        """Whether a list or dict display is itself the argument of a call that hands the function over."""
        users = [user for user in _through_names(scope, display) if user not in scope.quiet]
        return bool(users) and all((scope, user) in self._handed[function] for user in users)

    def _passed(self, scope: ScopeInfo, op: int, call: ir.Call, function: ScopeInfo) -> None:
        text = look(scope, op)
        what = f"its decorator {text}" if call.decorator else f"{text}, which it is passed to,"
        self._other[function][f"{what} may need {self._kind} ({self._where(scope, op)})"] = None

    def _stored(self, scope: ScopeInfo, op: int, function: ScopeInfo) -> None:
        self._other[function][f"it is kept for callers that are not known ({self._where(scope, op)})"] = None

    def _where(self, scope: ScopeInfo, op: int) -> str:
        place = place_of(scope, op)
        path = place.path.relative_to(self._root) if place.path.is_relative_to(self._root) else place.path
        return f"{path.as_posix()}:{place.start.row}"


_FUNCTIONS = frozenset({FunctionValue, BoundMethod, Wrapped, Wrapper, Partial})


def _through_names(scope: ScopeInfo, op: int) -> Iterable[int]:
    """The ops that use a value, those behind names of the same body included."""
    seen: set[int] = set()
    pending = list(scope.users[op])
    while pending:
        user = pending.pop()
        if user in seen:
            continue
        seen.add(user)
        if isinstance(scope.ops[user], (ir.Bind, ir.Phi, ir.Narrow)):
            pending.extend(scope.users[user])
        else:
            yield user
