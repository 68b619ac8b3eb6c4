"""Changes in more than one step, as the text of one function tells: what is read, or asked for, and then written.

Whether the object is one that others share, and whether a lock is held, is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_async_lint.analysis.shared.paths import Path, closure, is_slice, item, path
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
    in_place: int = NONE
    """For ``x += y``: the op that reads ``x``."""


def races(scope: ScopeInfo) -> Iterator[Race]:
    """Every change of a scope that is one of several steps, in the order of the text."""
    writes = [op for op in range(len(scope.ops)) if op not in scope.quiet and _may_write(scope, op)]
    if not writes or not scope.is_function:
        return
    regions = Regions(scope)
    for op in writes:
        body = scope.ops[op]
        if isinstance(body, ir.Bind):
            target: Path = (("Free", body.name),)
            yield from _assigned(scope, regions, op, body.value, target, NONE, body.name)
        elif isinstance(body, ir.SetAttribute):
            target = (*path(scope, body.base), (".", body.name))
            subject = f"{dotted(scope, body.base)}.{body.name}"
            yield from _assigned(scope, regions, op, body.value, target, body.base, subject)
        elif isinstance(body, ir.SetSubscript):
            yield from _set_item(scope, regions, op, body)
        elif isinstance(body, ir.DeleteSubscript):
            yield from _taken(scope, regions, op, body.base, body.key)
        elif isinstance(body, ir.Call):
            yield from _called(scope, regions, op, body)


def _may_write(scope: ScopeInfo, op: int) -> bool:
    body = scope.ops[op]
    if isinstance(body, ir.Bind):
        return body.where != "local" and body.value >= 0
    if isinstance(body, ir.SetAttribute):
        return body.value >= 0
    if isinstance(body, ir.Call):
        function = scope.ops[body.function]
        return isinstance(function, ir.Attribute) and function.name in _TAKING | _ADDING
    return isinstance(body, (ir.SetSubscript, ir.DeleteSubscript))


def _assigned(
    scope: ScopeInfo, regions: Regions, op: int, value: int, target: Path, base: int, subject: str
) -> Iterator[Race]:
    """A variable or attribute gets a value."""
    name = subject if base == NONE else ""
    kind = _kind_of_assignment(scope, regions, op, value, target)
    if kind:
        yield Race(op, base, name, subject, kind, _in_place(scope, value))


def _set_item(scope: ScopeInfo, regions: Regions, op: int, body: ir.SetSubscript) -> Iterator[Race]:
    container = path(scope, body.base)
    whole = is_slice(scope, body.key)
    target = container if whole else (*container, ("[", item(scope, body.key)))
    kind = _kind_of_assignment(scope, regions, op, body.value, target, container)
    if kind:
        subject = dotted(scope, body.base) + ("" if whole else "[…]")
        yield Race(op, body.base, "", subject, kind, _in_place(scope, body.value))


def _kind_of_assignment(
    scope: ScopeInfo, regions: Regions, op: int, value: int, target: Path, container: Path | None = None
) -> str:
    written = scope.ops[value]
    if isinstance(written, ir.Phi) and any(path(scope, s) == target for s in written.sources if s < value):
        return MAKE  # ``x = x or make()``
    if any(path(scope, read) == target for read in closure(scope, value)):
        return UPDATE
    found = regions.at(op, target, container)
    if found is None:
        return MAKE if regions.after_failure(op, target) else ""
    if found.present is False:
        return MAKE
    if found.present is None:
        return CHECK
    return CHECK if isinstance(written, ir.Const) and written.type == "none" else ""


def _in_place(scope: ScopeInfo, value: int) -> int:
    body = scope.ops[value]
    return body.left if isinstance(body, ir.Binary) and body.in_place else NONE


def _taken(scope: ScopeInfo, regions: Regions, op: int, base: int, key: int) -> Iterator[Race]:
    """An item is deleted after it, or the length, was looked at."""
    if is_slice(scope, key):
        return
    container = path(scope, base)
    target = (*container, ("[", item(scope, key)))
    found = regions.at(op, target, container, of_container=True)
    if found is not None and found.present is not False:
        yield Race(op, base, "", f"{dotted(scope, base)}[…]", TAKE)


def _called(scope: ScopeInfo, regions: Regions, op: int, body: ir.Call) -> Iterator[Race]:
    """A method takes something out of a container, or adds something, after the container was looked at."""
    function = scope.ops[body.function]
    if not isinstance(function, ir.Attribute) or any(a.stars or a.keyword for a in body.arguments):
        return
    given = [argument.value for argument in body.arguments]
    container = path(scope, function.base)
    subject = dotted(scope, function.base)
    if function.name in _TAKING:
        if function.name == "pop" and len(given) > 1:
            return  # With a default nothing fails.
        target = (*container, ("[", item(scope, given[0]))) if given else container
        found = regions.at(op, target, container, of_container=True)
        if found is not None and found.present is not False:
            yield Race(op, function.base, "", subject, TAKE)
    elif given:
        target = (*container, ("[", item(scope, given[-1])))
        found = regions.at(op, target, container)
        alone = function.name == "add" and not regions.does_more(op, target, container)
        if found is not None and found.present is False and not alone:
            yield Race(op, function.base, "", subject, MAKE)
