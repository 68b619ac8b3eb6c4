"""Which branches a function takes when it is called with literal flags: ``connect(url, asynchronous=True)``."""

from __future__ import annotations

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import Constant, Nothing, Value

Flag = bool | int | float | str | None


def switches(scope: ScopeInfo) -> frozenset[int]:
    """Parameters that a condition of the body tests by themselves, and those that are the key something is stored or found under."""
    if scope.switches is None:
        tested = {subject for subject, _, _ in _tests(scope).values() if isinstance(subject, int)}
        scope.switches = frozenset(tested | _keys(scope))
    return scope.switches


def tested_fields(scope: ScopeInfo) -> set[str]:
    """Fields of the receiver that a condition of a method's body tests by themselves: ``if self.is_async:``."""
    return {subject for subject, _, _ in _tests(scope).values() if isinstance(subject, str)}


def passed_flags(scope: ScopeInfo) -> frozenset[int]:
    """Parameters that are handed on as they are (``connect(url, is_async=is_async)``): somebody further down may test them."""
    if scope.passed_flags is None:
        found: set[int] = set()
        for body in scope.ops:
            for argument in body.arguments if isinstance(body, ir.Call) else ():
                if not argument.stars and isinstance(scope.ops[argument.value], ir.Parameter):
                    found.add(argument.value)
        scope.passed_flags = frozenset(found)
    return scope.passed_flags


def _keys(scope: ScopeInfo) -> set[int]:
    """Parameters used as ``registry[name]``, here or in a function inside (a registering decorator)."""
    found: set[int] = set()
    pending = [scope]
    while pending:
        inner = pending.pop()
        pending.extend(inner.bodies)
        for body in inner.ops:
            if isinstance(body, (ir.SetSubscript, ir.Subscript)):
                key = inner.ops[body.key]
                if isinstance(key, ir.Parameter) and inner is scope:
                    found.add(body.key)
                elif isinstance(key, ir.Free) and inner is not scope and key.name in scope.parameters:
                    found.add(scope.parameters[key.name])
    return found


def dead_ops(
    scope: ScopeInfo, key: tuple[tuple[int, Value], ...], mode: tuple[tuple[str, Value], ...] = ()
) -> frozenset[int]:
    """The ops that cannot run when the parameters, and the receiver's fields, have these values."""
    flags: dict[int | str, Value] = dict(mode)
    flags.update({index: value for index, value in key if isinstance(value, (Constant, Nothing))})
    if not flags:
        return frozenset()
    tests = _tests(scope)
    dead: set[int] = set()
    for index, block in enumerate(scope.facts.blocks):
        if block.kind not in ("then", "else") or block.test not in tests:
            continue
        subject, expected, positive = tests[block.test]
        if subject not in flags:
            continue
        value = flags[subject]
        holds = _holds(value.value if isinstance(value, Constant) else None, expected) is positive
        if holds is (block.kind == "then"):
            dead |= behind(scope, index)
        else:
            dead |= inside(scope, index)
    return frozenset(dead)


_TRUTH = object()
"""The test is the parameter's own truth, not its being equal to something."""


def _holds(value: Flag, expected: object) -> bool:
    return bool(value) if expected is _TRUTH else value == expected and type(value) is type(expected)


def _tests(scope: ScopeInfo) -> dict[int, tuple[int | str, object, bool]]:
    """For each test op: the parameter or the receiver's field it tests, what it is compared with, and whether the test holds if they are equal."""
    found = scope.tests
    if found is None:
        found = scope.tests = {}
        for block in scope.facts.blocks:
            if block.kind in ("then", "else") and block.test != NONE and block.test not in found:
                read = _read(scope, block.test)
                if read is not None:
                    found[block.test] = read
    return found


def _read(scope: ScopeInfo, op: int) -> tuple[int | str, object, bool] | None:
    positive = True
    while True:
        body = scope.ops[op]
        if isinstance(body, ir.Truth):
            op = body.value
        elif isinstance(body, ir.Unary) and body.operator == "not":
            op, positive = body.value, not positive
        elif (subject := _subject(scope, op)) is not None:
            return subject, _TRUTH, positive
        elif isinstance(body, ir.Compare) and body.operator in ("==", "!=", "is", "is-not"):
            left, right = _subject(scope, body.left), scope.ops[body.right]
            if left is not None and isinstance(right, ir.Const) and _comparable(right):
                return left, right.value, positive is (body.operator in ("==", "is"))
            return None
        else:
            return None


def _subject(scope: ScopeInfo, op: int) -> int | str | None:
    """A parameter, by index, or a field of a method's receiver, by name."""
    body = scope.ops[op]
    if isinstance(body, ir.Parameter):
        return op
    if isinstance(body, ir.Attribute) and body.base == 0 and scope.owner is not None:
        return body.name if isinstance(scope.ops[0], ir.Parameter) else None
    return None


def _comparable(const: ir.Const) -> bool:
    return const.type in ("none", "bool", "str", "int")


def inside(scope: ScopeInfo, root: int) -> set[int]:
    """The ops of a block and of all blocks in it."""
    blocks = _subtree(scope, root)
    return {op for op in range(len(scope.ops)) if scope.facts.block(op) in blocks}


def _subtree(scope: ScopeInfo, root: int) -> set[int]:
    inside = {root}
    for index in range(root + 1, len(scope.facts.blocks)):
        if scope.facts.blocks[index].parent in inside:
            inside.add(index)
    return inside


def behind(scope: ScopeInfo, taken: int) -> set[int]:
    """What follows the condition, where the branch that is taken ends the function."""
    own = [op for op in range(len(scope.ops)) if scope.facts.block(op) == taken]
    if not any(isinstance(scope.ops[op], (ir.Return, ir.Raise)) for op in own):
        return set()
    blocks = _subtree(scope, scope.facts.blocks[taken].parent)
    return {op for op in range(max(own) + 1, len(scope.ops)) if scope.facts.block(op) in blocks}
