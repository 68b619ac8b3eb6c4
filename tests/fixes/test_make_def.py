"""``async def`` → ``def``: where it is offered, every reason not to, and look-alikes of each reason."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Applicability, Diagnostic, Fix
from fastapi_async_lint.engine import check_project
from fastapi_async_lint.engine.fixing import FixReport, fix_project, with_fixes

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Fixed = Callable[..., tuple[bytes, FixReport]]
HEAD = """\
import asyncio
import contextvars
import functools
import sqlite3
from typing import Any, Protocol

import requests
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request, WebSocket
from starlette.endpoints import HTTPEndpoint
from starlette.routing import Route

app = FastAPI()
router = APIRouter()
"""
BLOCK = "requests.get('u')"


def project(folder: Path, files: Mapping[str, str]) -> Settings:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Settings(root=folder, cache=False, jobs=1)


def make_def_of(findings: tuple[Diagnostic, ...], function: str) -> list[Fix]:
    """What make-def says of the findings in a function, once each."""
    found: dict[Fix, None] = {}
    for finding in findings:
        hop = finding.chain[0].function if finding.chain else ""
        if hop.rpartition(".")[2] == function:
            found.update(dict.fromkeys(f for f in finding.fixes if f"`{function}`" in f.message))
    return list(found)


def judged(folder: Path, source: str, others: Mapping[str, str] | None = None, function: str = "target") -> list[Fix]:
    body = textwrap.dedent(source).strip().replace("BLOCK", BLOCK)
    settings = project(folder, {"main.py": f"{HEAD}\n\n{body}\n", **(others or {})})
    findings = with_fixes(check_project(settings, [folder])).diagnostics
    assert any(finding.chain[0].function.endswith(function) for finding in findings if finding.chain)
    return make_def_of(findings, function)


OFFERED = {
    "route": "@app.get('/')\nasync def target(): return BLOCK",
    "route of a router": "@router.post('/')\nasync def target(): return BLOCK",
    "registered by a call": "async def target(): return BLOCK\napp.add_api_route('/', target)",
    "dependency": "async def target(): return BLOCK\n@app.get('/')\nasync def f(x=Depends(target)): return x",
    "dependency of a router": "async def target(): return BLOCK\nr = APIRouter(dependencies=[Depends(target)])",
    "background task": """
        async def target(x): return BLOCK
        @app.get('/')
        async def f(tasks: BackgroundTasks): tasks.add_task(target, 1)
    """,
    "exception handler": "@app.exception_handler(ValueError)\nasync def target(request, error): return BLOCK",
    "exception handler in a table": """
        async def target(request, error): return BLOCK
        handled = FastAPI(exception_handlers={404: target})
    """,
    "namesake": """
        @app.get('/x')
        async def target(): return 1
        @app.get('/')
        async def target(): return BLOCK
    """,
    "nested coroutine functions inside": """
        @app.get('/')
        async def target():
            async def inner(): await asyncio.sleep(1)
            return BLOCK
    """,
    "method of an endpoint class": """
        class Page(HTTPEndpoint):
            async def target(self): return 1
            async def get(self, request): return BLOCK
        routes = [Route('/', Page)]
    """,
    "method registered by a call": """
        class Pages:
            def __init__(self): app.add_api_route('/', self.target)
            async def target(self): return BLOCK
        Pages()
    """,
    "callable object as dependency": """
        class Check:
            async def __call__(self): return BLOCK
        check = Check()
        @app.get('/')
        async def f(x=Depends(check)): return x
    """,
    "decorator that registers and calls nothing": """
        def noted(f):
            print(f.__name__)
            return f
        @app.get('/')
        @noted
        async def target(): return BLOCK
    """,
    "known decorator that takes both kinds": """
        from starlette.authentication import requires
        @app.get('/')
        @requires('x')
        async def target(request: Request): return BLOCK
    """,
    "context variable set and reset": """
        v = contextvars.ContextVar('v')
        @app.get('/')
        async def target():
            token = v.set(1)
            BLOCK
            v.reset(token)
    """,
    "state of the request": "@app.get('/')\nasync def target(request: Request): request.state.x = BLOCK",
    "coroutine function handed to the loop's thread": """
        async def other(): await asyncio.sleep(1)
        @app.get('/')
        async def target(tasks: BackgroundTasks):
            tasks.add_task(other)
            return BLOCK
    """,
    "connection of its own": """
        @app.get('/')
        async def target(): return sqlite3.connect('x').execute('select 1').fetchall()
    """,
    "connection of a dependency that runs in a thread": """
        def connect():
            yield sqlite3.connect('x', check_same_thread=False)
        @app.get('/')
        async def target(c: sqlite3.Connection = Depends(connect)): return c.execute('select 1').fetchall()
    """,
    "overridden dependency": """
        async def target(): return BLOCK
        @app.get('/')
        async def f(x=Depends(target)): return x
        app.dependency_overrides[target] = lambda: 1
    """,
    "of a class without relatives": """
        class Base: pass
        class Pages(Base):
            def __init__(self): app.add_api_route('/', self.target)
            async def target(self): return BLOCK
        Pages()
    """,
    "default of a plain function that hands it over": """
        async def target(): return BLOCK
        def register(f=target): app.add_api_route('/', f)
        register()
    """,
    "changes nothing that is shared": """
        found = []
        @app.get('/')
        async def target(request: Request):
            seen = {}
            seen['x'] = BLOCK
            request.state.x = seen
            return len(found)
    """,
    "changes what is shared under a lock": """
        import threading
        lock, found = threading.Lock(), []
        @app.get('/')
        async def target():
            with lock: found.append(BLOCK)
    """,
    "calls what changes shared state in one step, or under a lock": """
        import threading
        lock, seen, sums = threading.Lock(), {}, {'n': 0}
        def note(key): seen[key] = key
        def count():
            with lock: sums['n'] += 1
        @app.get('/')
        async def target(key):
            note(key)
            count()
            return BLOCK
    """,
    "calls what works out data twice at worst": """
        memo = {}
        def upper(key):
            if key not in memo: memo[key] = key.upper()
            return memo[key]
        @app.get('/')
        async def target(key): return upper(key), BLOCK
    """,
    "changes an object of its own through a method": """
        class Basket:
            def __init__(self): self.n = 0
            def add(self): self.n += 1
        @app.get('/')
        async def target():
            basket = Basket()
            basket.add()
            return BLOCK
    """,
    "reads one file and writes another": """
        def load(name): return open(name).read()
        def save(name, text): open(name, 'w').write(text)
        @app.get('/')
        async def target(name: str):
            save(name, 'x')
            return load(name), BLOCK
    """,
    "connections that are not checked": """
        import sqlalchemy
        from sqlalchemy.orm import Session
        engine = sqlalchemy.create_engine('u', connect_args={'check_same_thread': False})
        @app.get('/')
        async def target(): return Session(engine).execute('select 1')
    """,
    "event of threads": """
        import threading
        done = threading.Event()
        @app.get('/')
        async def target():
            done.set()
            return BLOCK
    """,
    "plain generator expression": "@app.get('/')\nasync def target(): return list(BLOCK for x in 'ab')",
}
FUNCTIONS = {"method of an endpoint class": "get", "callable object as dependency": "__call__"}


@pytest.mark.parametrize("name", OFFERED)
def test_offered_and_made(tmp_path: Path, name: str) -> None:
    function = FUNCTIONS.get(name, "target")
    (fix,) = judged(tmp_path, OFFERED[name], function=function)
    assert (fix.applicability, len(fix.edits)) == (Applicability.UNSAFE, 1)
    before = (tmp_path / "main.py").read_text()
    outcome = fix_project(Settings(root=tmp_path, cache=False, jobs=1), [tmp_path], unsafe=True)
    after = (tmp_path / "main.py").read_text()
    at = before.rindex(f"async def {function}(")
    assert after == before[:at] + before[at:].replace("async def", "def", 1)
    assert not make_def_of(outcome.report.diagnostics, function)


REFUSED = tomllib.loads((Path(__file__).parent / "make_def_refused.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    (fix,) = judged(tmp_path, REFUSED[name]["source"])
    assert (fix.applicability, fix.edits) == (Applicability.DISPLAY, ())
    assert REFUSED[name]["reason"] in fix.message


SILENT = {
    "awaits": "@app.get('/')\nasync def target():\n    await asyncio.sleep(1)\n    return BLOCK",
    "async for": "@app.get('/')\nasync def target(r: Request):\n    async for x in r.stream(): BLOCK",
    "async with": "@app.get('/')\nasync def target(x):\n    async with x: return BLOCK",
    "asynchronous comprehension": "@app.get('/')\nasync def target(r: Request): return [BLOCK async for x in r.stream()]",
    "await in a generator expression": "@app.get('/')\nasync def target(x):\n    BLOCK\n    return (await y for y in x)",
    "helper that nobody registers": "async def target(): return BLOCK\n@app.get('/')\nasync def f(): await target()",
    "start-up": "@app.on_event('startup')\nasync def target(): return BLOCK",
    "WebSocket": "@app.websocket('/')\nasync def target(socket: WebSocket): return BLOCK",
    "middleware": "@app.middleware('http')\nasync def target(request, call_next): return BLOCK",
    "behind a decorator that awaits it": """
        def logged(f):
            @functools.wraps(f)
            async def wrapper(*a, **k): return await f(*a, **k)
            return wrapper
        @app.get('/')
        @logged
        async def target(): return BLOCK
    """,
    "task": "async def target(): return BLOCK\n@app.get('/')\nasync def f(): await asyncio.create_task(target())",
}


@pytest.mark.parametrize("name", SILENT)
def test_no_word_where_it_is_no_question(tmp_path: Path, name: str) -> None:
    assert judged(tmp_path, SILENT[name]) == []


def test_tests_that_await_it_are_named(tmp_path: Path) -> None:
    test = "import asyncio\n\nfrom main import target\n\n\nasync def test_it():\n    assert await target()\n"
    others = {"tests/test_x.py": test, "tests/test_y.py": test.replace("await target()", "asyncio.run(target())")}
    (fix,) = judged(tmp_path, OFFERED["route"], others)
    assert fix.applicability is Applicability.DISPLAY
    assert "it is called as a coroutine function in tests/test_x.py:7, tests/test_y.py:7" in fix.message


def test_tests_that_use_a_client_do_not_count(tmp_path: Path) -> None:
    test = "from fastapi.testclient import TestClient\nfrom main import app\n\n\ndef test_it():\n    TestClient(app).get('/')\n"
    (fix,) = judged(tmp_path, OFFERED["route"], {"tests/test_x.py": test})
    assert fix.applicability is Applicability.UNSAFE


def test_dependency_used_by_routes_of_other_modules(tmp_path: Path) -> None:
    users = (
        "from typing import Annotated\nfrom fastapi import APIRouter, Depends\nfrom deps import user\n\nrouter = APIRouter()\n\n\n"
        "@router.get('/')\nasync def read(u: Annotated[str, Depends(user)]):\n    return u\n"
    )
    deps = "import requests\n\n\nasync def user():\n    return requests.get('u').json()\n"
    settings = project(tmp_path, {"deps.py": deps, "users.py": users, "teams.py": users})
    outcome = fix_project(settings, [tmp_path], unsafe=True)
    assert [change.path.name for change in outcome.changes] == ["deps.py"]
    assert (tmp_path / "deps.py").read_text() == deps.replace("async def", "def")
    assert outcome.report.diagnostics == ()


def test_helper_awaited_in_another_module_stays(tmp_path: Path) -> None:
    deps = "import requests\n\n\nasync def user():\n    return requests.get('u').json()\n"
    users = "from fastapi import Depends, FastAPI\nimport deps\n\napp = FastAPI()\n\n\n@app.get('/')\nasync def read(u=Depends(deps.user)):\n    return u\n"
    caller = "import deps\n\n\nasync def later():\n    return await deps.user()\n"
    settings = project(tmp_path, {"deps.py": deps, "users.py": users, "caller.py": caller})
    outcome = fix_project(settings, [tmp_path], unsafe=True)
    assert "await asyncio.to_thread(requests.get, 'u')" in (tmp_path / "deps.py").read_text()
    assert outcome.report.diagnostics == ()


def test_all_findings_of_the_function_go_with_one_edit(fixed: Fixed) -> None:
    body = "@app.get('/')\nasync def target(path):\n    requests.get('a')\n    with open(path) as f:\n        f.read()\n    requests.get('b')\n"
    after, outcome = fixed(HEAD + body)
    assert after.decode() == HEAD + body.replace("async def", "def")
    assert sum(outcome.fixed.values()) >= 3
    assert outcome.report.diagnostics == ()


def test_function_that_only_sleeps_keeps_its_safe_fix(fixed: Fixed) -> None:
    after, _ = fixed("import time\n" + HEAD + "@app.get('/')\nasync def target():\n    time.sleep(1)\n")
    assert b"async def target():\n    await asyncio.sleep(1)\n" in after


def test_not_made_unless_asked(fixed: Fixed) -> None:
    source = HEAD + "@app.get('/')\nasync def target():\n    requests.get('u')\n"
    after, _ = fixed(source, unsafe=False)
    assert after.decode() == source
