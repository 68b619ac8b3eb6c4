"""The call that a finding is about, with all that surrounds it in its file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.source.text import LineTable
from fastapi_async_lint.syntax.tree import Tree, parse


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

    @cached_property
    def _calls(self) -> dict[tuple[int, int], tuple[cst.CSTNode, ...]]:
        """The nodes around every call, the module first, the call last, by the call's span."""
        found: dict[tuple[int, int], tuple[cst.CSTNode, ...]] = {}
        pending: list[tuple[cst.CSTNode, ...]] = [(self.tree.module,)]
        while pending:
            path = pending.pop()
            node = path[-1]
            if isinstance(node, cst.Call):
                found.setdefault(self.tree.span(node), path)
            pending.extend((*path, child) for child in node.children)
        return found

    def call_at(self, diagnostic: Diagnostic) -> CallSite | None:
        """The call at exactly the finding's place; None if it is about something else (a ``with``, an operator)."""
        start = self.lines.offset(diagnostic.place.start)
        end = self.lines.offset(diagnostic.place.end)
        path = self._calls.get((start, end))
        return CallSite(self, path, start, end) if path else None

    @cached_property
    def bound_names(self) -> frozenset[str]:
        """Every name the file binds anywhere, imports aside."""
        found: set[str] = set()
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif (
                isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)) and node.name
            ):
                found.add(node.name)
        return frozenset(found)

    @property
    def newline(self) -> str:
        """The file's own line end."""
        return self.tree.module.default_newline


@dataclass(frozen=True)
class CallSite:
    """A call and its ancestors."""

    source: Source
    path: tuple[cst.CSTNode, ...]
    start: int
    end: int

    @property
    def call(self) -> cst.Call:
        """The call itself."""
        node = self.path[-1]
        assert isinstance(node, cst.Call)
        return node

    @property
    def parent(self) -> cst.CSTNode:
        """What the call is directly part of."""
        return self.path[-2]

    def outwards(self) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """(ancestor, its child on the way to the call), the innermost first."""
        for index in range(len(self.path) - 2, -1, -1):
            yield self.path[index], self.path[index + 1]

    @property
    def function(self) -> cst.FunctionDef | None:
        """The function whose body holds the call; None outside of functions, in defaults, decorators, lambdas."""
        for ancestor, child in self.outwards():
            if isinstance(ancestor, cst.FunctionDef):
                return ancestor if child is ancestor.body else None
            if isinstance(ancestor, (cst.Lambda, cst.ClassDef)):
                return None
        return None

    @property
    def needs_parentheses(self) -> bool:
        """Whether ``await …`` in the call's place must be parenthesised."""
        parent, call = self.parent, self.call
        if call.lpar:
            return False
        if isinstance(parent, (cst.Attribute, cst.Subscript)):
            return parent.value is call
        return isinstance(parent, cst.Call) and parent.func is call
