"""Every place where the project calls something the catalog has an effect for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fastapi_async_lint.analysis import conditions
from fastapi_async_lint.analysis.bounds import Bounds
from fastapi_async_lint.analysis.cpu_loops import HeavyLoop, Loop, heavy_loops, loops_of
from fastapi_async_lint.analysis.off_loop import FALSY, TRUTHY, off_loop
from fastapi_async_lint.catalog import types
from fastapi_async_lint.catalog.schema import Effect
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import Value

RUNNING_LOOP = "running-loop"
"""Category of catalogued loop APIs that raise RuntimeError where no loop runs in the thread."""
LOOP_TEST = "loop-test"
"""Category of catalogued calls that tell whether a loop is running."""
LOOP_CLOSED = "loop-closed"
"""Category of catalogued calls that tell whether a loop is closed: one that runs is not."""
_GIVING = frozenset({RUNNING_LOOP, "get-event-loop"})
"""Categories of calls that give the running loop, and raise RuntimeError only where none runs."""
_TELLING = {LOOP_TEST: TRUTHY, LOOP_CLOSED: FALSY}
MAX_HELPERS = 4
"""How many calls up it is followed what a helper tells of the loop."""


@dataclass(frozen=True, slots=True)
class Site:
    """One op that has an effect: ``name`` is the library name, ``rank`` the confidence (2 certain … 0 possible)."""

    context: Context
    op: int
    name: str
    effect: Effect
    rank: int


@dataclass(slots=True)
class Effects:
    """All effects, by context and op; and the ops that only run where no event loop is running."""

    sites: dict[Context, dict[int, list[Site]]] = field(default_factory=dict)
    off_loop: dict[Context, frozenset[int]] = field(default_factory=dict)

    def at(self, context: Context) -> dict[int, list[Site]]:
        """The sites of one context by op."""
        return self.sites.get(context, {})

    def __iter__(self) -> Iterator[Site]:
        for ops in self.sites.values():
            for sites in ops.values():
                yield from sites


def collect(project: Project) -> Effects:
    """Look up every library call and attribute read of every context."""
    effects = Effects()
    catalog = project.catalog
    for context in project.solver.contexts:
        for table, look_up in ((context.library, catalog.effects), (context.attributes, catalog.property_effects)):
            for op, names in table.items():
                for (name, receiver), rank in names.items():
                    for effect in look_up(name):
                        _add(project, effects, Site(context, op, name, effect, rank), receiver)
    _add_imports(project, effects)
    _add_loops(project, effects)
    _find_off_loop(project, effects)
    return effects


LOOP = "loop"
"""Category of the project's own heavy loops."""
_HEAVY = Effect(kind="cpu", category=LOOP, severity="critical", releases_gil=False)


_IMPORT = Effect(kind="blocking", category="import", severity="minor")


def _add_imports(project: Project, effects: Effects) -> None:
    """Imports of heavy packages inside functions count as sites of their own."""
    for context in project.solver.contexts:
        scope = context.scope
        if not scope.is_function or scope.module.is_library:
            continue
        for op, body in enumerate(scope.ops):
            if isinstance(body, ir.ImportModule):
                name = body.name
            elif isinstance(body, ir.ImportFrom) and not body.level:
                name = body.module
            else:
                continue
            library = project.catalog.library_of(name)
            heavy = library is not None and library.heavy_import and op not in scope.quiet
            if heavy and project.solver.index.find(name, scope.module) is None:
                site = Site(context, op, name, _IMPORT, 2)
                effects.sites.setdefault(context, {}).setdefault(op, []).append(site)


def _add_loops(project: Project, effects: Effects) -> None:
    """The project's own CPU-heavy loops count as sites of their own."""
    loops: dict[ScopeInfo, list[Loop]] = {}
    working: set[Context] | None = None
    for context in project.solver.contexts:
        scope = context.scope
        if not scope.is_function or scope.module.is_library:
            continue
        if scope not in loops:
            loops[scope] = loops_of(scope)
        for loop in heavy_loops(scope, loops[scope], Bounds(context)):
            if working is None:
                working = _working(project, effects)
            if not _calls_out(context, loop, effects, working):
                site = Site(context, loop.op, f"{loop.name} in {scope.facts.qualname}", _HEAVY, loop.rank)
                effects.sites.setdefault(context, {}).setdefault(loop.op, []).append(site)


def _working(project: Project, effects: Effects) -> set[Context]:
    """The contexts that do something that blocks or computes, or call what does."""
    callers: dict[Context, list[Context]] = {}
    for context in project.solver.contexts:
        for targets in context.calls.values():
            for target in targets:
                callers.setdefault(target, []).append(context)
    found = {site.context for site in effects if site.effect.kind in ("blocking", "cpu")}
    pending = list(found)
    while pending:
        for caller in callers.get(pending.pop(), ()):
            if caller not in found:
                found.add(caller)
                pending.append(caller)
    return found


def _calls_out(context: Context, loop: HeavyLoop, effects: Effects, working: set[Context]) -> bool:
    """Whether the loop does more than compute: it calls what is catalogued or not known, so its time is not its own."""
    sites = effects.at(context)
    for op in loop.inside:
        if op in sites or not working.isdisjoint(context.calls.get(op, ())):
            return True
        body = context.scope.ops[op]
        if isinstance(body, ir.Call) and not context.values[body.function]:
            return True
    return False


def _add(project: Project, effects: Effects, site: Site, receiver: Value | None) -> None:
    if site.effect.lazy and conditions.calls_itself(project, site.context, site.op, site.name):
        return  # The effect comes where the result is iterated or entered.
    if site.effect.kind in ("blocking", "cpu") and receiver is not None and _of_a_twin(project, site):
        return
    if site.context.scope.module.is_library and not _counts_in_a_library(site.effect):
        return
    if conditions.applies(project, site.context, site.op, site.name, receiver, site.effect):
        effects.sites.setdefault(site.context, {}).setdefault(site.op, []).append(site)


_MICRO = frozenset({"wait", "path", "import"})
"""Categories of what libraries do inside themselves for a moment: locks, caches, look-ups."""


def _counts_in_a_library(effect: Effect) -> bool:
    """Whether an effect inside a library's own code is worth a finding at the call of the library."""
    return effect.kind not in ("blocking", "cpu") or (effect.severity == "critical" and effect.category not in _MICRO)


def _of_a_twin(project: Project, site: Site) -> bool:
    """Whether the code awaits what the call gives, or enters or iterates it asynchronously, which what the call itself gives does not
    bear: then the receiver is the library's asynchronous twin, whatever else it may be."""
    if any(effect.kind == "async" for effect in project.catalog.effects(site.name)):
        return False  # It is awaited as it should be, and blocks or computes for all that.
    scope = site.context.scope
    bodies = [scope.ops[user] for user in scope.users[site.op]]
    if any(isinstance(body, ir.Await) for body in bodies):
        return True
    if not any(isinstance(body, (ir.Enter, ir.Iterate)) and body.is_async for body in bodies):
        return False
    return not types.is_awaited(project.catalog.returns(site.name))


def _find_off_loop(project: Project, effects: Effects) -> None:
    """Ops that only run where no loop is running; what helpers say of the loop is followed a few calls up."""
    gets: dict[Context, set[int]] = {}
    tells: dict[Context, dict[int, str]] = {}
    for context in effects.sites:
        for op, sites in effects.at(context).items():
            categories = {site.effect.category for site in sites if site.effect.kind == "loop-api"}
            if categories & _GIVING:
                gets.setdefault(context, set()).add(op)
            for category in categories & _TELLING.keys():
                tells.setdefault(context, {})[op] = _TELLING[category]
    results: dict[Context, str] = {}
    fresh = gets.keys() | tells.keys()
    for _ in range(MAX_HELPERS):
        found = {c: off_loop(c.scope, frozenset(gets.get(c, ())), tells.get(c, {})) for c in fresh}
        effects.off_loop.update({context: one.ops for context, one in found.items() if one.ops})
        results.update({context: one.result for context, one in found.items() if one.result is not None})
        fresh = _told_by_helpers(project, results, tells) if results else set()
        if not fresh:
            return


def _told_by_helpers(
    project: Project, results: dict[Context, str], tells: dict[Context, dict[int, str]]
) -> set[Context]:
    """Note what calls of helpers tell; the contexts in which something new is known."""
    fresh: set[Context] = set()
    for context in project.solver.contexts:
        for op, targets in context.calls.items():
            told = {results.get(target) for target in targets}
            value = told.pop() if len(told) == 1 else None
            known = tells.get(context, {}).get(op)
            if value is not None and value != known and isinstance(context.scope.ops[op], ir.Call):
                tells.setdefault(context, {})[op] = value
                fresh.add(context)
    return fresh
