"""Objects that belong to one thread: connections that check who uses them, per-thread state, locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from fastapi_async_lint.catalog.schema import ClassEntry
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import LibraryInstance, LibraryMember, LibraryValue, Value


class ThreadBound:
    """Says which calls touch an object of another thread once they are moved. Reasons are clauses; empty: none."""

    def __init__(self, project: Project) -> None:
        self._catalog = project.catalog
        self._contexts = project.solver.contexts
        self._users: dict[str, set[ScopeInfo]] | None = None
        self._entries: dict[str, ClassEntry | None] = {}
        handed = list(project.solver.handovers.values())
        elsewhere = {(h.context, h.op) for h in handed if h.place != "thread"}
        self._threaded = {(h.context, h.op) for h in handed if h.kind == "dependency"} - elsewhere

    def reason(self, steps: Sequence[tuple[Context, int]]) -> str:
        """Why the call at the first step, which leads to the last, must be made by the thread it is made by now."""
        context, op = steps[0]
        direct = len(steps) == 1
        for name, entry in self._handled(context, op):
            if entry.thread_bound:
                return _belongs(name)
            if direct and entry.per_thread:
                return f"every thread has its own state behind {name}"
            if direct and entry.guard and isinstance(context.scope.ops[op], ir.Call):
                return f"the thread that acquires a {name} must release it"
        if self._enters(context, op):
            return "what a thread enters it must leave"
        if any(self._enters(context, user, of_loop=True) for user in context.scope.users[op]):
            return "what it gives is entered by the event loop"
        return "" if direct else self._brought(steps)

    def _enters(self, context: Context, op: int, of_loop: bool = False) -> bool:
        """Whether the call enters a context manager that is left later; ``of_loop``: an asynchronous one."""
        body = context.scope.ops[op]
        functions = context.values[body.function] or () if isinstance(body, ir.Call) else ()
        names = {f.name for f in functions if isinstance(f, (LibraryMember, LibraryValue))}
        callbacks = (callback for name in names for callback in self._catalog.callbacks(name))
        return any(c.kind == "enter" and (not of_loop or c.asynchronous != "never") for c in callbacks)

    def guarded(self, context: Context, op: int) -> str:
        """Why no ``await`` may stand at the op: it would wait with a lock held."""
        blocks = context.scope.facts.blocks
        block = context.scope.facts.block(op)
        while block != NONE:
            head = context.scope.ops[blocks[block].test] if blocks[block].kind == "with" else None
            if isinstance(head, ir.Enter) and not head.is_async:
                for name, entry in self._of(context.values[head.value] or ()):
                    if entry.guard:
                        return f"it would wait with the {name} held, and whoever waits for that stops the event loop"
            block = blocks[block].parent
        return ""

    def brought_in(self, context: Context, ops: Sequence[int]) -> str:
        """Why code cannot be moved as a whole: it uses an object that was made outside and belongs to its thread."""
        inside = set(ops)
        for op in ops:
            for operand in operands(context.scope.ops[op]):
                if operand >= 0 and operand not in inside:
                    for name, entry in self._of(context.values[operand] or ()):
                        if entry.thread_bound:
                            return _belongs(name)
        return ""

    def from_outside(self, context: Context) -> str:
        """The name of an object bound to its thread that the body gets from elsewhere, and does not make; empty: none.

        A parameter does not count whose provider runs in a thread already: then the object is used across threads as it is.
        """
        for op, body in enumerate(context.scope.ops):
            if op in context.scope.quiet or not isinstance(body, (ir.Parameter, ir.Free, ir.Attribute)):
                continue
            inner = set(self._bound(context, body.base)) if isinstance(body, ir.Attribute) else set()
            for value in self._bound(context, op):
                if not inner and not (isinstance(body, ir.Parameter) and self._crosses(context, value)):
                    return value.name
        return ""

    def held(self, context: Context) -> str:
        """The name of an object bound to its thread that the body reads from a variable or attribute around it; empty: none."""
        for op, body in enumerate(context.scope.ops):
            if isinstance(body, ir.Free) or (
                isinstance(body, ir.Attribute) and not any(self._bound(context, body.base))
            ):
                for value in self._bound(context, op):
                    return value.name
        return ""

    def given_out(self, context: Context) -> str:
        """The name of an object bound to its thread that the body returns; empty: none."""
        return next((v.name for v in self._instances(context.returns.values)), "")

    def _bound(self, context: Context, op: int) -> Iterable[LibraryInstance]:
        return self._instances(context.values[op] or ())

    def _instances(self, values: Iterable[Value]) -> Iterable[LibraryInstance]:
        for value in values:
            entry = self._entry(value.name) if isinstance(value, LibraryInstance) else None
            if entry is not None and isinstance(value, LibraryInstance) and (entry.thread_bound or entry.per_thread):
                yield value

    def _crosses(self, context: Context, value: LibraryInstance) -> bool:
        """Whether every provider of the value to the body's parameters runs in a thread."""
        providers = [p for p in context.providers if value in p.provided.values]
        return bool(providers) and all((p.context, p.op) in self._threaded for p in providers)

    def _brought(self, steps: Sequence[tuple[Context, int]]) -> str:
        """Whether the blocker's receiver comes from outside the functions on the way."""
        context, op = steps[-1]
        handled = list(self._handled(context, op, result=False))
        for name, entry in handled:
            if entry.per_thread and self._used_by(name) - {step.scope for step, _ in steps[1:]}:
                return f"every thread has its own state behind {name}"
        bound = [name for name, entry in handled if entry.thread_bound]
        if not bound:
            return ""
        for context, op in reversed(steps[1:]):
            source = self._source(context, op)
            if isinstance(source, (ir.Attribute, ir.Free)):
                return _belongs(bound[0])
            if not isinstance(source, ir.Parameter):
                return ""
        return _belongs(bound[0])

    def _used_by(self, name: str) -> set[ScopeInfo]:
        """The functions that call methods of a class whose state each thread has for itself: they may go on with what others began."""
        if self._users is None:
            self._users = defaultdict(set)
            for context in self._contexts:
                for called in context.library.values():
                    for _, receiver in called:
                        if isinstance(receiver, LibraryInstance):
                            self._users[receiver.name].add(context.scope)
        return self._users[name]

    def _source(self, context: Context, op: int) -> ir.AnyOp | None:
        """Where the object bound to a thread that the op handles comes from, as far as its function tells."""
        seen: set[int] = set()
        pending = [op]
        while pending:
            current = pending.pop()
            for operand in operands(context.scope.ops[current]):
                if operand < 0 or operand in seen:
                    continue
                seen.add(operand)
                body = context.scope.ops[operand]
                if any(entry.thread_bound for _, entry in self._of(context.values[operand] or ())):
                    if isinstance(body, (ir.Parameter, ir.Free, ir.Attribute)) and not self._is_method(
                        context, operand
                    ):
                        return body
                    pending.append(operand)
        return None

    def _is_method(self, context: Context, op: int) -> bool:
        return any(isinstance(value, LibraryMember) for value in context.values[op] or ())

    def _handled(self, context: Context, op: int, result: bool = True) -> Iterable[tuple[str, ClassEntry]]:
        """Library classes of what the op gives, and of what it reads: receiver and arguments."""
        given = [op] if result else []
        for operand in (*given, *operands(context.scope.ops[op])):
            if operand >= 0:
                yield from self._of(context.values[operand] or ())

    def _of(self, values: Iterable[Value]) -> Iterable[tuple[str, ClassEntry]]:
        for value in values:
            instance = value.receiver if isinstance(value, LibraryMember) else value
            if isinstance(instance, LibraryInstance):
                entry = self._entry(instance.name)
                if entry is not None:
                    yield instance.name, entry

    def _entry(self, name: str) -> ClassEntry | None:
        """The nearest entry along the bases that says something about threads."""
        if name not in self._entries:
            entries = (self._catalog.klass(base) for base in self._catalog.mro(name))
            self._entries[name] = next((e for e in entries if e and (e.thread_bound or e.per_thread or e.guard)), None)
        return self._entries[name]


def _belongs(name: str) -> str:
    return f"only the thread that made a {name} may use it"
