"""``match``."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.facts.extraction.body import Body, evaluate, executes
from fastapi_async_lint.facts.extraction.conditions import condition
from fastapi_async_lint.facts.extraction.names import State
from fastapi_async_lint.facts.extraction.statements import block
from fastapi_async_lint.facts.model import NONE, Attribute, Compare, Mapping, Subscript, Truth, Unpack


@executes(cst.Match)
def match(body: Body, node: cst.Match) -> None:
    """``match a: case b if c: …``"""
    subject = evaluate(body, node.subject)
    name = node.subject.value if isinstance(node.subject, cst.Name) else ""
    start, span, outer = body.names.mark(), body.at[node.subject], body.block
    states: list[State | None] = []
    exhausted = False
    for case in node.cases:
        body.enter("case")
        matched = pattern(body, case.pattern, subject)
        if matched != subject and body.names.get(name) == subject:
            body.names.put(name, matched)
        if case.guard is not None:
            test, true, _ = condition(body, case.guard)
            body.enter("then", body.emit(Truth(test), body.at[case.guard]))
            body.narrow(true)
        exhausted = exhausted or (case.guard is None and _irrefutable(case.pattern))
        block(body, case.body)
        body.block = outer
        states.append(body.leave(start, start))
    if not exhausted:
        states.append({})
    body.join(states, span)


def _irrefutable(node: cst.MatchPattern) -> bool:
    """``_`` or a plain name."""
    return isinstance(node, cst.MatchAs) and (node.pattern is None or _irrefutable(node.pattern))


def pattern(body: Body, node: cst.MatchPattern, subject: int) -> int:
    """Test a value against a pattern and bind what it captures; the value with what is known if it matches."""
    span = body.at[node]
    if isinstance(node, (cst.MatchValue, cst.MatchSingleton)):
        operator = "==" if isinstance(node, cst.MatchValue) else "is"
        body.emit(Compare(operator, subject, evaluate(body, node.value)), span)
    elif isinstance(node, cst.MatchAs):
        if node.pattern is not None:
            subject = pattern(body, node.pattern, subject)
        if node.name is not None:
            body.bind(node.name.value, subject, body.at[node.name])
    elif isinstance(node, cst.MatchOr):
        return _alternatives(body, node, subject)
    elif isinstance(node, cst.MatchClass):
        return _class(body, node, subject)
    elif isinstance(node, cst.MatchMapping):
        for element in node.elements:
            key = evaluate(body, element.key)
            pattern(body, element.pattern, body.emit(Subscript(subject, key), body.at[element]))
        if node.rest is not None:
            rest = body.emit(Mapping((NONE,), (subject,)), body.at[node.rest])
            body.bind(node.rest.value, rest, body.at[node.rest])
    elif isinstance(node, cst.MatchSequence):
        _items(body, node.patterns, subject)
    return subject


def _alternatives(body: Body, node: cst.MatchOr, subject: int) -> int:
    """``A() | B()``"""
    mark, span = body.names.mark(), body.at[node]
    states: list[State | None] = []
    values: list[int] = []
    for element in node.patterns:
        values.append(pattern(body, element.pattern, subject))
        states.append(body.leave(mark, mark))
    body.join(states, span)
    return body.phi(values, span)


def _class(body: Body, node: cst.MatchClass, subject: int) -> int:
    """``A(b, c=d)``: what a positional pattern gets is only known to the class, so it is an Unpack."""
    narrowed = body.narrowed(subject, "class-pattern", evaluate(body, node.cls), True, body.at[node])
    _items(body, node.patterns, narrowed)
    for element in node.kwds:
        value = body.emit(Attribute(narrowed, element.key.value), body.at[element])
        pattern(body, element.pattern, value)
    return narrowed


def _items(body: Body, nodes: Sequence[cst.MatchSequenceElement | cst.MatchStar], subject: int) -> None:
    """``a, *b, c``"""
    behind = 0
    for index, element in enumerate(nodes):
        starred = isinstance(element, cst.MatchStar)
        item = body.emit(Unpack(subject, index - behind, len(nodes), starred), body.at[element])
        if isinstance(element, cst.MatchSequenceElement):
            pattern(body, element.value, item)
        else:
            behind = len(nodes)
            if element.name is not None:
                body.bind(element.name.value, item, body.at[element.name])
