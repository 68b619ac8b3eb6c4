"""``client = OpenAI()`` … ``client.x.create()`` → ``client = AsyncOpenAI()`` … ``await client.x.create()``.

Only where every use of the variable is such a call in a coroutine of the same file.
"""

from __future__ import annotations

import ast

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic, Twin
from fastapi_async_lint.fixes import imports
from fastapi_async_lint.fixes.imports import Imported
from fastapi_async_lint.fixes.refusals import no_await_here
from fastapi_async_lint.fixes.result import Proposal, edited, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For a blocking method of an object whose class has an asynchronous twin."""
    twin = diagnostic.remedy.twin
    variable = _variable(site.node)
    if twin is None or variable is None:
        return None
    cannot = f"{twin.to} cannot take the place of {twin.of}"
    if twin.reason:
        return refused(f"{cannot}: {twin.reason}")
    made = _constructor(site, variable, twin)
    if isinstance(made, str):
        return refused(f"{cannot}: {made}")
    edits = _calls(site, variable, twin)
    if isinstance(edits, str):
        return refused(f"{cannot}: {edits}")
    edit, imported = made
    message = f"Replace {twin.of} with {twin.to} and await its calls"
    return edited([edit, *edits], imported, Applicability.UNSAFE, message)


def _variable(node: cst.CSTNode) -> str | None:
    """The variable that the called method's receiver begins with."""
    if not isinstance(node, cst.Call):
        return None
    current: cst.CSTNode = node.func
    while isinstance(current, cst.Attribute):
        current = current.value
    return current.value if isinstance(current, cst.Name) and not current.lpar else None


def _constructor(site: CallSite, variable: str, twin: Twin) -> tuple[TextEdit, tuple[Imported, ...]] | str:
    """The edit of the one assignment that makes the object, with the import it needs; or what speaks against it."""
    tree = site.source.syntax
    stores = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == variable and _stores(n)] if tree else []
    if len(stores) != 1 or variable in _parameters(tree):
        return f"`{variable}` is bound in more than one place"
    assigns = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and n.targets == stores] if tree else []
    if len(assigns) != 1 or not isinstance(assigns[0].value, ast.Call):
        return f"`{variable}` is not made by a plain call (line {stores[0].lineno})"
    call = assigns[0].value
    if any(keyword.arg in twin.never for keyword in call.keywords):
        return f"it is made with an argument that the other does not take (line {call.lineno})"
    start, end = _span(site, call.func)
    written = site.source.text[start:end]
    package, _, name = twin.to.rpartition(".")
    if "." in written:
        spelled = _beside(site, written, twin)
        if spelled:
            return TextEdit(start, end, spelled[0]), spelled[1]
        return f"the way `{written}` is imported does not tell how to write {twin.to}"
    if (swap := imports.swapped(site, written, twin.of, twin.to)) is not None:
        changed, alias = swap
        return TextEdit(start, end, alias), (Imported(alias, changed),)
    imported = imports.member(site, (package,), name)
    if imported is None:
        return f"the name {name} is taken in this file"
    return TextEdit(start, end, imported.name), (imported,)


def _beside(site: CallSite, written: str, twin: Twin) -> tuple[str, tuple[Imported, ...]] | None:
    """The twin's name, written as the class's is: ``openai.OpenAI`` → ``openai.AsyncOpenAI``."""
    package, _, name = twin.of.rpartition(".")
    prefix = written.rpartition(".")[0]
    other, _, twin_name = twin.to.rpartition(".")
    if written.rpartition(".")[2] != name:
        return None
    if other == package:
        return f"{prefix}.{twin_name}", ()
    found = imports.module(site, other)
    return (f"{found.name}.{twin_name}", (found,)) if found else None


def _calls(site: CallSite, variable: str, twin: Twin) -> list[TextEdit] | str:
    """``await`` before every call; or the line of a use that cannot follow."""
    source = site.source
    starts = {source.lines.offset(place.start): place for place in twin.calls}
    edits: list[TextEdit] = []
    for node in ast.walk(source.syntax) if source.syntax else ():
        if not (isinstance(node, ast.Name) and node.id == variable and not _stores(node)):
            continue
        start, _ = _span(site, node)
        place = starts.get(start)
        call = source.site_between(start, source.lines.offset(place.end)) if place else None
        if call is None or not isinstance(call.node, cst.Call):
            return f"line {node.lineno} uses `{variable}` in another way"
        reason = no_await_here(call)
        if reason or isinstance(call.parent, (cst.For, cst.CompFor, cst.WithItem)):
            return f"in line {node.lineno}, {reason or 'the result is iterated or entered'}"
        if any(arg.keyword is not None and arg.keyword.value in twin.never for arg in call.node.args):
            return f"the result in line {node.lineno} would be of another kind"
        opening, closing = ("(await ", ")") if call.needs_parentheses else ("await ", "")
        edits.append(TextEdit(call.start, call.start, opening))
        if closing:
            edits.append(TextEdit(call.end, call.end, closing))
    return edits


def _span(site: CallSite, node: ast.expr) -> tuple[int, int]:
    return (
        _offset(site, node.lineno, node.col_offset),
        _offset(site, node.end_lineno or node.lineno, node.end_col_offset or 0),
    )


def _offset(site: CallSite, row: int, column: int) -> int:
    """Where a position of Python's own tree is; its columns count bytes of UTF-8."""
    start = site.source.lines.starts[row - 1]
    line = site.source.text[start : start + column]
    return start + len(line.encode()[:column].decode(errors="ignore"))


def _stores(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _parameters(tree: ast.AST | None) -> set[str]:
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} if tree else set()
