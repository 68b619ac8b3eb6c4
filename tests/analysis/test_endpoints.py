"""What ``routes`` says of an endpoint: counts and verdict, whatever thread the work is done in."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.analysis.view import Endpoint
from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

HEAD = """\
import asyncio
import hashlib
import time

import httpx
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


def slow():
    time.sleep(1)


def hash_password():
    return hashlib.pbkdf2_hmac("sha256", b"x", b"y", 600_000)


async def slow_on_the_loop():
    time.sleep(1)


async def rows():
    time.sleep(1)
    yield b""


def rows_of_the_pool():
    time.sleep(1)
    yield b""


"""


def endpoint(tmp_path: Path, code: str) -> Endpoint:
    """The one endpoint of an application."""
    (tmp_path / "main.py").write_text(HEAD + code, encoding="utf-8")
    (found,) = check_project(Settings(root=tmp_path, cache=False, jobs=1)).endpoints
    return found


def counts(found: Endpoint) -> tuple[int, int, int, int]:
    """Blocking, asynchronous, off-loaded, CPU."""
    return found.blocking_io, found.async_io, found.offloaded, found.cpu


@pytest.mark.parametrize(
    ("code", "expected", "verdict"),
    [
        ("async def index():\n    return 1", (0, 0, 0, 0), "trivial"),
        ("def index():\n    return 1", (0, 0, 0, 0), "in the pool"),
        ("async def index():\n    slow()", (1, 0, 0, 0), "blocks the loop"),
        ("def index():\n    slow()", (1, 0, 0, 0), "in the pool"),
        ("async def index():\n    hash_password()", (0, 0, 0, 1), "CPU on the loop"),
        ("async def index():\n    await asyncio.to_thread(slow)", (0, 1, 1, 0), "waits"),
        ("async def index(_=Depends(slow)):\n    return 1", (0, 0, 1, 0), "waits"),
        ("async def index(_=Depends(hash_password)):\n    return 1", (0, 0, 1, 0), "waits"),
        ("async def index(_=Depends(dict)):\n    return 1", (0, 0, 0, 0), "trivial"),
        ("async def index(_=Depends(slow_on_the_loop)):\n    return 1", (1, 0, 0, 0), "blocks the loop"),
        ("def index(_=Depends(slow_on_the_loop)):\n    return 1", (1, 0, 0, 0), "blocks the loop"),
        ("def index(_=Depends(slow)):\n    return 1", (1, 0, 0, 0), "in the pool"),
        ("async def index():\n    return StreamingResponse(rows())", (1, 0, 0, 0), "blocks the loop"),
        ("async def index():\n    return StreamingResponse(rows_of_the_pool())", (0, 0, 1, 0), "waits"),
        ("def index():\n    return StreamingResponse(rows())", (1, 0, 0, 0), "blocks the loop"),
        ("async def index(t: BackgroundTasks):\n    t.add_task(slow_on_the_loop)", (1, 0, 0, 0), "blocks the loop"),
        ("async def index(t: BackgroundTasks):\n    t.add_task(slow)", (0, 0, 1, 0), "waits"),
    ],
)
def test_counts_and_verdict(code: str, expected: tuple[int, int, int, int], verdict: str, tmp_path: Path) -> None:
    found = endpoint(tmp_path, '@app.get("/")\n' + code + "\n")
    assert (counts(found), found.verdict) == (expected, verdict)


@pytest.mark.parametrize(
    ("code", "expected", "verdict"),
    [
        ('@app.get("/", dependencies=[Depends(slow_on_the_loop)])', (1, 0, 0, 0), "blocks the loop"),
        ('@app.get("/", dependencies=[Depends(slow)])', (0, 0, 1, 0), "waits"),
        ('@app.get("/", dependencies=[])', (0, 0, 0, 0), "trivial"),
        ('@app.get("/", tags=[slow_on_the_loop])', (0, 0, 0, 0), "trivial"),
        ("app = FastAPI(dependencies=[Depends(slow_on_the_loop)])\n\n\n@app.get('/')", (1, 0, 0, 0), "blocks the loop"),
        ("unused = FastAPI(dependencies=[Depends(slow_on_the_loop)])\n\n\n@app.get('/')", (0, 0, 0, 0), "trivial"),
    ],
)
def test_dependencies_the_endpoint_does_not_name_count(
    code: str, expected: tuple[int, int, int, int], verdict: str, tmp_path: Path
) -> None:
    found = endpoint(tmp_path, code + "\nasync def index():\n    return 1\n")
    assert (counts(found), found.verdict) == (expected, verdict)


def test_what_runs_on_the_loop_and_in_a_thread_counts_where_it_is_on_the_loop(tmp_path: Path) -> None:
    """The way into the thread is the shorter one."""
    code = "def around():\n    slow()\n\n\n@app.get('/')\nasync def index(_=Depends(slow)):\n    around()\n"
    found = endpoint(tmp_path, code)
    assert (counts(found), found.verdict) == ((1, 0, 1, 0), "blocks the loop")
