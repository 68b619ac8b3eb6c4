"""Pure-Python loops whose work grows with their input and that never give up the thread.

The heuristic, whole. A ``for`` or ``while`` loop counts when nothing in it awaits, yields or calls anything but builtins and what
has no catalogued effect, and when it is one of these:

- ``while`` with a counter: a name of the condition is stepped by a constant in the body, the condition compares it with something
  that is no small constant, and the condition or body multiplies or divides by the counter (trial division, sieves);
- ``for i in range(…)`` up to a value that is no small constant and no ``len(…)``, where ``i`` divides something
  (``n % i``), or something is accumulated from ``i`` (``total += i * i``);
- loops over ``range`` of constants whose product is at least a million rounds;
- two loops over ``range`` of unknown size, one inside the other, with arithmetic in the inner one;
- two loops over the same collection, one inside the other;
- not a loop but the same thing: a function that calls itself at least twice in one expression (naive Fibonacci).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.project.index import ScopeInfo

SMALL = 10_000
"""A literal bound up to this is small."""
MILLION = 1_000_000

_GROWING = frozenset({"*", "**", "%", "//"})
_ARITHMETIC = _GROWING | {"+", "-", "/", "<<", ">>", "^"}
_COMPARED = frozenset({"<", "<=", ">", ">=", "!="})


@dataclass(frozen=True)
class HeavyLoop:
    """A loop that counts: the op of its header, what to call it, and all ops inside."""

    op: int
    name: str
    inside: frozenset[int]


@dataclass(frozen=True)
class _Loop:
    scope: ScopeInfo
    block: int
    inside: frozenset[int]
    blocks: frozenset[int]

    @property
    def header(self) -> int:
        return self.scope.facts.blocks[self.block].test

    @cached_property
    def call(self) -> ir.Call | None:
        """The ``range(…)`` call of a ``for``."""
        head = self.scope.ops[self.header]
        source = self.scope.ops[head.value] if isinstance(head, ir.Iterate) else None
        if isinstance(source, ir.Call):
            function = self.scope.ops[source.function]
            if isinstance(function, ir.Free) and function.name == "range":
                return source
        return None

    @cached_property
    def rounds(self) -> float | None:
        """How many rounds, where the bounds are literals; 0 for a ``len(…)``; None where nothing is known."""
        if self.call is None:
            return None
        bounds = [_number(self.scope, a.value) for a in self.call.arguments]
        if any(_is_length(self.scope, a.value) for a in self.call.arguments):
            return 0
        numbers = [b for b in bounds if b is not None]
        if len(numbers) < len(bounds) or not numbers:
            return None
        return numbers[0] if len(numbers) == 1 else abs(numbers[1] - numbers[0]) / abs((*numbers, 1)[2] or 1)


def heavy_loops(scope: ScopeInfo) -> list[HeavyLoop]:
    """The outermost loops of a scope that count."""
    loops = _loops(scope)
    found: list[HeavyLoop] = []
    taken: set[int] = set()
    for loop in loops:
        if loop.block in taken or _gives_way(loop):
            continue
        inner = [other for other in loops if other.block in loop.blocks and other is not loop]
        if _counts(loop, inner):
            taken |= loop.blocks
            word = "for" if isinstance(scope.ops[loop.header], ir.Iterate) else "while"
            found.append(HeavyLoop(loop.header, f"{word} loop", loop.inside))
    found.extend(_recursion(scope))
    return found


def _loops(scope: ScopeInfo) -> list[_Loop]:
    blocks = scope.facts.blocks
    headers = [i for i, block in enumerate(blocks) if block.kind == "loop" and block.test != NONE]
    if not headers:
        return []
    of_op = memoryview(scope.facts.op_blocks).cast("I")
    found = []
    for header in headers:
        inside = {header}
        for i in range(header + 1, len(blocks)):
            if blocks[i].parent in inside:
                inside.add(i)
        ops = frozenset(op for op, block in enumerate(of_op) if block in inside)
        found.append(_Loop(scope, header, ops, frozenset(inside)))
    return found


def _gives_way(loop: _Loop) -> bool:
    for op in loop.inside:
        body = loop.scope.ops[op]
        if isinstance(body, (ir.Await, ir.Yield, ir.YieldFrom)):
            return True
        if isinstance(body, (ir.Iterate, ir.Enter)) and body.is_async:
            return True
    return False


def _counts(loop: _Loop, inner: list[_Loop]) -> bool:
    head = loop.scope.ops[loop.header]
    if isinstance(head, ir.Truth):
        return _while_counts(loop, head)
    rounds = loop.rounds or 0.0
    if loop.call is not None and rounds:
        deepest = max((other.rounds or 1.0 for other in inner), default=1.0)
        return rounds * deepest >= MILLION
    if loop.call is not None and loop.rounds is None:
        if _divides(loop, loop.header) or _accumulates(loop, loop.header):
            return True
        return any(other.call is not None and other.rounds is None and _computes(other) for other in inner)
    return any(_same_collection(loop, other) for other in inner)


def _while_counts(loop: _Loop, head: ir.Truth) -> bool:
    scope = loop.scope
    condition = _feeding(scope, head.value)
    compares = [scope.ops[op] for op in condition if isinstance(scope.ops[op], ir.Compare)]
    if not any(isinstance(c, ir.Compare) and c.operator in _COMPARED and not _small(scope, c) for c in compares):
        return False
    if any(isinstance(scope.ops[op], ir.Call) and not _is_number_call(scope, op) for op in condition):
        return False
    counters = {op for op in condition if isinstance(scope.ops[op], ir.Phi) and _stepped(loop, op)}
    return any(
        isinstance(body := scope.ops[op], ir.Binary) and body.operator in _GROWING and counters & _feeding(scope, op)
        for op in condition | loop.inside
    )


def _small(scope: ScopeInfo, compare: ir.Compare) -> bool:
    bounds = (_number(scope, compare.left), _number(scope, compare.right))
    return any(b is not None and abs(b) <= SMALL for b in bounds)


def _stepped(loop: _Loop, phi: int) -> bool:
    """Whether the loop adds a constant to the variable that the Phi stands for."""
    body = loop.scope.ops[phi]
    for source in body.sources if isinstance(body, ir.Phi) else ():
        pending, seen = [source], set()
        while pending:
            current = pending.pop()
            if current in seen or current == phi:
                continue
            seen.add(current)
            value = loop.scope.ops[current]
            if isinstance(value, (ir.Phi, ir.Narrow, ir.Bind)):
                pending.extend(o for o in operands(value) if o >= 0)
            elif isinstance(value, ir.Binary) and current in loop.inside and value.operator in ("+", "-"):
                steps = (_number(loop.scope, value.left), _number(loop.scope, value.right))
                if any(step is not None for step in steps):
                    return True
    return False


def _feeding(scope: ScopeInfo, op: int) -> set[int]:
    """The op and all it is computed from, loop heads not passed."""
    found: set[int] = set()
    pending = [op]
    while pending:
        current = pending.pop()
        if current < 0 or current in found:
            continue
        found.add(current)
        body = scope.ops[current]
        if not isinstance(body, (ir.Phi, ir.Parameter, ir.Iterate)):
            pending.extend(operands(body))
    return found


def _divides(loop: _Loop, variable: int) -> bool:
    for op in loop.inside:
        body = loop.scope.ops[op]
        if isinstance(body, ir.Binary) and body.operator == "%" and variable in _feeding(loop.scope, body.right):
            return True
    return False


def _accumulates(loop: _Loop, variable: int) -> bool:
    for op in loop.inside:
        body = loop.scope.ops[op]
        if isinstance(body, ir.Binary) and body.in_place and body.operator in ("+", "-", "*"):
            source = loop.scope.ops[body.right]
            if isinstance(source, ir.Binary) and variable in _feeding(loop.scope, body.right):
                return True
    return False


def _computes(loop: _Loop) -> bool:
    return any(isinstance(b := loop.scope.ops[op], ir.Binary) and b.operator in _ARITHMETIC for op in loop.inside)


def _same_collection(loop: _Loop, other: _Loop) -> bool:
    one, two = loop.scope.ops[loop.header], loop.scope.ops[other.header]
    if not isinstance(one, ir.Iterate) or not isinstance(two, ir.Iterate) or one.value == loop.header:
        return False
    return one.value == two.value and not isinstance(loop.scope.ops[one.value], (ir.Const, ir.Sequence, ir.Mapping))


def _number(scope: ScopeInfo, op: int) -> float | None:
    body = scope.ops[op]
    if isinstance(body, ir.Const) and isinstance(body.value, (int, float)):
        return float(body.value)
    if isinstance(body, ir.Binary) and body.operator in ("*", "**", "+", "-"):
        left, right = _literal(scope, body.left), _literal(scope, body.right)
        if left is not None and right is not None:
            if body.operator == "**":
                return left**right if abs(left) < SMALL and 0 <= right < 64 else None
            return {"*": left * right, "+": left + right, "-": left - right}[body.operator]
    return None


def _literal(scope: ScopeInfo, op: int) -> float | None:
    body = scope.ops[op]
    return float(body.value) if isinstance(body, ir.Const) and isinstance(body.value, (int, float)) else None


def _is_length(scope: ScopeInfo, op: int) -> bool:
    return any(
        isinstance(body := scope.ops[current], ir.Call)
        and isinstance(function := scope.ops[body.function], ir.Free)
        and function.name == "len"
        for current in _feeding(scope, op)
    )


def _is_number_call(scope: ScopeInfo, op: int) -> bool:
    """``int(…)``, ``math.sqrt(…)`` and the like in a bound."""
    body = scope.ops[op]
    function = scope.ops[body.function] if isinstance(body, ir.Call) else body
    name = function.name if isinstance(function, (ir.Free, ir.Attribute)) else ""
    return name in ("int", "float", "abs", "round", "sqrt", "isqrt", "pow", "floor", "ceil")


def _recursion(scope: ScopeInfo) -> list[HeavyLoop]:
    """Naive recursion: a function that adds two calls of itself on parameters made smaller."""
    if scope.facts.kind != "function" or scope.facts.is_async or scope.facts.is_generator:
        return []
    for op, body in enumerate(scope.ops):
        if isinstance(body, ir.Binary) and body.operator in ("+", "*"):
            sides = (scope.ops[body.left], scope.ops[body.right])
            if all(isinstance(side, ir.Call) and _calls_itself(scope, side) for side in sides):
                return [HeavyLoop(op, "recursion", frozenset({op}))]
    return []


def _calls_itself(scope: ScopeInfo, call: ir.Call) -> bool:
    function = scope.ops[call.function]
    if not isinstance(function, (ir.Free, ir.Attribute)) or function.name != scope.facts.name:
        return False
    return any(
        isinstance(body := scope.ops[a.value], ir.Binary)
        and body.operator in ("-", "//")
        and any(isinstance(scope.ops[f], ir.Parameter) for f in _feeding(scope, a.value))
        for a in call.arguments
    )
