"""``a = await x``, ``b = await y`` → ``a, b = await asyncio.gather(x, y)``: the coroutines run at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes import imports
from fastapi_async_lint.fixes.imports import Imported
from fastapi_async_lint.fixes.result import Proposal, edited, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit

RULE = "sequential-awaits"
WIDTH = 88
"""Longer calls get one line for each argument."""
_HINT = "Await them together with `asyncio.gather()`"


@dataclass(frozen=True, slots=True)
class Step:
    """A statement that awaits one coroutine: its span, its variable ('' without one), the text of the coroutine."""

    start: int
    end: int
    target: str
    coroutine: str
    body: Sequence[cst.CSTNode]
    index: int


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For consecutive statements, and for a list of the awaited members of another."""
    if diagnostic.name != RULE:
        return None
    waits = [_await_at(site, diagnostic, index) for index in range(len(diagnostic.chain))]
    found = [wait for wait in waits if wait is not None]
    gather = imports.module(site, "asyncio")
    if not found or len(found) != len(waits) or gather is None:
        return refused(_HINT)
    edit = _comprehension(found[0], gather) if len(found) == 1 else _statements(found, gather)
    if edit is None:
        return refused(_HINT)
    return edited([edit], (gather,), Applicability.UNSAFE, f"Await them together with `{gather.name}.gather(…)`")


def _await_at(site: CallSite, diagnostic: Diagnostic, index: int) -> CallSite | None:
    """The ``await`` that a hop of the finding is about."""
    place, lines = diagnostic.chain[index].place, site.source.lines
    found = site.source.site_between(lines.offset(place.start), lines.offset(place.end))
    return found if found is not None and isinstance(found.node, cst.Await) else None


def _statements(waits: Sequence[CallSite], gather: Imported) -> TextEdit | None:
    steps = [_step(wait) for wait in waits]
    if any(step is None for step in steps):
        return None
    known = [step for step in steps if step is not None]
    first, last = known[0], known[-1]
    targets = [step.target for step in known if step.target]
    source = waits[0].source
    consecutive = all(s.body is first.body and s.index == first.index + i for i, s in enumerate(known))
    if not consecutive or len(targets) not in (0, len(known)) or len(set(targets)) != len(targets):
        return None
    if "#" in source.text[first.start : last.end]:
        return None
    opening = f"{', '.join(targets)} = " if targets else ""
    row = source.lines.row(first.start)
    indent = source.text[source.lines.starts[row - 1] : first.start]
    call = _call(gather, [step.coroutine for step in known], indent, len(opening), source.newline)
    return TextEdit(first.start, last.end, opening + call)


def _call(gather: Imported, coroutines: Sequence[str], indent: str, used: int, newline: str) -> str:
    head = f"await {gather.name}.gather("
    line = f"{head}{', '.join(coroutines)})"
    if len(indent) + used + len(line) <= WIDTH and newline not in line:
        return line
    inner = "".join(f"{newline}{indent}    {coroutine}," for coroutine in coroutines)
    return f"{head}{inner}{newline}{indent})"


def _step(wait: CallSite) -> Step | None:
    """The whole statement around an ``await``: nothing but it, or its assignment to one name."""
    source, statement = wait.source, wait.parent
    line, block = wait.path[-3], wait.path[-4]
    await_ = wait.node
    assert isinstance(await_, cst.Await)
    if await_.lpar or not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None
    if isinstance(statement, cst.Assign) and statement.value is await_ and len(statement.targets) == 1:
        target = statement.targets[0].target
        if not isinstance(target, cst.Name) or target.lpar:
            return None
        name = target.value
    elif isinstance(statement, cst.Expr):
        name = ""
    else:
        return None
    body: Sequence[cst.CSTNode] = getattr(block, "body", ())
    index = next((i for i, one in enumerate(body) if one is line), -1)
    start, end = source.tree.span(statement)
    inner_start, inner_end = source.tree.span(await_.expression)
    if await_.expression.lpar:
        inner_start, inner_end = wait.start + len("await"), wait.end
    text = source.text[inner_start:inner_end].strip()
    return Step(start, end, name, text, body, index) if index >= 0 else None


def _comprehension(wait: CallSite, gather: Imported) -> TextEdit | None:
    """``[await c for c in coroutines]`` → ``await asyncio.gather(*coroutines)``: a list, too."""
    owner, await_ = wait.parent, wait.node
    if not isinstance(owner, cst.ListComp) or not isinstance(await_, cst.Await):
        return None
    loop = owner.for_in
    plain = loop.inner_for_in is None and not loop.ifs and loop.asynchronous is None
    names = (loop.target, await_.expression)
    same = all(isinstance(name, cst.Name) for name in names) and names[0].value == names[1].value  # type: ignore[attr-defined]
    if not plain or not same or not isinstance(loop.iter, (cst.Name, cst.Attribute)) or loop.iter.lpar:
        return None
    outer = wait.ancestor(len(wait.path) - 2)
    if "#" in outer.source.text[outer.start : outer.end]:
        return None
    text = outer.source.text[slice(*outer.source.tree.span(loop.iter))]
    call = f"await {gather.name}.gather(*{text})"
    return TextEdit(outer.start, outer.end, f"({call})" if outer.needs_parentheses else call)
