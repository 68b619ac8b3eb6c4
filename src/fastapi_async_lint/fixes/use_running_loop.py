"""``asyncio.get_event_loop()`` → ``asyncio.get_running_loop()``: the same loop, in a coroutine."""

from __future__ import annotations

import ast

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes import imports
from fastapi_async_lint.fixes.result import Proposal, edited, refused
from fastapi_async_lint.fixes.site import CallSite, Source, TextEdit

RULE = "get-event-loop"
COUNTERPART = "asyncio.get_running_loop"


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """Only the name of the function changes; where it is imported by itself, so is the other."""
    if diagnostic.name != RULE or diagnostic.replacement != COUNTERPART or not isinstance(site.node, cst.Call):
        return None
    package, _, name = COUNTERPART.rpartition(".")
    function = site.call.func
    if isinstance(function, cst.Attribute):
        start, end = site.source.tree.span(function)
        return edited(
            [TextEdit(end - len(function.attr.value), end, name)], (), Applicability.SAFE, f"Replace with `{name}()`"
        )
    if not isinstance(function, cst.Name):
        return refused("what is called is not a plain name")
    renamed = _only_import(site, function.value, package)
    if renamed is not None and name not in site.source.used_names:
        start, end = renamed
        changed = [TextEdit(start, end, name)]
        if function.value == site.source.text[start:end]:
            changed.append(TextEdit(*site.source.tree.span(function), name))
        return edited(changed, (), Applicability.SAFE, f"Import and call `{name}()`")
    imported = imports.member(site, (package,), name)
    if imported is None:
        return refused(f"the name {name} is taken in this file")
    start, end = site.source.tree.span(function)
    return edited([TextEdit(start, end, imported.name)], (imported,), Applicability.SAFE, f"Replace with `{name}()`")


def _only_import(site: CallSite, bound: str, package: str) -> tuple[int, int] | None:
    """Where the function's name stands in the import that serves nothing but this call."""
    source = site.source
    nodes = list(ast.walk(source.syntax)) if source.syntax else []
    uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == bound]
    strings = [node for node in nodes if isinstance(node, ast.Constant) and node.value == bound]
    found = [alias for alias in _aliases(source, package) if (alias.evaluated_alias or alias.evaluated_name) == bound]
    if len(uses) != 1 or strings or len(found) != 1:
        return None
    name = found[0].name
    return source.tree.span(name) if isinstance(name, cst.Name) else None


def _aliases(source: Source, package: str) -> list[cst.ImportAlias]:
    """What the file imports from the package by name, at its top level."""
    found: list[cst.ImportAlias] = []
    lines = [line for line in source.tree.module.body if isinstance(line, cst.SimpleStatementLine)]
    for small in (small for line in lines for small in line.body if isinstance(small, cst.ImportFrom)):
        names = small.names
        own = isinstance(small.module, cst.Name) and small.module.value == package and not small.relative
        if own and not isinstance(names, cst.ImportStar):
            found.extend(names)
    return found
