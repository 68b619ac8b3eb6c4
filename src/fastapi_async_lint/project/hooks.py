"""What classes of the project bring along for a library: validators, serializers, methods of responses.

They run where their class is used: where the project constructs or dumps it itself, and where a framework does, for the
parameters and results of the functions it calls. Whoever is never seen to use them has left no trace here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_async_lint.catalog.schema import Callback, Use
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import arguments as passing
from fastapi_async_lint.project import attributes, calls, declared, handover
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    FunctionValue,
    Instance,
    LibraryInstance,
    SuperValue,
    TypeForm,
    Value,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

VALIDATOR = "validator"
DUMPERS = ("serializer", "response")
_MADE = Callback(names=(), kind=VALIDATOR, sync="loop", asynchronous="never", passes="none")

Hooks = dict[ClassInfo, dict[tuple[str, Context], None]]
"""By class, what it brings along itself: kind and body."""


def seed(solver: Solver) -> Callable[[], bool]:
    """Let everything that classes bring along run where they are used; true while there is more to do."""
    done: set[object] = set()

    def step() -> bool:
        hooks = _hooks(solver)
        before = len(done)
        for use in list(solver.uses):
            _run_use(solver, hooks, use, done)
        for target, context, op, name, callback in list(solver.validated):
            _validate(solver, hooks, target, (context, op, name, callback), done)
        return len(done) > before

    return step


def _hooks(solver: Solver) -> Hooks:
    statements = {site: info for info, site in solver.class_sites.items()}
    found: Hooks = {}
    for given in list(solver.handovers.values()):
        if given.place == "use":
            info = solver.classes.get(given.context.scope) or statements.get((given.context, given.op))
            if info is not None:
                found.setdefault(info, {})[given.kind, given.target] = None
    return found


def _run_use(
    solver: Solver, hooks: Hooks, call: tuple[Context, int, str, Value | None, str, str], done: set[object]
) -> None:
    context, op, name, receiver, kind, place = call
    rank = solver.uses[call]
    for use in solver.catalog.uses(name):
        for info in _with_fields(solver, _used(solver, use, context, op, receiver)):
            for hook, target in _of(hooks, info, use.kinds):
                if (call, hook, target) in done:
                    continue
                done.add((call, hook, target))
                if place == "caller" and use.place == "caller":
                    solver.call(context, op, target, rank)
                elif use.place != "caller":
                    solver.hand_over(context, op, name, hook, use.place, target)
                else:
                    solver.hand_over(context, op, name, kind, place, target)


def _used(solver: Solver, use: Use, context: Context, op: int, receiver: Value | None) -> Iterator[ClassInfo]:
    if use.of == "receiver":
        if isinstance(receiver, SuperValue):
            receiver = receiver.receiver
        if isinstance(receiver, (Instance, ClassValue)):
            yield receiver.info
        return
    if use.of == "constructor":
        if not isinstance(receiver, LibraryInstance) or receiver.origin is None:
            return
        context, op = receiver.origin
    yield from _classes(_argument(solver, context, op, use.argument.position, use.argument.keyword))


def _argument(solver: Solver, context: Context, op: int, position: int | None, keyword: str) -> Iterable[Value]:
    body = context.scope.ops[op]
    return passing.of_call(solver, context, body).find(position, keyword) or () if isinstance(body, ir.Call) else ()


def _validate(
    solver: Solver,
    hooks: Hooks,
    target: Context,
    handed: tuple[Context, int, str, Callback],
    done: set[object],
) -> None:
    """The framework makes the arguments of a function, and dumps what an endpoint returns."""
    context, op, name, callback = handed
    function = target.function
    body = function.definer.scope.ops[function.op] if function is not None else None
    if function is None or not isinstance(body, ir.MakeFunction):
        return

    def run(kind: str, place: str, hook: Context) -> None:
        if (target, kind, place, hook) not in done:
            done.add((target, kind, place, hook))
            solver.hand_over(context, op, name, kind, place, hook)

    defaults = dict(body.defaults)
    for parameter, annotation in body.annotations:
        types = solver.get(function.definer, annotation)
        default = solver.get(function.definer, defaults.get(parameter, ir.NONE))
        if declared.providers(types, default):
            continue
        for info in _with_fields(solver, _classes(types)):
            _make_dataclass(solver, context, op, info)
            for kind, hook in _of(hooks, info, (VALIDATOR,)):
                run(kind, "loop", hook)
    if callback.kind != "route":
        return
    results = list(_classes(solver.get(function.definer, body.returns)))
    registered = solver.decorated.get((context, op, name), (context, op))
    for place in callback.result_arguments:
        results.extend(_classes(_argument(solver, *registered, place.position, place.keyword)))
    for info in _with_fields(solver, results):
        for kind, hook in _of(hooks, info, (VALIDATOR,)):
            run(kind, callback.asynchronous if target.scope.facts.is_async else callback.sync, hook)
        for kind, hook in _of(hooks, info, DUMPERS):
            run(kind, "loop", hook)


def _make_dataclass(solver: Solver, context: Context, op: int, info: ClassInfo) -> None:
    instance = solver.intern.get(Instance, info, True, ())
    for function in attributes.functions_of(solver, context, op, info, "__post_init__"):
        if isinstance(function, FunctionValue):
            bound = solver.intern.get(BoundMethod, function, instance, False)
            handover.run(solver, context, op, "", _MADE, bound, passing.NO_ARGUMENTS, calls.CERTAIN)


def _of(hooks: Hooks, info: ClassInfo, kinds: tuple[str, ...]) -> Iterator[tuple[str, Context]]:
    for base in info.project_classes():
        for kind, target in hooks.get(base, ()):
            if kind in kinds:
                yield kind, target


def _classes(types: Iterable[Value]) -> Iterator[ClassInfo]:
    """The project's classes in types as they are written, type arguments included."""
    pending, seen = list(types), set()
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if isinstance(value, ClassValue):
            yield value.info
        if isinstance(value, TypeForm):
            pending.append(value.origin)
        if isinstance(value, (ClassValue, TypeForm)):
            pending.extend(each for argument in value.arguments for each in argument)


def _with_fields(solver: Solver, classes: Iterable[ClassInfo]) -> Iterator[ClassInfo]:
    """The classes and those that their annotated fields hold, each once."""
    pending, seen = list(classes), set()
    while pending:
        info = pending.pop()
        if info in seen:
            continue
        seen.add(info)
        yield info
        for base in info.project_classes():
            context = solver.class_bodies.get(base.scope)
            for op in base.scope.ops if context is not None else ():
                if isinstance(op, ir.Bind) and op.annotation != ir.NONE and context is not None:
                    pending.extend(_classes(solver.get(context, op.annotation)))
