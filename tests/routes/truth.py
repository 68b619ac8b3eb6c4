"""The routes of real applications, as the frameworks themselves have them: imports modules and prints JSON.

Usage: ``python truth.py FOLDER[:FOLDER…] MODULE…`` with the folders on the import path. Every module is imported in a process of its own (forked, so
that the frameworks are loaded once). For each: its routes, or why there are none.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import json
import multiprocessing
import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any

FOLDERS: list[str] = []
VERBS = ("get", "head", "post", "put", "patch", "delete", "options")


def routes_of(app: Any, prefix: str = "") -> Iterator[dict[str, Any]]:
    """All routes below an application or router, mounted ones included, with their full paths."""
    from fastapi.routing import APIRoute
    from starlette.routing import Host, Mount, Route, WebSocketRoute

    for route in app.routes:
        if isinstance(route, (Mount, Host)):
            inner = getattr(route, "app", None)
            if hasattr(inner, "routes"):
                yield from routes_of(inner, prefix + getattr(route, "path", ""))
            continue
        included = getattr(route, "original_router", None)  # FastAPI from 0.160 on keeps what is included as it is
        if included is not None:
            yield from routes_of(included, prefix + route.include_context.prefix)
            continue
        for function in functions_of(route):
            methods = (
                ["WEBSOCKET"] if isinstance(route, WebSocketRoute) else sorted(getattr(route, "methods", None) or ())
            )
            if isinstance(route, Route) and not isinstance(route, APIRoute) and "GET" in methods:
                methods = [method for method in methods if method != "HEAD"]  # Starlette adds it to every GET
            if name := method_of(function, route):
                methods = [name]
            yield {
                "methods": methods,
                "path": prefix + route.path,
                "function": f"{function.__module__}.{function.__qualname__.replace('.<locals>', '')}",
                "is_async": is_async(served_by(route, function)),
            }


def functions_of(route: Any) -> Iterator[Any]:
    endpoint = getattr(route, "endpoint", None)
    while hasattr(endpoint, "func"):
        endpoint = endpoint.func
    endpoint = inspect.unwrap(endpoint) if endpoint is not None else None
    if inspect.isclass(endpoint):
        yield from (vars(endpoint)[name] for name in VERBS if name in vars(endpoint))
        return
    if (inspect.isfunction(endpoint) or inspect.ismethod(endpoint)) and is_own(endpoint.__code__.co_filename):
        yield endpoint


def served_by(route: Any, function: Any) -> Any:
    """What is called: the decorated function, where decorators have put another one in its place."""
    endpoint = getattr(route, "endpoint", None)
    return endpoint if inspect.isfunction(endpoint) or inspect.ismethod(endpoint) else function


def method_of(function: Any, route: Any) -> str:
    """The HTTP method that a method of an endpoint class serves."""
    return function.__name__.upper() if inspect.isclass(getattr(route, "endpoint", None)) else ""


def is_own(path: str) -> bool:
    """Whether a file is the application's, not a library's: ``/docs`` is no endpoint of the application."""
    return any(path.startswith(os.path.join(os.path.abspath(folder), "")) for folder in FOLDERS)


def is_async(function: Any) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def applications(module: Any) -> list[Any]:
    """The applications a module holds, but for those that are mounted in another one."""
    from starlette.applications import Starlette
    from starlette.routing import Mount

    found = list({id(v): v for v in vars(module).values() if isinstance(v, Starlette)}.values())
    factory = vars(module).get("create_app")
    if not found and inspect.isfunction(factory) and factory.__module__ == module.__name__:
        found = [factory()]
    mounted: set[int] = set()
    pending = [r for app in found for r in app.routes]
    while pending:
        route = pending.pop()
        if isinstance(route, Mount):
            mounted.add(id(route.app))
            pending.extend(getattr(route.app, "routes", ()))
    return [app for app in found if id(app) not in mounted]


def report(name: str) -> dict[str, Any]:
    os.environ.setdefault("ADMIN_EMAIL", "a@example.com")
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(name)
            apps = applications(module)
            for app in apps:
                if hasattr(app, "openapi"):
                    app.openapi()
    except BaseException as error:  # whatever an example does when it is imported
        return {"module": name, "error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
    if not apps:
        return {"module": name, "error": "holds no application"}
    return {"module": name, "routes": [route for app in apps for route in routes_of(app)]}


def main() -> None:
    folders, *names = sys.argv[1:]
    FOLDERS.extend(folders.split(os.pathsep))
    sys.path[:0] = FOLDERS
    os.chdir(FOLDERS[0])
    import fastapi
    import fastapi.testclient  # noqa: F401

    context = multiprocessing.get_context("fork")
    with context.Pool(4, maxtasksperchild=1) as pool:
        json.dump(pool.map(report, names, chunksize=1), sys.stdout)


if __name__ == "__main__":
    main()
