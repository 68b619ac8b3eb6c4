"""Which coroutine functions could be plain ones: they await nothing, and who runs them takes plain functions to a thread."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.function_uses import FunctionUses
from fastapi_async_lint.analysis.kindred import has_overloads, kindred
from fastapi_async_lint.analysis.remedies import Remedies
from fastapi_async_lint.analysis.shared import SharedState
from fastapi_async_lint.analysis.shared_changes import shared_changes
from fastapi_async_lint.analysis.text import definition_place, look
from fastapi_async_lint.analysis.witnesses import is_sync
from fastapi_async_lint.diagnostics import Conversion
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import Coroutine

REGISTERED = frozenset({"route", "dependency", "background-task", "exception-handler"})
"""Kinds of hand-over whose callables the framework calls for each request, whatever they are."""
SYNC_PLACES = {
    "loop": "a plain function runs on the event loop",
    "never": "a plain function does not work",
}
"""What a library does with a plain function, where that is not running it in a thread."""
MAX_REASONS = 5


class Conversions:
    """Answers for the functions that hold loop sites; what belongs to the project as a whole is worked out once."""

    def __init__(self, project: Project, effects: Effects, remedies: Remedies, shared: SharedState, root: Path) -> None:
        self._shared = shared
        self._project = project
        self._effects = effects
        self._remedies = remedies
        self._bound = remedies.bound
        self._checks = remedies.checks
        self._handed: dict[ScopeInfo, list[Handover]] = defaultdict(list)
        self._contexts: dict[ScopeInfo, list[Context]] = defaultdict(list)
        for handover in project.solver.handovers.values():
            self._handed[handover.target.scope].append(handover)
        candidates = {scope: handed for scope, handed in self._handed.items() if _is_candidate(scope, handed)}
        for context in project.solver.contexts:
            if context.scope in candidates:
                self._contexts[context.scope].append(context)
        self._uses = FunctionUses(project, candidates, root)
        self._foreign: dict[Context, tuple[str, str]] = {}
        self._known: dict[ScopeInfo, Conversion | None] = {
            scope: None for scope in self._handed if scope not in candidates
        }

    def of(self, scope: ScopeInfo) -> Conversion | None:
        """Whether the function can be a plain one; None where that is no question."""
        if scope not in self._handed:
            return None
        if scope not in self._known:
            reasons = tuple(dict.fromkeys(self._reasons(scope)))
            self._known[scope] = Conversion(scope.facts.name, definition_place(scope), reasons[:MAX_REASONS])
        return self._known[scope]

    def _reasons(self, scope: ScopeInfo) -> Iterator[str]:
        if scope.facts.is_generator:
            yield "it is an asynchronous generator"
        for handover in self._handed[scope]:
            if not _goes_to_a_thread(handover):
                does = SYNC_PLACES.get(handover.sync, "a plain function does something else")
                yield f"it also serves as {handover.kind}, where {does}"
        if has_overloads(scope):
            yield "its overloads would still be coroutine functions"
        yield from self._uses.reasons(scope)
        yield from self._family(scope)
        for context in self._contexts[scope]:
            yield from self._remedies.staying(context)
            yield from self._coroutines(context)
            yield from self._objects(context)
            for name in shared_changes(context, self._bound):
                yield f"it changes `{name}`, which other requests share"
            yield from map(self._remedies.changed, self._shared.within(context))
            yield from self._remedies.together(context)

    def _coroutines(self, context: Context) -> Iterator[str]:
        """What the body makes that only the event loop can use."""
        scope = context.scope
        for op, _ in scope.having(ir.Call):
            if any(isinstance(v, Coroutine) for v in context.values[op] or ()):
                yield f"the coroutine that {look(scope, op)} gives belongs to the event loop"
        for op, sites in self._effects.at(context).items():
            if any(site.effect.kind == "async" for site in sites):
                yield f"what {look(scope, op)} gives belongs to the event loop"

    def _objects(self, context: Context) -> Iterator[str]:
        """Objects of one thread that the body, or what it calls in the same thread, gets from elsewhere or gives away."""
        name, check = self._bound.from_outside(context), self._checks.within(context)
        for inner in _below(context):
            if inner not in self._foreign:
                self._foreign[inner] = self._bound.held(inner), self._checks.within(inner)
            held, checked = self._foreign[inner]
            name, check = name or held, check or checked
        if name:
            yield f"it uses a {name} of another thread"
        if check:
            yield check
        given = self._bound.given_out(context)
        if given:
            yield f"only the thread that makes a {given} may use it, and it gives one away"

    def _family(self, scope: ScopeInfo) -> Iterator[str]:
        """Methods of the same name in base classes, subclasses and protocols: they must stay of one kind."""
        return kindred(self._project, scope, lambda base: self._may_be_plain(scope, base), "a coroutine function")

    def _may_be_plain(self, scope: ScopeInfo, base: str) -> bool:
        """Whether a library's base class does not define the method, or says itself that it may be a plain one."""
        catalog, name = self._project.catalog, scope.facts.name
        if any(
            name in entry.methods and entry.kind in REGISTERED and entry.sync == "thread"
            for entry in catalog.overrides(base)
        ):
            return True
        if base.partition(".")[0] in sys.stdlib_module_names:
            return not catalog.effects(f"{base}.{name}")
        known = catalog.klass(base)
        return known is not None and catalog.returns(f"{base}.{name}") is None and not name.startswith("__")


def _is_candidate(scope: ScopeInfo, handed: Iterable[Handover]) -> bool:
    facts = scope.facts
    return (
        facts.is_async
        and facts.kind == "function"
        and not scope.module.is_library
        and any(map(_goes_to_a_thread, handed))
        and not awaits(scope)
    )


def _goes_to_a_thread(handover: Handover) -> bool:
    """Whether a plain function in the target's place runs in the thread pool."""
    return handover.kind in REGISTERED and handover.place == "loop" and handover.sync == "thread"


def awaits(scope: ScopeInfo) -> bool:
    """Whether the body waits for something on the event loop; generator expressions of it count, inner functions do not."""
    for body in scope.ops:
        if isinstance(body, ir.Await) or (isinstance(body, (ir.Iterate, ir.Enter, ir.Exit)) and body.is_async):
            return True
    return any(inner.facts.kind == "generator" and (inner.facts.is_async or awaits(inner)) for inner in scope.bodies)


def _below(context: Context) -> Iterator[Context]:
    """What the body runs in its own thread, at any depth."""
    seen = {context}
    pending = [context]
    while pending:
        for targets in pending.pop().calls.values():
            for target in targets:
                if target not in seen and is_sync(target):
                    seen.add(target)
                    pending.append(target)
                    yield target
