"""Imports that a fix needs: found in the file, or added once, in the right place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from fastapi_async_lint.fixes.site import CallSite, Source, TextEdit


@dataclass(frozen=True, slots=True)
class Imported:
    """The name to use, and the edit that makes it available (None: it is already)."""

    name: str
    edit: TextEdit | None


def module(site: CallSite, name: str) -> Imported | None:
    """``import name`` at the top of the file; None where the name means something else there or at the site."""
    source = site.source
    near = source.bound_around(site.start)
    for statement in _top_level(source):
        if isinstance(statement, cst.Import):
            for alias in statement.names:
                bound = alias.evaluated_alias or name.partition(".")[0]
                if alias.evaluated_name == name and bound not in near:
                    return Imported(alias.evaluated_alias or name, None)
    if not _is_free(source, near, name.partition(".")[0], name):
        return None
    return Imported(name, _added(source, f"import {name}", first=True))


def member(site: CallSite, owners: Sequence[str], name: str) -> Imported | None:
    """``from owner import name`` of any of the owners, or of the first, added at the top of the file; None as for :func:`module`."""
    source = site.source
    near = source.bound_around(site.start)
    for statement in _top_level(source):
        if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
            continue
        if _dotted(statement.module) in owners and not statement.relative:
            for alias in statement.names:
                bound = alias.evaluated_alias or name
                if alias.evaluated_name == name and bound not in near:
                    return Imported(bound, None)
    if not _is_free(source, near, name, ""):
        return None
    return Imported(name, _added(source, f"from {owners[0]} import {name}", first=False))


def swapped(site: CallSite, written: str, old: str, new: str) -> tuple[TextEdit, str] | None:
    """The edit of ``from package import Old`` that imports ``new`` instead, and its name: where the site alone uses ``written``."""
    source = site.source
    uses = [n for n in ast.walk(source.syntax) if isinstance(n, ast.Name) and n.id == written] if source.syntax else []
    (package, _, name), (other, _, new_name) = old.rpartition("."), new.rpartition(".")
    if written != name or len(uses) != 1 or (new_name != name and new_name in source.used_names):
        return None
    for statement in _top_level(source):
        if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
            continue
        if _dotted(statement.module) != package or statement.relative or statement.module is None:
            continue
        for alias in statement.names:
            if alias.evaluated_name != name or alias.asname is not None:
                continue
            if other == package:
                return TextEdit(*source.tree.span(alias), new_name), new_name
            if len(statement.names) == 1 and new_name == name:
                return TextEdit(*source.tree.span(statement.module), other), name
    return None


def _is_free(source: Source, near: frozenset[str], bound: str, module_name: str) -> bool:
    """Whether a new import may bind the name: nothing else in the file does, but for imports of the same module."""
    if bound in source.bound_names or bound in near:
        return False
    for statement in _top_level(source):
        if isinstance(statement, cst.ImportFrom) and isinstance(statement.names, cst.ImportStar):
            continue
        for alias in statement.names:  # type: ignore[union-attr]
            name = alias.evaluated_alias or alias.evaluated_name
            same = isinstance(statement, cst.Import) and not alias.evaluated_alias and module_name
            if name.partition(".")[0] == bound and not same:
                return False
    return True


def imports(source: Source, package: str) -> bool:
    """Whether the file imports the package or something from it, at its top level."""
    for statement in _top_level(source):
        if isinstance(statement, cst.Import):
            names = [alias.evaluated_name for alias in statement.names]
        else:
            names = [_dotted(statement.module)] if not statement.relative else []
        if any(name == package or name.startswith(f"{package}.") for name in names):
            return True
    return False


def _top_level(source: Source) -> list[cst.Import | cst.ImportFrom]:
    found: list[cst.Import | cst.ImportFrom] = []
    for line in source.tree.module.body:
        if isinstance(line, cst.SimpleStatementLine):
            found.extend(s for s in line.body if isinstance(s, (cst.Import, cst.ImportFrom)))
    return found


def _dotted(node: cst.BaseExpression | None) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _added(source: Source, line: str, *, first: bool) -> TextEdit:
    """A new line before the first import of the file, or behind the last of the imports that stand together with it."""
    block: list[cst.SimpleStatementLine] = []
    body = list(source.tree.module.body)
    start = 0
    for index, statement in enumerate(body):
        if isinstance(statement, cst.SimpleStatementLine):
            small = statement.body[0]
            if isinstance(small, (cst.Import, cst.ImportFrom)) and not _is_future(small):
                block.append(statement)
                continue
            if not block and (_is_docstring(small, index) or _is_future(small)):
                start = index + 1
                continue
        break
    if block:
        return _among(source, block, line, first=first)
    if start:
        _, end = source.tree.span(body[start - 1].body[-1])  # type: ignore[index]
        return _behind(source, source.lines.row(end), source.newline + line)
    at = _first_code(source)
    return TextEdit(at, at, line + source.newline * 2)


def _among(source: Source, block: list[cst.SimpleStatementLine], line: str, *, first: bool) -> TextEdit:
    """Into the imports at the top: by name among its like, where there are any."""
    name = line.split()[1]
    if first:
        package = name.partition(".")[0]
        family = [s for s in block if not _is_from(s) and _name(s).partition(".")[0] == package]
        alike = [s for s in family or _leading(block) if _name(s) < name]
        before = block[0]
    else:
        package = name.partition(".")[0]
        family = [s for s in block if _is_from(s) and _name(s).partition(".")[0] == package]
        absolute = [s for s in block if not (isinstance(s.body[0], cst.ImportFrom) and s.body[0].relative)]
        alike = [s for s in family if _name(s) <= name] if family else absolute or block
        before = family[0] if family else block[0]
    if alike:
        _, end = source.tree.span(alike[-1].body[-1])
        return _behind(source, source.lines.row(end), line)
    begin, _ = source.tree.span(before.body[0])
    at = source.lines.line_start(begin)
    gap = source.newline if first and name in sys.stdlib_module_names and not _standard(before) else ""
    return TextEdit(at, at, line + source.newline + gap)


def _leading(block: list[cst.SimpleStatementLine]) -> list[cst.SimpleStatementLine]:
    """The ``import`` lines that the block begins with, up to the first blank line or ``from``."""
    found: list[cst.SimpleStatementLine] = []
    for statement in block:
        if _is_from(statement) or (found and statement.leading_lines):
            break
        found.append(statement)
    return found if found and _standard(found[0]) else []


def _is_from(statement: cst.SimpleStatementLine) -> bool:
    return isinstance(statement.body[0], cst.ImportFrom)


def _standard(statement: cst.SimpleStatementLine) -> bool:
    return _name(statement).partition(".")[0] in sys.stdlib_module_names


def _name(statement: cst.SimpleStatementLine) -> str:
    small = statement.body[0]
    if isinstance(small, cst.ImportFrom):
        return _dotted(small.module)
    return small.names[0].evaluated_name if isinstance(small, cst.Import) else ""


def _behind(source: Source, row: int, line: str) -> TextEdit:
    if row < len(source.lines.starts):
        at = source.lines.starts[row]
        return TextEdit(at, at, line + source.newline)
    return TextEdit(len(source.text), len(source.text), source.newline + line)


def _first_code(source: Source) -> int:
    if not source.tree.module.body:
        return 0
    statement = source.tree.module.body[0]
    starts = [packed & 0xFFFFFFFF for packed in source.tree.statements]
    return min(starts) if starts and statement else 0


def _is_docstring(node: cst.BaseSmallStatement, index: int) -> bool:
    return (
        index == 0 and isinstance(node, cst.Expr) and isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))
    )


def _is_future(node: cst.BaseSmallStatement) -> bool:
    return isinstance(node, cst.ImportFrom) and _dotted(node.module) == "__future__"
