"""Pure-Python loops whose work grows with their input and that never give up the thread.

The heuristic, whole. A ``for`` or ``while`` loop counts when nothing in it awaits or yields, it calls nothing that has a catalogued
effect, waits further down, or is not known, and it is one of these:

- ``while`` with a counter: the only thing that the body does to a name of the condition is to add a constant to it, the condition
  compares it with something that is no small constant, and the counter divides something, or something that is no ratio is
  multiplied up with it (trial division, factorials);
- ``for i in range(…)`` up to a value that is no small constant and no ``len(…)``, where ``i`` divides a number
  (``n % i``, not ``"%d" % i``), or each round adds what is worked out from ``i`` (``total += i * i``): not if ``i`` selects data, for
  the range is as long as that then, and only possible if the range does not come from a parameter;
- the same in a comprehension that divides by its counter, and in a generator expression that ``all``, ``sum`` or the like iterates
  (``all(n % i for i in range(2, n))``, ``sum(i * i for i in range(n))``);
- loops over ``range`` of constants whose product is at least a million rounds;
- two loops over ``range`` of unknown size, one inside the other, where both counters select what the inner one reads or writes
  (``pixels[x, y]``, ``table[i][j]``; the outer one also by the inner one's range) or are both in what it accumulates;
- two loops over the same collection, one inside the other, which is not written down in the code: that is only possible, for most
  collections are small;
- not a loop but the same thing: a function that calls itself at least twice in one expression (naive Fibonacci).

What constants are, also by their names in modules and classes and in ``min(n, 100)``, tells :class:`Bounds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

COMPREHENSION = "comprehension"
_KINDS = frozenset({"loop", COMPREHENSION})
_GROWING = frozenset({"*", "**"})
_DIVIDING = frozenset({"%", "//"})
_WORK = _GROWING | _DIVIDING | {"/", "<<"}
_CONSUMERS = frozenset({"all", "any", "sum", "min", "max", "list", "set", "tuple", "sorted"})
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

    @property
    def kind(self) -> str:
        """``for loop``, ``while loop`` or ``comprehension``."""
        if self.scope.facts.blocks[self.block].kind == COMPREHENSION:
            return COMPREHENSION
        return "for loop" if isinstance(self.scope.ops[self.header], ir.Iterate) else "while loop"

    @cached_property
    def call(self) -> ir.Call | None:
        """The ``range(…)`` call of a ``for``."""
        head = self.scope.ops[self.header]
        return range_call(self.scope, head.value) if isinstance(head, ir.Iterate) else None

    def rounds(self, bounds: Bounds) -> float | None:
        """How many rounds at most; see :func:`rounds_of`."""
        return None if self.call is None else rounds_of(self.scope, self.call, bounds)


def range_call(scope: ScopeInfo, op: int) -> ir.Call | None:
    """The op as a call of ``range``."""
    body = scope.ops[op]
    function = scope.ops[body.function] if isinstance(body, ir.Call) else None
    return body if isinstance(body, ir.Call) and isinstance(function, ir.Free) and function.name == "range" else None


def rounds_of(scope: ScopeInfo, call: ir.Call, bounds: Bounds) -> float | None:
    """How long a range is at most, where its arguments are constants; 0 for a ``len(…)``; None where nothing is known."""
    if any(_is_length(scope, a.value) for a in call.arguments):
        return 0
    if len(call.arguments) == 2 and (window := bounds.apart(*(a.value for a in call.arguments))) is not None:
        return window
    found = [bounds.most(a.value) for a in call.arguments]
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
        inner = [
            other for other in loops if other.block in loop.blocks and other is not loop and other.kind != COMPREHENSION
        ]
        rank = _counts(loop, inner, bounds)
        if rank is not None:
            taken |= loop.blocks
            found.append(HeavyLoop(loop.header, loop.kind, loop.inside, rank))
    found.extend(_generators(scope, bounds))
    found.extend(_recursion(scope))
    return found


def loops_of(scope: ScopeInfo) -> list[Loop]:
    """Every ``for`` and ``while`` statement of a scope, and every ``for`` of its comprehensions."""
    blocks = scope.facts.blocks
    headers = [i for i, block in enumerate(blocks) if block.kind in _KINDS and block.test != NONE]
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
        return (
            0 if loop.kind != COMPREHENSION and any(_same_collection(loop, other, bounds) for other in inner) else None
        )
    rounds = loop.rounds(bounds)
    if loop.kind == COMPREHENSION:
        return 1 if rounds is None and _divides(loop, loop.header, bounds) else None
    if rounds:
        deepest = max((other.rounds(bounds) or 1.0 for other in inner), default=1.0)
        return 1 if rounds * deepest >= MILLION else None
    if rounds is not None:
        return None
    if _divides(loop, loop.header, bounds):
        return 1
    unknown = (other for other in inner if other.call is not None and other.rounds(bounds) is None)
    if any(_combines(other, loop.header, bounds) for other in unknown):
        return 1
    return (1 if _is_given(loop, bounds) else 0) if _accumulates(loop, loop.header, bounds) else None


def _while_counts(loop: Loop, head: ir.Truth, bounds: Bounds) -> bool:
    scope = loop.scope
    condition = _feeding(scope, head.value)
    compares = [scope.ops[op] for op in condition if isinstance(scope.ops[op], ir.Compare)]
    if not any(isinstance(c, ir.Compare) and c.operator in _COMPARED and not _small(bounds, c) for c in compares):
        return False
    if any(isinstance(scope.ops[op], ir.Call) and not _is_number_call(scope, op) for op in condition):
        return False
    counters = {op for op in condition if isinstance(scope.ops[op], ir.Phi) and _stepped(loop, op, bounds)}
    return any(_works_with(scope, op, counters) for op in loop.inside)


def _works_with(scope: ScopeInfo, op: int, counters: set[int]) -> bool:
    """Whether the op divides by the counter, or multiplies something up with it that is no ratio."""
    body = scope.ops[op]
    if not isinstance(body, ir.Binary) or not counters & _feeding(scope, body.right):
        return False
    return body.operator in _DIVIDING or (body.operator in _GROWING and body.in_place and not _is_ratio(scope, body))


def _is_ratio(scope: ScopeInfo, body: ir.Binary) -> bool:
    """``p *= a / b``: a product of fractions, whose rounds take no longer the more there are."""
    factor = scope.ops[body.right]
    return body.operator == "*" and isinstance(factor, ir.Binary) and factor.operator == "/"


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
    """Whether a number is divided by the counter, or by what is worked out from it and constants (``n % (6 * k + 1)``)."""
    scope = loop.scope
    return any(
        isinstance(body := scope.ops[op], ir.Binary)
        and body.operator == "%"
        and variable in (divisor := _feeding(scope, body.right))
        and all(one == variable or isinstance(scope.ops[one], (ir.Const, ir.Binary)) for one in divisor)
        and not bounds.is_text(body.left)
        for op in loop.inside
    )


def _accumulates(loop: Loop, variable: int, bounds: Bounds) -> bool:
    """Whether each round adds something that is worked out from the counter; it is no data that the counter selects."""
    scope = loop.scope
    if any(
        isinstance(body := scope.ops[op], (ir.Subscript, ir.SetSubscript)) and variable in _feeding(scope, body.key)
        for op in loop.inside
    ):
        return False  # A range that selects data is as long as the data.
    return any(
        isinstance(body := scope.ops[op], ir.Binary)
        and body.in_place
        and body.operator in ("+", "-", "*")
        and not _is_ratio(scope, body)
        and _is_worked_out(scope, body.right, variable)
        and not bounds.is_text(op)
        for op in loop.inside
    )


def _is_worked_out(scope: ScopeInfo, op: int, variable: int) -> bool:
    """Whether the op is more than a sum with the counter."""
    fed = _feeding(scope, op, through=False)
    return (
        isinstance(scope.ops[op], ir.Binary)
        and variable in fed
        and any(
            isinstance(body := scope.ops[one], ir.Call) or (isinstance(body, ir.Binary) and body.operator in _WORK)
            for one in fed
        )
    )


def _is_given(loop: Loop, bounds: Bounds) -> bool:
    """Whether the range is worked out from the input alone: a parameter other than ``self``, a variable of a function around."""
    scope = loop.scope
    fed = {op for a in loop.call.arguments for op in _feeding(scope, a.value)} if loop.call else set()
    if any(isinstance(scope.ops[op], ir.Call) and not _is_number_call(scope, op) for op in fed):
        return False
    first = 0 if scope.owner is None else 1
    return any(
        (isinstance(scope.ops[op], ir.Parameter) and op >= first) or bounds.is_captured(op) for op in fed if op >= 0
    )


def _combines(loop: Loop, outer: int, bounds: Bounds) -> bool:
    """Whether both counters select what the inner loop reads or writes, or are both in what it accumulates."""
    scope = loop.scope
    span = {op for a in loop.call.arguments for op in _feeding(scope, a.value)} if loop.call else set()
    for op in loop.inside:
        body = scope.ops[op]
        if isinstance(body, (ir.Subscript, ir.SetSubscript)):
            fed = _selecting(scope, body) | span
        elif isinstance(body, ir.Binary) and body.in_place and not bounds.is_text(op):
            fed = _feeding(scope, body.right)
        else:
            continue
        if {outer, loop.header} <= fed:
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


def _generators(scope: ScopeInfo, bounds: Bounds) -> Iterator[HeavyLoop]:
    """``all(n % i for i in range(…))``, ``sum(i * i for i in range(…))``: what a builtin iterates at once."""
    for op, body in scope.having(ir.MakeGenerator):
        call = range_call(scope, body.iterable)
        if call is None or rounds_of(scope, call, bounds) is not None:
            continue
        inner = scope.module.scopes[body.scope]
        if not inner.facts.is_async and _is_arithmetic(inner, _consumer(scope, op)):
            yield HeavyLoop(op, "generator expression", frozenset({op}))


def _consumer(scope: ScopeInfo, op: int) -> str:
    """The builtin that the op is the argument of."""
    for user in scope.users[op]:
        body = scope.ops[user]
        function = scope.ops[body.function] if isinstance(body, ir.Call) and body.function != op else None
        if isinstance(function, ir.Free):
            return function.name
    return ""


def _is_arithmetic(scope: ScopeInfo, consumer: str) -> bool:
    """Whether a generator expression divides by its counter, or gives something computed from it that is summed up."""
    counters = {op for op, _ in scope.having(ir.Iterate)}
    if len(counters) != 1 or consumer not in _CONSUMERS:
        return False
    if any(isinstance(b, (ir.Call, ir.Await)) and not _is_number_call(scope, op) for op, b in enumerate(scope.ops)):
        return False
    if any(isinstance(body, ir.Subscript) and counters <= _feeding(scope, body.key) for body in scope.ops):
        return False
    return any(counters <= _feeding(scope, op, through=False) for op in _results(scope, consumer))


def _results(scope: ScopeInfo, consumer: str) -> Iterator[int]:
    """The ops of a generator expression that are long to compute if they are fed by its counter."""
    for body in scope.ops:
        if isinstance(body, ir.Binary) and body.operator == "%":
            if not isinstance(scope.ops[body.left], (ir.Const, ir.Text)):
                yield body.right
        elif isinstance(body, ir.Yield) and consumer == "sum":
            element = scope.ops[body.value]
            if isinstance(element, ir.Binary) and element.operator in _WORK:
                yield body.value


def _recursion(scope: ScopeInfo) -> list[HeavyLoop]:
    """Naive recursion: a function that adds two calls of itself on parameters made smaller."""
    if scope.facts.kind != "function" or scope.facts.is_async or scope.facts.is_generator:
        return []
    for op, body in scope.having(ir.Binary):
        if body.operator in ("+", "*"):
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
