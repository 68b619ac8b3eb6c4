"""A ``with`` or ``for`` statement that blocks → a nested function that runs in the thread pool.

The statement moves as it is into a ``def`` directly before its place; what it reads the function finds around itself, what it
binds and is used later comes back as the function's value.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.fixes.block_plan import Block, Plan, plan_block
from fastapi_async_lint.fixes.refusals import no_await_here
from fastapi_async_lint.fixes.result import Proposal, edited, refused
from fastapi_async_lint.fixes.site import CallSite, Source, TextEdit
from fastapi_async_lint.fixes.styles import find_style

VERBS = {
    "file": ("read", "read_file"),
    "database": ("load", "run_statements"),
    "http": ("fetch", "send_requests"),
    "network": ("fetch", "exchange"),
    "subprocess": ("run", "run_process"),
}
"""By category: the verb before a result's name, and the name where there is no result."""
OTHERS = ("get", "blocking_work")


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For what a ``with`` or ``for`` statement enters or iterates."""
    statement = site.statement
    if statement is None or statement.asynchronous is not None:
        return None
    remedy = diagnostic.remedy
    reason = no_await_here(site) or remedy.no_await or remedy.no_block
    function, block = _syntax(site.source, statement)
    if not reason and (function is None or block is None):
        reason = "it is not directly in an `async` function"
    if reason or function is None or block is None:
        return refused(f"The statement cannot be moved to a thread as a whole: {reason}")
    plan = plan_block(function, block)
    if isinstance(plan, str):
        return refused(f"The statement cannot be moved to a thread as a whole: {plan}")
    style = find_style(site, remedy)
    if style is None:
        return refused("The name that off-loads is taken in this file")
    name = _free_name(site.source, function, block, plan, diagnostic.category)
    message = (
        f"Move the `{'with' if isinstance(block, ast.With) else 'for'}` statement into a function that runs in a thread"
    )
    edit = _edit(site, statement, name, plan, style.function)
    return edited([edit], style.imported, Applicability.UNSAFE, message)


def _syntax(source: Source, statement: cst.With | cst.For) -> tuple[ast.AsyncFunctionDef | None, Block | None]:
    """The statement in Python's own tree, and the innermost function around it."""
    start, _ = source.tree.span(statement)
    where = source.lines.position(start)
    line = source.text[source.lines.line_start(start) : start]
    column = len(line.encode())
    function: ast.AsyncFunctionDef | None = None
    block: Block | None = None
    for node in ast.walk(source.syntax) if source.syntax else ():  # outer functions come first
        if isinstance(node, (ast.With, ast.For)) and (node.lineno, node.col_offset) == (where.row, column):
            block = node
        elif (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and node.lineno < where.row <= (node.end_lineno or 0)
            and node.col_offset < column
        ):
            function = node if isinstance(node, ast.AsyncFunctionDef) else None
    return function, block


def _free_name(source: Source, function: ast.AsyncFunctionDef, block: Block, plan: Plan, category: str) -> str:
    """A name that stands nowhere in the file and is no builtin; numbered where the function has several such blocks."""
    verb, alone = VERBS.get(category, OTHERS)
    name = f"{verb}_{plan.results[0]}" if len(plan.results) == 1 else alone
    if category == "file" and _writes(block):
        name = "write_file"
    elif isinstance(block, ast.For) and isinstance(block.target, ast.Name) and not plan.results:
        name = f"process_{block.target.id}s"
    taken = source.used_names | set(dir(builtins))
    number = 1 if len(plan.results) == 1 else 1 + _alike(function, block)
    candidate = name if number == 1 else f"{name}_{number}"
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _alike(function: ast.AsyncFunctionDef, block: Block) -> int:
    """How many statements before it in the function would give their function the same name."""
    own, writes = _called(block), _writes(block)
    number = 0
    for node in ast.walk(function):
        if isinstance(node, (ast.With, ast.For)) and node.lineno < block.lineno and own & _called(node):
            plan = plan_block(function, node)
            number += not isinstance(plan, str) and len(plan.results) != 1 and _writes(node) == writes
    return number


def _called(block: Block) -> set[str]:
    heads = [i.context_expr for i in block.items] if isinstance(block, ast.With) else [block.iter]
    return {ast.dump(n.func) for head in heads for n in ast.walk(head) if isinstance(n, ast.Call)}


def _writes(block: Block) -> bool:
    """Whether a file is opened for writing in the statement's head."""
    if not isinstance(block, ast.With):
        return False
    for item in block.items:
        for node in ast.walk(item.context_expr):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if text and set(text) <= set("rwaxbt+") and set(text) & set("wax+"):
                return True
    return False


def _edit(site: CallSite, statement: cst.With | cst.For, name: str, plan: Plan, function: str) -> TextEdit:
    """The ``def`` line, the statement one level deeper, what comes back, the call. One edit: nothing inside may change with it."""
    source = site.source
    text, lines, newline = source.text, source.lines, source.newline
    start, end = source.tree.span(statement)
    line = lines.line_start(start)
    indent = text[line:start]
    unit = "\t" if "\t" in indent else source.tree.module.default_indent
    end = _with_comments(source, indent, end)
    inside = _inside_strings(source, statement)
    parts = [newline if _needs_blank(site, statement) else "", f"{indent}def {name}():{newline}"]
    for row in range(lines.row(start), lines.row(max(start, end - 1)) + 1):
        at = lines.starts[row - 1]
        following = lines.starts[row] if row < len(lines.starts) else len(text)
        blank = text[at : at + 1] in ("", "\r", "\n")
        parts += ["" if row in inside or blank else unit, text[at : min(following, end)]]
    results = ", ".join(plan.results)
    parts += [f"{newline}{indent}{unit}return {results}" if results else "", newline, newline]
    before = f"{results} = " if results else "return " if plan.returns else ""
    parts.append(f"{indent}{before}await {function}({name})")
    return TextEdit(line, end, "".join(parts))


def _needs_blank(site: CallSite, statement: cst.With | cst.For) -> bool:
    """Whether a blank line belongs before the ``def``: something else stands directly above."""
    body: Iterable[object] = next(
        (getattr(outer, "body", ()) for outer, inner in site.outwards() if inner is statement), ()
    )
    first = next(iter(body), statement)
    return first is not statement and not statement.leading_lines


def _with_comments(source: Source, indent: str, end: int) -> int:
    """The end of the statement with the comment on its last line, and those below that are indented as its body is."""
    text = source.text
    end = _line_end(text, end)
    at = end
    while at < len(text):
        following = at + len("\r\n" if text.startswith("\r\n", at) else "\n")
        stop = _line_end(text, following)
        content = text[following:stop]
        if content.strip() and not (content.startswith(indent) and content[len(indent) :].lstrip(" \t")[:1] == "#"):
            break
        if content.strip() and content[len(indent) : len(indent) + 1] not in " \t":
            break
        if content.strip():
            end = stop
        if stop <= at:
            break
        at = stop
    return end


def _line_end(text: str, at: int) -> int:
    while at < len(text) and text[at] not in "\r\n":
        at += 1
    return at


def _inside_strings(source: Source, statement: cst.CSTNode) -> set[int]:
    """Rows that begin inside a string, where indentation would be text."""
    rows: set[int] = set()
    pending: list[cst.CSTNode] = [statement]
    strings = (cst.SimpleString, cst.FormattedString, getattr(cst, "TemplatedString", cst.FormattedString))
    while pending:
        node = pending.pop()
        if isinstance(node, strings):
            start, end = source.tree.span(node)
            rows.update(range(source.lines.row(start) + 1, source.lines.row(end - 1) + 1))
        else:
            pending.extend(node.children)
    return rows
