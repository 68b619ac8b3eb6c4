"""``get_event_loop()`` in a coroutine, where a loop is running."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis import conditions
from fastapi_async_lint.analysis.misuse.coroutines import calls_in
from fastapi_async_lint.analysis.misuse.ground import Ground
from fastapi_async_lint.analysis.view import Misuse
from fastapi_async_lint.diagnostics import Severity

KIND = "get-event-loop"
"""Of the finding, and the category of the catalogued calls it is about."""


def find_get_event_loop(ground: Ground) -> Iterator[Misuse]:
    """Direct calls in the bodies of ``async def`` functions."""
    for context, ops in calls_in(ground, lambda scope, _: scope.facts.is_async and scope.is_function):
        sites = ground.effects.at(context)
        for op in ops:
            for site in sites.get(op, ()):
                if site.effect.category != KIND or site.effect.kind != "loop-api":
                    continue
                if conditions.calls_itself(ground.project, context, op, site.name):
                    replacement = site.effect.replacement or None
                    yield ground.misuse(
                        KIND, context, op, site.name, rank=site.rank, severity=Severity.MINOR, replacement=replacement
                    )
