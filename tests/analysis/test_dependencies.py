"""Dependencies that an endpoint does not name: which ones run before it, as FastAPI does and as the analysis says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

SOURCE = """\
import time

from fastapi import APIRouter, Depends, FastAPI, Security, WebSocket

ran = []
SHARED = [Depends(lambda: None)]


async def of_route():
    time.sleep(0.001)
    ran.append("of_route")


async def of_route_by_security():
    time.sleep(0.001)
    ran.append("of_route_by_security")


async def of_router():
    time.sleep(0.001)
    ran.append("of_router")


async def of_inclusion():
    time.sleep(0.001)
    ran.append("of_inclusion")


async def of_application():
    time.sleep(0.001)
    ran.append("of_application")


async def of_other_router():
    time.sleep(0.001)
    ran.append("of_other_router")


async def of_dependency():
    time.sleep(0.001)
    ran.append("of_dependency")


def with_dependency(_=Depends(of_dependency)):
    pass


async def of_mounted():
    time.sleep(0.001)
    ran.append("of_mounted")


app = FastAPI(dependencies=[Depends(of_application)], openapi_url=None)
router = APIRouter(prefix="/router", dependencies=[Depends(of_router), *SHARED])
inner = APIRouter(prefix="/inner")
other = APIRouter(prefix="/other", dependencies=[Depends(of_other_router)])
mounted = FastAPI(dependencies=[Depends(of_mounted)], openapi_url=None)


@app.get("/route", dependencies=[Depends(of_route), Security(of_route_by_security)])
async def route():
    pass


@inner.get("/get")
async def get():
    pass


def added():
    pass


other.add_api_route("/added", added, dependencies=[Depends(with_dependency)])


@mounted.get("/get")
async def get_mounted():
    pass


async def plain(request):
    from starlette.responses import Response

    return Response()


mounted.router.add_route("/plain", plain)
router.include_router(inner, dependencies=[Depends(of_inclusion)])
app.include_router(router)
app.include_router(other)
app.mount("/mounted", mounted)
"""

NAMES = re.findall(r"^async def (of_\w+)", SOURCE, re.MULTILINE)
PATHS = ["/route", "/router/inner/get", "/other/added", "/mounted/get", "/mounted/plain"]


@pytest.fixture(scope="module")
def served() -> dict[str, set[str]]:
    """Path → the dependencies that ran when it was asked for."""
    namespace: dict[str, object] = {"__name__": "main"}
    exec(compile(SOURCE, "main.py", "exec"), namespace)
    app, ran = namespace["app"], namespace["ran"]
    assert isinstance(app, FastAPI)
    assert isinstance(ran, list)
    found = {}
    with TestClient(app) as client:
        for path in PATHS:
            ran.clear()
            assert client.get(path).status_code == 200
            found[path] = set(ran)
    return found


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Dependency → the paths that its finding names."""
    folder: Path = tmp_path_factory.mktemp("project")
    (folder / "main.py").write_text(SOURCE, encoding="utf-8")
    report = check_project(Settings(root=folder, cache=False, jobs=1))
    names = {finding.place.start.row: finding for finding in report.diagnostics if finding.code == "FAL101"}
    lines = SOURCE.splitlines()
    return {lines[row - 2][10:-3]: {str(e.path) for e in found.entry_points} for row, found in names.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_in_a_dependency_names_the_endpoints_it_runs_for(
    name: str, served: dict[str, set[str]], reported: dict[str, set[str]]
) -> None:
    truth = {path for path, ran in served.items() if name in ran}
    assert truth  # else the case shows nothing
    assert reported[name] == truth


def test_every_dependency_is_on_the_loop(reported: dict[str, set[str]]) -> None:
    assert set(reported) == set(NAMES)
