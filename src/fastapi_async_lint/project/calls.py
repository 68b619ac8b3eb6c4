"""Calls: what each callable value runs, with which arguments, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project import arguments as passing
from fastapi_async_lint.project import (
    attributes,
    builtin_calls,
    containers,
    declared,
    dispatching,
    expressions,
    generics,
    handover,
    library,
    modes,
    protocols,
    returns,
    unification,
)
from fastapi_async_lint.project.arguments import Arguments
from fastapi_async_lint.project.context import Context, incoming
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    Container,
    ContainerMethod,
    Coroutine,
    Decorator,
    Dispatcher,
    FunctionValue,
    Generator,
    Instance,
    LibraryInstance,
    LibraryMember,
    LibraryValue,
    Managed,
    Partial,
    Registering,
    TypeForm,
    Value,
    Values,
    Wrapped,
    Wrapper,
)

if TYPE_CHECKING:
    from fastapi_async_lint.project.solver import Solver

CERTAIN, PROBABLE, POSSIBLE = 2, 1, 0


def step_call(solver: Solver, context: Context, op: int, body: ir.Call) -> None:
    """``f(…)`` or ``@f``."""
    functions = solver.get(context, body.function)
    arguments = passing.of_call(solver, context, body)
    for values in arguments.stars:
        for value in values:
            if not isinstance(value, Container):
                protocols.iterated(solver, context, op, value)
    rank = CERTAIN if len(functions) == 1 else PROBABLE
    for function in functions:
        solver.put(context, op, list(call(solver, context, op, function, arguments, rank)))
    if body.decorator:
        _decorated(solver, context, op, functions, arguments)


def _decorated(solver: Solver, context: Context, op: int, functions: Values, arguments: Arguments) -> None:
    """A decorator that nothing is known of leaves the function what it is."""
    original = arguments.positional[0]
    if functions and all(_foreign(f) for f in functions) and not context.values[op]:
        solver.put(context, op, original)
    else:
        solver.fall_back(context, op, lambda: original)


def _foreign(value: Value) -> bool:
    return isinstance(value, (LibraryValue, LibraryMember, LibraryInstance))


def call(
    solver: Solver, context: Context, op: int, function: Value, arguments: Arguments, rank: int
) -> Iterable[Value]:
    """Run a value as a function at an op; what the call gives."""
    if isinstance(function, FunctionValue):
        return enter(solver, context, op, function, None, arguments, rank)
    if isinstance(function, BoundMethod):
        return _call_bound(solver, context, op, function, arguments, rank)
    if isinstance(function, ClassValue):
        return construct(solver, context, op, function, arguments, rank)
    if isinstance(function, LibraryValue):
        special = builtin_calls.SPECIAL.get(function.name)
        if special is not None:
            library.hand_over(solver, context, op, function.name, arguments, rank)
            return special(solver, context, op, arguments, rank)
        return library.call(solver, context, op, function.name, None, arguments, rank)
    if isinstance(function, LibraryMember):
        if isinstance(function.receiver, Dispatcher):
            return dispatching.register(solver, context, op, function.receiver, arguments)
        if isinstance(function.receiver, Wrapped):
            return _set_accessor(solver, function.name, function.receiver, arguments)
        return library.call(solver, context, op, function.name, function.receiver, arguments, rank)
    if isinstance(function, Instance):
        return method(solver, context, op, function, "__call__", arguments, rank)
    if isinstance(function, LibraryInstance):
        if function.name == "callable":
            return function.arguments[-1] if function.arguments else ()
        return library.call(solver, context, op, f"{function.name}.__call__", function, arguments, rank)
    if isinstance(function, Wrapped):
        return _call_wrapped(solver, context, op, function, None, arguments, rank)
    if isinstance(function, Wrapper):
        return handover.call_wrapper(solver, context, op, function, None, arguments, rank)
    if isinstance(function, ContainerMethod):
        library.hand_over(solver, context, op, f"{function.container.type}.{function.name}", arguments, rank)
        return containers.call_method(solver, function, arguments, (context, op))
    if isinstance(function, Partial):
        return _call_partial(solver, context, op, function, arguments, rank)
    if isinstance(function, Dispatcher):
        return dispatching.call(solver, context, op, function, arguments, rank)
    if isinstance(function, Registering):
        return dispatching.add(solver, function, arguments.positional[0] if arguments.positional else {})
    if isinstance(function, TypeForm):
        return _call_form(solver, context, op, function, arguments, rank)
    if isinstance(function, Decorator):
        return library.decorate(solver, context, op, function, arguments)
    return ()


def _call_form(
    solver: Solver, context: Context, op: int, form: TypeForm, arguments: Arguments, rank: int
) -> Iterable[Value]:
    """``dict[str, User]()`` is a call of what is subscripted; a ``NewType`` gives back what it gets."""
    if isinstance(form.origin, LibraryValue) and form.origin.name in declared.NEW_TYPES:
        return arguments.positional[0] if arguments.positional else ()
    return call(solver, context, op, form.origin, arguments, rank)


def _set_accessor(solver: Solver, name: str, wrapped: Wrapped, arguments: Arguments) -> Iterable[Value]:
    """``@x.setter`` over a function: still the property, with the function behind assignments."""
    if name == "property.setter" and arguments.positional:
        solver.setters.setdefault(wrapped, {}).update(arguments.positional[0])
    return (wrapped,)


def enter(
    solver: Solver,
    context: Context,
    op: int,
    function: FunctionValue,
    receiver: Value | None,
    arguments: Arguments,
    rank: int,
) -> Values:
    """Call a project function: its parameters are fed, its body runs (now, or when awaited or iterated)."""
    found: Values = {}
    promised = unification.promised(solver, (context, op), function, receiver, arguments)
    targets, given = invoke_all(solver, context, op, function, receiver, arguments, defaults=True)
    for target in targets:
        found |= dict.fromkeys(result(solver, context, op, target, rank, promised, given))
    return found


def invoke_all(
    solver: Solver,
    context: Context,
    op: int,
    function: FunctionValue,
    receiver: Value | None,
    arguments: Arguments,
    defaults: bool = False,
) -> tuple[list[Context], dict[int, Values]]:
    """All contexts a call of a project function enters: one for each choice of callable arguments and literal flags.

    Second, the values that the call passes, by parameter. ``defaults``: parameters that get nothing have their defaults (a library that calls may pass what it likes).
    """
    scope = function.definer.scope.module.scopes[function.scope]
    if receiver is None and scope.owner is not None and arguments.positional:
        first = list(arguments.positional[0])
        if len(first) == 1 and isinstance(first[0], (Instance, ClassValue)):
            receiver, arguments = first[0], arguments.after(1)
    offset = 0 if receiver is None else 1
    given, rest = passing.assign(solver, scope, arguments, offset, (context, op))
    complete = defaults and not arguments.stars and not arguments.mappings
    flags = passing.flags(solver, function, scope, given, complete)
    targets = []
    for choice in passing.choices(scope, given, rest if scope in solver.forwarding else ()):
        target = solver.context_for(function, receiver, (*choice, *flags))
        passing.deliver(solver, target, given, rest)
        targets.append(target)
    return targets, given


def result(
    solver: Solver,
    context: Context,
    op: int,
    target: Context,
    rank: int,
    promised: Values | None = None,
    given: dict[int, Values] | None = None,
) -> Iterable[Value]:
    """What calling the target gives: its return values, or the coroutine or generator that will run it.

    ``promised`` is what the return type says of this call, None where it does not depend on the call;
    ``given`` what the call passes, by parameter.
    """
    facts = target.scope.facts
    if facts.is_generator:
        return (solver.intern.get(Generator, target),)
    if facts.is_async:
        return (solver.intern.get(Coroutine, target, tuple(promised or ())),)
    solver.call(context, op, target, rank)
    if promised is not None:
        solver.fall_back(context, op, lambda: target.returns.values)
        return promised
    return returns.of_call(solver, context, op, target, given or {})


def _call_bound(
    solver: Solver, context: Context, op: int, bound: BoundMethod, arguments: Arguments, rank: int
) -> Iterable[Value]:
    rank = min(rank, PROBABLE) if bound.widened else rank
    if isinstance(bound.function, FunctionValue):
        return enter(solver, context, op, bound.function, bound.receiver, arguments, rank)
    if isinstance(bound.function, Wrapped):
        return _call_wrapped(solver, context, op, bound.function, bound.receiver, arguments, rank)
    if isinstance(bound.function, Wrapper):
        return handover.call_wrapper(solver, context, op, bound.function, bound.receiver, arguments, rank)
    return call(solver, context, op, bound.function, arguments.prepend({bound.receiver: None}), rank)


def _call_wrapped(
    solver: Solver,
    context: Context,
    op: int,
    wrapped: Wrapped,
    receiver: Value | None,
    arguments: Arguments,
    rank: int,
) -> Iterable[Value]:
    function = wrapped.function
    inner = solver.intern.get(BoundMethod, function, receiver, False) if receiver is not None else function
    found = call(solver, context, op, inner, arguments, rank)
    if wrapped.kind != "context":
        return found
    return [solver.intern.get(Managed, v.context) if isinstance(v, Generator) else v for v in found]


def _call_partial(
    solver: Solver, context: Context, op: int, partial: Partial, arguments: Arguments, rank: int
) -> Iterable[Value]:
    made = partial.context.scope.ops[partial.op]
    if not isinstance(made, ir.Call):
        return ()
    fixed = passing.of_call(solver, partial.context, made)
    if not fixed.positional:
        return ()
    merged = Arguments(
        fixed.positional[1:] + arguments.positional,
        fixed.keywords + arguments.keywords,
        fixed.stars + arguments.stars,
        fixed.mappings + arguments.mappings,
    )
    if partial in solver.unwinding:  # ``f = partial(f, x)`` in a loop: it holds itself.
        return ()
    solver.unwinding.add(partial)
    found: Values = {}
    for function in fixed.positional[0]:
        found |= dict.fromkeys(call(solver, context, op, function, merged, rank))
    solver.unwinding.discard(partial)
    return found


def method(
    solver: Solver, context: Context, op: int, receiver: Value, name: str, arguments: Arguments, rank: int
) -> Iterable[Value]:
    """Call a (special) method of a value, where it has one; what it gives."""
    if isinstance(receiver, Instance):
        found: Values = {}
        for function in attributes.methods(solver, context, op, receiver, name):
            found |= dict.fromkeys(call(solver, context, op, function, arguments, rank))
        return found
    if isinstance(receiver, LibraryInstance):
        return library.call(solver, context, op, f"{receiver.name}.{name}", receiver, arguments, rank)
    return ()


def construct(
    solver: Solver, context: Context, op: int, klass: ClassValue, arguments: Arguments, rank: int
) -> Iterable[Value]:
    """``Class(…)``: an exact instance; constructors run, dataclass-like fields are filled, a library base's effect counts."""
    info = klass.info
    for meta in info.keywords["metaclass"].values if "metaclass" in info.keywords else ():
        if isinstance(meta, ClassValue):
            for function in attributes.on_class(solver, context, op, meta, "__call__"):
                if isinstance(function, FunctionValue):
                    call(solver, context, op, solver.intern.get(BoundMethod, function, klass, False), arguments, rank)
    initialisers = [
        f for f in attributes.functions_of(solver, context, op, info, "__init__") if isinstance(f, FunctionValue)
    ]
    first = initialisers[0] if initialisers else None
    types = unification.constructed(solver, (context, op), klass, first, arguments)
    mode = modes.of_call(solver, (context, op), info, first, arguments)
    origin = (context, op) if any(expressions.keeps_origin(solver, base) for base in info.libraries()) else None
    instance = solver.intern.get(Instance, info, True, types, *([mode, origin] if mode or origin else []))
    ran = False
    for name in ("__new__", "__init__"):
        receiver = klass if name == "__new__" else instance
        for function in attributes.functions_of(solver, context, op, info, name):
            bound = solver.intern.get(BoundMethod, function, receiver, False)
            for _ in call(solver, context, op, bound, arguments, rank):
                pass
            ran = ran or name == "__init__"
    if not ran:
        _fill_fields(solver, context, op, instance, arguments, rank)
    for base in info.libraries():
        solver.library_call(context, op, base, instance, rank)
    return (instance,)


def _fill_fields(
    solver: Solver, context: Context, op: int, instance: Instance, arguments: Arguments, rank: int
) -> None:
    info = instance.info
    names = [name for base in reversed(list(info.project_classes())) for name in base.annotated]
    for name, values in zip(names, arguments.positional, strict=False):
        solver.feed(info.field(name), generics.stored(solver, instance, values))
    for name, values in arguments.keywords:
        if any(name in base.attributes for base in info.project_classes()):
            solver.feed(info.field(name), generics.stored(solver, instance, values))
    for function in attributes.functions_of(solver, context, op, info, "__post_init__"):
        bound = solver.intern.get(BoundMethod, function, instance, False)
        list(call(solver, context, op, bound, passing.NO_ARGUMENTS, rank))


def step_make_generator(solver: Solver, context: Context, op: int, body: ir.MakeGenerator) -> None:
    """A generator expression: an object whose body runs when it is iterated."""
    function = solver.intern.get(FunctionValue, context, op, body.scope)
    target = solver.context_for(function, None)
    solver.feed(incoming(target, 0), solver.get(context, body.iterable))
    solver.put(context, op, (solver.intern.get(Generator, target),))


def step_sequence(solver: Solver, context: Context, op: int, body: ir.Sequence) -> None:
    """A list, tuple or set display."""
    if body.type == "slice":
        return
    container = containers.make(solver, context, op, f"builtins.{body.type}")
    for position, item in enumerate(body.items):
        values = solver.get(context, item)
        if position in body.stars:
            containers.merge(solver, container, values, (context, op))
            for value in values:
                if not isinstance(value, Container):
                    containers.store(solver, container, None, protocols.iterated(solver, context, op, value))
        else:
            key = position if body.type == "tuple" and not body.stars else None
            containers.store(solver, container, key, values)
    solver.put(context, op, (container,))


def step_mapping(solver: Solver, context: Context, op: int, body: ir.Mapping) -> None:
    """A dict display."""
    container = containers.make(solver, context, op, "builtins.dict")
    for key, value in zip(body.keys, body.values, strict=True):
        values = solver.get(context, value)
        if key < 0:
            containers.merge(solver, container, values, (context, op))
        else:
            for constant in constant_keys(solver.get(context, key)):
                containers.store(solver, container, constant, values)
    solver.put(context, op, (container,))


def constant_keys(values: Values) -> list[str | int | float | bool | None]:
    """The constants among the values; ``[None]`` (unknown) where there is anything else, or nothing."""
    from fastapi_async_lint.project.values import Constant

    constants = [v.value for v in values if isinstance(v, Constant)]
    return list(constants) if constants and len(constants) == len(values) else [None]


def step_comprehension(solver: Solver, context: Context, op: int, body: ir.Comprehension) -> None:
    """A list, set or dict comprehension."""
    container = containers.make(solver, context, op, f"builtins.{body.type}")
    containers.store(solver, container, None, solver.get(context, body.element))
    solver.put(context, op, (container,))
