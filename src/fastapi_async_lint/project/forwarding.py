"""Functions that pass their ``*args`` and ``**kwargs`` on to what registers a route."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.index import Module, ScopeInfo


def forwarding(modules: Sequence[Module], catalog: Catalog) -> frozenset[ScopeInfo]:
    """The functions, told by the names of what they call: each of their calls is to be followed apart, so that every endpoint keeps
    its own path. Others are not: a wrapper of everything would be analysed once for each call of everything.
    """
    tables = catalog.tables
    names = {
        name.rpartition(".")[2]
        for name, indices in tables.callback_names.items()
        if any(tables.callbacks[i].path is not None and tables.callbacks[i].decorator == "no" for i in indices)
    }
    waiting = [scope for module in modules for scope in module.scopes if _takes_any(scope)]
    found: set[ScopeInfo] = set()
    fresh = True
    while fresh:
        more = [scope for scope in waiting if scope not in found and not names.isdisjoint(_given_all(scope))]
        found.update(more)
        names.update(scope.facts.name for scope in more)
        fresh = bool(more)
    return frozenset(found)


def _takes_any(scope: ScopeInfo) -> bool:
    return any(parameter.kind in ("star", "star-star") for parameter in scope.facts.parameters)


def _given_all(scope: ScopeInfo) -> set[str]:
    """The names of the functions that are called with ``*x`` or ``**x``."""
    found: set[str] = set()
    for _, call in scope.having(ir.Call):
        function = scope.ops[call.function]
        if isinstance(function, (ir.Free, ir.Attribute)) and any(argument.stars for argument in call.arguments):
            found.add(function.name)
    return found
