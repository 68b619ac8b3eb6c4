"""``def``, ``class`` and ``type``: what happens where they stand; their bodies wait for their turn."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.facts.extraction.annotations import annotate
from fastapi_async_lint.facts.extraction.body import Body, evaluate, executes
from fastapi_async_lint.facts.extraction.expressions import arguments
from fastapi_async_lint.facts.extraction.functions import defaults, parameter_annotations, receive
from fastapi_async_lint.facts.extraction.statements import block
from fastapi_async_lint.facts.model import NONE, Argument, Call, MakeClass, MakeFunction


@executes(cst.FunctionDef)
def function(body: Body, node: cst.FunctionDef) -> None:
    """``@d async def f[T](a: b = c) -> e: …``"""
    decorators = _decorators(body, node.decorators)
    values = defaults(body, node.params)
    names = _type_parameters(body, node.type_parameters)
    annotations = parameter_annotations(body, node.params)
    returns = NONE if node.returns is None else annotate(body, node.returns.annotation)
    is_async = node.asynchronous is not None
    name = node.name.value
    scope = body.module.plan(body, "function", name, node, is_async=is_async, type_parameters=names)
    value = body.emit(MakeFunction(scope, values, annotations, returns), body.at[node])
    body.bind(name, _decorate(body, value, decorators), body.at[node.name])


def function_body(body: Body, node: cst.FunctionDef) -> None:
    """What a function does when called."""
    receive(body, node.params)
    block(body, node.body)


@executes(cst.ClassDef)
def class_(body: Body, node: cst.ClassDef) -> None:
    """``@d class A[T](b, c=d): …``"""
    decorators = _decorators(body, node.decorators)
    names = _type_parameters(body, node.type_parameters)
    bases = arguments(body, (*node.bases, *node.keywords))
    scope = body.module.plan(body, "class", node.name.value, node, type_parameters=names)
    value = body.emit(MakeClass(scope, bases), body.at[node])
    body.bind(node.name.value, _decorate(body, value, decorators), body.at[node.name])


def class_body(body: Body, node: cst.ClassDef) -> None:
    """What runs where the class is made."""
    block(body, node.body)


@executes(cst.TypeAlias)
def type_alias(body: Body, node: cst.TypeAlias) -> None:
    """``type A[T] = b``, of which ``b`` is evaluated only when somebody asks."""
    _type_parameters(body, node.type_parameters)
    body.bind(node.name.value, annotate(body, node.value), body.at[node.name])


def _decorators(body: Body, nodes: Sequence[cst.Decorator]) -> list[tuple[int, int]]:
    """The decorators' values with their spans, from top to bottom."""
    return [(evaluate(body, node.decorator), body.at[node.decorator]) for node in nodes]


def _decorate(body: Body, value: int, decorators: list[tuple[int, int]]) -> int:
    """The calls that decorators imply, the innermost first."""
    for decorator, span in reversed(decorators):
        value = body.emit(Call(decorator, (Argument(value),), True), span)
    return value


def _type_parameters(body: Body, node: cst.TypeParameters | None) -> tuple[str, ...]:
    """The names of ``[T: bound = default]``; bounds and defaults are types."""
    if node is None:
        return ()
    for item in node.params:
        if isinstance(item.param, cst.TypeVar) and item.param.bound is not None:
            annotate(body, item.param.bound)
        if item.default is not None:
            annotate(body, item.default)
    return tuple(item.param.name.value for item in node.params)
