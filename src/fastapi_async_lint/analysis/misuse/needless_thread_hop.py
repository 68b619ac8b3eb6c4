"""Plain endpoints and dependencies that do next to nothing, for which the framework takes a thread all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from fastapi_async_lint.analysis.function_uses import FunctionUses
from fastapi_async_lint.analysis.kindred import has_overloads, kindred
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.analysis.reach import IN_THREAD, Roads
from fastapi_async_lint.analysis.text import definition_place
from fastapi_async_lint.analysis.trivial import Trivial
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.diagnostics import Conversion, Severity
from fastapi_async_lint.facts.model import NONE, MakeFunction
from fastapi_async_lint.project.context import Context, Handover
from fastapi_async_lint.project.index import ScopeInfo

KIND = "needless-thread-hop"
KINDS = frozenset({"route", "dependency"})
MAX_REASONS = 5


def find_needless_thread_hops(ground: Ground) -> Iterator[Misuse]:
    """Functions that the framework runs in a thread for each request, and of which all is known to be trivial."""
    trivial = Trivial(ground.project.catalog, ground.effects)
    candidates = {
        handover.target.scope
        for handover in Roads(ground.project, ground.places).threads()
        if handover.kind in KINDS and handover.place == IN_THREAD and _is_candidate(handover.target.scope)
    }
    contexts: dict[ScopeInfo, list[Context]] = defaultdict(list)
    for context in ground.project.solver.contexts:
        if context.scope in candidates:
            contexts[context.scope].append(context)
    found = {scope: all(map(trivial.is_trivial, contexts[scope])) for scope in contexts}
    handed: dict[ScopeInfo, list[Handover]] = defaultdict(list)
    for handover in ground.project.solver.handovers.values():
        if found.get(handover.target.scope):
            handed[handover.target.scope].append(handover)
    uses = FunctionUses(ground.project, handed, ground.root, plain=True)
    for scope, handovers in handed.items():
        yield _misuse(ground, scope, handovers, uses)


def _is_candidate(scope: ScopeInfo) -> bool:
    facts = scope.facts
    return (
        facts.kind == "function"
        and not facts.is_async
        and facts.name != "__init__"
        and not scope.module.is_library
        and not is_test(scope.module)
    )


def _misuse(ground: Ground, scope: ScopeInfo, handovers: list[Handover], uses: FunctionUses) -> Misuse:
    reasons = tuple(dict.fromkeys((*_reasons(ground, scope, handovers), *uses.reasons(scope))))
    kind = next(handover.kind for handover in handovers if handover.kind in KINDS)
    found = ground.misuse_of(KIND, handovers[0].target, scope.facts.name, severity=Severity.MINOR)
    conversion = Conversion(scope.facts.name, definition_place(scope), reasons[:MAX_REASONS])
    return replace(found, note=kind, conversion=conversion)


def _reasons(ground: Ground, scope: ScopeInfo, handovers: list[Handover]) -> Iterator[str]:
    """Why the function must stay a plain one, as far as its definition and those who run it tell."""
    if scope.facts.is_generator and _has_return_annotation(scope):
        yield "it becomes an asynchronous generator, which its return annotation has to say as well"
    for handover in handovers:
        callbacks = [c for c in ground.project.catalog.callbacks(handover.name) if c.kind == handover.kind]
        if handover.kind not in KINDS or not all(callback.asynchronous == "loop" for callback in callbacks):
            yield f"it also serves as {handover.kind}, where a coroutine function does something else"
    if has_overloads(scope):
        yield "its overloads would still be plain functions"
    yield from kindred(ground.project, scope, lambda base: base in ("builtins.object", "abc.ABC"), "a plain function")


def _has_return_annotation(scope: ScopeInfo) -> bool:
    outer = scope.parent
    return outer is not None and any(
        isinstance(body, MakeFunction) and body.scope == scope.index and body.returns != NONE for body in outer.ops
    )
