"""Targets of assignment."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.facts.extraction.body import Body, evaluate
from fastapi_async_lint.facts.extraction.subscripts import key
from fastapi_async_lint.facts.model import SetAttribute, SetSubscript, Unpack


def assign(body: Body, target: cst.BaseExpression, value: int, quiet: bool = False) -> None:
    """Give a target a value. ``quiet``: plain names are bound without a Bind op (variables of a comprehension)."""
    if isinstance(target, cst.Name):
        if quiet:
            body.names.put(target.value, value)
        else:
            body.bind(target.value, value, body.at[target])
    elif isinstance(target, cst.Attribute):
        base = evaluate(body, target.value)
        body.emit(SetAttribute(base, target.attr.value, value), body.at[target])
    elif isinstance(target, cst.Subscript):
        base = evaluate(body, target.value)
        body.emit(SetSubscript(base, key(body, target), value), body.at[target])
    elif isinstance(target, (cst.Tuple, cst.List)):
        _unpack(body, target, value, quiet)
    elif isinstance(target, cst.StarredElement):
        assign(body, target.value, value, quiet)


def _unpack(body: Body, target: cst.Tuple | cst.List, value: int, quiet: bool) -> None:
    """``a, *b, (c, d) = value``"""
    count = len(target.elements)
    behind = 0
    for index, element in enumerate(target.elements):
        starred = isinstance(element, cst.StarredElement)
        item = body.emit(Unpack(value, index - behind, count, starred), body.at[element])
        if starred:
            behind = count
        assign(body, element.value, item, quiet)
