"""Which names a body of code binds, before it is walked: local names, and what each loop assigns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import libcst as cst

from fastapi_async_lint.syntax.nodes import LazyImport, LazyImportFrom


class Bindings:
    """The names bound in one scope.

    ``names``: those that are local to it. ``where``: ``global`` or ``nonlocal`` for those declared so. ``loops``: for each ``for``
    and ``while`` the names bound in it, in order of the text.
    """

    __slots__ = ("loops", "names", "where")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = set(names)
        self.where: dict[str, str] = {}
        self.loops: dict[cst.CSTNode, tuple[str, ...]] = {}


class Scan:
    """Collects the bindings of one scope, not looking into nested scopes.

    Assignment expressions can hide in any expression; they are looked for only in statements whose text has ``:=``.
    """

    __slots__ = ("at", "bindings", "bound", "text")

    def __init__(self, bindings: Bindings, text: str, at: Mapping[cst.CSTNode, int] | None) -> None:
        self.bindings = bindings
        self.text = text
        self.at = at
        self.bound: dict[str, None] = {}

    def suite(self, statements: Sequence[cst.CSTNode]) -> None:
        """The statements of a block, their nested blocks included."""
        for statement in statements:
            if isinstance(statement, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
                self.simple(statement.body)
            else:
                SCANS[type(statement)](self, statement)

    def simple(self, statements: Sequence[cst.BaseSmallStatement]) -> None:
        """Simple statements on one line."""
        for statement in statements:
            scan = SCANS.get(type(statement))
            if scan is not None:
                scan(self, statement)
            if self.at is not None:
                self.walrus(statement)

    def body(self, node: cst.BaseSuite) -> None:
        """A block behind a colon."""
        if isinstance(node, cst.IndentedBlock):
            self.suite(node.body)
        elif isinstance(node, cst.SimpleStatementSuite):
            self.simple(node.body)

    def add(self, name: str) -> None:
        """The name is bound here."""
        self.bound[name] = None

    def target(self, node: cst.CSTNode) -> None:
        """The names in a target of assignment."""
        for name in target_names(node):
            self.bound[name] = None

    def walrus(self, *nodes: cst.CSTNode | None) -> None:
        """The targets of assignment expressions anywhere in these, lambdas excepted."""
        if self.at is None:
            return
        for node in nodes:
            if node is None:
                continue
            span = self.at[node]
            if self.text.find(":=", span & 0xFFFFFFFF, span >> 32) >= 0:
                for name in walrus_names(node):
                    self.bound[name] = None

    def loop(self, node: cst.For | cst.While, target: cst.CSTNode | None) -> None:
        """A loop: its names are wanted apart from the others, too."""
        outer, self.bound = self.bound, {}
        if target is not None:
            self.target(target)
        else:
            self.walrus(node.test)  # type: ignore[union-attr]
        self.body(node.body)
        self.bindings.loops[node] = tuple(self.bound)
        outer.update(self.bound)
        self.bound = outer
        if node.orelse is not None:
            self.body(node.orelse.body)


def target_names(node: cst.CSTNode) -> list[str]:
    """The plain names in a target, in order of the text."""
    names: list[str] = []
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Name):
            names.append(node.value)
        elif isinstance(node, (cst.Tuple, cst.List)):
            pending.extend(element.value for element in reversed(node.elements))
        elif isinstance(node, cst.StarredElement):
            pending.append(node.value)
    return names


def walrus_names(node: cst.CSTNode) -> list[str]:
    """The targets of assignment expressions in an expression or simple statement, lambdas excepted."""
    names: list[str] = []
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.NamedExpr):
            names.extend(target_names(node.target))
        if not isinstance(node, cst.Lambda):
            pending.extend(reversed(node.children))
    return names


def pattern_names(node: cst.CSTNode) -> list[str]:
    """The names that a pattern of ``match`` captures."""
    names: list[str] = []
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
            names.append(node.name.value)
        elif isinstance(node, cst.MatchMapping) and node.rest is not None:
            names.append(node.rest.value)
        if not isinstance(node, (cst.MatchValue, cst.MatchSingleton)):
            pending.extend(child for child in reversed(node.children) if not isinstance(child, cst.BaseExpression))
    return names


def scan(statements: Sequence[cst.CSTNode], text: str, at: Mapping[cst.CSTNode, int] | None) -> Bindings:
    """The bindings of a body. ``at`` is None where the text holds no assignment expression at all."""
    bindings = Bindings()
    found = Scan(bindings, text, at)
    found.suite(statements)
    bindings.names.update(found.bound)
    bindings.names.difference_update(bindings.where)
    return bindings


def _assign(scan: Scan, node: cst.Assign) -> None:
    for target in node.targets:
        if type(target.target) is cst.Name:
            scan.add(target.target.value)
        else:
            scan.target(target.target)


def _single_target(scan: Scan, node: cst.AnnAssign | cst.AugAssign | cst.Del) -> None:
    scan.target(node.target)


def _import(scan: Scan, node: cst.Import | cst.ImportFrom) -> None:
    if isinstance(node.names, cst.ImportStar):
        return
    for alias in node.names:
        name: cst.CSTNode = alias.name if alias.asname is None else alias.asname.name
        while isinstance(name, cst.Attribute):
            name = name.value
        scan.target(name)


def _declare(scan: Scan, node: cst.Global | cst.Nonlocal) -> None:
    where = "global" if isinstance(node, cst.Global) else "nonlocal"
    for item in node.names:
        scan.bindings.where[item.name.value] = where


def _definition(scan: Scan, node: cst.FunctionDef | cst.ClassDef) -> None:
    scan.walrus(*node.decorators)
    if isinstance(node, cst.FunctionDef):
        params = node.params
        scan.walrus(*(p.default for p in (*params.posonly_params, *params.params, *params.kwonly_params)))
    else:
        scan.walrus(*node.bases, *node.keywords)
    scan.add(node.name.value)


def _if(scan: Scan, node: cst.If) -> None:
    current: cst.If | cst.Else | None = node
    while isinstance(current, cst.If):
        scan.walrus(current.test)
        scan.body(current.body)
        current = current.orelse
    if current is not None:
        scan.body(current.body)


def _for(scan: Scan, node: cst.For) -> None:
    scan.walrus(node.iter)
    scan.loop(node, node.target)


def _while(scan: Scan, node: cst.While) -> None:
    scan.loop(node, None)


def _with(scan: Scan, node: cst.With) -> None:
    for item in node.items:
        scan.walrus(item.item)
        if item.asname is not None:
            scan.target(item.asname.name)
    scan.body(node.body)


def _try(scan: Scan, node: cst.Try | cst.TryStar) -> None:
    scan.body(node.body)
    for handler in node.handlers:
        if handler.name is not None:
            scan.target(handler.name.name)
        scan.body(handler.body)
    for part in (node.orelse, node.finalbody):
        if part is not None:
            scan.body(part.body)


def _match(scan: Scan, node: cst.Match) -> None:
    scan.walrus(node.subject)
    for case in node.cases:
        for name in pattern_names(case.pattern):
            scan.add(name)
        scan.walrus(case.guard)
        scan.body(case.body)


def _type_alias(scan: Scan, node: cst.TypeAlias) -> None:
    scan.add(node.name.value)


SCANS: dict[type[cst.CSTNode], Callable[[Scan, Any], None]] = {
    cst.Assign: _assign,
    cst.AnnAssign: _single_target,
    cst.AugAssign: _single_target,
    cst.Del: _single_target,
    cst.Import: _import,
    cst.ImportFrom: _import,
    LazyImport: _import,
    LazyImportFrom: _import,
    cst.Global: _declare,
    cst.Nonlocal: _declare,
    cst.FunctionDef: _definition,
    cst.ClassDef: _definition,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Match: _match,
    cst.TypeAlias: _type_alias,
}
