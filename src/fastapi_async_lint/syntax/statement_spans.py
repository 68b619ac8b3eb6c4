"""Spans of statements: their tokens in source order, and which stretches of text are simple statements or headers."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.syntax.cursor import SHIFT, WALKS, Cursor, comma, find, step, walks
from fastapi_async_lint.syntax.expression_spans import (
    annotation,
    arguments,
    from_clause,
    leaf,
    operator,
    parameters,
)
from fastapi_async_lint.syntax.nodes import LazyImport, LazyImportFrom


def suite(cursor: Cursor, statements: Sequence[cst.CSTNode], pos: int) -> int:
    """The statements of a module or block."""
    for statement in statements:
        if type(statement) is cst.SimpleStatementLine:
            pos = small_statements(cursor, statement.body, pos)
        else:
            pos = WALKS[type(statement)](cursor, statement, pos)
    return pos


def body(cursor: Cursor, node: cst.BaseSuite, pos: int) -> int:
    """What stands behind the colon of a compound statement, on the same line or indented."""
    if type(node) is cst.IndentedBlock:
        return suite(cursor, node.body, pos)
    return small_statements(cursor, node.body, pos)  # type: ignore[arg-type]


def small_statements(cursor: Cursor, nodes: Sequence[cst.BaseSmallStatement], pos: int) -> int:
    """``a; b``: each is a statement of its own."""
    text = cursor.text
    for node in nodes:
        start = find(cursor, pos)
        pos = WALKS[type(node)](cursor, node, start)
        span = start | pos << SHIFT
        cursor.spans[node] = span
        cursor.statements.append(span)
        after = find(cursor, pos)
        if text[after] == ";":
            pos = after + 1
    return pos


def header(cursor: Cursor, start: int, pos: int) -> int:
    """Behind the colon that ends the header of a compound statement that began at ``start``."""
    pos = step(cursor, pos, ":")
    cursor.statements.append(start | pos << SHIFT)
    return pos


def keyword(cursor: Cursor, asynchronous: cst.Asynchronous | None, word: str, pos: int) -> int:
    """``word``, behind ``async`` where the node says so."""
    return step(cursor, pos if asynchronous is None else step(cursor, pos, "async"), word)


@walks(cst.Expr)
def expression_statement(cursor: Cursor, node: cst.Expr, pos: int) -> int:
    """An expression alone."""
    return WALKS[type(node.value)](cursor, node.value, pos)


WORDS: dict[type[cst.CSTNode], str] = {cst.Pass: "pass", cst.Break: "break", cst.Continue: "continue"}


@walks(*WORDS)
def word_statement(cursor: Cursor, node: cst.CSTNode, pos: int) -> int:
    """``pass``, ``break``, ``continue``"""
    return step(cursor, pos, WORDS[type(node)])


@walks(cst.Return)
def return_(cursor: Cursor, node: cst.Return, pos: int) -> int:
    """``return a``"""
    pos = step(cursor, pos, "return")
    return pos if node.value is None else WALKS[type(node.value)](cursor, node.value, pos)


@walks(cst.Raise)
def raise_(cursor: Cursor, node: cst.Raise, pos: int) -> int:
    """``raise a from b``"""
    pos = step(cursor, pos, "raise")
    if node.exc is not None:
        pos = WALKS[type(node.exc)](cursor, node.exc, pos)
    return pos if node.cause is None else from_clause(cursor, node.cause, pos)


@walks(cst.Assert)
def assert_(cursor: Cursor, node: cst.Assert, pos: int) -> int:
    """``assert a, b``"""
    pos = WALKS[type(node.test)](cursor, node.test, step(cursor, pos, "assert"))
    return pos if node.msg is None else WALKS[type(node.msg)](cursor, node.msg, step(cursor, pos, ","))


@walks(cst.Del)
def delete(cursor: Cursor, node: cst.Del, pos: int) -> int:
    """``del a, b``"""
    return WALKS[type(node.target)](cursor, node.target, step(cursor, pos, "del"))


@walks(cst.Global, cst.Nonlocal)
def declaration(cursor: Cursor, node: cst.Global | cst.Nonlocal, pos: int) -> int:
    """``global a, b``"""
    pos = step(cursor, pos, "global" if isinstance(node, cst.Global) else "nonlocal")
    last = len(node.names) - 1
    for index, item in enumerate(node.names):
        pos = leaf(cursor, item.name, pos)
        if index < last:
            pos = step(cursor, pos, ",")
    return pos


@walks(cst.Import, LazyImport)
def import_(cursor: Cursor, node: cst.Import | LazyImport, pos: int) -> int:
    """``import a.b as c, d``"""
    if isinstance(node, LazyImport):
        pos = step(cursor, pos, "lazy")
    return aliases(cursor, node.names, step(cursor, pos, "import"))


@walks(cst.ImportFrom, LazyImportFrom)
def import_from(cursor: Cursor, node: cst.ImportFrom | LazyImportFrom, pos: int) -> int:
    """``from ..a import (b as c, d)``"""
    if isinstance(node, LazyImportFrom):
        pos = step(cursor, pos, "lazy")
    pos = step(cursor, pos, "from")
    for _ in node.relative:
        pos = step(cursor, pos, ".")
    if node.module is not None:
        pos = WALKS[type(node.module)](cursor, node.module, pos)
    pos = step(cursor, pos, "import")
    names = node.names
    if isinstance(names, cst.ImportStar):
        return step(cursor, pos, "*")
    if node.lpar is None:
        return aliases(cursor, names, pos)
    return step(cursor, comma(cursor, aliases(cursor, names, step(cursor, pos, "("))), ")")


def aliases(cursor: Cursor, names: Sequence[cst.ImportAlias], pos: int) -> int:
    """``a as b, c``"""
    last = len(names) - 1
    for index, alias in enumerate(names):
        start = find(cursor, pos)
        pos = as_name(cursor, alias.asname, WALKS[type(alias.name)](cursor, alias.name, start))
        cursor.spans[alias] = start | pos << SHIFT
        if index < last:
            pos = step(cursor, pos, ",")
    return pos


def as_name(cursor: Cursor, node: cst.AsName | None, pos: int) -> int:
    """``as a``, where there is one."""
    if node is None:
        return pos
    return WALKS[type(node.name)](cursor, node.name, step(cursor, pos, "as"))


@walks(cst.Assign)
def assign(cursor: Cursor, node: cst.Assign, pos: int) -> int:
    """``a = b = c``"""
    for target in node.targets:
        pos = step(cursor, WALKS[type(target.target)](cursor, target.target, pos), "=")
    return WALKS[type(node.value)](cursor, node.value, pos)


@walks(cst.AnnAssign)
def annotated_assign(cursor: Cursor, node: cst.AnnAssign, pos: int) -> int:
    """``a: T = b``"""
    pos = annotation(cursor, node.annotation, ":", WALKS[type(node.target)](cursor, node.target, pos))
    return pos if node.value is None else WALKS[type(node.value)](cursor, node.value, step(cursor, pos, "="))


@walks(cst.AugAssign)
def augmented_assign(cursor: Cursor, node: cst.AugAssign, pos: int) -> int:
    """``a += b``"""
    pos = operator(cursor, node.operator, WALKS[type(node.target)](cursor, node.target, pos))
    return WALKS[type(node.value)](cursor, node.value, pos)


@walks(cst.TypeAlias)
def type_alias(cursor: Cursor, node: cst.TypeAlias, pos: int) -> int:
    """``type A[T] = b``"""
    pos = type_parameters(cursor, node.type_parameters, leaf(cursor, node.name, step(cursor, pos, "type")))
    return WALKS[type(node.value)](cursor, node.value, step(cursor, pos, "="))


def type_parameters(cursor: Cursor, node: cst.TypeParameters | None, pos: int) -> int:
    """``[T: bound = default, *Ts, **P]``, where there is one."""
    if node is None:
        return pos
    pos = step(cursor, pos, "[")
    for item in node.params:
        param = item.param
        stars = "*" if isinstance(param, cst.TypeVarTuple) else "**" if isinstance(param, cst.ParamSpec) else ""
        pos = leaf(cursor, param.name, step(cursor, pos, stars))
        if isinstance(param, cst.TypeVar) and param.bound is not None:
            pos = WALKS[type(param.bound)](cursor, param.bound, step(cursor, pos, ":"))
        if item.default is not None:
            pos = step(cursor, step(cursor, pos, "="), item.star)
            pos = WALKS[type(item.default)](cursor, item.default, pos)
        pos = comma(cursor, pos)
    return step(cursor, pos, "]")


def decorators(cursor: Cursor, nodes: Sequence[cst.Decorator], pos: int) -> int:
    """Each ``@a`` is a header of its own."""
    for node in nodes:
        start = find(cursor, pos)
        pos = WALKS[type(node.decorator)](cursor, node.decorator, step(cursor, start, "@"))
        cursor.spans[node] = span = start | pos << SHIFT
        cursor.statements.append(span)
    return pos


@walks(cst.FunctionDef)
def function(cursor: Cursor, node: cst.FunctionDef, pos: int) -> int:
    """``async def f[T](a) -> b: …``; its span does not include the decorators."""
    start = find(cursor, decorators(cursor, node.decorators, pos))
    pos = leaf(cursor, node.name, keyword(cursor, node.asynchronous, "def", start))
    pos = step(cursor, type_parameters(cursor, node.type_parameters, pos), "(")
    pos = step(cursor, parameters(cursor, node.params, pos), ")")
    if node.returns is not None:
        pos = annotation(cursor, node.returns, "->", pos)
    pos = body(cursor, node.body, header(cursor, start, pos))
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.ClassDef)
def class_(cursor: Cursor, node: cst.ClassDef, pos: int) -> int:
    """``class A[T](b, c=d): …``; its span does not include the decorators."""
    start = find(cursor, decorators(cursor, node.decorators, pos))
    pos = type_parameters(cursor, node.type_parameters, leaf(cursor, node.name, step(cursor, start, "class")))
    if isinstance(node.lpar, cst.LeftParen):
        pos = arguments(cursor, [*node.bases, *node.keywords], step(cursor, pos, "("))
        pos = step(cursor, pos, ")")
    pos = body(cursor, node.body, header(cursor, start, pos))
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.If)
def if_(cursor: Cursor, node: cst.If, pos: int) -> int:
    """``if a: … elif b: … else: …``: in a loop, as chains of hundreds of ``elif`` exist."""
    branches: list[tuple[cst.If, int]] = []
    word = "if"
    current: cst.If | cst.Else | None = node
    while isinstance(current, cst.If):
        start = find(cursor, pos)
        branches.append((current, start))
        pos = WALKS[type(current.test)](cursor, current.test, step(cursor, start, word))
        pos = body(cursor, current.body, header(cursor, start, pos))
        current, word = current.orelse, "elif"
    pos = else_(cursor, current, pos)
    for branch, start in branches:
        cursor.spans[branch] = start | pos << SHIFT
    return pos


def else_(cursor: Cursor, node: cst.Else | cst.Finally | None, pos: int) -> int:
    """``else: …`` or ``finally: …``, where there is one."""
    if node is None:
        return pos
    start = find(cursor, pos)
    pos = step(cursor, start, "else" if isinstance(node, cst.Else) else "finally")
    pos = body(cursor, node.body, header(cursor, start, pos))
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.While)
def while_(cursor: Cursor, node: cst.While, pos: int) -> int:
    """``while a: … else: …``"""
    start = find(cursor, pos)
    pos = WALKS[type(node.test)](cursor, node.test, step(cursor, start, "while"))
    pos = else_(cursor, node.orelse, body(cursor, node.body, header(cursor, start, pos)))
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.For)
def for_(cursor: Cursor, node: cst.For, pos: int) -> int:
    """``async for a in b: … else: …``"""
    start = find(cursor, pos)
    pos = WALKS[type(node.target)](cursor, node.target, keyword(cursor, node.asynchronous, "for", start))
    pos = WALKS[type(node.iter)](cursor, node.iter, step(cursor, pos, "in"))
    pos = else_(cursor, node.orelse, body(cursor, node.body, header(cursor, start, pos)))
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.With)
def with_(cursor: Cursor, node: cst.With, pos: int) -> int:
    """``async with (a as b, c): …``"""
    start = find(cursor, pos)
    pos = keyword(cursor, node.asynchronous, "with", start)
    parens = "(" if isinstance(node.lpar, cst.LeftParen) else ""
    pos = step(cursor, pos, parens)
    for item in node.items:
        first = find(cursor, pos)
        pos = as_name(cursor, item.asname, WALKS[type(item.item)](cursor, item.item, first))
        cursor.spans[item] = first | pos << SHIFT
        pos = comma(cursor, pos)
    if parens:
        pos = step(cursor, pos, ")")
    pos = body(cursor, node.body, header(cursor, start, pos))
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.Try, cst.TryStar)
def try_(cursor: Cursor, node: cst.Try | cst.TryStar, pos: int) -> int:
    """``try: … except A as b: … else: … finally: …``"""
    start = find(cursor, pos)
    pos = body(cursor, node.body, header(cursor, start, step(cursor, start, "try")))
    for handler in node.handlers:
        first = find(cursor, pos)
        pos = step(cursor, first, "except")
        if isinstance(handler, cst.ExceptStarHandler):
            pos = step(cursor, pos, "*")
        if handler.type is not None:
            pos = WALKS[type(handler.type)](cursor, handler.type, pos)
        pos = header(cursor, first, as_name(cursor, handler.name, pos))
        pos = body(cursor, handler.body, pos)
        cursor.spans[handler] = first | pos << SHIFT
    pos = else_(cursor, node.finalbody, else_(cursor, node.orelse, pos))
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.Match)
def match(cursor: Cursor, node: cst.Match, pos: int) -> int:
    """``match a: case b if c: …``"""
    start = find(cursor, pos)
    pos = WALKS[type(node.subject)](cursor, node.subject, step(cursor, start, "match"))
    pos = header(cursor, start, pos)
    for case in node.cases:
        first = find(cursor, pos)
        pos = WALKS[type(case.pattern)](cursor, case.pattern, step(cursor, first, "case"))
        if case.guard is not None:
            pos = WALKS[type(case.guard)](cursor, case.guard, step(cursor, pos, "if"))
        pos = body(cursor, case.body, header(cursor, first, pos))
        cursor.spans[case] = first | pos << SHIFT
    cursor.spans[node] = start | pos << SHIFT
    return pos
