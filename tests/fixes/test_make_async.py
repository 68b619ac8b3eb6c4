"""``def`` → ``async def``: what it writes, where it refuses and why, and that the application then does the same without threads."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project
from fastapi_async_lint.engine.fixing import fix_project, with_fixes

HEAD = """\
import abc
import asyncio
import functools
from collections.abc import Iterator

from fastapi import Depends, FastAPI, Request
from starlette.routing import Route

app = FastAPI()
kept = {}


"""


def settings(root: Path) -> Settings:
    return Settings(root=root, cache=False, jobs=1, select=("FAL404",))


def fixed(root: Path, source: str) -> str:
    """The file after all fixes; a second run changes nothing, and nothing is found any more."""
    path = root / "main.py"
    path.write_text(source)
    outcome = fix_project(settings(root), [root], unsafe=True)
    after = path.read_text()
    assert fix_project(settings(root), [root], unsafe=True).changes == ()
    assert outcome.report.diagnostics == ()
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '@app.get("/a")\ndef a() -> int:  # quick\n    return 1\n',
            '@app.get("/a")\nasync def a() -> int:  # quick\n    return 1\n',
        ),
        (
            '@app.get(\n    "/a",\n)\ndef  a(\n    x: int,  # x\n):\n    return x\n',
            '@app.get(\n    "/a",\n)\nasync def  a(\n    x: int,  # x\n):\n    return x\n',
        ),
        (
            'def make():\n    @app.get("/a")\n    def a(): return 1\n\n\nmake()\n',
            'def make():\n    @app.get("/a")\n    async def a(): return 1\n\n\nmake()\n',
        ),
        (
            'def opened():\n    yield kept\n\n\n@app.get("/a")\nasync def a(x=Depends(opened)):\n    return 1\n',
            'async def opened():\n    yield kept\n\n\n@app.get("/a")\nasync def a(x=Depends(opened)):\n    return 1\n',
        ),
        (
            'class Check:\n    def __call__(self, x: int):\n        return x\n\n\n@app.get("/a", dependencies=[Depends(Check())])\n'
            "async def a():\n    return 1\n",
            'class Check:\n    async def __call__(self, x: int):\n        return x\n\n\n@app.get("/a", dependencies=[Depends(Check())])\n'
            "async def a():\n    return 1\n",
        ),
        (
            'def x():\n    return 1\n\n\n@app.get("/a")\nasync def a(x=Depends(x)):\n    return 1\n\n\napp.dependency_overrides[x] = None\n',
            'async def x():\n    return 1\n\n\n@app.get("/a")\nasync def a(x=Depends(x)):\n    return 1\n\n\n'
            "app.dependency_overrides[x] = None\n",
        ),
    ],
    ids=["endpoint", "layout", "nested", "generator", "method", "override for tests"],
)
def test_function_becomes_a_coroutine_function(tmp_path: Path, before: str, after: str) -> None:
    assert fixed(tmp_path, HEAD + before) == HEAD + after


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            '@app.get("/a")\ndef a():\n    return 1\n\n\ndef b():\n    return a() + 1\n',
            "called as a plain function in main.py:19",
        ),
        ('@app.get("/a")\ndef a():\n    return 1\n\n\nkept["a"] = a\n', "kept for callers that are not known"),
        ('@app.get("/a")\ndef a():\n    return 1\n\n\nunknown(a)\n', "which it is passed to,"),
        ('@app.get("/a")\n@functools.lru_cache\ndef a():\n    return 1\n', "its decorator"),
        (
            '@app.get("/a")\ndef a():\n    return 1\n\n\nasync def b():\n    await asyncio.to_thread(a)\n',
            "also serves as offload",
        ),
        (
            'def x() -> Iterator[int]:\n    yield 1\n\n\n@app.get("/a")\nasync def a(x=Depends(x)):\n    return 1\n',
            "return annotation",
        ),
        (
            "class Base:\n    def get(self):\n        return 1\n\n\nclass Checks(Base):\n    def get(self):\n        return 2\n\n\n"
            '@app.get("/a", dependencies=[Depends(Checks().get)])\nasync def a():\n    return 1\n',
            "it overrides Base.get",
        ),
        (
            "class Checks:\n    def get(self):\n        return 2\n\n\n"
            "class More(Checks):\n    def get(self):\n        return super().get() + open('a').read()\n\n\n"
            'checks = Checks()\n\n\n@app.get("/a", dependencies=[Depends(checks.get)])\nasync def a():\n    return 1\n',
            "More.get overrides it",
        ),
    ],
    ids=["called", "stored", "passed", "decorated", "off-loaded", "annotated generator", "overrides", "overridden"],
)
def test_refused_with_the_reason(tmp_path: Path, source: str, reason: str) -> None:
    (tmp_path / "main.py").write_text(HEAD + source)
    (finding,) = with_fixes(check_project(settings(tmp_path), [tmp_path])).diagnostics
    assert [fix.edits for fix in finding.fixes] == [()]
    assert finding.fixes[0].message.startswith("`")
    assert reason in finding.fixes[0].message


def test_call_in_a_test_counts(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(HEAD + '@app.get("/a")\ndef a():\n    return 1\n')
    (tmp_path / "test_main.py").write_text("from main import a\n\n\ndef test_a():\n    assert a() == 1\n")
    (finding,) = with_fixes(check_project(settings(tmp_path), [tmp_path])).diagnostics
    assert "called as a plain function in test_main.py:5" in finding.fixes[0].message


SHOP = """\
import threading

from fastapi import Depends, FastAPI

app = FastAPI()
threads = []


def first():
    threads.append(threading.get_ident())
    return 1


def second(first=Depends(first)):
    threads.append(threading.get_ident())
    yield first
    threads.append(threading.get_ident())


@app.get("/sum")
def total(first=Depends(first), second=Depends(second)):
    threads.append(threading.get_ident())
    return {"first": first, "second": second}
"""


def test_fixed_application_answers_the_same_without_threads(tmp_path: Path) -> None:
    testclient = pytest.importorskip("fastapi.testclient")
    catalog = tmp_path / "catalog.toml"
    catalog.write_text('quick = ["threading.get_ident"]\n')
    path = tmp_path / "main.py"
    path.write_text(SHOP)
    known = Settings(root=tmp_path, cache=False, jobs=1, select=("FAL404",), catalogs=(catalog,))
    fix_project(known, [tmp_path], unsafe=True)

    def answer(source: str) -> tuple[Any, set[int]]:
        names: dict[str, Any] = {}
        exec(source, names)

        @names["app"].get("/loop")
        async def loop() -> int:
            return threading.get_ident()

        with testclient.TestClient(names["app"]) as client:
            return client.get("/sum").json(), {*names["threads"]} - {client.get("/loop").json()}

    after = path.read_text()
    assert after.count("async def ") == 3
    plain, in_threads = answer(SHOP)
    fixed_answer, elsewhere = answer(after)
    assert plain == fixed_answer == {"first": 1, "second": 1}
    assert in_threads
    assert not elsewhere
