"""How deeply is the code nested? libcst's recursive parser overflows the stack, and so ends the process, where it is deep.

Measured with libcst 1.9 on x86-64 Linux: one link of a call chain costs 2.6 KB of stack, one bracket up to 10 KB, and
the time for chains and brackets grows with the square of the depth (800 links: 0.6 s). Python's own tokenizer admits
at most 200 brackets and 100 indents, so what remains to be limited are chains of operators, attributes, calls,
``elif`` and adjacent strings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

SHALLOW = 40
"""Nesting that fits into the smallest stack a thread has anywhere (512 KB)."""

DEEPEST = 1_000
"""Nesting that is not parsed: takes about a second for the worst kind of chain, and a tenth of STACK_BYTES."""

STACK_BYTES = 64 << 20
"""Stack of the thread that code between SHALLOW and DEEPEST is parsed on; only the pages it touches cost memory."""

SHORT = 100
"""So few characters cannot hold more than SHALLOW levels but in the most contrived code, and never exceed a stack."""

CHEAP = 3
"""So many adjacent strings count as one level: they take little stack, and time in proportion to their number.
libcst itself gives up at about 3,000."""

_ADJACENT_STRINGS = re.compile(r"[\"'][\s\\]*[rRbBuUfFtT]{0,2}[\"']")


def nesting(tree: ast.Module, text: str, starts: Sequence[int]) -> tuple[int, int]:
    """How many levels libcst nests the code at most, and the row of the statement where it does.

    ``starts`` are the offsets of the lines of ``text``. Statements of at most SHORT characters count as one level.
    """
    deepest = (1, 1)
    pending: list[tuple[list[ast.stmt], int]] = [(tree.body, 1)]
    while pending:
        body, depth = pending.pop()
        for statement in body:
            bodies = _bodies(statement)
            last = bodies[0][0].lineno if bodies else statement.end_lineno or statement.lineno
            end = starts[last] if last < len(starts) else len(text)
            levels = depth
            if end - starts[statement.lineno - 1] > SHORT:
                levels += _expression_depth(statement, text, starts)
            if levels > deepest[0]:
                deepest = (levels, statement.lineno)
            for inner in bodies:
                pending.append((inner, depth + 1))
    return deepest


def _bodies(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks of a compound statement, in order; empty for a simple statement."""
    bodies: list[list[ast.stmt]] = []
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        inner = getattr(statement, name, None)
        if inner:
            bodies.extend([part.body for part in inner] if name in ("handlers", "cases") else [inner])
    return bodies


_NOT_NESTED = (ast.stmt, ast.expr_context, ast.operator, ast.cmpop, ast.Name)


def _expression_depth(statement: ast.stmt, text: str, starts: Sequence[int]) -> int:
    """How deep libcst nests the expressions of a statement, not counting the statements in its blocks."""
    deepest = 0
    pending: list[tuple[ast.AST, int]] = [(statement, 0)]
    while pending:
        node, depth = pending.pop()
        depth += 1 + _flattened(node, text, starts)
        if depth > deepest:
            deepest = depth
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, _NOT_NESTED):
                pending.append((child, depth))
    return deepest


def _flattened(node: ast.AST, text: str, starts: Sequence[int]) -> int:
    """Levels that ``ast`` makes one node of and libcst nests."""
    if isinstance(node, ast.BoolOp):
        return len(node.values)
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return len(node.generators)
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))):
        end = starts[node.end_lineno] if node.end_lineno and node.end_lineno < len(starts) else len(text)
        begin = starts[node.lineno - 1]
        if end - begin > SHORT:
            return len(_ADJACENT_STRINGS.findall(text, begin, end)) // CHEAP
    return 0


_TOKENS = re.compile(
    r"""(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>[,;])|(?P<blank>\#[^\r\n]*|[ \t\f]+|\\\r?\n)|(?P<line>[\r\n]+)
    |(?P<string>\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|\"(?:[^\\\r\n\"]|\\.)*\"|'(?:[^\\\r\n']|\\.)*')
    |(?P<other>\w+|.)""",
    re.VERBOSE | re.DOTALL,
)


def estimate(text: str) -> int:
    """An upper bound of the nesting, from the tokens alone: for code that this Python's own parser cannot read.

    Counts, at each bracket level, every token since the last comma (at the outermost level: since the last line).
    """
    deepest = depth = run = 0
    outer: list[int] = []
    for match in _TOKENS.finditer(text):
        kind = match.lastgroup
        if kind == "blank":
            continue
        if kind == "open":
            outer.append(run)
            depth += run + 1
            run = 0
        elif kind == "close":
            if outer:
                run = outer.pop()
                depth -= run + 1
        elif kind == "comma" or (kind == "line" and not outer):
            run = 0
        elif kind != "line":
            run += 1
        if depth + run > deepest:
            deepest = depth + run
    return deepest
