"""What the whole project tells about ways to mend a loop site: how the project off-loads, and what must stay where it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from fastapi_async_lint.analysis.effects import LOOP_CLOSED, LOOP_TEST, Effects, Site
from fastapi_async_lint.analysis.shared import Change, SharedState
from fastapi_async_lint.analysis.steps_kept import StepsKept
from fastapi_async_lint.analysis.text import place_of
from fastapi_async_lint.analysis.thread_bound import ThreadBound
from fastapi_async_lint.analysis.thread_checks import ThreadChecks
from fastapi_async_lint.analysis.twins import Counterparts
from fastapi_async_lint.analysis.witnesses import Witnesses, is_sync
from fastapi_async_lint.diagnostics import Place, Remedy
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import Module, ScopeInfo
from fastapi_async_lint.project.values import Coroutine

Step = tuple[Context, int]
STEPS = {
    "update": "reads and writes back",
    "take": "looks at and then takes from",
    "check": "compares and then sets",
    "make": "looks for and then makes",
}
"""What a change of shared state does, by its kind."""


class Remedies:
    """Answers for every loop site; what belongs to the project as a whole is worked out once."""

    def __init__(self, project: Project, effects: Effects, witnesses: Witnesses, shared: SharedState) -> None:
        self._effects = effects
        self._catalog = project.catalog
        self._shared = shared
        self.bound = ThreadBound(project)
        self.checks = ThreadChecks(project, effects)
        self._steps_kept = StepsKept(witnesses)
        self._counterparts = Counterparts(project, effects)
        self._styles, self._style = _styles(project)
        self._stays = _staying(project, effects)

    def of(self, steps: Sequence[Step], name: str, once: bool) -> Remedy:
        """For the loop site that is the first of the ``steps`` to the blocker, which is called ``name``.

        ``once``: it only runs when the application starts or stops.
        """
        context, op = steps[0]
        direct = len(steps) == 1
        block = _headed_block(context.scope, op)
        return Remedy(
            offloads=self._styles.get(context.scope.module, ()),
            project_offloads=self._style,
            no_await=self.bound.guarded(context, op)
            or self._steps_kept.reason(context, op)
            or self._parted(context, op),
            no_thread=self.bound.reason(steps)
            or self._reached(context, op)
            or self.checks.at(*steps[-1])
            or _given_coroutine(context, op)
            or self.changed(self._shared.below(context, op)),
            share="" if once else self._shareable(name),
            no_gain=self._no_gain(*steps[-1], name),
            holds_gil=self._holds(*steps[-1], name),
            no_block="" if block == NONE else self._block(context, block),
            whole=self._whole(context, op),
            counterpart=self._counterparts.rewriting(context, op, name) if direct else None,
            twin=self._counterparts.twin(context, op) if direct else None,
        )

    def _shareable(self, name: str) -> str:
        """The class, if its instances are meant to be made once: nothing is won by making each in another thread."""
        entry = self._catalog.klass(name)
        return name if entry is not None and entry.reuse else ""

    def _reached(self, context: Context, op: int) -> str:
        """Why the functions that the op calls in the same thread must stay in it."""
        for target in context.calls.get(op, ()):
            if is_sync(target) and target in self._stays:
                return self._stays[target]
        return ""

    def _parted(self, context: Context, op: int) -> str:
        """Why others could come in between two steps of the function if it waited at the op."""
        for change in self._shared.own(context):
            if change.race.since < op < change.race.op:
                steps, subject = STEPS[change.race.kind], change.race.subject
                return f"in one go it {steps} `{subject}`, which other requests share and could change meanwhile"
        return ""

    def _no_gain(self, context: Context, op: int, name: str) -> str:
        found = (site.effect for site in self._effects.at(context).get(op, ()) if site.name == name)
        if not any(effect.uninterrupted for effect in found):
            return ""
        return f"{name}() holds the GIL from beginning to end, so the event loop would stand still all the same; a process pool helps"

    def _holds(self, context: Context, op: int, name: str) -> bool:
        sites = self._effects.at(context).get(op, ())
        return any(site.effect.releases_gil is False and site.name == name for site in sites)

    def changed(self, change: Change | None) -> str:
        """What a change of shared state says against other threads."""
        if change is None:
            return ""
        context, op = change.steps[-1]
        place = place_of(context.scope, op)
        what = f"{STEPS[change.race.kind]} `{change.race.subject}`, which other requests share, without a lock"
        return f"{context.scope.facts.qualname} ({place.path.name}:{place.start.row}) {what}"

    def together(self, context: Context) -> Iterator[str]:
        """Why others must not come in between the steps of the body: it reads files and writes them back."""
        return filter(None, (self._steps_kept.reason(context, op) for op in context.calls))

    def staying(self, context: Context) -> Iterator[str]:
        """Why the body must run in the thread it runs in, one reason for each op that says so."""
        guarded = self._effects.off_loop.get(context, frozenset())
        for op, sites in self._effects.at(context).items():
            reasons = (_reason(site) for site in sites if op not in guarded and not _undone(self._effects, site))
            yield from filter(None, reasons)
        for op in context.calls:
            if op not in guarded and (reason := self._reached(context, op)):
                yield reason

    def _block(self, context: Context, block: int) -> str:
        """Why the block's code must not run in another thread."""
        inside = _ops_in(context.scope, block)
        for op in inside:
            for site in self._effects.at(context).get(op, ()):
                reason = _reason(site)
                if reason:
                    return reason
            if reason := self.checks.at(context, op):
                return reason
            reason = self._reached(context, op) or self.changed(self._shared.below(context, op))
            if reason:
                return reason
            if any(isinstance(value, Coroutine) for value in context.values[op] or ()):
                return "a coroutine is made inside"
        own = next((change for change in self._shared.own(context) if change.race.op in inside), None)
        return self.changed(own) or self.bound.brought_in(context, inside)

    def _whole(self, context: Context, op: int) -> Place | None:
        """The chain of method calls around and below the op, where more than one of them blocks."""
        scope = context.scope
        last = op
        blocking = 1
        for call in _outwards(scope, op):
            if self._blocks(context, call):
                last, blocking = call, blocking + 1
        blocking += sum(self._blocks(context, call) for call in _inwards(scope, op))
        return place_of(scope, last) if blocking > 1 else None

    def _blocks(self, context: Context, op: int) -> bool:
        return any(site.effect.kind in ("blocking", "cpu") for site in self._effects.at(context).get(op, ()))


def _given_coroutine(context: Context, op: int) -> str:
    """Why the call must not be made in a thread where it may as well call a coroutine function: the caller goes by what it gives."""
    values = context.values[op] if isinstance(context.scope.ops[op], ir.Call) else None
    return "it may give a coroutine" if any(isinstance(value, Coroutine) for value in values or ()) else ""


def _outwards(scope: ScopeInfo, op: int) -> Iterator[int]:
    """The calls of methods of what the op gives, of what that gives, …: ``.b()`` and ``.c()`` for ``a()`` of ``a().b().c()``."""
    while True:
        attributes = [user for user in scope.users[op] if isinstance(scope.ops[user], ir.Attribute)]
        if len(scope.users[op]) != 1 or len(attributes) != 1:
            return
        calls = [user for user in scope.users[attributes[0]] if _function(scope, user) == attributes[0]]
        if len(calls) != 1:
            return
        op = calls[0]
        yield op


def _inwards(scope: ScopeInfo, op: int) -> Iterator[int]:
    """The calls that made the receiver: ``.b()`` and ``a()`` for ``.c()`` of ``a().b().c()``."""
    while True:
        function = _function(scope, op)
        attribute = scope.ops[function] if function != NONE else None
        if not isinstance(attribute, ir.Attribute) or len(scope.users[attribute.base]) != 1:
            return
        op = attribute.base
        if not isinstance(scope.ops[op], ir.Call):
            return
        yield op


def _function(scope: ScopeInfo, op: int) -> int:
    body = scope.ops[op]
    return body.function if isinstance(body, ir.Call) else NONE


def _styles(project: Project) -> tuple[dict[Module, tuple[str, ...]], tuple[str, ...]]:
    """By which functions each file, and the project, moves calls to threads."""
    places: dict[Module, set[tuple[str, ScopeInfo, int]]] = defaultdict(set)
    for context in project.solver.contexts:
        for op, names in context.library.items():
            for name, _ in names:
                if any(c.kind == "offload" and c.sync == "thread" for c in project.catalog.callbacks(name)):
                    places[context.scope.module].add((name, context.scope, op))
    counts = {module: Counter(name for name, _, _ in found) for module, found in places.items()}
    total: Counter[str] = sum(counts.values(), Counter())
    return {module: _ranked(count) for module, count in counts.items()}, _ranked(total)


def _ranked(count: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(count, key=lambda name: (-count[name], name)))


def _staying(project: Project, effects: Effects) -> dict[Context, str]:
    """The synchronous contexts that do, or call what does, something that only works in their caller's thread; with the reason."""
    found: dict[Context, str] = {}
    for site in effects:
        reason = _reason(site)
        prepared = site.effect.kind == "loop-api" and _in_try(site)  # The others fail without a word.
        guarded = site.op in effects.off_loop.get(site.context, frozenset()) or prepared
        if reason and is_sync(site.context) and not guarded and not _undone(effects, site):
            found.setdefault(site.context, reason)
    callers: dict[Context, list[Context]] = defaultdict(list)
    for context in project.solver.contexts:
        for targets in context.calls.values() if is_sync(context) else ():
            for target in targets:
                callers[target].append(context)
    pending = list(found)
    while pending:
        context = pending.pop()
        for caller in callers[context] if is_sync(context) else ():
            if caller not in found:
                found[caller] = found[context]
                pending.append(caller)
    return found


def _reason(site: Site) -> str:
    """Why a call with this effect must be made by its caller's own thread."""
    if site.effect.kind == "loop-api" and site.effect.category not in (LOOP_TEST, LOOP_CLOSED):
        return f"{site.name}() needs the event loop of its own thread"
    if site.effect.kind == "context" and site.effect.category == "set":
        return f"what {site.name}() sets in a thread does not come back"
    if site.effect.kind == "context" and site.effect.category == "loop":
        return f"{site.name}() may only be called in the event loop's thread"
    return ""


def _undone(effects: Effects, site: Site) -> bool:
    """Whether the same function takes back what the site changes."""
    if site.effect.category != "set":
        return False
    others = (other for sites in effects.at(site.context).values() for other in sites)
    return any(other.effect.kind == "context" and other.effect.category == "reset" for other in others)


def _in_try(site: Site) -> bool:
    """Whether the code is ready for the failure of the site: it stands in a ``try`` with a handler."""
    blocks = site.context.scope.facts.blocks
    block = site.context.scope.facts.block(site.op)
    while block != NONE:
        if blocks[block].kind == "try":
            parent = blocks[block].parent
            return any(other.kind == "except" and other.parent == parent for other in blocks)
        block = blocks[block].parent
    return False


def _headed_block(scope: ScopeInfo, op: int) -> int:
    """The ``with`` or loop block that the op, or what is done with its value there, begins; NONE if it begins none."""
    heads = {op}
    body = scope.ops[op]
    if isinstance(body, ir.Exit):
        heads.add(body.enter)
    heads.update(user for user in scope.users[op] if isinstance(scope.ops[user], (ir.Enter, ir.Iterate)))
    for index, block in enumerate(scope.facts.blocks):
        if block.kind in ("with", "loop") and block.test in heads:
            return index
    return NONE


def _ops_in(scope: ScopeInfo, block: int) -> list[int]:
    """The ops inside a block at any depth, and the op that begins it."""
    inside = {block}
    for index, other in enumerate(scope.facts.blocks):
        if other.parent in inside:
            inside.add(index)
    head = scope.facts.blocks[block].test
    return [op for op in range(len(scope.ops)) if op == head or scope.facts.block(op) in inside]
