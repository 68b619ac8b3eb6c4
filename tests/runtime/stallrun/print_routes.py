"""Print the routes of ``module:app`` or ``module:factory()`` as JSON; run in the application's own process."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

HTTP_METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def is_async(endpoint: Any) -> bool:
    """Whether the endpoint is written with ``async def``, generators included."""
    while isinstance(endpoint, partial):
        endpoint = endpoint.func
    return inspect.iscoroutinefunction(endpoint) or inspect.isasyncgenfunction(endpoint)


def declared_methods(route: Any) -> list[str]:
    """The methods of a route, without the HEAD that a plain Starlette route adds to every GET."""
    methods = set(getattr(route, "methods", None) or ["WEBSOCKET"])
    if not hasattr(route, "response_model") and "GET" in methods:
        methods.discard("HEAD")
    return sorted(methods)


def entry(path: str, methods: list[str], endpoint: Any) -> dict[str, Any]:
    """One line of the output."""
    return {
        "path": path,
        "methods": methods,
        "function": f"{endpoint.__module__}.{endpoint.__qualname__}",
        "is_async": is_async(endpoint),
    }


def class_entries(path: str, endpoint: type) -> Iterator[dict[str, Any]]:
    """The handlers of a Starlette ``HTTPEndpoint`` or ``WebSocketEndpoint`` class."""
    handlers = [name for name in HTTP_METHODS if hasattr(endpoint, name)]
    for name in handlers:
        yield entry(path, [name.upper()], getattr(endpoint, name))
    if not handlers:
        yield entry(path, ["WEBSOCKET"], endpoint.on_receive)  # type: ignore[attr-defined]


def entries(routes: Any, prefix: str = "") -> Iterator[dict[str, Any]]:
    """Every route below ``routes``, depth first; FastAPI's newer nested routers and mounts are opened."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from entries(route.effective_candidates(), prefix)
            continue
        route = getattr(route, "starlette_route", None) or route
        inner = getattr(route, "routes", None)
        endpoint = getattr(route, "endpoint", None)
        if inner is not None and endpoint is None:
            yield from entries(inner, prefix + route.path)
        elif isinstance(endpoint, type):
            yield from class_entries(prefix + route.path, endpoint)
        elif endpoint is not None and not endpoint.__module__.startswith("fastapi."):
            yield entry(prefix + route.path, declared_methods(route), endpoint)


def main(target: str) -> None:
    """Import the application and print."""
    module, _, name = target.partition(":")
    found = getattr(importlib.import_module(module), name.removesuffix("()"))
    app = found() if name.endswith("()") else found
    print(json.dumps(list(entries(app.routes))))


if __name__ == "__main__":
    main(sys.argv[1])
