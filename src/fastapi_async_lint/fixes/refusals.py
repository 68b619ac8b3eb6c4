"""Where a call must not become an ``await``, with the reason."""

from __future__ import annotations

import libcst as cst

from fastapi_async_lint.fixes.site import CallSite

_FRAME = frozenset({"super", "locals", "vars", "dir", "eval", "exec"})
"""What looks at the function it is called in."""
_CANCELLING = frozenset({"CancelledError", "BaseException", "GeneratorExit"})


def no_await_here(site: CallSite) -> str | None:
    """Why ``await`` cannot stand in the call's place without changing what the code means; None if it can."""
    if isinstance(site.parent, cst.Await):
        return "what it gives is awaited"
    if isinstance(site.parent, cst.WithItem) and _enters_asynchronously(site):
        return "what it gives is entered with `async with`"
    inside = 0
    for ancestor, child in site.outwards():
        if isinstance(ancestor, (cst.ListComp, cst.SetComp, cst.DictComp)):
            inside += 1
            if inside > 1:
                return "it is in a comprehension inside another, which would become asynchronous"
        if isinstance(ancestor, cst.Lambda):
            return "it is in a lambda"
        if isinstance(ancestor, cst.GeneratorExp):
            return "it is in a generator expression, which would become asynchronous"
        if isinstance(ancestor, cst.Finally):
            return "it is in a `finally` block, where an await can be cancelled"
        if isinstance(ancestor, cst.ExceptHandler) and child is ancestor.body and _cancels(ancestor):
            return "it is clean-up after a cancellation"
        if isinstance(ancestor, (cst.Try, cst.TryStar)) and child is ancestor.body and _opens_to_cancellation(ancestor):
            return "the `try` around it handles cancellation, which could not come there so far"
        if isinstance(ancestor, cst.FunctionDef):
            if child is not ancestor.body:
                return "it is evaluated where the function is defined"
            return None if ancestor.asynchronous is not None else "it is in a synchronous function"
        if isinstance(ancestor, cst.ClassDef):
            return "it is in a class body"
    return "it is not in a function"


def _enters_asynchronously(site: CallSite) -> bool:
    statement = site.path[-3]
    return isinstance(statement, cst.With) and statement.asynchronous is not None


def _opens_to_cancellation(statement: cst.Try | cst.TryStar) -> bool:
    """Whether a handler catches what only an ``await`` in the body can raise, and there is none yet."""
    if not any(_cancels(handler) for handler in statement.handlers):
        return False
    asynchronous = (cst.Await, cst.Asynchronous)
    return not holds(statement.body, *asynchronous)


def _cancels(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
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
    call = site.node
    if not isinstance(call, cst.Call):
        return "it is no call"
    if call.func.lpar:
        return "what is called is computed in parentheses"
    if isinstance(site.parent, cst.WithItem) and not isinstance(call.func, (cst.Name, cst.Attribute)):
        return "it is entered as a context manager"
    if isinstance(site.parent, (cst.For, cst.CompFor)):
        return "its result is iterated, which blocks as well"
    if len(call.args) == 1 and isinstance(call.args[0].value, cst.GeneratorExp) and not call.args[0].value.lpar:
        return "its argument is a generator expression without brackets of its own"
    if any(binds_or_yields(part) for part in (call.func, *call.args)):
        return "its arguments bind names or yield"
    return _own_frame(call.func, *call.args)


def no_lambda(site: CallSite) -> str | None:
    """Why the expression cannot become the body of a ``lambda``."""
    targets = (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.Del, cst.For, cst.CompFor)
    if isinstance(site.parent, targets) and getattr(site.parent, "value", None) is not site.node:
        return "it is a target, not a value"
    if isinstance(site.node, (cst.StarredElement, cst.Tuple)):
        return "it is not a single value"
    if isinstance(site.node, cst.Comparison) and len(site.node.comparisons) > 1:
        return "it is one link of a chain of comparisons"
    for ancestor, _ in site.outwards():
        if isinstance(ancestor, (cst.AssignTarget, cst.Del)):
            return "it is part of a target"
        if isinstance(ancestor, cst.BaseStatement):
            break
    if binds_or_yields(site.node) or holds(site.node, cst.Await):
        return "it binds names, yields or awaits"
    return _own_frame(site.node)


def binds_or_yields(node: cst.CSTNode) -> bool:
    """Whether the expression binds a name or yields."""
    return holds(node, cst.NamedExpr, cst.Yield)


def holds(node: cst.CSTNode, *kinds: type[cst.CSTNode]) -> bool:
    """Whether a node of these kinds is in the node, at any depth."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, kinds):
            return True
        pending.extend(current.children)
    return False


def _own_frame(*nodes: cst.CSTNode) -> str | None:
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _FRAME:
            return f"it uses {node.func.value}()"
        pending.extend(node.children)
    return None
