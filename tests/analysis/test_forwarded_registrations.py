"""Endpoints that reach their registration through ``*args`` and ``**kwargs``: the routes are FastAPI's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

HEAD = """\
from fastapi import APIRouter, FastAPI

app = FastAPI(openapi_url=None)


async def one():
    pass


async def two():
    pass


def three():
    pass


"""

CASES = {
    "a router's own add_api_route": """
class Router(APIRouter):
    def add_api_route(self, path, *args, **kwargs):
        super().add_api_route(path, *args, **kwargs)
        super().add_api_route(path + "/", *args, **kwargs)


router = Router(prefix="/r")
router.add_api_route("/one", one, methods=["PUT"])
router.add_api_route("/two", endpoint=two)
router.add_api_route("/three", three, methods=["GET", "POST"])
app.include_router(router)
""",
    "a function that registers": """
def register(path, *args, **kwargs):
    app.add_api_route(path, *args, **kwargs)


register("/one", one, methods=["DELETE"])
register("/two", two)
register(path="/three", endpoint=three, methods=["PATCH"])
""",
    "everything in *args": """
def register(*args, **kwargs):
    app.add_api_route(*args, **kwargs)


register("/one", one)
register("/two", two, methods=["HEAD"])
""",
    "through two functions": """
def inner(*args, **kwargs):
    app.add_api_route(*args, **kwargs)


def outer(path, *args, **kwargs):
    inner("/api" + path, *args, **kwargs)


outer("/one", one)
outer("/three", endpoint=three, methods=["POST"])
""",
    "a dictionary written out": """
app.add_api_route("/one", **{"endpoint": one, "methods": ["PUT"]})
app.add_api_route(*("/two", two))
""",
    "what is swallowed is no route": """
def ignore(path, *args, **kwargs):
    print(path, args, kwargs)


def register(path, *args, **kwargs):
    app.add_api_route(path, three)


ignore("/one", one)
register("/two", two)
""",
}


def real_routes(source: str) -> set[tuple[str, str, str]]:
    namespace: dict[str, object] = {"__name__": "main"}
    exec(compile(source, "main.py", "exec"), namespace)
    app = namespace["app"]
    assert isinstance(app, FastAPI)
    found = set()
    pending = [("", route) for route in app.routes]
    while pending:
        prefix, route = pending.pop()
        included = getattr(route, "original_router", None)  # FastAPI from 0.160 on keeps what is included as it is
        if included is not None:
            pending += [(prefix + route.include_context.prefix, inner) for inner in included.routes]
        elif getattr(route, "endpoint", None) and route.endpoint.__module__ == "main":
            found |= {(method, prefix + route.path, route.endpoint.__name__) for method in route.methods}
    return found


@pytest.mark.parametrize("code", CASES.values(), ids=CASES.keys())
def test_routes_are_fastapis_own(code: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(HEAD + code, encoding="utf-8")
    endpoints = check_project(Settings(root=tmp_path, cache=False, jobs=1)).endpoints
    ours = {(method, e.path, e.function.rpartition(".")[2]) for e in endpoints for method in e.methods}
    assert ours == real_routes(HEAD + code)
    assert ours
