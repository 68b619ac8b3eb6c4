"""Spans of expressions: which tokens each type of expression consists of, in source order."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.syntax.cursor import (
    BLANK,
    SHIFT,
    WALKS,
    Cursor,
    Lost,
    closed,
    comma,
    find,
    opened,
    skip,
    step,
    walks,
)
from fastapi_async_lint.syntax.nodes import (
    StarredDictComp,
    TemplatedString,
    TemplatedStringExpression,
    TemplatedStringText,
)

OPERATORS: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.Plus: ("+",), cst.Minus: ("-",), cst.BitInvert: ("~",), cst.Not: ("not",),
    cst.And: ("and",), cst.Or: ("or",),
    cst.Add: ("+",), cst.Subtract: ("-",), cst.Multiply: ("*",), cst.Divide: ("/",), cst.FloorDivide: ("//",),
    cst.Modulo: ("%",), cst.Power: ("**",), cst.LeftShift: ("<<",), cst.RightShift: (">>",), cst.BitOr: ("|",),
    cst.BitAnd: ("&",), cst.BitXor: ("^",), cst.MatrixMultiply: ("@",),
    cst.LessThan: ("<",), cst.GreaterThan: (">",), cst.Equal: ("==",), cst.LessThanEqual: ("<=",),
    cst.GreaterThanEqual: (">=",), cst.NotEqual: ("!=",), cst.In: ("in",), cst.NotIn: ("not", "in"),
    cst.Is: ("is",), cst.IsNot: ("is", "not"),
    cst.AddAssign: ("+=",), cst.SubtractAssign: ("-=",), cst.MultiplyAssign: ("*=",),
    cst.MatrixMultiplyAssign: ("@=",), cst.DivideAssign: ("/=",), cst.ModuloAssign: ("%=",),
    cst.BitAndAssign: ("&=",), cst.BitOrAssign: ("|=",), cst.BitXorAssign: ("^=",), cst.LeftShiftAssign: ("<<=",),
    cst.RightShiftAssign: (">>=",), cst.PowerAssign: ("**=",), cst.FloorDivideAssign: ("//=",),
}  # fmt: skip
"""The tokens of each operator."""


def operator(cursor: Cursor, node: cst.CSTNode, pos: int) -> int:
    """Behind an operator."""
    for token in OPERATORS[type(node)]:
        pos = step(cursor, pos, token)
    return pos


@walks(cst.Name, cst.SimpleString, cst.Integer, cst.Float, cst.Imaginary)
def leaf(cursor: Cursor, node: cst.Name, pos: int) -> int:
    """One token whose text the node knows."""
    text = cursor.text
    if text[pos] in BLANK:
        pos = skip(text, pos).end()  # type: ignore[union-attr]
    parens = len(node.lpar)
    if parens:
        pos = opened(cursor, parens, pos)
    value = node.value
    if not text.startswith(value, pos):
        raise Lost(pos)
    end = pos + len(value)
    cursor.spans[node] = pos | end << SHIFT
    return closed(cursor, parens, end) if parens else end


@walks(cst.Ellipsis)
def ellipsis(cursor: Cursor, node: cst.Ellipsis, pos: int) -> int:
    """``...``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    end = step(cursor, start, "...")
    cursor.spans[node] = start | end << SHIFT
    return closed(cursor, len(node.rpar), end)


LEFT: frozenset[type[cst.BaseExpression]] = frozenset(
    {cst.Attribute, cst.Call, cst.Subscript, cst.BinaryOperation, cst.BooleanOperation}
)
"""Expressions that start with another one: chains of them are long in real code, so they are walked in a loop."""


@walks(*LEFT)
def chain(cursor: Cursor, node: cst.BaseExpression, pos: int) -> int:
    """``a.b(c)[d] + e + f``: down to the leftmost expression, then back up."""
    text, spans = cursor.text, cursor.spans
    pending = []
    kind: type[cst.CSTNode] = type(node)
    while kind in LEFT:
        if text[pos] in BLANK:
            pos = skip(text, pos).end()  # type: ignore[union-attr]
        if node.lpar:
            pos = opened(cursor, len(node.lpar), pos)
        pending.append((node, kind, pos))
        if kind is cst.Call:
            node = node.func  # type: ignore[attr-defined]
        elif kind is cst.Attribute or kind is cst.Subscript:
            node = node.value  # type: ignore[attr-defined]
        else:
            node = node.left  # type: ignore[attr-defined]
        kind = type(node)
    pos = WALKS[kind](cursor, node, pos)
    while pending:
        node, kind, start = pending.pop()
        if kind is cst.Attribute:
            pos = leaf(cursor, node.attr, step(cursor, pos, "."))  # type: ignore[attr-defined]
        elif kind is cst.Call:
            pos = step(cursor, arguments(cursor, node.args, step(cursor, pos, "(")), ")")  # type: ignore[attr-defined]
        elif kind is cst.Subscript:
            pos = subscript_elements(cursor, node, pos)  # type: ignore[arg-type]
        else:
            right = node.right  # type: ignore[attr-defined]
            pos = WALKS[type(right)](cursor, right, operator(cursor, node.operator, pos))  # type: ignore[attr-defined]
        spans[node] = start | pos << SHIFT
        if node.rpar:
            pos = closed(cursor, len(node.rpar), pos)
    return pos


def arguments(cursor: Cursor, args: Sequence[cst.Arg], pos: int) -> int:
    """The arguments of a call or the bases of a class, commas included."""
    spans = cursor.spans
    for arg in args:
        start = pos = find(cursor, pos)
        if arg.star:
            pos += len(arg.star)
        elif arg.keyword is not None:
            pos = step(cursor, leaf(cursor, arg.keyword, pos), "=")
        value = arg.value
        pos = WALKS[type(value)](cursor, value, pos)
        spans[arg] = start | pos << SHIFT
        pos = comma(cursor, pos)
    return pos


def subscript_elements(cursor: Cursor, node: cst.Subscript, pos: int) -> int:
    """``[a, b:c]``"""
    pos = step(cursor, pos, "[")
    for element in node.slice:
        start = find(cursor, pos)
        inner = element.slice
        if type(inner) is cst.Index:
            value = inner.value
            pos = WALKS[type(value)](cursor, value, start + 1 if inner.star else start)
        else:
            pos = slice_parts(cursor, inner, start)  # type: ignore[arg-type]
        cursor.spans[element] = cursor.spans[inner] = start | pos << SHIFT
        pos = comma(cursor, pos)
    return step(cursor, pos, "]")


def slice_parts(cursor: Cursor, node: cst.Slice, pos: int) -> int:
    """``lower:upper:step``, each of them optional."""
    if node.lower is not None:
        pos = WALKS[type(node.lower)](cursor, node.lower, pos)
    pos = step(cursor, pos, ":")
    if node.upper is not None:
        pos = WALKS[type(node.upper)](cursor, node.upper, pos)
    if isinstance(node.second_colon, cst.Colon):
        pos = step(cursor, pos, ":")
    if node.step is not None:
        pos = WALKS[type(node.step)](cursor, node.step, pos)
    return pos


@walks(cst.ConcatenatedString)
def concatenated(cursor: Cursor, node: cst.ConcatenatedString, pos: int) -> int:
    """``"a" "b" "c"``, which libcst nests to the right: in a loop, as texts of hundreds of parts exist."""
    nested: list[tuple[cst.ConcatenatedString, int]] = []
    current: cst.BaseExpression = node
    while type(current) is cst.ConcatenatedString:
        pos = opened(cursor, len(current.lpar), find(cursor, pos))
        nested.append((current, pos))
        pos = WALKS[type(current.left)](cursor, current.left, pos)
        current = current.right
    pos = WALKS[type(current)](cursor, current, pos)
    for inner, start in reversed(nested):
        cursor.spans[inner] = start | pos << SHIFT
        pos = closed(cursor, len(inner.rpar), pos)
    return pos


@walks(cst.FormattedString, TemplatedString)
def formatted(cursor: Cursor, node: cst.FormattedString, pos: int) -> int:
    """An f-string or t-string."""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = formatted_parts(cursor, node.parts, step(cursor, start, node.start))
    if not cursor.text.startswith(node.end, pos):
        raise Lost(pos)
    pos += len(node.end)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


def formatted_parts(cursor: Cursor, parts: Sequence[cst.CSTNode], pos: int) -> int:
    """Text and ``{…}`` in turn; inside the quotes white space is text."""
    for part in parts:
        start = pos
        if isinstance(part, (cst.FormattedStringText, TemplatedStringText)):
            if not cursor.text.startswith(part.value, pos):
                raise Lost(pos)
            pos += len(part.value)
        elif isinstance(part, (cst.FormattedStringExpression, TemplatedStringExpression)):
            value = part.expression
            pos = WALKS[type(value)](cursor, value, step(cursor, pos, "{"))
            if part.equal is not None:
                pos = step(cursor, pos, "=")
            if part.conversion is not None:
                pos = step(cursor, step(cursor, pos, "!"), part.conversion)
            if part.format_spec is not None:
                pos = formatted_parts(cursor, part.format_spec, step(cursor, pos, ":"))
            pos = step(cursor, pos, "}")
        cursor.spans[part] = start | pos << SHIFT
    return pos


@walks(cst.Comparison)
def comparison(cursor: Cursor, node: cst.Comparison, pos: int) -> int:
    """``a < b in c``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = WALKS[type(node.left)](cursor, node.left, start)
    for target in node.comparisons:
        sign = target.operator
        pos = step(cursor, pos, sign.value) if type(sign) is cst.NotEqual else operator(cursor, sign, pos)
        pos = WALKS[type(target.comparator)](cursor, target.comparator, pos)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.UnaryOperation)
def unary(cursor: Cursor, node: cst.UnaryOperation, pos: int) -> int:
    """``-a``, ``not a``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = WALKS[type(node.expression)](cursor, node.expression, operator(cursor, node.operator, start))
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.Await)
def awaited(cursor: Cursor, node: cst.Await, pos: int) -> int:
    """``await a``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = WALKS[type(node.expression)](cursor, node.expression, step(cursor, start, "await"))
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.Yield)
def yielded(cursor: Cursor, node: cst.Yield, pos: int) -> int:
    """``yield a``, ``yield from a``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = step(cursor, start, "yield")
    value = node.value
    if isinstance(value, cst.From):
        pos = from_clause(cursor, value, pos)
    elif value is not None:
        pos = WALKS[type(value)](cursor, value, pos)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


def from_clause(cursor: Cursor, node: cst.From, pos: int) -> int:
    """``from a``, behind ``yield`` or in ``raise``."""
    start = find(cursor, pos)
    pos = WALKS[type(node.item)](cursor, node.item, step(cursor, start, "from"))
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.IfExp)
def conditional(cursor: Cursor, node: cst.IfExp, pos: int) -> int:
    """``a if b else c``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = WALKS[type(node.body)](cursor, node.body, start)
    pos = WALKS[type(node.test)](cursor, node.test, step(cursor, pos, "if"))
    pos = WALKS[type(node.orelse)](cursor, node.orelse, step(cursor, pos, "else"))
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.NamedExpr)
def named(cursor: Cursor, node: cst.NamedExpr, pos: int) -> int:
    """``a := b``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = step(cursor, WALKS[type(node.target)](cursor, node.target, start), ":=")
    pos = WALKS[type(node.value)](cursor, node.value, pos)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.Lambda)
def lambda_(cursor: Cursor, node: cst.Lambda, pos: int) -> int:
    """``lambda a: b``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = step(cursor, parameters(cursor, node.params, step(cursor, start, "lambda")), ":")
    pos = WALKS[type(node.body)](cursor, node.body, pos)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


def parameters(cursor: Cursor, node: cst.Parameters, pos: int) -> int:
    """All parameters of a function or lambda, with ``/`` and ``*``. A Param's span is its name and stars."""
    for param in node.posonly_params:
        pos = parameter(cursor, param, pos)
    if isinstance(node.posonly_ind, cst.ParamSlash):
        pos = comma(cursor, step(cursor, pos, "/"))
    for param in node.params:
        pos = parameter(cursor, param, pos)
    if isinstance(node.star_arg, cst.Param):
        pos = parameter(cursor, node.star_arg, pos)
    elif isinstance(node.star_arg, cst.ParamStar):
        pos = comma(cursor, step(cursor, pos, "*"))
    for param in node.kwonly_params:
        pos = parameter(cursor, param, pos)
    if node.star_kwarg is not None:
        pos = parameter(cursor, node.star_kwarg, pos)
    return pos


def parameter(cursor: Cursor, node: cst.Param, pos: int) -> int:
    """``*name: annotation = default,``"""
    start = pos = find(cursor, pos)
    if isinstance(node.star, str):
        pos += len(node.star)
    pos = leaf(cursor, node.name, pos)
    cursor.spans[node] = start | pos << SHIFT
    if node.annotation is not None:
        pos = annotation(cursor, node.annotation, ":", pos)
    if node.default is not None:
        pos = WALKS[type(node.default)](cursor, node.default, step(cursor, pos, "="))
    return comma(cursor, pos)


def annotation(cursor: Cursor, node: cst.Annotation, sign: str, pos: int) -> int:
    """``: T`` or ``-> T``; the span is that of ``T``, parentheses included."""
    start = find(cursor, step(cursor, pos, sign))
    pos = WALKS[type(node.annotation)](cursor, node.annotation, start)
    cursor.spans[node] = start | pos << SHIFT
    return pos


@walks(cst.Tuple)
def tuple_(cursor: Cursor, node: cst.Tuple, pos: int) -> int:
    """``a, *b``; a trailing comma belongs to it, its parentheses do not."""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = elements(cursor, node.elements, start)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.List)
def list_(cursor: Cursor, node: cst.List, pos: int) -> int:
    """``[a, *b]``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = step(cursor, elements(cursor, node.elements, step(cursor, start, "[")), "]")
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.Set)
def set_(cursor: Cursor, node: cst.Set, pos: int) -> int:
    """``{a, *b}``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = step(cursor, elements(cursor, node.elements, step(cursor, start, "{")), "}")
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


def elements(cursor: Cursor, nodes: Sequence[cst.BaseElement], pos: int) -> int:
    """The items of a display with their commas; ends behind the last of these tokens."""
    spans, text = cursor.spans, cursor.text
    for element in nodes:
        start = find(cursor, pos)
        if type(element) is cst.Element:
            value = element.value
            pos = WALKS[type(value)](cursor, value, start)
            spans[element] = start | pos << SHIFT
        else:
            pos = WALKS[type(element)](cursor, element, start)
        after = find(cursor, pos)
        if text[after] == ",":
            pos = after + 1
    return pos


@walks(cst.StarredElement)
def starred(cursor: Cursor, node: cst.StarredElement, pos: int) -> int:
    """``*a``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = WALKS[type(node.value)](cursor, node.value, step(cursor, start, "*"))
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


@walks(cst.Dict)
def dict_(cursor: Cursor, node: cst.Dict, pos: int) -> int:
    """``{a: b, **c}``"""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    pos = step(cursor, start, "{")
    for element in node.elements:
        first = pos = find(cursor, pos)
        if isinstance(element, cst.DictElement):
            pos = step(cursor, WALKS[type(element.key)](cursor, element.key, pos), ":")
        else:
            pos = step(cursor, pos, "**")
        pos = WALKS[type(element.value)](cursor, element.value, pos)
        cursor.spans[element] = first | pos << SHIFT
        pos = comma(cursor, pos)
    pos = step(cursor, pos, "}")
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


COMPREHENSION_BRACKETS: dict[type[cst.CSTNode], tuple[str, str]] = {
    cst.GeneratorExp: ("", ""),
    cst.ListComp: ("[", "]"),
    cst.SetComp: ("{", "}"),
    cst.DictComp: ("{", "}"),
    StarredDictComp: ("{", "}"),
}


@walks(*COMPREHENSION_BRACKETS)
def comprehension(cursor: Cursor, node: cst.BaseComp, pos: int) -> int:
    """Any comprehension, or a generator expression (whose parentheses may be those of the call around it)."""
    start = opened(cursor, len(node.lpar), find(cursor, pos))
    left, right = COMPREHENSION_BRACKETS[type(node)]
    pos = step(cursor, start, left)
    if isinstance(node, cst.DictComp):
        pos = step(cursor, WALKS[type(node.key)](cursor, node.key, pos), ":")
        element: cst.BaseExpression = node.value
    elif isinstance(node, StarredDictComp):
        pos = step(cursor, pos, "**")
        element = node.value
    else:
        element = node.elt  # type: ignore[attr-defined]
    pos = WALKS[type(element)](cursor, element, pos)
    pos = step(cursor, comprehension_loops(cursor, node.for_in, pos), right)
    cursor.spans[node] = start | pos << SHIFT
    return closed(cursor, len(node.rpar), pos)


def comprehension_loops(cursor: Cursor, node: cst.CompFor | None, pos: int) -> int:
    """``for a in b if c for …``"""
    while node is not None:
        if node.asynchronous is not None:
            pos = step(cursor, pos, "async")
        pos = WALKS[type(node.target)](cursor, node.target, step(cursor, pos, "for"))
        pos = WALKS[type(node.iter)](cursor, node.iter, step(cursor, pos, "in"))
        for condition in node.ifs:
            pos = WALKS[type(condition.test)](cursor, condition.test, step(cursor, pos, "if"))
        node = node.inner_for_in
    return pos
