"""Literals: from their text to a value, and to the Const op that holds it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.facts.model import Const

LONGEST = 500
"""Longer strings are kept without their value."""

INT64 = 1 << 63

NAMED = {"None": Const("none"), "True": Const("bool", True), "False": Const("bool", False)}
ELLIPSIS = Const("ellipsis")
COMPLEX = Const("complex")
BYTES = Const("bytes")
LONG_STRING = Const("str")


def string(node: cst.SimpleString) -> str | None:
    """The value of a string literal, None if it is bytes or cannot be told."""
    text = node.value
    if "\\" not in text:
        if text[0] in "\"'":
            width = 3 if text[:3] in ('"""', "'''") and len(text) >= 6 else 1
            return text[width:-width] if "\r" not in text else text[width:-width].replace("\r\n", "\n")
        quote = min(position for position in (text.find('"'), text.find("'")) if position >= 0)
        if "b" in text[:quote].lower():
            return None
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError, MemoryError):
        return None
    return value if isinstance(value, str) else None


def string_const(node: cst.SimpleString) -> Const:
    """The Const of a string or bytes literal."""
    text = node.value
    if text[0] not in "\"'" and "b" in node.prefix:
        return BYTES
    if len(text) > 4 * LONGEST:
        return LONG_STRING
    value = string(node)
    return LONG_STRING if value is None or len(value) > LONGEST or not _encodable(value) else Const("str", value)


def _encodable(value: str) -> bool:
    """False for lone surrogates, which UTF-8 (and so the cache) cannot hold."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def integer_const(node: cst.Integer) -> Const:
    """The Const of an int literal; the value is None beyond 64 bits."""
    try:
        value = int(node.value, 0)
    except ValueError:
        return Const("int")
    return Const("int", value if value < INT64 else None)


def float_const(node: cst.Float) -> Const:
    """The Const of a float literal."""
    return Const("float", float(node.value))


def concatenated(node: cst.ConcatenatedString) -> list[cst.BaseString]:
    """The parts of ``"a" f"b" "c"``."""
    parts: list[cst.BaseString] = []
    current: cst.BaseString = node
    while isinstance(current, cst.ConcatenatedString):
        parts.append(current.left)
        current = current.right
    parts.append(current)
    return parts


def joined_const(parts: Sequence[cst.BaseString]) -> Const | None:
    """The Const of adjacent plain literals, None if one of them is not plain."""
    values: list[str] = []
    for part in parts:
        if not isinstance(part, cst.SimpleString):
            return None
        const = string_const(part)
        if const.type == "bytes":
            return BYTES
        if not isinstance(const.value, str):
            return LONG_STRING
        values.append(const.value)
    value = "".join(values)
    return Const("str", value) if len(value) <= LONGEST else LONG_STRING


def constant_truth(node: cst.BaseExpression) -> bool | None:
    """Whether a condition is a literal that is always true or always false; None for anything else."""
    if isinstance(node, cst.Name):
        return {"True": True, "False": False, "None": False}.get(node.value)
    if isinstance(node, cst.Integer):
        return bool(integer_const(node).value) if integer_const(node).value is not None else True
    if isinstance(node, cst.SimpleString):
        value = string(node)
        return bool(value) if value is not None else None
    return None
