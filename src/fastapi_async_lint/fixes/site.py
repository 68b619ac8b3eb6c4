"""The place that a finding is about, with all that surrounds it in its file."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from fastapi_async_lint.diagnostics import Diagnostic, Position
from fastapi_async_lint.source.comments import Comment, scan
from fastapi_async_lint.source.suppressions import Noqa, suppressions_of
from fastapi_async_lint.source.text import LineTable
from fastapi_async_lint.syntax.tree import Tree, parse

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace the text between two offsets (code points, without byte order mark)."""

    start: int
    end: int
    content: str

    def overlaps(self, other: TextEdit) -> bool:
        """Whether the two cannot both be made: they share text, or insert at the same place."""
        if self.start == self.end == other.start == other.end:
            return self.content != other.content
        return self.start < other.end and other.start < self.end or self.start == other.start


class Source:
    """One parsed file. Raises ``Unreadable`` if it cannot be parsed."""

    def __init__(self, source: bytes) -> None:
        self.tree: Tree = parse(source)
        self.text = self.tree.text
        self.lines = LineTable(self.tree.line_starts)
        self._mark = _BOM if source.startswith(_BOM) else b""

    def encoded(self, text: str) -> bytes | None:
        """A text in the encoding of the file, with its byte order mark; None where that cannot be done exactly."""
        try:
            return self._mark + text.encode("utf-8" if self._mark else self.tree.module.encoding)
        except (UnicodeEncodeError, LookupError):
            return None

    @cached_property
    def syntax(self) -> ast.Module | None:
        """Python's own tree of the file; None where this Python does not know its syntax."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text)
        except SyntaxError:
            return None

    @cached_property
    def suppressions(self) -> Mapping[Position, Noqa]:
        """The comments that ask for silence in single lines, by where they begin."""
        return {one.start: one for one in suppressions_of(self.text).lines}

    @cached_property
    def _lexed(self) -> tuple[list[Comment], list[tuple[int, int]]]:
        """All comments, and all strings that span lines, in order."""
        comments: list[Comment] = []
        strings: list[tuple[int, int]] = []
        for one in scan(self.text):
            if isinstance(one, Comment):
                comments.append(one)
            else:
                strings.append(one)
        return comments, strings

    def comment_at(self, offset: int) -> Comment | None:
        """The comment that holds the offset; None for one inside an f-string, where it is part of what ``=`` shows."""
        comments, strings = self._lexed
        comment = comments[max(bisect_right(comments, offset, key=lambda one: one.start) - 1, 0)] if comments else None
        around = strings[bisect_right(strings, (offset, offset)) - 1] if strings else (0, 0)
        if comment is None or not comment.start <= offset < comment.end or around[0] <= offset < around[1]:
            return None
        return comment

    def site_at(self, diagnostic: Diagnostic) -> CallSite | None:
        """The call, or else the expression, at exactly the finding's place."""
        start = self.lines.offset(diagnostic.place.start)
        return self.site_between(start, self.lines.offset(diagnostic.place.end))

    def site_between(self, start: int, end: int) -> CallSite | None:
        """The call, or else the innermost expression, that is exactly this stretch of text."""
        path = self._path(start, end)
        return CallSite(self, path, start, end) if path else None

    def call_at(self, diagnostic: Diagnostic) -> CallSite | None:
        """The call at exactly the finding's place; None if it is about something else (a ``with``, an operator)."""
        site = self.site_at(diagnostic)
        return site if site and isinstance(site.node, cst.Call) else None

    def _path(self, start: int, end: int) -> tuple[cst.CSTNode, ...] | None:
        spans = self.tree.packed
        found: tuple[cst.CSTNode, ...] | None = None
        pending: list[tuple[cst.CSTNode, ...]] = [(self.tree.module,)]
        while pending:
            path = pending.pop()
            node = path[-1]
            if node in spans and not isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                first, last = self.tree.span(node)
                if not (first <= start and end <= last):
                    continue
                if (first, last) == (start, end):
                    if isinstance(node, cst.Call):
                        return path
                    if isinstance(node, cst.BaseExpression):
                        found = path
            pending.extend((*path, child) for child in node.children)
        return found

    @cached_property
    def bound_names(self) -> frozenset[str]:
        """Every name the file binds anywhere, imports aside."""
        return _bound(self.syntax, imports=False) if self.syntax else frozenset()

    @cached_property
    def used_names(self) -> frozenset[str]:
        """Every name that stands in the file."""
        nodes = ast.walk(self.syntax) if self.syntax else ()
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        return frozenset(names | _bound(self.syntax, imports=True)) if self.syntax else frozenset()

    def bound_around(self, offset: int) -> frozenset[str]:
        """Every name that the functions around a place bind, imports and nested functions included."""
        row = self.lines.row(offset)
        found: frozenset[str] = frozenset()
        for node in ast.walk(self.syntax) if self.syntax else ():
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= row <= (
                node.end_lineno or 0
            ):
                found |= _bound(node, imports=True)
        return found

    @property
    def newline(self) -> str:
        """The file's own line end."""
        return self.tree.module.default_newline


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)


def _bound(tree: ast.AST, *, imports: bool) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, _NAMED):
            found.update([node.name] if node.name else [])
        elif isinstance(node, ast.MatchMapping):
            found.update([node.rest] if node.rest else [])
        elif imports and isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    return frozenset(found)


@dataclass(frozen=True)
class CallSite:
    """A call, or another expression that blocks, and its ancestors."""

    source: Source
    path: tuple[cst.CSTNode, ...]
    start: int
    end: int

    @property
    def node(self) -> cst.CSTNode:
        """The expression itself."""
        return self.path[-1]

    @property
    def call(self) -> cst.Call:
        """The call itself. Only where ``node`` is one."""
        node = self.path[-1]
        assert isinstance(node, cst.Call)
        return node

    @property
    def parent(self) -> cst.CSTNode:
        """What the expression is directly part of."""
        return self.path[-2]

    def outwards(self) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """(ancestor, its child on the way to the expression), the innermost first."""
        for index in range(len(self.path) - 2, -1, -1):
            yield self.path[index], self.path[index + 1]

    def ancestor(self, index: int) -> CallSite:
        """The expression around this one that is at this position of the path."""
        node = self.path[index]
        start, end = self.source.tree.span(node)
        return CallSite(self.source, self.path[: index + 1], start, end)

    @property
    def function(self) -> cst.FunctionDef | None:
        """The function whose body holds the expression; None outside of functions, in defaults, decorators, lambdas."""
        for ancestor, child in self.outwards():
            if isinstance(ancestor, cst.FunctionDef):
                return ancestor if child is ancestor.body else None
            if isinstance(ancestor, (cst.Lambda, cst.ClassDef)):
                return None
        return None

    @property
    def statement(self) -> cst.With | cst.For | None:
        """The ``with`` or ``for`` statement whose manager or iterable is exactly this expression."""
        parent = self.parent
        if isinstance(parent, cst.WithItem) and parent.item is self.node:
            statement = self.path[-3]
            assert isinstance(statement, cst.With)
            return statement
        if isinstance(parent, cst.For) and parent.iter is self.node:
            return parent
        return None

    @property
    def needs_parentheses(self) -> bool:
        """Whether ``await …`` in the expression's place must be parenthesised."""
        parent, node = self.parent, self.node
        if getattr(node, "lpar", ()):
            return False
        if isinstance(parent, (cst.Attribute, cst.Subscript)):
            return parent.value is node
        if isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.Power):
            return parent.left is node
        return isinstance(parent, (cst.Await, cst.Call)) and node in (
            getattr(parent, "func", None),
            getattr(parent, "expression", None),
        )
