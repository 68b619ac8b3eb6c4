"""Compound statements that decide, repeat or guard: ``if``, ``for``, ``while``, ``try``, ``with``."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.facts.extraction.body import Body, Loop, Narrowing, evaluate, executes
from fastapi_async_lint.facts.extraction.conditions import condition
from fastapi_async_lint.facts.extraction.literals import constant_truth, string
from fastapi_async_lint.facts.extraction.names import State
from fastapi_async_lint.facts.extraction.statements import block
from fastapi_async_lint.facts.extraction.targets import assign
from fastapi_async_lint.facts.model import NONE, Block, Iterate, Phi, Truth, Unbound


def kinds(test: cst.BaseExpression) -> tuple[str, str]:
    """The kinds of the two blocks that an ``if`` with this condition has."""
    truth = constant_truth(test)
    if truth is not None:
        return ("then", "dead") if truth else ("dead", "else")
    if _is_type_checking(test):
        return "typing", "else"
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return ("then", "typing") if _is_type_checking(test.expression) else ("then", "else")
    if isinstance(test, cst.Comparison) and isinstance(test.left, cst.Name) and test.left.value == "__name__":
        operator, other = test.comparisons[0].operator, test.comparisons[0].comparator
        if isinstance(operator, cst.Equal) and isinstance(other, cst.SimpleString) and string(other) == "__main__":
            return "main", "else"
    return "then", "else"


def _is_type_checking(test: cst.BaseExpression) -> bool:
    name = test.attr if isinstance(test, cst.Attribute) else test
    return isinstance(name, cst.Name) and name.value == "TYPE_CHECKING"


@executes(cst.If)
def if_(body: Body, node: cst.If) -> None:
    """``if a: … elif b: … else: …``: each ``elif`` lies in the ``else`` block of the one before; one join at the end."""
    outer, start, span = body.block, body.names.mark(), body.at[node.test]
    states: list[State | None] = []
    reachable = True
    current: cst.If | cst.Else | None = node
    while isinstance(current, cst.If):
        test, true, false = condition(body, current.test)
        truth = body.emit(Truth(test), body.at[current.test])
        then_kind, else_kind = kinds(current.test)
        mark, around = body.names.mark(), body.enter(then_kind, truth)
        state = _run(body, current.body, true, then_kind == "dead", start, mark)
        states.append(state if reachable else None)
        body.block = around
        if else_kind == "dead" and reachable:
            reachable = False
            body.unreachable += 1
        current = current.orelse
        if current is None:
            body.narrow(_worth_knowing(body, false, state))
        else:
            body.enter(else_kind, truth)
            body.narrow(false)
    if current is not None:
        block(body, current.body)
    state = body.leave(start, start)
    states.append(state if reachable else None)
    body.unreachable -= not reachable
    body.block = outer
    body.join(states, span)


def _run(
    body: Body, node: cst.BaseSuite, known: Sequence[Narrowing], dead: bool, since: int, back: int
) -> State | None:
    """One branch; the values at its end (None if it never gets there)."""
    body.unreachable += dead
    body.narrow(known)
    block(body, node)
    body.unreachable -= dead
    state = body.leave(since, back)
    return None if dead else state


def _worth_knowing(body: Body, known: Sequence[Narrowing], other: State | None) -> Sequence[Narrowing]:
    """What a failed condition tells, where the join with the other branch would not make it void again."""
    if other is None or not known:
        return known
    return [item for item in known if body.root(other.get(item[0], NONE)) != body.root(body.names.get(item[0]))]


def _heads(body: Body, node: cst.For | cst.While, span: int) -> dict[str, int]:
    """A Phi for each name the loop binds: its value on entry, and (filled in later) from the round before."""
    heads: dict[str, int] = {}
    for name in body.bindings.loops.get(node, ()):
        if name not in body.bindings.where:
            before = body.names.get(name)
            heads[name] = body.emit(Phi(() if before == NONE else (before,)), span)
    for name, head in heads.items():
        body.names.put(name, head)
    return heads


def _close(body: Body, heads: dict[str, int], rounds: list[State]) -> None:
    """Tell the Phis at the loop's head what values come round."""
    for name, head in heads.items():
        op = body.ops[head]
        assert isinstance(op, Phi)
        sources = dict.fromkeys(op.sources)
        again = (state.get(name, head) for state in rounds)
        sources.update(dict.fromkeys(value for value in again if value != NONE and body.root(value) != head))
        body.ops[head] = Phi(tuple(sources)) if sources else Unbound(name)


def _loop_else(body: Body, orelse: cst.Else | None, mark: int, dead: bool = False) -> State | None:
    """What runs when a loop ends by itself (``dead``: never); then back to the mark."""
    if orelse is None:
        state = body.leave(mark, mark)
        return None if dead else state
    outer = body.enter("dead" if dead else "loop-else")
    state = _run(body, orelse.body, (), dead, mark, mark)
    body.block = outer
    return state


@executes(cst.For)
def for_(body: Body, node: cst.For) -> None:
    """``for a in b: … else: …``"""
    span = body.at[node.iter]
    iterable = evaluate(body, node.iter)
    heads = _heads(body, node, span)
    item = body.emit(Iterate(iterable, node.asynchronous is not None), span)
    loop = Loop(body.names.mark(), body.unreachable)
    body.loops.append(loop)
    outer = body.enter("loop", item)
    assign(body, node.target, item)
    end = _run(body, node.body, (), False, loop.mark, loop.mark)
    body.loops.pop()
    body.block = outer
    _close(body, heads, [*loop.continues, end] if end is not None else loop.continues)
    body.join([_loop_else(body, node.orelse, loop.mark), *loop.breaks], span)


@executes(cst.While)
def while_(body: Body, node: cst.While) -> None:
    """``while a: … else: …``: the condition lies in the block of the loop."""
    span, always = body.at[node.test], constant_truth(node.test)
    heads = _heads(body, node, span)
    loop = Loop(body.names.mark(), body.unreachable)
    outer = body.enter("loop")
    inner = body.block
    test, true, false = condition(body, node.test)
    truth = body.emit(Truth(test), span)
    body.blocks[inner] = Block(outer, "loop", truth)
    tested = body.names.changes(loop.mark)
    body.loops.append(loop)
    if always is False:
        body.enter("dead")
    end = _run(body, node.body, true, always is False, loop.mark, loop.mark)
    body.loops.pop()
    body.block = outer
    _close(body, heads, [*loop.continues, end] if end is not None else loop.continues)
    body.put_all(tested)
    if always is not True:
        body.narrow(false)
    body.join([_loop_else(body, node.orelse, loop.mark, always is True), *loop.breaks], span)
