"""Coroutines that are awaited one after the other although they do not depend on each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fastapi_async_lint.analysis.misuse.coroutines import Creation, creations
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.misuse.network import asynchronous_requests
from fastapi_async_lint.analysis.misuse.uses import depends, fate, source
from fastapi_async_lint.analysis.text import dotted, look, place_of
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.diagnostics import Hop, Severity
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo

KIND = "sequential-awaits"
PREPARED, INDEPENDENT = "prepared", "independent"
"""The two variants, as the finding's note: coroutines made first and awaited later; requests of which none needs the other."""
_VIEWS = frozenset({"items", "values"})
_ADDING = frozenset({"append", "add"})


@dataclass(frozen=True, slots=True)
class Wait:
    """A coroutine and the op that awaits it. ``shared``: the op of the container that holds it with others, or NONE."""

    creation: Creation
    waiter: int
    shared: int = ir.NONE


def find_sequential_awaits(ground: Ground) -> Iterator[Misuse]:
    """Groups of two or more, reported where the first coroutine is made."""
    by_scope: dict[ScopeInfo, list[Creation]] = {}
    for creation in creations(ground, _of_interest):
        by_scope.setdefault(creation.context.scope, []).append(creation)
    requests = asynchronous_requests(ground.project.catalog)
    for scope, made in by_scope.items():
        made.sort(key=lambda c: c.op)
        waits = [wait for creation in made for wait in _waits(scope, creation)]
        for group in (*_prepared(scope, waits), *_in_containers(scope, waits, made)):
            added = any(_is_added(scope, wait) for wait in group)
            yield _misuse(ground, group, min(1 if added else 2, *(w.creation.rank for w in group)), PREPARED)
        for group in _independent(scope, made, requests):
            yield replace(_misuse(ground, group, 0, INDEPENDENT), severity=Severity.MINOR)


def _of_interest(scope: ScopeInfo, op: int) -> bool:
    return scope.is_function and scope.facts.is_async


def _waits(scope: ScopeInfo, creation: Creation) -> Iterator[Wait]:
    """Where a coroutine is awaited, itself or as a member of a container; nothing if anything else is done with it."""
    end = fate(scope, creation.op)
    if end.escapes or len(end.users) != 1:
        return
    (user,) = end.users
    body = scope.ops[user]
    if isinstance(body, ir.Await):
        if end.names:
            yield Wait(creation, user)
        return
    container = _container(scope, user, creation.op)
    if container >= 0:
        for waiter in _members_awaited(scope, container) or ():
            yield Wait(creation, waiter, container)


def _container(scope: ScopeInfo, user: int, member: int) -> int:
    """The list, tuple, set or dict that the user puts the value into; NONE if it does something else."""
    body = scope.ops[user]
    if isinstance(body, (ir.Sequence, ir.Comprehension)):
        return user
    if isinstance(body, ir.Mapping):
        return user if member not in body.keys else ir.NONE
    if isinstance(body, ir.Call):
        method = scope.ops[body.function]
        if isinstance(method, ir.Attribute) and method.name in _ADDING and not scope.users[user]:
            base = source(scope, method.base)
            return base if isinstance(scope.ops[base], (ir.Sequence, ir.Comprehension)) else ir.NONE
    return ir.NONE


def _members_awaited(scope: ScopeInfo, container: int) -> list[int] | None:
    """The ops that await members of a container; None if it, or one of them, goes anywhere else."""
    found: list[int] = []
    end = fate(scope, container)
    if end.escapes:
        return None
    pending = list(end.users)
    while pending:
        user = pending.pop()
        body = scope.ops[user]
        if isinstance(body, ir.Await):
            found.append(user)
        elif isinstance(body, ir.Unpack) and body.index == 0 and _is_mapping(scope, container):
            continue  # The key of ``for key, coroutine in mapping.items()``.
        elif isinstance(body, (ir.Unpack, ir.Subscript)) or (isinstance(body, ir.Iterate) and not body.is_async):
            inner = fate(scope, user)
            if inner.escapes:
                return None
            pending.extend(inner.users)
        elif isinstance(body, ir.Attribute):
            called = _view_or_adding(scope, user)
            if called is None:
                return None
            pending.extend(called)
        elif not isinstance(body, (ir.Truth, ir.Format)):
            return None
    return sorted(found)


def _view_or_adding(scope: ScopeInfo, attribute: int) -> list[int] | None:
    """What follows ``container.items()``; nothing for ``container.append(…)``; None for any other attribute."""
    body = scope.ops[attribute]
    name = body.name if isinstance(body, ir.Attribute) else ""
    if name in _ADDING:
        return []
    if name not in _VIEWS:
        return None
    users: list[int] = []
    for call in scope.users[attribute]:
        if not isinstance(scope.ops[call], ir.Call):
            return None
        users.extend(fate(scope, call).users)
    return users


def _is_mapping(scope: ScopeInfo, container: int) -> bool:
    body = scope.ops[container]
    return isinstance(body, ir.Mapping) or (isinstance(body, ir.Comprehension) and body.type == "dict")


def _prepared(scope: ScopeInfo, waits: list[Wait]) -> Iterator[list[Wait]]:
    """Coroutines in variables of their own, all made before the first of them is awaited."""
    alone = [w for w in waits if w.shared == ir.NONE and w.creation.op < w.waiter]
    while alone:
        first = alone[0]
        block = scope.facts.block(first.creation.op)
        group = [w for w in alone if w.creation.op < first.waiter and scope.facts.block(w.creation.op) == block]
        until = min(w.waiter for w in group)
        group = [w for w in group if w.creation.op < until]
        if len({w.waiter for w in group}) > 1:
            yield sorted(group, key=lambda w: w.waiter)
        alone = [w for w in alone[1:] if w not in group]


def _in_containers(scope: ScopeInfo, waits: list[Wait], made: list[Creation]) -> Iterator[list[Wait]]:
    """Containers of nothing but coroutines, awaited in a loop or by index."""
    containers: dict[int, list[Wait]] = {}
    for wait in waits:
        if wait.shared >= 0:
            containers.setdefault(wait.shared, []).append(wait)
    for container, group in containers.items():
        if _only_holds(scope, container, {w.creation.op for w in group}):
            body = scope.ops[container]
            many = (
                isinstance(body, ir.Comprehension) or _in_loop(scope, group) or len({w.creation.op for w in group}) > 1
            )
            if many:
                yield list({w.waiter: w for w in reversed(group)}.values())[::-1]


def _is_added(scope: ScopeInfo, wait: Wait) -> bool:
    """Whether the coroutine was appended to a list: that may be a queue which is worked off in its order on purpose."""
    return any(isinstance(scope.ops[user], ir.Call) for user in fate(scope, wait.creation.op).users)


def _in_loop(scope: ScopeInfo, group: list[Wait]) -> bool:
    """Whether the coroutines are made in a loop, so that one call makes many."""
    block = scope.facts.block(group[0].creation.op)
    return scope.facts.blocks[block].kind == "loop"


def _only_holds(scope: ScopeInfo, container: int, coroutines: set[int]) -> bool:
    body = scope.ops[container]
    if isinstance(body, ir.Sequence):
        return not body.stars and all(source(scope, item) in coroutines for item in body.items)
    if isinstance(body, ir.Mapping):
        return all(source(scope, value) in coroutines for value in body.values)
    return isinstance(body, ir.Comprehension) and source(scope, body.element) in coroutines


def _independent(scope: ScopeInfo, made: list[Creation], requests: frozenset[str]) -> Iterator[list[Wait]]:
    """Requests awaited in consecutive steps of one block, none of which needs what an earlier one gave."""
    group: list[Wait] = []
    for creation in made:
        users = scope.users[creation.op]
        waiter = users[0] if len(users) == 1 else ir.NONE
        if waiter < 0 or not isinstance(scope.ops[waiter], ir.Await) or not _requests(creation, requests):
            continue
        wait = Wait(creation, waiter)
        if group and not _follows(scope, group, wait):
            if len(group) > 1:
                yield group
            group = []
        group.append(wait)
    if len(group) > 1:
        yield group


def _follows(scope: ScopeInfo, group: list[Wait], wait: Wait) -> bool:
    last = group[-1]
    if scope.facts.block(wait.creation.op) != scope.facts.block(last.creation.op):
        return False
    between = scope.ops[last.waiter + 1 : wait.creation.op]
    if any(not isinstance(op, _PLAIN) for op in between):
        return False
    return not any(depends(scope, wait.creation.op, earlier.waiter) for earlier in group)


_PLAIN = (
    ir.Bind, ir.Const, ir.Free, ir.Attribute, ir.Format, ir.Text, ir.Mapping, ir.Sequence, ir.Subscript, ir.Narrow, ir.Phi,
)  # fmt: skip
"""Ops that only prepare arguments."""


def _requests(creation: Creation, requests: frozenset[str]) -> bool:
    names = creation.context.library.get(creation.op, {})
    return bool(names) and all(name in requests for name, _ in names)


def _misuse(ground: Ground, group: list[Wait], rank: int, note: str) -> Misuse:
    context: Context = group[0].creation.context
    scope = context.scope
    waiters = dict.fromkeys(w.waiter for w in group)
    chain = tuple(Hop(scope.name, place_of(scope, op), look(scope, op)) for op in waiters)
    op = min(w.creation.op for w in group)
    body = scope.ops[op]
    subject = dotted(scope, body.function) if isinstance(body, ir.Call) else ""
    return ground.misuse(KIND, context, op, subject, rank=rank, chain=chain, note=note)
