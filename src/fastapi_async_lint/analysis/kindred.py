"""Definitions that must be of one kind with a function's own, coroutine functions or plain ones all: methods of one name, overloads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fastapi_async_lint.analysis.text import dotted
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.hierarchy import ClassInfo
from fastapi_async_lint.project.index import ScopeInfo


def kindred(project: Project, scope: ScopeInfo, allows: Callable[[str], bool], needed: str) -> Iterator[str]:
    """Clauses that name methods of the same name in base classes, subclasses and protocols.

    ``allows``: whether a base class of a library leaves the choice; ``needed``: what it may need otherwise.
    """
    info = project.solver.classes.get(scope.owner) if scope.owner is not None else None
    if info is None:
        return
    name = scope.facts.name
    for base in info.mro[1:]:
        if isinstance(base, ClassInfo):
            if name in base.attributes:
                yield f"it overrides {base.scope.facts.qualname}.{name}"
        elif not allows(base):
            yield f"{base} may need {needed}"
    if _has_unknown_base(project, info):
        yield "a base of its class is not known"
    for other in info.descendants():
        if name in other.attributes:
            yield f"{other.scope.facts.qualname}.{name} overrides it"
    for protocol in project.solver.classes.values():
        if info in protocol.subclasses and protocol not in info.mro and name in protocol.attributes:
            yield f"{protocol.scope.facts.qualname} has a method of the same name"


def has_overloads(scope: ScopeInfo) -> bool:
    """Whether another ``def`` of the same name in the same body is an ``@overload``."""
    outer = scope.parent
    namesakes = {s.index for s in outer.bodies if s.facts.name == scope.facts.name} if outer is not None else set()
    if outer is None or len(namesakes) == 1:
        return False
    made = {op for op, body in outer.having(ir.MakeFunction) if body.scope in namesakes}
    return any(
        isinstance(body, ir.Call)
        and body.decorator
        and dotted(outer, body.function).rpartition(".")[2] == "overload"
        and any(argument.value in made for argument in body.arguments)
        for body in outer.ops
    )


def _has_unknown_base(project: Project, info: ClassInfo) -> bool:
    site = project.solver.class_sites.get(info)
    if site is None:
        return True
    context, op = site
    body = context.scope.ops[op]
    bases = body.arguments if isinstance(body, ir.MakeClass) else ()
    return any(not a.keyword and not context.values[a.value] for a in bases)
