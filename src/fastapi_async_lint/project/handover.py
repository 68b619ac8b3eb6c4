"""Callables handed to libraries: where they run, with which arguments, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_async_lint.catalog.schema import Callback, Condition, Effect
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import arguments as passing
from fastapi_async_lint.project import attributes, calls, containers, protocols
from fastapi_async_lint.project.arguments import NO_ARGUMENTS, Arguments
from fastapi_async_lint.project.context import Context, Slot
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    Constant,
    Container,
    Coroutine,
    Decorator,
    FunctionValue,
    Generator,
    Instance,
    LibraryInstance,
    LibraryMember,
    LibraryValue,
    Managed,
    Partial,
    Provider,
    Value,
    Values,
    Wrapped,
    Wrapper,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

WRAPPING = frozenset({"property", "context"})
REPLACING = WRAPPING | {"partial", "wrapper"}
"""Kinds of callbacks whose call gives a new callable."""


def holds(callback: Callback | Effect, arguments: Arguments) -> bool:
    """Whether an entry's conditions hold for the arguments of the call it speaks of; those on types count as unknown."""
    return all(_condition(c, arguments) for c in callback.when) and not any(
        _condition(c, arguments) for c in callback.unless
    )


def _condition(condition: Condition, arguments: Arguments) -> bool:
    given = arguments.find(condition.position, condition.argument)
    if condition.missing is not None:
        return (given is None and not arguments.mappings) if condition.missing else given is not None
    return bool(given) and all(isinstance(v, Constant) and v.value in (condition.equals or ()) for v in given or ())


def from_call(
    solver: Solver, context: Context, op: int, name: str, callback: Callback, arguments: Arguments, rank: int
) -> Values:
    """Hand over the callables among a call's arguments; what calling them gives."""
    place = callback.argument
    if callback.provides:
        return _provider(solver, context, op, callback, arguments)
    values = arguments.find(place.position, place.keyword)
    if values is None and not callback.many and (arguments.stars or arguments.mappings):
        arguments = passing.unpacked(solver, arguments, (context, op))
        values = arguments.find(place.position, place.keyword)
    rest = arguments.after((place.position or 0) + 1, place.keyword) if values is not None else arguments
    if callback.many and place.position is not None:
        many: Values = {}
        for given in (*arguments.positional[place.position :], *arguments.stars, *([values] if values else [])):
            many |= given if callback.kind == "iterate" else _members(solver, context, op, given)
        values, rest = many, NO_ARGUMENTS
    elif callback.many:
        values = _members(solver, context, op, values or {})
    if not values:
        return {}
    if callback.kind in WRAPPING:
        return {solver.intern.get(Wrapped, callback.kind, v): None for v in values}
    if callback.kind == "partial":
        return {solver.intern.get(Partial, context, op): None}
    if callback.kind == "wrapper":
        return {solver.intern.get(Wrapper, callback, v): None for v in values}
    if callback.kind in ("iterate", "enter"):
        return _consume(solver, context, op, callback, values)
    return _hand_over(solver, context, op, name, callback, values, _passed(solver, context, op, callback, rest), rank)


def from_decorator(
    solver: Solver, context: Context, op: int, decorator: Decorator, callback: Callback, arguments: Arguments
) -> Values:
    """Hand over the function a registering decorator is put over."""
    values = arguments.positional[0] if arguments.positional else {}
    if callback.kind in WRAPPING:
        return {solver.intern.get(Wrapped, callback.kind, v): None for v in values}
    if callback.kind == "wrapper":
        return {solver.intern.get(Wrapper, callback, v): None for v in values}
    passed = NO_ARGUMENTS
    solver.decorated[context, op, decorator.name] = (decorator.context, decorator.op)
    return _hand_over(solver, context, op, decorator.name, callback, values, passed, calls.CERTAIN)


def _consume(solver: Solver, context: Context, op: int, callback: Callback, values: Values) -> Values:
    """Iterate or enter the values; what entering them gives."""
    found: Values = {}
    for value in values:
        if callback.kind == "enter":
            found |= protocols.entered(
                solver, context, op, value, is_async=callback.asynchronous == "caller" != callback.sync
            )
        elif callback.sync == "caller" or callback.asynchronous == "caller":
            protocols.iterated(solver, context, op, value)
        elif isinstance(value, Generator):
            place = callback.asynchronous if value.context.scope.facts.is_async else callback.sync
            solver.hand_over(context, op, "", callback.kind, place, value.context)
    return found


def _members(solver: Solver, context: Context, op: int, values: Values) -> Values:
    """Elements of lists and the like, values of dicts."""
    found: Values = {}
    for value in values:
        if isinstance(value, Container) and value.type == "builtins.dict":
            for _, held in containers.contents(solver, value, (context, op)):
                found |= held
        elif isinstance(value, (Container, Generator)):
            found |= protocols.iterated(solver, context, op, value)
        else:
            found[value] = None
    return found


def _passed(solver: Solver, context: Context, op: int, callback: Callback, rest: Arguments) -> Arguments:
    if callback.passes == "none":
        return NO_ARGUMENTS
    if callback.passes == "each":
        each = []
        for values in rest.positional:
            items: Values = {}
            for value in values:
                items |= protocols.iterated(solver, context, op, value)
            each.append(items)
        return Arguments(tuple(each))
    return rest


def _hand_over(
    solver: Solver,
    context: Context,
    op: int,
    name: str,
    callback: Callback,
    values: Values,
    passed: Arguments,
    rank: int,
) -> Values:
    found: Values = {}
    for value in values:
        if callback.method:
            for member in _method_of(solver, context, op, value, callback.method):
                found |= run(solver, context, op, name, callback, member, passed, rank)
        else:
            found |= run(solver, context, op, name, callback, value, passed, rank)
    return found


def _method_of(solver: Solver, context: Context, op: int, value: Value, method: str) -> list[Value]:
    if isinstance(value, ClassValue):
        value = solver.intern.get(Instance, value.info, True, value.arguments)
    return list(attributes.methods(solver, context, op, value, method)) if isinstance(value, Instance) else []


def run(
    solver: Solver, context: Context, op: int, name: str, callback: Callback, value: Value, passed: Arguments, rank: int
) -> Values:
    """Let a library run one callable, coroutine or iterator where the callback says; what it gives, awaited."""
    if isinstance(value, (Coroutine, Generator, Managed)):
        is_async = value.context.scope.facts.is_async
        place = callback.asynchronous if is_async else callback.sync
        _record(solver, context, op, name, callback, place, value.context, rank)
        slot = value.context.returns if isinstance(value, Coroutine) else value.context.yields
        return solver.read(slot, context, op)
    if isinstance(value, Instance):
        found: Values = {}
        for member in attributes.methods(solver, context, op, value, "__call__"):
            found |= run(solver, context, op, name, callback, member, passed, rank)
        return found
    if isinstance(value, (LibraryValue, LibraryMember)):
        if "caller" in (callback.sync, callback.asynchronous):
            return dict.fromkeys(calls.call(solver, context, op, value, passed, rank))
        _note_use(solver, context, op, callback, value.name, getattr(value, "receiver", None), rank)
        return {}
    if isinstance(value, Partial):
        return _run_partial(solver, context, op, name, callback, value, passed, rank)
    if isinstance(value, ClassValue):
        return _run_constructor(solver, context, op, name, callback, value, passed, rank)
    wrapper = value.function if isinstance(value, BoundMethod) else value
    if isinstance(wrapper, Wrapper):
        decides = wrapper.callback.asynchronous if _is_async(wrapper) else wrapper.callback.sync
        runner = callback if decides == "caller" else wrapper.callback
        return run(solver, context, op, name, runner, unwrapped(solver, value), passed, rank)
    if isinstance(value, (FunctionValue, BoundMethod, Wrapped)):
        return _run_function(solver, context, op, name, callback, value, passed, rank)
    return {}


def _note_use(
    solver: Solver, context: Context, op: int, callback: Callback, name: str, receiver: Value | None, rank: int
) -> None:
    if solver.catalog.uses(name):
        solver.uses.setdefault((context, op, name, receiver, callback.kind, callback.sync), rank)


def unwrapped(solver: Solver, value: Value) -> Value:
    """The function behind wrappers, its receiver kept."""
    receiver = None
    while True:
        if isinstance(value, BoundMethod) and isinstance(value.function, Wrapper):
            receiver, value = value.receiver, value.function
        if not isinstance(value, Wrapper):
            break
        value = value.function
    return value if receiver is None else solver.intern.get(BoundMethod, value, receiver, False)


def call_wrapper(
    solver: Solver, context: Context, op: int, wrapper: Wrapper, receiver: Value | None, passed: Arguments, rank: int
) -> Values:
    """Call what a wrapping decorator gave: the function runs where the wrapper says."""
    callback, function = wrapper.callback, wrapper.function
    if callback.keeps and isinstance(function, FunctionValue):
        scope = function.definer.scope.module.scopes[function.scope]
        if not scope.parameters:
            solver.memoised.add(scope)
    inner: Value = function if receiver is None else solver.intern.get(BoundMethod, function, receiver, False)
    asynchronous = _is_async(function)
    place = callback.asynchronous if asynchronous else callback.sync
    if callback.adds and (callback.sync == "never" if asynchronous else place == "caller"):
        solver.library_call(context, op, callback.adds, None, rank)
    if place == "caller":
        return dict.fromkeys(calls.call(solver, context, op, inner, passed, rank))
    found = run(solver, context, op, callback.kind, callback, inner, passed, rank)
    if place in ("thread", "process") and not callback.waits:
        return {solver.intern.get(LibraryInstance, "awaitable", (tuple(found),), None): None}
    return found


def _is_async(value: Value) -> bool:
    while isinstance(value, (Wrapper, Wrapped, BoundMethod)):
        value = value.function
    if isinstance(value, FunctionValue):
        return value.definer.scope.module.scopes[value.scope].facts.is_async
    return False


def _run_partial(
    solver: Solver,
    context: Context,
    op: int,
    name: str,
    callback: Callback,
    value: Partial,
    passed: Arguments,
    rank: int,
) -> Values:
    made = value.context.scope.ops[value.op]
    fixed = passing.of_call(solver, value.context, made) if isinstance(made, ir.Call) else NO_ARGUMENTS
    found: Values = {}
    if value in solver.unwinding:
        return found
    solver.unwinding.add(value)
    for function in fixed.positional[0] if fixed.positional else ():
        merged = Arguments(fixed.positional[1:] + passed.positional, fixed.keywords + passed.keywords)
        found |= run(solver, context, op, name, callback, function, merged, rank)
    solver.unwinding.discard(value)
    return found


def _run_constructor(
    solver: Solver,
    context: Context,
    op: int,
    name: str,
    callback: Callback,
    value: ClassValue,
    passed: Arguments,
    rank: int,
) -> Values:
    instance = solver.intern.get(Instance, value.info, True, value.arguments)
    if callback.path is not None:  # an endpoint class: its methods are the endpoints, the library makes the instances
        solver.endpoint_classes.setdefault(value.info, {})[context, op, name] = None
        return {instance: None}
    for base in value.info.libraries():
        _note_use(solver, context, op, callback, base, instance, rank)
    for function in attributes.functions_of(solver, context, op, value.info, "__init__"):
        bound = solver.intern.get(BoundMethod, function, instance, False)
        _run_function(solver, context, op, name, callback, bound, passed, rank)
    return {instance: None}


def _run_function(
    solver: Solver, context: Context, op: int, name: str, callback: Callback, value: Value, passed: Arguments, rank: int
) -> Values:
    receiver, function = (value.receiver, value.function) if isinstance(value, BoundMethod) else (None, value)
    if isinstance(function, Wrapped):
        function = function.function
    if not isinstance(function, FunctionValue):
        return {}
    if receiver is None and callback.path is not None:
        receiver = _made_for(solver, function)
    found: Values = {}
    if callback.gives and not passed.positional:
        passed = _given(solver, context, op, callback)
    for target in calls.invoke_all(solver, context, op, function, receiver, passed)[0]:
        facts = target.scope.facts
        place = callback.asynchronous if facts.is_async else callback.sync
        _record(solver, context, op, name, callback, place, target, rank)
        if callback.validates:
            solver.validated[target, context, op, name, callback] = None
        if facts.is_generator and not callback.provides and place == "caller":
            found |= dict.fromkeys(calls.result(solver, context, op, target, rank))
        else:
            slot = target.yields if facts.is_generator else target.returns
            found |= solver.read(slot, context, op)
    if callback.state:
        _keep_state(solver, context, op, callback.state, found)
    return found


def _made_for(solver: Solver, function: FunctionValue) -> Instance | None:
    """The object that an endpoint in a class body is called on, where the class is made for each request (class-based views)."""
    scope = function.definer.scope.module.scopes[function.scope]
    info = solver.classes.get(scope.owner) if scope.owner is not None and scope.parameters else None
    return solver.intern.get(Instance, info, False, ()) if info is not None else None


def _given(solver: Solver, context: Context, op: int, callback: Callback) -> Arguments:
    """What the library passes of its own."""
    from fastapi_async_lint.project import expressions

    parsed = (solver.catalog.expression(text) for text in callback.gives)
    evaluated = (
        expressions.evaluate(solver, context, op, expression, part=f"given{position}")
        for position, expression in enumerate(parsed)
    )
    return Arguments(tuple(dict.fromkeys(values) for values in evaluated))


def _keep_state(solver: Solver, context: Context, op: int, holder: str, yielded: Values) -> None:
    """What a lifespan yields as a mapping becomes attributes of the requests' state."""
    for value in yielded:
        if isinstance(value, Container):
            for key, values in containers.contents(solver, value, (context, op)):
                if isinstance(key, str):
                    solver.feed(attributes.library_field(solver, holder, key), values)


def _record(
    solver: Solver, context: Context, op: int, name: str, callback: Callback, place: str, target: Context, rank: int
) -> None:
    if place == "caller":
        solver.call(context, op, target, rank)
    else:
        solver.hand_over(context, op, name, callback.kind, place, target, callback.sync)


def _provider(solver: Solver, context: Context, op: int, callback: Callback, arguments: Arguments) -> Values:
    provider = solver.providers.get((context, op))
    if provider is None:
        provider = solver.providers[context, op] = Provider(context, op, Slot(), callback)
    given = arguments.find(callback.argument.position, callback.argument.keyword) or {}
    for value in given:
        provide(solver, provider, value)
    return {provider: None}


def provide(solver: Solver, provider: Provider, value: Value) -> None:
    """Let a provider's callable run as a dependency; what it gives goes to the parameters that have the provider."""
    context, op = provider.context, provider.op
    provider.callables[value] = None
    found = run(solver, context, op, "", provider.callback, value, NO_ARGUMENTS, calls.CERTAIN)
    solver.feed(provider.provided, found)
