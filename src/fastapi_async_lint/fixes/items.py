"""``d[k] = v`` → ``await run_in_threadpool(operator.setitem, d, k, v)``, and the same for ``del d[k]``."""

from __future__ import annotations

import re

import libcst as cst

from fastapi_async_lint.fixes import imports
from fastapi_async_lint.fixes.refusals import binds_or_yields
from fastapi_async_lint.fixes.site import CallSite, TextEdit
from fastapi_async_lint.fixes.styles import Style, Wrapping


def moved(site: CallSite, style: Style) -> Wrapping | None:
    """The whole statement changed; None where the subscript is not the one target of an assignment or deletion."""
    node, parent = site.node, site.parent
    if not isinstance(node, cst.Subscript) or len(node.slice) != 1 or binds_or_yields(node):
        return None
    key = node.slice[0].slice
    if not isinstance(key, cst.Index) or key.star:
        return None
    if isinstance(parent, cst.Del):
        return _changed(site, style, "delitem", parent, None)
    statement = site.path[-3] if isinstance(parent, cst.AssignTarget) else None
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        value = statement.value
        plain = not isinstance(value, (cst.Yield, cst.Tuple)) and not binds_or_yields(value)
        return _changed(site, style, "setitem", statement, value) if plain else None
    return None


def writes_back(site: CallSite) -> str | None:
    """Whether the statement writes an item of what it reads: ``d[k] = {**d[k], …}``. Others could then come in between."""
    statement = next((ancestor for ancestor, _ in site.outwards() if isinstance(ancestor, cst.Assign)), None)
    targets = [t.target for t in statement.targets] if statement else []
    for target in targets:
        if isinstance(target, cst.Subscript) and statement is not None:
            start, end = site.source.tree.span(target.value)
            receiver = re.compile(rf"(?<![\w.]){re.escape(site.source.text[start:end])}(?!\w)")
            value_start, value_end = site.source.tree.span(statement.value)
            if receiver.search(site.source.text, value_start, value_end):
                return "the statement reads and writes back in one go, which others could then interrupt"
    return None


def _changed(
    site: CallSite, style: Style, method: str, statement: cst.CSTNode, value: cst.BaseExpression | None
) -> Wrapping | None:
    """Only what stands between receiver, key and value is replaced."""
    source = site.source
    node = site.node
    operator = imports.module(site, "operator")
    if operator is None:
        return None
    assert isinstance(node, cst.Subscript)
    key = node.slice[0].slice
    assert isinstance(key, cst.Index)
    begin, end = source.tree.span(statement)
    receiver_start, receiver_end = _outer(source.text, source.tree.span(node.value), node.value)
    key_start, key_end = _outer(source.text, source.tree.span(key.value), key.value)
    edits = [
        TextEdit(begin, receiver_start, f"await {style.function}({operator.name}.{method}, "),
        TextEdit(receiver_end, key_start, ", "),
    ]
    if value is None:
        edits.append(TextEdit(key_end, end, ")"))
    else:
        value_start, value_end = _outer(source.text, source.tree.span(value), value)
        edits += [TextEdit(key_end, value_start, ", "), TextEdit(value_end, value_end, ")")]
    return Wrapping(tuple(edits), (*style.imported, operator))


def _outer(text: str, span: tuple[int, int], node: cst.BaseExpression) -> tuple[int, int]:
    """The span with the expression's own parentheses."""
    start, end = span
    for _ in node.lpar:
        start, end = text.rindex("(", 0, start), text.index(")", end) + 1
    return start, end
