"""The body of one scope under construction: ops, blocks and the values of names, in evaluation order.

The walk over the tree lives in the modules that enter their functions into :data:`EVALUATE` (expressions) and
:data:`EXECUTE` (statements); this module knows nothing of libcst but its base class.
"""

from __future__ import annotations

import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import libcst as cst

from fastapi_async_lint.facts.extraction.bindings import Bindings
from fastapi_async_lint.facts.extraction.names import Names, State
from fastapi_async_lint.facts.model import (
    NONE,
    AnyOp,
    Bind,
    Block,
    Narrow,
    ParameterFacts,
    Phi,
    Scope,
)

Narrowing = tuple[str, str, int, bool, int]
"""Name, test, operand, positive, packed span: what a condition tells of a local name."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A scope whose body is still to be walked."""

    index: int
    kind: str
    name: str
    qualname: str
    parent: int
    node: cst.CSTNode
    at: Mapping[cst.CSTNode, int]
    is_async: bool
    type_parameters: tuple[str, ...]
    outside_functions: bool
    """No function is around it: what a generator expression binds with ``:=`` belongs to the module."""


class Module:
    """What all scopes of a file share: the text, and the scopes waiting for their turn (so that nothing nests)."""

    __slots__ = ("at", "count", "has_walrus", "text", "waiting")

    def __init__(self, text: str, at: Mapping[cst.CSTNode, int]) -> None:
        self.text = text
        self.at = at
        self.has_walrus = ":=" in text
        self.waiting: deque[Planned] = deque()
        self.count = 0

    def plan(
        self,
        parent: Body | None,
        kind: str,
        name: str,
        node: cst.CSTNode,
        *,
        is_async: bool = False,
        type_parameters: tuple[str, ...] = (),
    ) -> int:
        """Announce a scope; its index."""
        index = self.count
        self.count += 1
        outer = parent.plan.qualname if parent is not None else ""
        qualname = f"{outer}.{name}" if outer else name
        at = parent.at if parent is not None else self.at
        above = parent.plan.index if parent is not None else NONE
        outside = parent is None or (parent.plan.outside_functions and parent.plan.kind not in ("function", "lambda"))
        self.waiting.append(Planned(index, kind, name, qualname, above, node, at, is_async, type_parameters, outside))
        return index


class Loop:
    """A ``for`` or ``while`` being walked: the states in which it is left early or starts over."""

    __slots__ = ("breaks", "continues", "mark", "unreachable")

    def __init__(self, mark: int, unreachable: int) -> None:
        self.mark = mark
        self.unreachable = unreachable
        self.breaks: list[State] = []
        self.continues: list[State] = []


class Body:
    """The ops of one scope, as far as they are known.

    ``dead`` is set while the current path has ended (behind ``return`` and the like); ``unreachable`` counts the
    dead blocks around the current op. ``at`` maps nodes to packed spans.
    """

    __slots__ = (
        "annotation_blocks", "at", "bindings", "block", "blocks", "dead", "declared", "is_async", "is_generator",
        "loops", "module", "names", "op_blocks", "ops", "parameters", "plan", "roots", "spans", "unreachable", "values",
    )  # fmt: skip

    def __init__(self, module: Module, plan: Planned, bindings: Bindings) -> None:
        self.module = module
        self.plan = plan
        self.bindings = bindings
        self.at = plan.at
        self.ops: list[AnyOp] = []
        self.spans = array("Q")
        self.op_blocks = array("I")
        self.blocks = [Block(NONE, "body")]
        self.block = 0
        self.names = Names()
        self.values = self.names.values
        self.roots: dict[int, int] = {}
        self.loops: list[Loop] = []
        self.dead = False
        self.unreachable = 0
        self.is_async = plan.is_async
        self.is_generator = False
        self.parameters: tuple[ParameterFacts, ...] = ()
        self.declared: dict[str, int] = {}
        self.annotation_blocks: dict[int, int] = {}

    def emit(self, op: AnyOp, span: int) -> int:
        """Append an op in the current block; its index."""
        ops = self.ops
        ops.append(op)
        self.spans.append(span)
        self.op_blocks.append(self.block)
        return len(ops) - 1

    def enter(self, kind: str, test: int = NONE) -> int:
        """Start a block inside the current one; the index of the current one, to go back to."""
        outer = self.block
        self.blocks.append(Block(outer, kind, test))
        self.block = len(self.blocks) - 1
        return outer

    def bind(self, name: str, value: int, span: int, annotation: int = NONE) -> None:
        """The text gives a name a value. Where the name has an annotation, the Bind op itself becomes its value."""
        if annotation == NONE and self.declared:
            annotation = self.declared.get(name, NONE)
        where = self.bindings.where.get(name)
        if where is not None:
            self.emit(Bind(name, value, annotation, where), span)
            return
        op = self.emit(Bind(name, value, annotation), span)
        self.names.define(name, value if annotation == NONE else op)

    def narrow(self, narrowings: Iterable[Narrowing]) -> None:
        """In the current block, what the condition told holds."""
        for name, test, operand, positive, span in narrowings:
            value = self.values.get(name, NONE)
            if value != NONE:
                self.names.put(name, self.narrowed(value, test, operand, positive, span))

    def narrowed(self, value: int, test: str, operand: int, positive: bool, span: int) -> int:
        """The value, where a test has held or failed."""
        known = self.ops[value]
        if type(known) is Narrow and (known.test, known.operand, known.positive) == (test, operand, positive):
            return value
        op = self.emit(Narrow(value, test, operand, positive), span)
        self.roots[op] = self.roots.get(value, value)
        return op

    def root(self, value: int) -> int:
        """The value without what conditions told of it."""
        return self.roots.get(value, value)

    def phi(self, values: Iterable[int], span: int) -> int:
        """One of several values: the value itself where they are the same, NONE where there is none."""
        distinct = dict.fromkeys(value for value in values if value != NONE)
        if len(distinct) > 1:
            sources = tuple(v for v in distinct if (root := self.root(v)) == v or root not in distinct)
            if len(sources) > 1:
                return self.emit(Phi(sources), span)
            return sources[0]
        return next(iter(distinct), NONE)

    def leave(self, since: int, back: int) -> State | None:
        """End a path: what it changed since one mark (None if it never gets here); then back to another mark."""
        state = None if self.dead else self.names.changes(since)
        self.names.rewind(back)
        self.dead = False
        return state

    def join(self, states: list[State | None], span: int) -> None:
        """Go on where several paths meet. Each state is relative to the current values."""
        live = [state for state in states if state is not None]
        if not live:
            self.dead = True
            return
        names = self.names
        if len(live) == 1:
            for name, value in live[0].items():
                names.put(name, value)
            return
        for name in dict.fromkeys(name for state in live for name in state):
            base = self.values.get(name, NONE)
            values = [state.get(name, base) for state in live]
            root = self.root(base)
            if base != NONE and all(self.root(value) == root for value in values):
                continue
            names.put(name, self.phi(values, span))

    def settle(self, mark: int, span: int, without: Iterable[str] = ()) -> None:
        """End what may have run or not (a right operand of ``and``, a comprehension): join with the values before."""
        if len(self.names.log) > mark:
            state = self.leave(mark, mark)
            if state is not None:
                for name in without:
                    state.pop(name, None)
                self.join([state, {}], span)

    def definitions_since(self, start: int, end: int, span: int) -> State:
        """The names defined in a part of the text that may be left at any point, each with all its possible values."""
        found = self.names.definitions(start, end)
        return {name: self.phi([self.values.get(name, NONE), *values], span) for name, values in found.items()}

    def put_all(self, state: State) -> None:
        """Make the values of a state the current ones."""
        for name, value in state.items():
            self.names.put(name, value)

    def scope(self) -> Scope:
        """The finished scope."""
        plan = self.plan
        spans, op_blocks = self.spans, self.op_blocks
        if sys.byteorder == "big":
            spans.byteswap()
            op_blocks.byteswap()
        whole = self.at[plan.node] if plan.kind != "module" else len(self.module.text) << 32
        name_node = getattr(plan.node, "name", None) if plan.kind in ("function", "class") else None
        start = whole & 0xFFFFFFFF
        return Scope(
            plan.kind, plan.name, plan.qualname, plan.parent, self.is_async, self.is_generator, self.parameters,
            tuple(self.ops), spans.tobytes(), op_blocks.tobytes(), tuple(self.blocks), start, whole >> 32,
            self.at[name_node] & 0xFFFFFFFF if name_node is not None else start, plan.type_parameters,
        )  # fmt: skip


Evaluate = Callable[[Body, Any], int]
"""Emits the ops of an expression; the index of its value."""

EVALUATE: dict[type[cst.CSTNode], Evaluate] = {}

Execute = Callable[[Body, Any], None]
"""Emits the ops of a statement."""

EXECUTE: dict[type[cst.CSTNode], Execute] = {}

F = TypeVar("F", bound=Callable[..., Any])


def evaluates(*types: type[cst.CSTNode]) -> Callable[[F], F]:
    """Enter the decorated function into :data:`EVALUATE` for these node types."""

    def enter(function: F) -> F:
        EVALUATE.update(dict.fromkeys(types, function))
        return function

    return enter


def executes(*types: type[cst.CSTNode]) -> Callable[[F], F]:
    """Enter the decorated function into :data:`EXECUTE` for these node types."""

    def enter(function: F) -> F:
        EXECUTE.update(dict.fromkeys(types, function))
        return function

    return enter


def evaluate(body: Body, node: cst.BaseExpression) -> int:
    """Emit the ops of an expression; the index of its value."""
    return EVALUATE[type(node)](body, node)
