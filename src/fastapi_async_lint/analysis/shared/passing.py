"""Which parameters of a function get a given kind of object at a call, and which variables around it hold one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import (
    BoundMethod,
    ClassValue,
    Coroutine,
    FunctionValue,
    Instance,
    Value,
    Wrapped,
    Wrapper,
)

Test = Callable[[int], bool]
"""Whether the value of an op of the calling body is of the kind."""

_WAITING = (ir.Await, ir.Iterate, ir.Enter, ir.YieldFrom)
"""Ops that run the body that a call before them has only made."""
MAX_WRAPPINGS = 6


def passed(context: Context, op: int, target: Context, names: frozenset[str], test: Test) -> frozenset[str]:
    """The names that are of the kind in a body that the op runs; ``names``: those of the calling body."""
    call = _call_behind(context.scope, op)
    found: set[str] = set(_captured(context, target, names, test))
    body = context.scope.ops[call]
    if isinstance(body, ir.Call):
        found.update(_arguments(context, body, target, test))
    else:
        value = _receiver(body)
        parameters = target.scope.facts.parameters
        if value >= 0 and target.receiver is not None and parameters and test(value):
            found.add(parameters[0].name)
    return frozenset(found)


def handed(context: Context, op: int, target: Context, names: frozenset[str], test: Test) -> frozenset[str]:
    """The same for a callable or a coroutine that the call at the op hands over with its arguments."""
    found: set[str] = set(_captured(context, target, names, test))
    body = context.scope.ops[op]
    given = [a.value for a in body.arguments if not a.stars] if isinstance(body, ir.Call) else []
    for index, value in enumerate(given):
        values = context.values[value] or ()
        if any(isinstance(v, Coroutine) and v.context is target for v in values):
            made = _call_behind(context.scope, _source(context.scope, value))
            inner = context.scope.ops[made]
            return frozenset(
                found.union(_arguments(context, inner, target, test) if isinstance(inner, ir.Call) else ())
            )
        if isinstance(body, ir.Call) and any(_leads_to(v, target.scope) for v in values):
            rest = ir.Call(value, tuple(a for a in body.arguments[index + 1 :] if not a.stars))
            return frozenset(found.union(_arguments(context, rest, target, test)))
    return frozenset(found)


def _call_behind(scope: ScopeInfo, op: int) -> int:
    """The call that made what the op runs; else the op itself."""
    body = scope.ops[op]
    if isinstance(body, _WAITING):
        source = _source(scope, body.value)
        if isinstance(scope.ops[source], ir.Call):
            return source
    return op


def _source(scope: ScopeInfo, op: int) -> int:
    body = scope.ops[op]
    while isinstance(body, (ir.Bind, ir.Narrow)) and body.value >= 0:
        op = body.value
        body = scope.ops[op]
    return op


def _arguments(context: Context, call: ir.Call, target: Context, test: Test) -> Iterator[str]:
    parameters = target.scope.facts.parameters
    function = context.scope.ops[call.function]
    callees = context.values[call.function] or ()
    offset = 0
    if target.receiver is not None and parameters:
        offset = 1
        made = any(isinstance(value, ClassValue) for value in callees)
        bound = any(isinstance(value, BoundMethod) for value in callees) and isinstance(function, ir.Attribute)
        called = any(isinstance(value, Instance) for value in callees)
        if bound and isinstance(function, ir.Attribute) and not made:
            if test(function.base):
                yield parameters[0].name
        elif called and test(call.function):
            yield parameters[0].name
    slots = [p.name for p in parameters if p.kind in ("positional-only", "positional")][offset:]
    positional = [a.value for a in call.arguments if not a.keyword and not a.stars]
    for name, value in zip(slots, positional, strict=False):
        if test(value):
            yield name
    for argument in call.arguments:
        if argument.keyword in target.scope.parameters and test(argument.value):
            yield argument.keyword


def _captured(context: Context, target: Context, names: frozenset[str], test: Test) -> Iterator[str]:
    """Variables of the calling body, and of functions around it, that an inner function uses."""
    if target.parent is not context:
        return
    scope = context.scope
    for name in dict.fromkeys(body.name for body in target.scope.ops if isinstance(body, ir.Free)):
        binds = scope.binds.get(name)
        if binds:
            values = [body.value for bind in binds if isinstance(body := scope.ops[bind], ir.Bind)]
            if all(value >= 0 and test(value) for value in values):
                yield name
        elif name in scope.parameters:
            if test(scope.parameters[name]):
                yield name
        elif name in names:
            yield name


def _receiver(body: ir.AnyOp) -> int:
    if isinstance(body, (ir.Attribute, ir.Subscript, ir.SetAttribute, ir.SetSubscript, ir.DeleteSubscript)):
        return body.base
    if isinstance(body, (*_WAITING, ir.Truth, ir.Format)):
        return body.value
    if isinstance(body, ir.Binary):
        return body.left
    return ir.NONE


def _leads_to(value: Value, scope: ScopeInfo) -> bool:
    """Whether a callable is the function, under whatever wraps it."""
    for _ in range(MAX_WRAPPINGS):
        if isinstance(value, (BoundMethod, Wrapped, Wrapper)):
            value = value.function
    if isinstance(value, Instance):
        return scope.facts.name == "__call__"
    return isinstance(value, FunctionValue) and value.definer.scope.module.scopes[value.scope] is scope
