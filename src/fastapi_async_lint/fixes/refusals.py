"""Where a call must not become an ``await``, with the reason."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.fixes.site import CallSite

_CANCELLING = frozenset({"CancelledError", "BaseException", "GeneratorExit"})


def no_await_here(site: CallSite) -> str | None:
    """Why ``await`` cannot stand in the call's place without changing what the code means; None if it can."""
    for ancestor, child in site.outwards():
        if isinstance(ancestor, cst.Lambda):
            return "it is in a lambda"
        if isinstance(ancestor, cst.GeneratorExp):
            return "it is in a generator expression, which would become asynchronous"
        if isinstance(ancestor, cst.Finally):
            return "it is in a `finally` block, where an await can be cancelled"
        if isinstance(ancestor, cst.ExceptHandler) and child is ancestor.body and _cancels(ancestor):
            return "it is clean-up after a cancellation"
        if isinstance(ancestor, cst.FunctionDef):
            if child is not ancestor.body:
                return "it is evaluated where the function is defined"
            return None if ancestor.asynchronous is not None else "it is in a synchronous function"
        if isinstance(ancestor, cst.ClassDef):
            return "it is in a class body"
    return "it is not in a function"


def _cancels(handler: cst.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    pending: list[cst.CSTNode] = [handler.type]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Name) and node.value in _CANCELLING:
            return True
        pending.extend(node.children)
    return False


def no_moving(site: CallSite) -> str | None:
    """Why the call cannot be made by another thread on the caller's behalf."""
    call = site.call
    if call.func.lpar:
        return "what is called is computed in parentheses"
    if isinstance(site.parent, cst.WithItem) and _calls_none(site):
        return "it is entered as a context manager"
    if isinstance(site.parent, (cst.For, cst.CompFor)):
        return "its result is iterated, which blocks as well"
    if len(call.args) == 1 and isinstance(call.args[0].value, cst.GeneratorExp) and not call.args[0].value.lpar:
        return "its argument is a generator expression without brackets of its own"
    pending: list[cst.CSTNode] = [call.func, *call.args]
    while pending:
        node = pending.pop()
        if isinstance(node, (cst.NamedExpr, cst.Yield)):
            return "its arguments bind names or yield"
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in ("super", "locals"):
            return f"it uses {node.func.value}()"
        pending.extend(node.children)
    return None


def _calls_none(site: CallSite) -> bool:
    return not isinstance(site.call.func, (cst.Name, cst.Attribute))
