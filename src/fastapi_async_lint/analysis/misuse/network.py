"""Which catalogued coroutines are requests that may run next to each other on one client."""

from __future__ import annotations

from fastapi_async_lint.catalog.match import Catalog

SHAREABLE = frozenset({"http", "sdk"})
"""Categories of blocking calls whose asynchronous counterparts send each request on its own; a database's connection or
session takes one at a time."""


def asynchronous_requests(catalog: Catalog) -> frozenset[str]:
    """Names of the asynchronous counterparts of all catalogued requests."""
    tables = catalog.tables
    found: set[str] = set()
    for name, indices in tables.effect_names.items():
        for index in indices:
            effect = tables.effects[index]
            if effect.kind == "blocking" and effect.category in SHAREABLE and effect.replacement:
                found.add(effect.replacement.replace("{method}", name.rpartition(".")[2]))
    return frozenset(name for name in found if all(e.kind == "async" for e in catalog.effects(name)))
