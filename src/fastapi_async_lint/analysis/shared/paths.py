"""How the text names an object: two ops with one path mean the same variable, attribute or item."""

from __future__ import annotations

import builtins

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.project.index import ScopeInfo

Path = tuple[tuple[object, ...], ...]
"""The root (a name, or an op of its own), then the attributes and items on the way."""

READERS = frozenset({"get", "setdefault"})
"""Methods of containers that give what is kept under their first argument."""
MAX_PARTS = 12
_BUILTINS = frozenset(dir(builtins)) - {"str", "bool"}
"""Functions whose value changes with each change of the argument."""


def path(scope: ScopeInfo, op: int, depth: int = 0) -> Path:
    """The path of the object that an op gives."""
    parts: list[tuple[object, ...]] = []
    while len(parts) < MAX_PARTS:
        body = scope.ops[op]
        if isinstance(body, (ir.Bind, ir.Narrow)) and body.value >= 0:
            op = body.value
        elif isinstance(body, ir.Attribute):
            parts.append((".", body.name))
            op = body.base
        elif isinstance(body, ir.Subscript):
            parts.append(("[", item(scope, body.key, depth)))
            op = body.base
        elif isinstance(body, ir.Call) and _is_read(scope, body):
            function = scope.ops[body.function]
            parts.append(("[", item(scope, body.arguments[0].value, depth)))
            op = function.base if isinstance(function, ir.Attribute) else body.function
        elif isinstance(body, ir.Call) and not body.arguments:
            parts.append(("()",))
            op = body.function
        else:
            break
    return (_root(scope, op), *reversed(parts))


def item(scope: ScopeInfo, key: int, depth: int = 0) -> object:
    """What stands for a key: equal for keys that are written alike."""
    body = scope.ops[key]
    while isinstance(body, (ir.Bind, ir.Narrow)) and body.value >= 0:
        key = body.value
        body = scope.ops[key]
    if isinstance(body, ir.Const) and (body.value is not None or body.type == "none"):
        return body.type, body.value
    parts = operands(body) if isinstance(body, (ir.Text, ir.Format, ir.Sequence)) else ()
    if depth < MAX_PARTS and isinstance(body, (ir.Text, ir.Format, ir.Sequence)):
        return type(body).__name__, tuple(item(scope, part, depth + 1) for part in parts if part >= 0)
    if depth < MAX_PARTS:
        return path(scope, key, depth + 1)
    return key


def is_slice(scope: ScopeInfo, key: int) -> bool:
    """Whether an item is a stretch of the list: ``items[:10]``."""
    body = scope.ops[key]
    return isinstance(body, ir.Sequence) and body.type == "slice"


def derives(scope: ScopeInfo, op: int, target: Path) -> bool:
    """Whether a value is made from the target by operators, displays, comprehensions, its own methods and builtins.

    What other functions make of it may be the same each time: ``x = checked(x)``.
    """
    seen, pending = {op}, [op]
    while pending:
        current = pending.pop()
        if path(scope, current) == target:
            return True
        body = scope.ops[current]
        following = [*operands(body)]
        if isinstance(body, ir.Call):
            function = scope.ops[body.function]
            builtin = isinstance(function, ir.Free) and function.name in _BUILTINS
            following = [a.value for a in body.arguments] if builtin else [body.function]
        for operand in following:
            if operand >= 0 and operand not in seen:
                seen.add(operand)
                pending.append(operand)
    return False


def closure(scope: ScopeInfo, op: int) -> set[int]:
    """The op and all ops that its value is made from."""
    seen = {op}
    pending = [op]
    while pending:
        for operand in operands(scope.ops[pending.pop()]):
            if operand >= 0 and operand not in seen:
                seen.add(operand)
                pending.append(operand)
    return seen


def _is_read(scope: ScopeInfo, body: ir.Call) -> bool:
    function = scope.ops[body.function]
    return isinstance(function, ir.Attribute) and function.name in READERS and bool(body.arguments)


def _root(scope: ScopeInfo, op: int) -> tuple[object, ...]:
    body = scope.ops[op]
    if isinstance(body, (ir.Free, ir.Parameter)):
        return type(body).__name__, body.name
    return "op", op
