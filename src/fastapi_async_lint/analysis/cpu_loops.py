"""Pure-Python loops whose work grows with their input and that never give up the thread.

The heuristic, whole. A ``for`` or ``while`` loop counts when nothing in it awaits or yields, it calls nothing that has a catalogued
effect, waits further down, or is not known, and it is one of these:

- ``while`` with a counter: the only thing that the body does to a name of the condition is to add a constant to it, the condition
  compares it with something that is no small constant, and the condition or body multiplies or divides with the counter (trial
  division, sieves);
- ``for i in range(…)`` up to a value that is no small constant and no ``len(…)``, where ``i`` divides something
  (``n % i``, not ``"%d" % i``), or something is accumulated from ``i`` itself (``total += i * i``, not ``total += data[i]``);
- loops over ``range`` of constants whose product is at least a million rounds;
- two loops over ``range`` of unknown size, one inside the other, where both counters select what the inner one reads or writes
  (``pixels[x, y]``, ``table[i][j]``) or are both in what it accumulates;
- two loops over the same collection, one inside the other, which is not written down in the code: that is only possible, for most
  collections are small;
- not a loop but the same thing: a function that calls itself at least twice in one expression (naive Fibonacci).

What constants are, also by their names in modules and classes and in ``min(n, 100)``, tells :class:`Bounds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from fastapi_async_lint.analysis.bounds import Bounds
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.model import NONE
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.project.index import ScopeInfo

SMALL = 10_000
"""A literal bound up to this is small."""
MILLION = 1_000_000

_GROWING = frozenset({"*", "**", "%", "//"})
_COMPARED = frozenset({"<", "<=", ">", ">=", "!="})


@dataclass(frozen=True)
class HeavyLoop:
    """A loop that counts: the op of its header, what to call it, and all ops inside."""

    op: int
    name: str
    inside: frozenset[int]
    rank: int = 1
    """How sure it is that the work is long: 1 probable, 0 possible."""


@dataclass(frozen=True)
class Loop:
    """A loop with all ops and blocks inside; ``block`` is its own."""

    scope: ScopeInfo
    block: int
    inside: frozenset[int]
    blocks: frozenset[int]

    @property
    def header(self) -> int:
        """The op that starts each round: Iterate, or Truth of a ``while``."""
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

    def rounds(self, bounds: Bounds) -> float | None:
        """How many rounds at most, where the bounds of the range are constants; 0 for a ``len(…)``; None where nothing is known."""
        if self.call is None:
            return None
        if any(_is_length(self.scope, a.value) for a in self.call.arguments):
            return 0
        found = [bounds.most(a.value) for a in self.call.arguments]
        numbers = [number for number in found if number is not None]
        if len(numbers) < len(found) or not numbers:
            return None
        return numbers[0] if len(numbers) == 1 else abs(numbers[1] - numbers[0]) / abs((*numbers, 1)[2] or 1)


def heavy_loops(scope: ScopeInfo, loops: Sequence[Loop], bounds: Bounds) -> list[HeavyLoop]:
    """The outermost of a scope's loops that count."""
    found: list[HeavyLoop] = []
    taken: set[int] = set()
    for loop in loops:
        if loop.block in taken or _gives_way(loop):
            continue
        inner = [other for other in loops if other.block in loop.blocks and other is not loop]
        rank = _counts(loop, inner, bounds)
        if rank is not None:
            taken |= loop.blocks
            word = "for" if isinstance(scope.ops[loop.header], ir.Iterate) else "while"
            found.append(HeavyLoop(loop.header, f"{word} loop", loop.inside, rank))
    found.extend(_recursion(scope))
    return found


def loops_of(scope: ScopeInfo) -> list[Loop]:
    """Every ``for`` and ``while`` statement of a scope."""
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
        found.append(Loop(scope, header, ops, frozenset(inside)))
    return found


def _gives_way(loop: Loop) -> bool:
    for op in loop.inside:
        body = loop.scope.ops[op]
        if isinstance(body, (ir.Await, ir.Yield, ir.YieldFrom)):
            return True
        if isinstance(body, (ir.Iterate, ir.Enter)) and body.is_async:
            return True
    return False


def _counts(loop: Loop, inner: list[Loop], bounds: Bounds) -> int | None:
    """How sure it is that the loop computes for long; None where nothing speaks for it."""
    head = loop.scope.ops[loop.header]
    if isinstance(head, ir.Truth):
        return 1 if _while_counts(loop, head, bounds) else None
    if loop.call is None:
        return 0 if any(_same_collection(loop, other, bounds) for other in inner) else None
    rounds = loop.rounds(bounds)
    if rounds:
        deepest = max((other.rounds(bounds) or 1.0 for other in inner), default=1.0)
        return 1 if rounds * deepest >= MILLION else None
    if rounds is not None:
        return None
    if _divides(loop, loop.header, bounds) or _accumulates(loop, loop.header):
        return 1
    unknown = (other for other in inner if other.call is not None and other.rounds(bounds) is None)
    return 1 if any(_combines(other, loop.header) for other in unknown) else None


def _while_counts(loop: Loop, head: ir.Truth, bounds: Bounds) -> bool:
    scope = loop.scope
    condition = _feeding(scope, head.value)
    compares = [scope.ops[op] for op in condition if isinstance(scope.ops[op], ir.Compare)]
    if not any(isinstance(c, ir.Compare) and c.operator in _COMPARED and not _small(bounds, c) for c in compares):
        return False
    if any(isinstance(scope.ops[op], ir.Call) and not _is_number_call(scope, op) for op in condition):
        return False
    counters = {op for op in condition if isinstance(scope.ops[op], ir.Phi) and _stepped(loop, op, bounds)}
    return any(
        isinstance(body := scope.ops[op], ir.Binary) and body.operator in _GROWING and counters & _feeding(scope, op)
        for op in loop.inside
    )


def _small(bounds: Bounds, compare: ir.Compare) -> bool:
    sides = (bounds.most(compare.left), bounds.most(compare.right))
    return any(side is not None and abs(side) <= SMALL for side in sides)


def _stepped(loop: Loop, phi: int, bounds: Bounds) -> bool:
    """Whether the loop does nothing to the variable that the Phi stands for but to add a constant."""
    body = loop.scope.ops[phi]
    steps = False
    pending = list(body.sources) if isinstance(body, ir.Phi) else []
    seen = {phi}
    while pending:
        current = pending.pop()
        value = loop.scope.ops[current]
        if current in seen or (current not in loop.inside and not isinstance(value, ir.Phi)):
            continue
        seen.add(current)
        if isinstance(value, (ir.Phi, ir.Narrow, ir.Bind)):
            pending.extend(o for o in operands(value) if o >= 0)
        elif not isinstance(value, ir.Binary) or value.operator not in ("+", "-"):
            return False
        elif bounds.most(value.right) is not None:
            pending.append(value.left)
            steps = True
        else:
            return False
    return steps


def _feeding(scope: ScopeInfo, op: int, *, through: bool = True) -> set[int]:
    """The op and all it is computed from, loop heads not passed; ``through``: also the keys of the items that are read."""
    found: set[int] = set()
    pending = [op]
    while pending:
        current = pending.pop()
        if current < 0 or current in found:
            continue
        found.add(current)
        body = scope.ops[current]
        if not isinstance(body, (ir.Phi, ir.Parameter, ir.Iterate)) and (through or not isinstance(body, ir.Subscript)):
            pending.extend(operands(body))
    return found


def _divides(loop: Loop, variable: int, bounds: Bounds) -> bool:
    for op in loop.inside:
        body = loop.scope.ops[op]
        if (
            isinstance(body, ir.Binary)
            and body.operator == "%"
            and variable in _feeding(loop.scope, body.right, through=False)
            and not bounds.is_text(body.left)
        ):
            return True
    return False


def _accumulates(loop: Loop, variable: int) -> bool:
    for op in loop.inside:
        body = loop.scope.ops[op]
        if isinstance(body, ir.Binary) and body.in_place and body.operator in ("+", "-", "*"):
            source = loop.scope.ops[body.right]
            if isinstance(source, ir.Binary) and variable in _feeding(loop.scope, body.right, through=False):
                return True
    return False


def _combines(loop: Loop, outer: int) -> bool:
    """Whether both counters select what the inner loop reads or writes, or are both in what it accumulates."""
    scope = loop.scope
    for op in loop.inside:
        body = scope.ops[op]
        if isinstance(body, (ir.Subscript, ir.SetSubscript)):
            if {outer, loop.header} <= _selecting(scope, body):
                return True
        elif isinstance(body, ir.Binary) and body.in_place and {outer, loop.header} <= _feeding(scope, body.right):
            return True
    return False


def _selecting(scope: ScopeInfo, body: ir.Subscript | ir.SetSubscript) -> set[int]:
    """What the keys of ``a[k]``, or of ``a[k][l]`` together, are computed from."""
    found = _feeding(scope, body.key)
    base = scope.ops[body.base]
    while isinstance(base, ir.Subscript):
        found |= _feeding(scope, base.key)
        base = scope.ops[base.base]
    return found


def _same_collection(loop: Loop, other: Loop, bounds: Bounds) -> bool:
    one, two = loop.scope.ops[loop.header], loop.scope.ops[other.header]
    if not isinstance(one, ir.Iterate) or not isinstance(two, ir.Iterate) or one.value == loop.header:
        return False
    return one.value == two.value and not bounds.is_display(one.value)


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
