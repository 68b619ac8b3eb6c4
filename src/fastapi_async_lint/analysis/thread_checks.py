"""Connections that a project itself asks to check who uses them, however deep in a library they are made."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context
from fastapi_async_lint.project.index import ScopeInfo

CATEGORY = "database"
"""The effects that such connections have."""


class ThreadChecks:
    """Says whether calls to a database may be made by other threads, as far as the keywords of connecting calls tell."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self._effects = effects
        keywords = {c.thread_check for c in project.catalog.tables.classes.values() if c.thread_check}
        self._keyword = _asked_for(project, keywords)

    def at(self, context: Context, op: int) -> str:
        """Why the op must be run by its own thread; empty: nothing says so."""
        sites = self._effects.at(context).get(op, ()) if self._keyword else ()
        return self._reason() if any(site.effect.category == CATEGORY for site in sites) else ""

    def within(self, context: Context) -> str:
        """The same of all ops of a body."""
        found = (self.at(context, op) for op in self._effects.at(context)) if self._keyword else ()
        return next(filter(None, found), "")

    def _reason(self) -> str:
        return f"the project asks for connections that only the thread that made them may use ({self._keyword}=True)"


def _asked_for(project: Project, keywords: Collection[str]) -> str:
    """The keyword that is true somewhere outside of tests: in a call, or in a dict display that may become its keywords."""
    for module in project.modules:
        if module.is_library or is_test(module):
            continue
        for scope in module.scopes:
            for name, value in _named(scope):
                body = scope.ops[value]
                if name in keywords and isinstance(body, ir.Const) and body.value is True:
                    return name
    return ""


def _named(scope: ScopeInfo) -> Iterator[tuple[str, int]]:
    """Keywords of calls, and text keys of dict displays, with their values."""
    for _, call in scope.having(ir.Call):
        for argument in call.arguments:
            if argument.keyword:
                yield argument.keyword, argument.value
    for _, mapping in scope.having(ir.Mapping):
        for position, value in zip(mapping.keys, mapping.values, strict=True):
            key = scope.ops[position] if position >= 0 else None
            if isinstance(key, ir.Const):
                yield str(key.value), value
