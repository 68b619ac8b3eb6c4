"""``parse``: the bytes of a file to a libcst tree whose nodes know where they stand."""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from fastapi_async_lint.syntax import pattern_spans as pattern_spans  # enters its node types
from fastapi_async_lint.syntax.cursor import SHIFT, Cursor, Lost
from fastapi_async_lint.syntax.decode import decode
from fastapi_async_lint.syntax.depth import DEEPEST, SHALLOW, STACK_BYTES, estimate, nesting
from fastapi_async_lint.syntax.statement_spans import suite
from fastapi_async_lint.syntax.unreadable import Unreadable

_MASK = (1 << SHIFT) - 1
_LIBCST_ERROR = re.compile(r"error at (?P<row>\d+):(?P<column>\d+)")


@dataclass(frozen=True, slots=True)
class Tree:
    """One parsed file.

    ``text`` is the decoded source without byte order mark, line ends as in the file; every offset counts its code
    points. ``packed`` maps a node to ``start | end << 32``; ``statements`` lists the same for every simple
    statement and every compound statement's header (a decorator line is one), in source order, not nested.
    """

    module: cst.Module
    text: str
    line_starts: Sequence[int]
    packed: Mapping[cst.CSTNode, int]
    statements: Sequence[int]

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end of a node without its own parentheses, as libcst's PositionProvider has it.

        Expressions, statements, handlers, cases, patterns, arguments, parameters (name and stars), aliases, elements
        and decorators have spans; of a Tuple without closing bracket a trailing comma is part. Raises KeyError for
        other nodes (operators, punctuation, white space, blocks).
        """
        packed = self.packed[node]
        return packed & _MASK, packed >> SHIFT


def parse(source: bytes) -> Tree:
    """Read one file.

    Raises Unreadable for text that is not Python as far as this Python and libcst know: wrong encoding, null bytes,
    syntax errors (the position is the one Python itself tells), and code nested deeper than can be parsed safely.
    """
    text, lines = decode(source)
    depth, rejected = _guard(text, lines.starts)
    module = _module(source, depth, rejected)
    cursor = Cursor(text + "\n")  # so that looking one character ahead is always possible
    try:
        suite(cursor, module.body, 0)
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except Lost as lost:
        where = lines.position(lost.args[0])
        raise rejected or Unreadable("the parser misreads this", where.row, where.column) from None
    return Tree(module, text, lines.starts, cursor.spans, cursor.statements)


def _guard(text: str, starts: Sequence[int]) -> tuple[int, Unreadable | None]:
    """How deeply the text is nested, and the syntax error ``ast`` finds, of which libcst may know better.

    Raises Unreadable for code nested too deeply.
    """
    rejected: Unreadable | None = None
    row = 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        rejected = Unreadable(error.msg, error.lineno or 1, error.offset or 1)
        depth, row = estimate(text), rejected.row
    except (RecursionError, MemoryError):
        raise Unreadable("nested too deeply") from None
    else:
        depth, row = nesting(tree, text, starts)
    if depth > DEEPEST:
        raise Unreadable("nested too deeply", row)
    return depth, rejected


def _module(source: bytes, depth: int, rejected: Unreadable | None) -> cst.Module:
    """libcst's tree, made on a larger stack where the code is nested deeply.

    Raises ``rejected`` if libcst does not accept the source either, and another Unreadable where only libcst fails.
    """
    result = _attempt(source) if depth <= SHALLOW else _on_large_stack(source)
    if isinstance(result, cst.Module):
        return result
    if rejected is not None:
        raise rejected
    where = _LIBCST_ERROR.search(result)
    row, column = (int(where["row"]), int(where["column"])) if where else (1, 1)
    raise Unreadable("valid Python, but libcst's parser does not accept it", row, column)


def _attempt(source: bytes) -> cst.Module | str:
    """The tree, or libcst's reason why there is none."""
    try:
        return cst.parse_module(source)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        return str(error) or type(error).__name__


def _on_large_stack(source: bytes) -> cst.Module | str:
    """As :func:`_attempt`, in a thread of its own whose stack holds code nested DEEPEST levels."""
    outcome: list[cst.Module | str] = []
    before = threading.stack_size(STACK_BYTES)
    try:
        thread = threading.Thread(target=lambda: outcome.append(_attempt(source)), daemon=True)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return outcome.pop()
