"""Compound statements that guard what is in them: ``with`` and ``try``."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.facts.extraction.body import Body, evaluate, executes
from fastapi_async_lint.facts.extraction.names import State
from fastapi_async_lint.facts.extraction.statements import block
from fastapi_async_lint.facts.extraction.targets import assign
from fastapi_async_lint.facts.model import NONE, Enter, Exit, Narrow


@executes(cst.With)
def with_(body: Body, node: cst.With) -> None:
    """``with a as b, c: …``: the Exit ops lie behind the block, and run however the block is left."""
    is_async = node.asynchronous is not None
    entered: list[tuple[int, int, int]] = []
    for item in node.items:
        span = body.at[item.item]
        enter = body.emit(Enter(evaluate(body, item.item), is_async), span)
        entered.append((enter, span, body.enter("with", enter)))
        if item.asname is not None:
            assign(body, item.asname.name, enter)
    block(body, node.body)
    for enter, span, outer in reversed(entered):
        body.block = outer
        body.emit(Exit(enter, is_async), span)


@executes(cst.Try, cst.TryStar)
def try_(body: Body, node: cst.Try | cst.TryStar) -> None:
    """``try: … except A as b: … else: … finally: …``"""
    start, begin, span = body.names.mark(), len(body.names.history), _header(body, node)
    outer = body.enter("try")
    block(body, node.body)
    end = len(body.names.history)
    body.block = outer
    if node.orelse is not None and not body.dead:
        body.enter("try-else")
        block(body, node.orelse.body)
        body.block = outer
    states = [body.leave(start, start)]
    if node.handlers:
        seen = body.definitions_since(begin, end, span)
        for handler in node.handlers:
            states.append(_handle(body, handler, seen))
    if node.finalbody is not None:
        _finally(body, node.finalbody, states, begin, span)
    else:
        body.join(states, span)


def _header(body: Body, node: cst.Try | cst.TryStar) -> int:
    """The span of ``try``."""
    start = body.at[node] & 0xFFFFFFFF
    return start | start + len("try") << 32


def _handle(body: Body, node: cst.ExceptHandler | cst.ExceptStarHandler, seen: State) -> State | None:
    """One handler; ``seen``: what the names may be where the exception comes from. The values at its end.

    The exception is a value of unknown origin that is an instance of the class (of some group of them for
    ``except*``): a Narrow without a value.
    """
    mark = body.names.mark()
    body.put_all(seen)
    kind = NONE if node.type is None else evaluate(body, node.type)
    outer = body.enter("except", kind)
    name = None
    if node.name is not None and isinstance(node.name.name, cst.Name):
        name = node.name.name.value
        test, operand = ("isinstance", kind) if isinstance(node, cst.ExceptHandler) else ("truth", NONE)
        span = body.at[node.name.name]
        body.bind(name, body.emit(Narrow(NONE, test, operand, True), span), span)
    block(body, node.body)
    if name is not None and name not in body.bindings.where:
        body.names.define(name, NONE)
    body.block = outer
    return body.leave(mark, mark)


def _finally(body: Body, node: cst.Finally, states: list[State | None], begin: int, span: int) -> None:
    """``finally``, which sees the names as they may be wherever the rest was left, and goes on as the rest ended."""
    mark = body.names.mark()
    body.put_all(body.definitions_since(begin, len(body.names.history), span))
    outer = body.enter("finally")
    inside = body.names.mark()
    block(body, node.body)
    body.block = outer
    changed = body.leave(inside, mark)
    body.join(states, span)
    if changed is None:
        body.dead = True
    elif not body.dead:
        body.put_all(changed)
