"""Changes in more than one step, as the text of one function tells: what is read, or asked for, and then written.

Whether the object is one that others share, whether a lock is held, and whether it matters, is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis.handlers import is_caught
from fastapi_async_lint.analysis.shared.paths import Path, closure, derives, is_slice, item, path
from fastapi_async_lint.analysis.shared.regions import Regions
from fastapi_async_lint.analysis.text import dotted
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.index import ScopeInfo

UPDATE, TAKE, CHECK, MAKE = "update", "take", "check", "make"
"""Read and written back; looked for and taken away; compared and set; looked for and made."""

_TAKING = frozenset({"pop", "popitem", "popleft", "remove"})
"""Methods of containers that fail where nothing is left to take."""
_ADDING = frozenset({"add", "append", "appendleft", "insert"})
_FAILURES = frozenset({"KeyError", "IndexError", "ValueError", "LookupError", "Exception", "BaseException"})
"""What handlers name that are ready for there being nothing to take."""
_STOPS = (ir.Call, ir.Iterate, ir.Await, ir.Yield, ir.Enter, ir.Exit)


@dataclass(frozen=True, slots=True)
class Race:
    """``op`` writes what was read before. ``base``: the op of the object that is changed, NONE for a variable around the function."""

    op: int
    base: int
    name: str
    """The variable, where there is no base."""
    subject: str
    """What changes, as the text has it."""
    kind: str
    value: int = NONE
    """What is written."""
    since: int = NONE
    """The op of the first step."""
    test: int = NONE
    """The condition it stands under."""
    calls: tuple[int, ...] = ()
    """The calls that are made under that condition."""
    is_flag: bool = False
    """What is written is ``True`` or ``False``, the same wherever the function writes it."""
    in_place: int = NONE
    """For ``x += y``: the op that reads ``x``."""
    interruptible: bool = True
    """Whether CPython's interpreter lock may go to another thread between the steps: it does so after calls and in loops."""


def races(scope: ScopeInfo) -> Iterator[Race]:
    """Every change of a scope that is one of several steps, in the order of the text."""
    writes = [op for op in range(len(scope.ops)) if op not in scope.quiet and _may_write(scope, op)]
    if not writes or not scope.is_function:
        return
    finder = _Finder(scope)
    for op in writes:
        body = scope.ops[op]
        if isinstance(body, ir.Bind):
            yield from finder.assigned(op, body.value, (("Free", body.name),), NONE, body.name)
        elif isinstance(body, ir.SetAttribute):
            target: Path = (*path(scope, body.base), (".", body.name))
            yield from finder.assigned(op, body.value, target, body.base, f"{dotted(scope, body.base)}.{body.name}")
        elif isinstance(body, ir.SetSubscript):
            whole = is_slice(scope, body.key)
            container = path(scope, body.base)
            target = container if whole else (*container, ("[", item(scope, body.key)))
            subject = dotted(scope, body.base) + ("" if whole else "[…]")
            yield from finder.assigned(op, body.value, target, body.base, subject, container)
        elif isinstance(body, ir.DeleteSubscript):
            if not is_slice(scope, body.key):
                yield from finder.taken(op, body.base, body.key, f"{dotted(scope, body.base)}[…]")
        elif isinstance(body, ir.Call):
            yield from finder.called(op, body)


def _may_write(scope: ScopeInfo, op: int) -> bool:
    """Whether the op writes to something that may have been there before the function was called."""
    body = scope.ops[op]
    if isinstance(body, ir.Bind):
        return body.where != "local" and body.value >= 0
    if isinstance(body, ir.SetAttribute):
        return body.value >= 0 and _comes_from_outside(scope, body.base)
    if isinstance(body, ir.Call):
        function = scope.ops[body.function]
        if not isinstance(function, ir.Attribute) or function.name not in _TAKING | _ADDING:
            return False
        return _comes_from_outside(scope, function.base)
    return isinstance(body, (ir.SetSubscript, ir.DeleteSubscript)) and _comes_from_outside(scope, body.base)


def _comes_from_outside(scope: ScopeInfo, op: int) -> bool:
    """Whether the object is not made by a display, a comprehension or a literal of the function itself."""
    kind, root = path(scope, op)[0]
    return kind != "op" or not (isinstance(root, int) and isinstance(scope.ops[root], _FRESH))


_FRESH = (ir.Mapping, ir.Sequence, ir.Comprehension, ir.Const, ir.Text, ir.Binary, ir.MakeGenerator)


class _Finder:
    """Looks at the writes of one function."""

    def __init__(self, scope: ScopeInfo) -> None:
        self._scope = scope
        self._regions = Regions(scope)

    def assigned(
        self, op: int, value: int, target: Path, base: int, subject: str, container: Path | None = None
    ) -> Iterator[Race]:
        """A variable, attribute or item gets a value."""
        name = subject if base == NONE else ""
        written = self._scope.ops[value]
        if isinstance(written, ir.Phi) and any(path(self._scope, s) == target for s in written.sources if s < value):
            yield Race(op, base, name, subject, MAKE, value, self._first(value, target))  # ``x = x or make()``
        elif derives(self._scope, value, target):
            in_place = written.left if isinstance(written, ir.Binary) and written.in_place else NONE
            since = self._first(value, target)
            stops = self._may_stop(since, op)
            yield Race(op, base, name, subject, UPDATE, value, since, in_place=in_place, interruptible=stops)
        else:
            kind, test = self._under_condition(op, written, target, container)
            if kind:
                calls = self._regions.calls_under(op, test)
                since = self._first(test, target, container) if test != NONE else op
                yield Race(op, base, name, subject, kind, value, since, test, calls, self._is_flag(target))

    def _is_flag(self, target: Path) -> bool:
        """Whether all values that the function writes there are one truth value."""
        scope = self._scope
        written: set[object] = set()
        for body in scope.ops:
            if isinstance(body, ir.Bind) and body.where != "local":
                place: Path = (("Free", body.name),)
            elif isinstance(body, ir.SetAttribute):
                place = (*path(scope, body.base), (".", body.name))
            else:
                continue
            if place == target and body.value >= 0:
                value = scope.ops[body.value]
                written.add(value.value if isinstance(value, ir.Const) and value.type == "bool" else value)
        return written in ({True}, {False})

    def _under_condition(self, op: int, written: ir.AnyOp, target: Path, container: Path | None) -> tuple[str, int]:
        found = self._regions.at(op, target, container)
        if found is None:
            return (MAKE if self._regions.after_failure(op, target) else ""), NONE
        if found.present is True and not (isinstance(written, ir.Const) and written.type == "none"):
            return "", NONE
        return (MAKE if found.present is False else CHECK), found.test

    def taken(self, op: int, base: int, key: int, subject: str) -> Iterator[Race]:
        """Something is taken out of a container after that, or its size, was looked at."""
        scope = self._scope
        container = path(scope, base)
        target = (*container, ("[", item(scope, key))) if key != NONE else container
        found = self._regions.at(op, target, container, of_container=True)
        if found is not None and found.present is not False and not is_caught(scope, op, _FAILURES):
            since = self._first(found.test, target, container)
            stops = self._may_stop(since, op)
            yield Race(op, base, "", subject, TAKE, since=since, test=found.test, interruptible=stops)

    def _first(self, op: int, target: Path, container: Path | None = None) -> int:
        """The first op that reads the target, or looks at its container, for the value of an op."""
        wanted = {target, container or target}
        return min((read for read in closure(self._scope, op) if path(self._scope, read) in wanted), default=op)

    def _may_stop(self, since: int, op: int) -> bool:
        """Whether something is called, or a loop begins, between the first read and the op that writes."""
        return any(isinstance(self._scope.ops[other], _STOPS) for other in range(since, op))

    def called(self, op: int, body: ir.Call) -> Iterator[Race]:
        """A method takes something out of a container, or adds something, after the container was looked at."""
        scope = self._scope
        function = scope.ops[body.function]
        if not isinstance(function, ir.Attribute) or any(a.stars or a.keyword for a in body.arguments):
            return
        given = [argument.value for argument in body.arguments]
        subject = dotted(scope, function.base)
        if function.name in _TAKING:
            if function.name != "pop" or len(given) < 2:  # With a default nothing fails.
                yield from self.taken(op, function.base, given[0] if given else NONE, subject)
        elif given:
            container = path(scope, function.base)
            target = (*container, ("[", item(scope, given[-1])))
            found = self._regions.at(op, target, container)
            if found is not None and found.present is False:
                calls = tuple(c for c in self._regions.calls_under(op, found.test) if c != op)
                since = self._first(found.test, target, container)
                yield Race(op, function.base, "", subject, MAKE, given[-1], since, found.test, calls)
