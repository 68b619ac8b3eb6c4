"""What stands between the brackets of a subscript."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.facts.extraction.body import EVALUATE, Body, evaluate
from fastapi_async_lint.facts.model import Sequence


def key(body: Body, node: cst.Subscript) -> int:
    """The key of a subscript: a value, a slice, or a tuple of them."""
    elements = node.slice
    if len(elements) == 1 and not isinstance(elements[0].comma, cst.Comma):
        inner = elements[0].slice
        if not (isinstance(inner, cst.Index) and inner.star):
            return key_part(body, inner)
    items, stars = [], []
    for position, element in enumerate(elements):
        if isinstance(element.slice, cst.Index) and element.slice.star:
            stars.append(position)
        items.append(key_part(body, element.slice))
    start, end = body.at[elements[0]] & 0xFFFFFFFF, body.at[elements[-1]] >> 32
    return body.emit(Sequence("tuple", tuple(items), tuple(stars)), start | end << 32)


def key_part(body: Body, node: cst.BaseSlice) -> int:
    """One index or slice."""
    if isinstance(node, cst.Slice):
        parts = [evaluate(body, part) for part in (node.lower, node.upper, node.step) if part is not None]
        return body.emit(Sequence("slice", tuple(parts)), body.at[node])
    value: cst.BaseExpression = node.value  # type: ignore[attr-defined]
    return EVALUATE[type(value)](body, value)
