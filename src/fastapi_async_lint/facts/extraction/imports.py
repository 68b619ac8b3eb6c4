"""Import statements, lazy ones included: these bind the same names to the same things, only later."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.facts.extraction.body import Body, executes
from fastapi_async_lint.facts.model import ImportFrom, ImportModule, ImportStar
from fastapi_async_lint.syntax.nodes import LazyImport, LazyImportFrom


def dotted(node: cst.BaseExpression | None) -> str:
    """``a.b.c`` as text, without white space; empty for None."""
    names: list[str] = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        names.append(node.value)
    return ".".join(reversed(names))


@executes(cst.Import, LazyImport)
def import_(body: Body, node: cst.Import | LazyImport) -> None:
    """``import a.b, c.d as e``"""
    for alias in node.names:
        name, span = dotted(alias.name), body.at[alias]
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            value = body.emit(ImportModule(name, name), span)
            body.bind(alias.asname.name.value, value, body.at[alias.asname.name])
        else:
            top = name.partition(".")[0]
            body.bind(top, body.emit(ImportModule(name, top), span), span)


@executes(cst.ImportFrom, LazyImportFrom)
def import_from(body: Body, node: cst.ImportFrom | LazyImportFrom) -> None:
    """``from ..a import b as c``, ``from a import *``"""
    module, level = dotted(node.module), len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        body.emit(ImportStar(module, level), body.at[node])
        return
    for alias in node.names:
        name = dotted(alias.name)
        value = body.emit(ImportFrom(module, level, name), body.at[alias])
        target = alias.name if alias.asname is None else alias.asname.name
        if isinstance(target, cst.Name):
            body.bind(target.value, value, body.at[target])
