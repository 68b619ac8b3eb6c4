"""Changes of state that other requests share: on the event loop nothing comes in between, in a thread everything may."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.text import dotted
from fastapi_async_lint.analysis.thread_bound import ThreadBound
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo
from fastapi_async_lint.project.values import ContainerMethod

_CHANGING = frozenset(
    {
        "add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert", "pop", "popitem", "popleft",
        "remove", "reverse", "rotate", "setdefault", "sort", "update",
    }
)  # fmt: skip
"""Methods of the language's containers that change them."""


def shared_changes(context: Context, bound: ThreadBound) -> Iterator[str]:
    """What the body itself changes of module variables, variables of functions around it and the object it is a method of,
    without holding a lock."""
    scope = context.scope
    for op, body in enumerate(scope.ops):
        if op in scope.quiet or op in context.dead or bound.guarded(context, op):
            continue
        if isinstance(body, ir.Bind) and body.where != "local":
            yield body.name
        elif isinstance(body, (ir.SetAttribute, ir.DeleteAttribute)) and _is_shared(scope, body.base):
            yield f"{dotted(scope, body.base)}.{body.name}"
        elif isinstance(body, (ir.SetSubscript, ir.DeleteSubscript)) and _is_shared(scope, body.base):
            yield dotted(scope, body.base)
        elif isinstance(body, ir.Call):
            method = scope.ops[body.function]
            known = any(isinstance(value, ContainerMethod) for value in context.values[body.function] or ())
            if not (known and isinstance(method, ir.Attribute) and method.name in _CHANGING):
                continue
            if _is_shared(scope, method.base):
                yield dotted(scope, method.base)


def _is_shared(scope: ScopeInfo, op: int) -> bool:
    """Whether the object is reached from a name around the function, or from ``self``."""
    seen: set[int] = set()
    while op >= 0 and op not in seen:
        seen.add(op)
        body = scope.ops[op]
        if isinstance(body, (ir.Attribute, ir.Subscript)):
            op = body.base
        elif isinstance(body, (ir.Bind, ir.Narrow)):
            op = body.value
        else:
            return isinstance(body, ir.Free) or (scope.owner is not None and op == 0 and isinstance(body, ir.Parameter))
    return False
