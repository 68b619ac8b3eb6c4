"""Expressions that hold a body of their own: lambdas, generator expressions, comprehensions."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.facts.extraction.annotations import annotate
from fastapi_async_lint.facts.extraction.bindings import target_names
from fastapi_async_lint.facts.extraction.body import Body, evaluate, evaluates
from fastapi_async_lint.facts.extraction.conditions import condition
from fastapi_async_lint.facts.extraction.targets import assign
from fastapi_async_lint.facts.model import (
    NONE,
    Bind,
    Comprehension,
    Iterate,
    MakeFunction,
    MakeGenerator,
    Parameter,
    ParameterFacts,
    Return,
    Truth,
    Yield,
)
from fastapi_async_lint.syntax.nodes import StarredDictComp


def parameters(node: cst.Parameters) -> list[tuple[str, cst.Param]]:
    """Kind and node of each parameter, in the order of the text."""
    found = [("positional-only", param) for param in node.posonly_params]
    found.extend(("positional", param) for param in node.params)
    if isinstance(node.star_arg, cst.Param):
        found.append(("star", node.star_arg))
    found.extend(("keyword-only", param) for param in node.kwonly_params)
    if node.star_kwarg is not None:
        found.append(("star-star", node.star_kwarg))
    return found


def defaults(body: Body, node: cst.Parameters) -> tuple[tuple[str, int], ...]:
    """The default values of parameters, evaluated where the function is made."""
    return tuple(
        (param.name.value, evaluate(body, param.default)) for _, param in parameters(node) if param.default is not None
    )


def parameter_annotations(body: Body, node: cst.Parameters) -> tuple[tuple[str, int], ...]:
    """The annotations of parameters, in the scope where the function is made."""
    return tuple(
        (param.name.value, annotate(body, param.annotation.annotation))
        for _, param in parameters(node)
        if param.annotation is not None
    )


def receive(body: Body, node: cst.Parameters) -> None:
    """The first ops of a function: its parameters."""
    found = parameters(node)
    body.parameters = tuple(ParameterFacts(param.name.value, kind) for kind, param in found)
    for _, param in found:
        name = param.name.value
        body.names.define(name, body.emit(Parameter(name), body.at[param.name]))


@evaluates(cst.Lambda)
def lambda_(body: Body, node: cst.Lambda) -> int:
    """``lambda a: b``"""
    values = defaults(body, node.params)
    scope = body.module.plan(body, "lambda", "lambda", node)
    return body.emit(MakeFunction(scope, values), body.at[node])


def lambda_body(body: Body, node: cst.Lambda) -> None:
    """What a lambda does when called."""
    receive(body, node.params)
    value = evaluate(body, node.body)
    body.emit(Return(value), body.at[node.body])


@evaluates(cst.GeneratorExp)
def generator(body: Body, node: cst.GeneratorExp) -> int:
    """``(a for b in c)``: only ``c`` is evaluated here."""
    iterable = evaluate(body, node.for_in.iter)
    scope = body.module.plan(body, "generator", "genexpr", node, is_async=node.for_in.asynchronous is not None)
    return body.emit(MakeGenerator(scope, iterable), body.at[node])


def generator_body(body: Body, node: cst.GeneratorExp) -> None:
    """What a generator expression does when iterated."""
    body.is_generator = True
    body.parameters = (ParameterFacts(".0", "positional-only"),)
    iterable = body.emit(Parameter(".0"), body.at[node.for_in.iter])
    _loops(body, node.for_in, iterable, quiet=False)
    value = evaluate(body, node.elt)
    body.emit(Yield(value), body.at[node.elt])
    body.block = 0


@evaluates(cst.ListComp, cst.SetComp, cst.DictComp, StarredDictComp)
def comprehension(body: Body, node: cst.BaseComp) -> int:
    """``[a for b in c]``, in place; its variables are seen only inside."""
    iterable = evaluate(body, node.for_in.iter)
    outer, mark, scopes = body.block, body.names.mark(), body.module.count
    targets = _loops(body, node.for_in, iterable, quiet=True)
    key = NONE
    if isinstance(node, cst.DictComp):
        key = evaluate(body, node.key)
        element = evaluate(body, node.value)
    elif isinstance(node, StarredDictComp):
        element = evaluate(body, node.value)
    else:
        element = evaluate(body, node.elt)  # type: ignore[attr-defined]
    if body.module.count > scopes:
        for target, span in targets:
            body.emit(Bind(target, body.names.get(target)), span)
    body.block = outer
    body.settle(mark, body.at[node], [target for target, _ in targets])
    kind = "list" if isinstance(node, cst.ListComp) else "set" if isinstance(node, cst.SetComp) else "dict"
    return body.emit(Comprehension(kind, element, key), body.at[node])


def _loops(body: Body, clause: cst.CompFor, iterable: int, quiet: bool) -> list[tuple[str, int]]:
    """The ``for … if …`` of a comprehension; the names they bind, with the spans of the targets."""
    names: list[tuple[str, int]] = []
    current: cst.CompFor | None = clause
    while current is not None:
        if current is not clause:
            iterable = evaluate(body, current.iter)
        is_async = current.asynchronous is not None
        if is_async and body.plan.kind == "generator":
            body.is_async = True
        item = body.emit(Iterate(iterable, is_async), body.at[current.iter])
        body.enter("comprehension", item)
        names.extend((name, body.at[current.target]) for name in target_names(current.target))
        assign(body, current.target, item, quiet)
        for test in current.ifs:
            value, true, _ = condition(body, test.test)
            body.enter("then", body.emit(Truth(value), body.at[test.test]))
            body.narrow(true)
        current = current.inner_for_in
    return names
