"""Connections that a project itself asks to check who uses them, however deep in a library they are made."""

from __future__ import annotations

from collections.abc import Collection

from fastapi_async_lint.analysis.effects import Effects
from fastapi_async_lint.analysis.places import is_test
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.project.build import Project
from fastapi_async_lint.project.context import Context

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
        for scope in module.facts.scopes:
            for op in scope.ops:
                pairs: list[tuple[str, int]] = []
                if isinstance(op, ir.Call):
                    pairs = [(argument.keyword, argument.value) for argument in op.arguments if argument.keyword]
                elif isinstance(op, ir.Mapping):
                    keys = (scope.ops[key] if key >= 0 else None for key in op.keys)
                    names = (str(key.value) if isinstance(key, ir.Const) else "" for key in keys)
                    pairs = list(zip(names, op.values, strict=True))
                for name, value in pairs:
                    body = scope.ops[value]
                    if name in keywords and isinstance(body, ir.Const) and body.value is True:
                        return name
    return ""
