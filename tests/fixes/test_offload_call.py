"""Off-loading: the style of the project, keywords, what is no call, and what must stay in its thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Applicability
from fastapi_async_lint.engine.fixing import FixReport, fix_project

Fixed = Callable[..., tuple[bytes, FixReport]]


def reasons(outcome: FixReport) -> str:
    """All that is said to the findings that are left; none may have edits."""
    fixes = [fix for finding in outcome.report.diagnostics for fix in finding.fixes]
    assert fixes
    assert all(fix.applicability is Applicability.DISPLAY for fix in fixes)
    return "\n".join(fix.message for fix in fixes)


@pytest.mark.parametrize(
    ("imports", "call", "expected"),
    [
        ("import anyio\n", "f(1)", "await anyio.to_thread.run_sync(f, 1)"),
        ("from anyio import to_thread\n", "f(1)", "await to_thread.run_sync(f, 1)"),
        ("import anyio.to_thread\n", "f(1)", "await anyio.to_thread.run_sync(f, 1)"),
        ("import anyio\n", "f(k=1)", "await anyio.to_thread.run_sync(functools.partial(f, k=1))"),
        ("import anyio\nfrom functools import partial\n", "f(k=1)", "await anyio.to_thread.run_sync(partial(f, k=1))"),
        ("import anyio\n", "f(k=1).text", "(await anyio.to_thread.run_sync(functools.partial(f, k=1))).text"),
        ("import anyio\n", "f(**{'k': 1})", "await anyio.to_thread.run_sync(functools.partial(f, **{'k': 1}))"),
        ("from fastapi import Request\n", "f(k=1)", "await run_in_threadpool(f, k=1)"),
        ("from fastapi import Request\n", "f(func=1)", "await run_in_threadpool(functools.partial(f, func=1))"),
        ("import starlette\n", "f(k=1)", "await run_in_threadpool(f, k=1)"),
        ("import asyncio as aio\n", "f(k=1)", "await aio.to_thread(f, k=1)"),
    ],
)
def test_style_of_the_file_and_its_keywords(fixed: Fixed, imports: str, call: str, expected: str) -> None:
    helper = "import requests\n\n\ndef f(k=0, func=0):\n    return requests.get('u')\n\n\n"
    after, outcome = fixed(f"{imports}{helper}async def g():\n    return {call}\n")
    assert f"    return {expected}\n" in after.decode()
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return list(p.glob('*'))", "return await asyncio.to_thread(list, p.glob('*'))"),
        ("return next(os.walk(p))[1]", "return (await asyncio.to_thread(next, os.walk(p)))[1]"),
        (
            "return [x.name for x in p.rglob('*')]",
            "return await asyncio.to_thread(lambda: [x.name for x in p.rglob('*')])",
        ),
        ("return os.listdir(p)", "return await asyncio.to_thread(os.listdir, p)"),
    ],
)
def test_what_reads_while_it_is_iterated_is_iterated_in_the_thread(fixed: Fixed, before: str, after: str) -> None:
    source = f"import asyncio\nimport os\nfrom pathlib import Path\n\n\nasync def f(p: Path):\n    {before}\n"
    text, outcome = fixed(source, also=("FAL110",))
    assert text.decode().endswith(f"\n    {after}\n")
    assert outcome.report.diagnostics == ()


def test_call_that_may_give_a_coroutine_is_not_moved(fixed: Fixed) -> None:
    source = (
        "import requests\n\n\ndef plain():\n    return requests.get('u')\n\n\nasync def waiting():\n    return 1\n\n\n"
        "def of(mode):\n    if mode:\n        return waiting\n    return plain\n\n\n"
        "async def f(mode):\n    found = of(mode)()\n    return found\n"
    )
    after, outcome = fixed(source)
    assert after.decode() == source
    assert "it may give a coroutine" in reasons(outcome)


def test_habit_of_the_project_counts_where_the_file_has_none(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(
        "import anyio\nimport requests\n\n\nasync def a():\n    await anyio.to_thread.run_sync(requests.get, 'u')\n"
    )
    (tmp_path / "main.py").write_text("import requests\n\n\nasync def b():\n    requests.get('u')\n")
    fix_project(Settings(root=tmp_path, cache=False, jobs=1), [tmp_path], unsafe=True)
    assert "    await to_thread.run_sync(requests.get, 'u')\n" in (tmp_path / "main.py").read_text()


def test_habit_of_the_file_comes_before_its_framework(fixed: Fixed) -> None:
    source = (
        "import asyncio\nimport requests\nfrom fastapi import Request\n\n\n"
        "async def a(request: Request):\n    await asyncio.to_thread(print)\n    requests.get('u')\n"
    )
    after, _ = fixed(source)
    assert "    await asyncio.to_thread(requests.get, 'u')\n" in after.decode()


ROWS = (
    "from sqlalchemy.orm import Query, Session\nimport redis\n\n\nclass Store:\n    r = redis.Redis()\n\n"
    "    def __getitem__(self, k):\n        return self.r.get(k)\n\n    def __setitem__(self, k, v):\n        self.r.set(k, v)\n\n"
    "    def __delitem__(self, k):\n        self.r.delete(k)\n\n    def __contains__(self, k):\n        return self.r.exists(k)\n\n"
    "    def __len__(self):\n        return self.r.dbsize()\n\n    @property\n    def size(self):\n        return self.r.dbsize()\n\n\n"
    "store = Store()\n\n\nasync def f(session: Session, key: str, q: Query):\n"
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return store[key]", "return await asyncio.to_thread(lambda: store[key])"),
        ("store[key] = 1  # one", "await asyncio.to_thread(operator.setitem, store, key, 1)  # one"),
        ("store[(key)] = (1)", "await asyncio.to_thread(operator.setitem, store, (key), (1))"),
        ("del store[key]", "await asyncio.to_thread(operator.delitem, store, key)"),
        ("return key in store", "return await asyncio.to_thread(lambda: key in store)"),
        ("return store.size", "return await asyncio.to_thread(lambda: store.size)"),
        ("return 1 if store else 2", "return 1 if await asyncio.to_thread(bool, store) else 2"),
        ("return not store", "return not await asyncio.to_thread(bool, store)"),
        ("return store or key", "return await asyncio.to_thread(lambda: store or key)"),
        ("return [x for x in q]", "return await asyncio.to_thread(lambda: [x for x in q])"),
        ("return {x.id: x for x in q}", "return await asyncio.to_thread(lambda: {x.id: x for x in q})"),
        ("return q.filter(key).first()", "return await asyncio.to_thread(q.filter(key).first)"),
        ("return q.one().name", "return (await asyncio.to_thread(q.one)).name"),
        ("return q.count() ** 2", "return (await asyncio.to_thread(q.count)) ** 2"),
        ("return -q.count()", "return -await asyncio.to_thread(q.count)"),
    ],
)
def test_what_is_no_plain_call_is_moved_too(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(f"{ROWS}    {before}\n")
    assert text.decode().endswith(f"\n    {after}\n")
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("store[key] += 1", "target"),
        ("store[key] = {**store[key], 'a': 1}", "one go"),
        ("store[key] = other = 1", "target"),
        ("a, store[key] = 1, 2", "target"),
        ("return 1 < store.size < (key in store)", "chain of comparisons"),
        ("return store[(x := key)]", "binds names"),
        ("x = store", ""),
    ],
)
def test_what_cannot_be_taken_apart_stays(fixed: Fixed, body: str, reason: str) -> None:
    after, outcome = fixed(f"{ROWS}    {body}\n")
    assert "lambda: 1 <" not in after.decode()
    if reason in ("target", "one go", "binds names"):
        assert after.decode() == f"{ROWS}    {body}\n"
        assert reason in reasons(outcome)


SQLITE = "import sqlite3\nimport threading\nimport time\nfrom sqlalchemy.orm import scoped_session, sessionmaker\n\n"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "async def f():\n    c = sqlite3.connect('p')\n    return c\n",
            "only the thread that made a sqlite3.Connection",
        ),
        ("async def f(c: sqlite3.Connection):\n    c.commit()\n", "only the thread that made a sqlite3.Connection"),
        (
            "def g(c: sqlite3.Connection):\n    c.execute('x')\n\nasync def f(c: sqlite3.Connection):\n    g(c)\n",
            "only the thread that made a sqlite3.Connection",
        ),
        (
            "class A:\n    def __init__(self):\n        self.c = sqlite3.connect('p')\n\n"
            "    def g(self):\n        self.c.commit()\n\nasync def f(a: A):\n    a.g()\n",
            "only the thread that made a sqlite3.Connection",
        ),
        ("lock = threading.Lock()\n\nasync def f():\n    lock.acquire()\n", "must release it"),
        ("lock = threading.RLock()\n\nasync def f():\n    with lock:\n        open('p')\n", "held"),
        ("lock = threading.Lock()\n\nasync def f():\n    with lock:\n        time.sleep(1)\n", "held"),
        (
            "db = scoped_session(sessionmaker())\n\nasync def f():\n    db.commit()\n",
            "every thread has its own state",
        ),
        (
            "import asyncio\n\ndef g(q: asyncio.Queue):\n    q.put_nowait(open('p').read())\n\n"
            "async def f(q: asyncio.Queue):\n    g(q)\n",
            "event loop's thread",
        ),
        (
            "import contextvars\nv = contextvars.ContextVar('v')\n\ndef g():\n    v.set(open('p').read())\n\n"
            "async def f():\n    g()\n",
            "does not come back",
        ),
        (
            "import asyncio\n\ndef g():\n    time.sleep(1)\n    asyncio.get_running_loop()\n\nasync def f():\n    g()\n",
            "needs the event loop",
        ),
        (
            "import contextlib\n\n@contextlib.contextmanager\ndef g():\n    time.sleep(1)\n    yield\n\n"
            "async def f():\n    with contextlib.ExitStack() as s:\n        s.enter_context(g())\n        await h()\n",
            "must leave",
        ),
        (
            "def load():\n    return open('p').read()\n\ndef save(x):\n    open('p', 'w').write(x)\n\n"
            "async def f():\n    x = load()\n    x += 'a'\n    if x:\n        x = load()\n    save(x)\n",
            "reads and writes back in one go",
        ),
        (
            "import contextlib\n\ndef g():\n    time.sleep(1)\n    return h()\n\n"
            "async def f():\n    async with contextlib.AsyncExitStack() as s:\n        await s.enter_async_context(g())\n",
            "entered by the event loop",
        ),
        (
            "class A:\n    def get(self):\n        time.sleep(1)\n        return self\n\n"
            "    async def __aenter__(self): ...\n\n    async def __aexit__(self, *a): ...\n\n"
            "async def f(a: A):\n    async with a.get():\n        pass\n",
            "async with",
        ),
        (
            "n = 0\n\ndef g():\n    global n\n    time.sleep(1)\n    n += 1\n\nasync def f():\n    g()\n",
            "g (main.py:11) reads and writes back `n`, which other requests share, without a lock",
        ),
        (
            "import requests\ns = None\n\ndef h():\n    global s\n    if s is None:\n        s = requests.Session()\n"
            "    return s\n\ndef g():\n    return h().get('u')\n\nasync def f():\n    return g()\n",
            "h (main.py:12) looks for and then makes `s`",
        ),
        (
            "import requests\ns = None\n\ndef g():\n    time.sleep(1)\n    return requests.Session()\n\n"
            "async def f():\n    global s\n    if s is None:\n        s = g()\n    return s\n",
            "in one go it looks for and then makes `s`",
        ),
        (
            "async def f(p):\n    try:\n        open('x')\n    except BaseException:\n        p.kill()\n        raise\n",
            "the `try` around it handles cancellation",
        ),
        (
            "import os\nseen, paused = None, False\n\ndef g():\n    global seen, paused\n    time.sleep(1)\n    now = os.stat('p')\n"
            "    if now != seen:\n        seen, paused = now, open('p').read() == 'x'\n    return paused\n\n"
            "async def f():\n    return g()\n",
            "compares and then sets `seen`",
        ),
        (
            "import asyncio\n\ndef g(q: asyncio.Queue):\n    time.sleep(1)\n    try:\n        q.put_nowait(1)\n"
            "    except Exception:\n        print('full')\n\nasync def f(q: asyncio.Queue):\n    g(q)\n",
            "event loop's thread",
        ),
        (
            "db = scoped_session(sessionmaker())\n\ndef g():\n    db.commit()\n\nasync def f(x):\n    db.add(x)\n    g()\n",
            "every thread has its own state",
        ),
        (
            "class Table:\n    def __contains__(self, key):\n        return bool(open(key).read())\n\n"
            "    def __getitem__(self, key):\n        return open(key).read()\n\ntable = Table()\n\n"
            "async def f(key):\n    if key not in table:\n        return None\n    return table[key]\n",
            "it looks for an item and reads it in one go",
        ),
        ("import gc\n\nasync def f():\n    gc.collect()\n", "holds the GIL from beginning to end"),
        (
            "n = 0\n\ndef g():\n    time.sleep(1)\n    return 1\n\nasync def f():\n    global n\n    n += g()\n",
            "in one go it reads and writes back `n`",
        ),
    ],
)
def test_what_belongs_to_its_thread_or_gains_nothing_from_another_stays(fixed: Fixed, code: str, reason: str) -> None:
    source = SQLITE + code
    after, outcome = fixed(source)
    assert after.decode() == source
    assert reason in reasons(outcome)


@pytest.mark.parametrize(
    "code",
    [
        "def g():\n    c = sqlite3.connect('p')\n    c.execute('x')\n\nasync def f():\n    g()\n",
        "def h(c: sqlite3.Connection):\n    c.execute('x')\n\ndef g():\n    with sqlite3.connect('p') as c:\n        h(c)\n\n"
        "async def f():\n    g()\n",
        "lock = threading.Lock()\n\ndef g():\n    with lock:\n        time.sleep(1)\n\nasync def f():\n    g()\n",
        "db = scoped_session(sessionmaker())\n\ndef g():\n    db.commit()\n\nasync def f():\n    g()\n",
        "async def h(): ...\n\ndef g():\n    open('p', 'w').write('a')\n\nasync def f():\n    g()\n    await h()\n",
        "import contextvars\nv = contextvars.ContextVar('v')\n\ndef g():\n    token = v.set(1)\n    time.sleep(1)\n    v.reset(token)\n\n"
        "async def f():\n    g()\n",
    ],
    ids=["own connection", "own connection handed on", "own lock", "own session", "own file", "own context variable"],
)
def test_what_a_helper_keeps_to_itself_moves_with_it(fixed: Fixed, code: str) -> None:
    after, outcome = fixed(SQLITE + code)
    assert "    await asyncio.to_thread(g)\n" in after.decode()
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (
            '"""Doc."""\nfrom __future__ import annotations\n\nimport requests\n',
            "annotations\n\nimport asyncio\n\nimport requests\n",
        ),
        ("import os\nimport requests\n", "import asyncio\nimport os\nimport requests\n"),
        ("import abc\nimport os\n\nimport requests\n", "import abc\nimport asyncio\nimport os\n\nimport requests\n"),
        ("from requests import get\nimport requests\n", "import asyncio\n\nfrom requests import get\n"),
        (
            "import typing\nif typing.TYPE_CHECKING:\n    import asyncio\nimport requests\n",
            "import asyncio\nimport typing\nif typing.TYPE_CHECKING:\n    import asyncio\n",
        ),
    ],
)
def test_import_is_added_at_its_place(fixed: Fixed, source: str, line: str) -> None:
    after, outcome = fixed(source + "\n\nasync def f():\n    requests.get('u')\n")
    assert line in after.decode()
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    "code",
    [
        "async def f(asyncio):\n    requests.get('u')\n",
        "async def f():\n    import mine as asyncio\n    requests.get('u')\n",
        "asyncio = 1\n\nasync def f():\n    requests.get('u')\n",
        "import mine as asyncio\n\nasync def f():\n    requests.get('u')\n",
    ],
)
def test_taken_name_is_left_alone(fixed: Fixed, code: str) -> None:
    source = f"import requests\n{code}"
    after, outcome = fixed(source)
    assert after.decode() == source
    assert "taken" in reasons(outcome)


CLIENT = "import httpx\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"


def test_making_what_is_to_be_shared_is_not_moved(fixed: Fixed) -> None:
    source = CLIENT + "@app.get('/')\nasync def f():\n    c = httpx.AsyncClient()\n    return await c.get('x')\n"
    after, outcome = fixed(source)
    assert b"run_in_threadpool" not in after
    assert "make one httpx.AsyncClient and share it instead" in reasons(outcome)


def test_making_it_once_at_start_up_is_moved(fixed: Fixed) -> None:
    source = (
        "from fastapi import FastAPI\nfrom psycopg2.pool import ThreadedConnectionPool\n\napp = FastAPI()\n\n\n"
        "async def begin():\n    app.state.p = ThreadedConnectionPool(1, 9)\n\n\napp.add_event_handler('startup', begin)\n"
    )
    after, _ = fixed(source)
    assert b"run_in_threadpool(ThreadedConnectionPool, 1, 9)" in after


@pytest.mark.parametrize(
    "helper",
    [
        "    with lock:\n        seen['n'] = seen['n'] + 1\n",
        "    seen['n'] = 1\n",
        "    own = {}\n    own['n'] = own.get('n', 0) + 1\n",
        "    if 'n' not in seen:\n        seen['n'] = 'a'.upper()\n",
    ],
    ids=["under a lock", "one step", "its own", "data"],
)
def test_helper_that_changes_nothing_in_several_steps_is_moved(fixed: Fixed, helper: str) -> None:
    source = f"{SQLITE}lock, seen = threading.Lock(), {{}}\n\ndef g():\n    time.sleep(1)\n{helper}\nasync def f():\n    g()\n"
    after, outcome = fixed(source)
    assert "    await asyncio.to_thread(g)\n" in after.decode()
    assert outcome.report.diagnostics == ()


def test_python_code_that_holds_the_gil_is_moved_with_a_word(fixed: Fixed) -> None:
    after, outcome = fixed(
        "import pypdf\n\n\nasync def f(path):\n    return pypdf.PdfWriter(path).write('x')\n", unsafe=False
    )
    messages = [fix.message for finding in outcome.report.diagnostics for fix in finding.fixes if fix.edits]
    assert b"to_thread" not in after
    assert any("holds the GIL" in message and "process pool" in message for message in messages)


def test_try_that_handles_cancellation_and_awaits_already_takes_one_more(fixed: Fixed) -> None:
    body = (
        "    try:\n        await g()\n        open('x')\n    except BaseException:\n        p.kill()\n        raise\n"
    )
    after, _ = fixed(f"async def g(): ...\n\n\nasync def f(p):\n{body}")
    assert b"        await asyncio.to_thread(open, 'x')\n" in after
