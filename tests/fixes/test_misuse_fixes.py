"""Fixes of misused coroutines: what they write, where they refuse, and that the result runs."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Applicability, Confidence
from fastapi_async_lint.engine import check_project
from fastapi_async_lint.engine.fixing import FixReport, fix_project, with_fixes

Fixed = Callable[..., tuple[bytes, FixReport]]
HEAD = """\
import asyncio

import anyio


async def load(x=1, *, y=2):
    return x


async def main(loop: asyncio.AbstractEventLoop, names, pool):
"""


def body(text: str) -> str:
    return HEAD + textwrap.indent(textwrap.dedent(text), "    ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("load(1)  # now", "await load(1)  # now"),
        ("x = load(1)", "x = await load(1)"),
        ("if not load(): return 1", "if not await load(): return 1"),
        ("return 1 if load() else 2", "return 1 if await load() else 2"),
        ("load(\n    1,  # one\n)", "await load(\n    1,  # one\n)"),
        ("names and load()", "names and await load()"),
        ("assert load() == 1", "assert await load() == 1"),
        ("return load().real", "return (await load()).real"),
        ("return load()[0]", "return (await load())[0]"),
        ("return load() ** 2 + 1", "return (await load()) ** 2 + 1"),
        ("return f'{load()}'", "return f'{await load()}'"),
    ],
)
def test_coroutine_is_awaited(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(body(before + "\n"))
    assert text.decode() == body(after + "\n")
    assert outcome.fixed == {"FAL301": 1}
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "a = load(1)\nb = load(2)\nc = await a\nd = await b\n",
            "a = load(1)\nb = load(2)\nc, d = await asyncio.gather(a, b)\n",
        ),
        (
            "a = load(1)\nb = load(2)\nawait a\nawait b  # b\n",
            "a = load(1)\nb = load(2)\nawait asyncio.gather(a, b)  # b\n",
        ),
        (
            "a, b = load(1), load(2)\nx = await (a)\ny = await b\nz = 1\n",
            "a, b = load(1), load(2)\nx, y = await asyncio.gather((a), b)\nz = 1\n",
        ),
        (
            "coming = [load(x) for x in names]\nreturn [await one for one in coming]\n",
            "coming = [load(x) for x in names]\nreturn await asyncio.gather(*coming)\n",
        ),
        (
            "coming = [load(x) for x in names]\nreturn [await one for one in coming][0]\n",
            "coming = [load(x) for x in names]\nreturn (await asyncio.gather(*coming))[0]\n",
        ),
        (
            "a_long_name_of_a_coroutine = load(1)\nanother_long_name_of_it = load(2)\n"
            "first_result = await a_long_name_of_a_coroutine\nsecond_result = await another_long_name_of_it\n",
            "a_long_name_of_a_coroutine = load(1)\nanother_long_name_of_it = load(2)\n"
            "first_result, second_result = await asyncio.gather(\n"
            "    a_long_name_of_a_coroutine,\n    another_long_name_of_it,\n)\n",
        ),
    ],
    ids=["results", "no results", "parentheses", "list", "list in an expression", "long"],
)
def test_coroutines_are_gathered(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(body(before))
    assert text.decode() == body(after)
    assert outcome.fixed == {"FAL302": 1}
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("await asyncio.to_thread(load, 1, y=2)", "await load(1, y=2)"),
        ("x = await asyncio.to_thread(load)", "x = await load()"),
        ("await asyncio.to_thread(\n    load,\n    1,  # one\n)", "await load(\n    1,  # one\n)"),
        ("await loop.run_in_executor(None, load, 1)", "await load(1)"),
        ("await loop.run_in_executor(pool, load)", "await load()"),
        ("await anyio.to_thread.run_sync(load, *names)", "await load(*names)"),
    ],
)
def test_offloaded_coroutine_is_awaited(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(body(before + "\n"))
    assert text.decode() == body(after + "\n")
    assert outcome.fixed == {"FAL305": 1}
    assert outcome.report.diagnostics == ()


PASSING = """\
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

import anyio
from fastapi import BackgroundTasks


def work(x=1, *rest, y=2, func=3):
    print(x)


async def main(loop: asyncio.AbstractEventLoop, names, tasks: BackgroundTasks, pool: ThreadPool):
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("await asyncio.to_thread(work())", "await asyncio.to_thread(work)"),
        ("await asyncio.to_thread(work(1, y=2))  # now", "await asyncio.to_thread(work, 1, y=2)  # now"),
        ("await asyncio.to_thread(work((1),))", "await asyncio.to_thread(work, (1))"),
        (
            "await asyncio.to_thread(\n    work(\n        1,\n    )\n)",
            "await asyncio.to_thread(\n    work,\n        1\n)",
        ),
        ("await asyncio.to_thread(work(*names, **names))", "await asyncio.to_thread(work, *names, **names)"),
        ("await asyncio.to_thread(work([x for x in names]))", "await asyncio.to_thread(work, [x for x in names])"),
        ("await loop.run_in_executor(None, work(1))", "await loop.run_in_executor(None, work, 1)"),
        ("await loop.run_in_executor(None, func=work())", "await loop.run_in_executor(None, func=work)"),
        (
            "await anyio.to_thread.run_sync(work(1), limiter=None)",
            "await anyio.to_thread.run_sync(work, 1, limiter=None)",
        ),
        ("tasks.add_task(work(1, y=2))", "tasks.add_task(work, 1, y=2)"),
        ("loop.call_later(5, work(1))", "loop.call_later(5, work, 1)"),
        ("threading.Thread(target=work(), daemon=True).start()", "threading.Thread(target=work, daemon=True).start()"),
        (
            "threading.Thread(target=work(1), daemon=True).start()",
            "threading.Thread(target=work, args=(1,), daemon=True).start()",
        ),
        (
            "threading.Thread(None, work((1, 2), (3), '#', y = 4, **names)).start()",
            "threading.Thread(None, work, args=((1, 2), (3), '#'), kwargs={\"y\": 4, **names}).start()",
        ),
        (
            "threading.Timer(5, work(*names, y=(1, 2))).start()",
            'threading.Timer(5, work, args=(*names,), kwargs={"y": (1, 2)}).start()',
        ),
        ("ThreadPoolExecutor(initializer=work(1))", "ThreadPoolExecutor(initializer=work, initargs=(1,))"),
        ("pool.map_async(work(), names)", "pool.map_async(work, names)"),
        ("threading.Thread(target=work(), args=(1,)).start()", "threading.Thread(target=work, args=(1,)).start()"),
        ("await asyncio.to_thread(work(), 1, y=2)", "await asyncio.to_thread(work, 1, y=2)"),
        ("pool.apply_async(work(1, y=2))", 'pool.apply_async(work, args=(1,), kwds={"y": 2})'),
    ],
)
def test_function_is_passed_instead_of_its_result(fixed: Fixed, before: str, after: str) -> None:
    def whole(text: str) -> str:
        return PASSING + textwrap.indent(text, "    ") + "\n"

    text, outcome = fixed(whole(before))
    assert text.decode() == whole(after)
    assert outcome.fixed == {"FAL304": 1}
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "await loop.run_in_executor(None, work(1, y=2))",
            "await loop.run_in_executor(None, functools.partial(work, 1, y=2))",
        ),
        (
            "await loop.run_in_executor(None, func=work(1))",
            "await loop.run_in_executor(None, func=functools.partial(work, 1))",
        ),
        (
            "await anyio.to_thread.run_sync(work(\n    **names,\n), limiter=None)",
            "await anyio.to_thread.run_sync(functools.partial(work,\n    **names,\n), limiter=None)",
        ),
        ("await asyncio.to_thread(work(func=1))", "await asyncio.to_thread(functools.partial(work, func=1))"),
    ],
)
def test_function_is_passed_with_arguments_that_the_call_does_not_hand_on(
    fixed: Fixed, before: str, after: str
) -> None:
    text, outcome = fixed(PASSING + textwrap.indent(before, "    ") + "\n")
    expected = PASSING.replace("import asyncio\n", "import asyncio\nimport functools\n", 1)
    assert text.decode() == expected + textwrap.indent(after, "    ") + "\n"
    assert outcome.report.diagnostics == ()


def test_function_is_not_passed_by_partial_where_the_name_means_something_else(fixed: Fixed) -> None:
    source = PASSING + "    functools = 1\n    await anyio.to_thread.run_sync(work(y=2))\n"
    after, _ = fixed(source)
    assert after.decode() == source


@pytest.mark.parametrize(
    "call",
    [
        "threading.Thread(target=work(1), args=(2,)).start()",
        "threading.Thread(None, work(1), 'name').start()",
        "threading.Thread(target=work(  # why\n        1)).start()",
        "ThreadPoolExecutor(initializer=work(y=1))",
        "pool.map_async(work(1), names)",
        "await loop.run_in_executor(None, work(1), 2)",
        "await asyncio.to_thread(work(1), 2)",
        "await asyncio.to_thread(work(1), y=2)",
        "await asyncio.to_thread(work(x for x in names))",
        "await asyncio.to_thread((work(1)))",
        "await asyncio.to_thread(work(  # why\n        1))",
        "await asyncio.to_thread(main(loop, names, tasks, pool))",
    ],
)
def test_function_that_cannot_be_passed_is_left_with_a_reason(fixed: Fixed, call: str) -> None:
    source = PASSING + f"    {call}\n"
    after, outcome = fixed(source)
    assert after.decode() == source
    (finding,) = [d for d in outcome.report.diagnostics if d.code == "FAL304"]
    assert [fix.applicability for fix in finding.fixes] == [Applicability.DISPLAY]
    assert all(fix.message for fix in finding.fixes)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return asyncio.run(load(1))", "return await load(1)"),
        ("return asyncio.run(main=load(1), debug=True)", "return await load(1)"),
        ("return asyncio.run(load(1)).real", "return (await load(1)).real"),
        ("return loop.run_until_complete(load())", "return await load()"),
        ("return loop.run_until_complete(\n    load(\n        1\n    )\n)", "return await (load(\n        1\n    ))"),
        ("return anyio.run(load, 1, backend='asyncio')", "return await load(1)"),
        ("return asyncio.run((load(1)))", "return await (load(1))"),
    ],
)
def test_coroutine_of_a_nested_loop_is_awaited(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(body(before + "\n"))
    assert text.decode() == body(after + "\n")
    assert outcome.fixed == {"FAL306": 1}
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("imports", "call", "new_imports", "new_call"),
    [
        ("import asyncio\n", "asyncio.get_event_loop()", "import asyncio\n", "asyncio.get_running_loop()"),
        ("import asyncio as aio\n", "aio . get_event_loop( )", "import asyncio as aio\n", "aio . get_running_loop( )"),
        (
            "from asyncio import get_event_loop\n",
            "get_event_loop()",
            "from asyncio import get_running_loop\n",
            "get_running_loop()",
        ),
        (
            "from asyncio import get_event_loop as current, sleep\n",
            "current()",
            "from asyncio import get_running_loop as current, sleep\n",
            "current()",
        ),
        (
            "from asyncio import get_event_loop\n\nother = get_event_loop\n",
            "get_event_loop()",
            "from asyncio import get_event_loop\nfrom asyncio import get_running_loop\n\nother = get_event_loop\n",
            "get_running_loop()",
        ),
        (
            "from asyncio import get_event_loop, get_running_loop\n",
            "get_event_loop()",
            "from asyncio import get_event_loop, get_running_loop\n",
            "get_running_loop()",
        ),
    ],
)
def test_running_loop_is_asked_for(fixed: Fixed, imports: str, call: str, new_imports: str, new_call: str) -> None:
    text, outcome = fixed(f"{imports}\n\nasync def f():\n    return {call}\n", unsafe=False)
    assert text.decode() == f"{new_imports}\n\nasync def f():\n    return {new_call}\n"
    assert outcome.fixed == {"FAL307": 1}
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("FAL301", "def f():\n    load()\n"),
        ("FAL301", "async def f():\n    try:\n        pass\n    finally:\n        load()\n"),
        ("FAL301", "load()\n"),
        ("FAL301", "lock = threading.Lock()\n\n\nasync def f():\n    with lock:\n        load()\n"),
        ("FAL306", "lock = threading.Lock()\n\n\nasync def f():\n    with lock:\n        asyncio.run(load())\n"),
        ("FAL302", "async def f():\n    a = load(1)\n    b = load(2)\n    return await a, await b\n"),
        ("FAL302", "async def f():\n    a = load(1)\n    b = load(2)\n    c = await a\n    # why\n    d = await b\n"),
        (
            "FAL302",
            "async def f():\n    a = load(1)\n    b = load(2)\n    c = await a\n    print(c)\n    d = await b\n",
        ),
        ("FAL302", "async def f():\n    a = load(1)\n    b = load(2)\n    c = await a\n    c = await b\n"),
        ("FAL302", "async def f():\n    for one in [load(1), load(2)]:\n        await one\n"),
        ("FAL302", "async def f(asyncio):\n    a = load(1)\n    b = load(2)\n    await a\n    await b\n"),
        ("FAL305", "async def f():\n    coming = asyncio.to_thread(load)\n    await coming\n"),
        ("FAL305", "async def f():\n    await asyncio.to_thread(lambda: load())\n"),
        ("FAL305", "async def f():\n    await anyio.to_thread.run_sync(load, 1, limiter=None)\n"),
        ("FAL305", "def f():\n    threading.Thread(target=load).start()\n"),
        ("FAL306", "def g():\n    return asyncio.run(load())\n\n\nasync def f():\n    return g()\n"),
        ("FAL306", "async def f():\n    return [lambda: 1, asyncio.run(*[load()])]\n"),
        ("FAL306", "async def f():\n    try:\n        pass\n    finally:\n        asyncio.run(load())\n"),
        ("FAL307", "async def f(get_running_loop):\n    return get_event_loop()\n"),
        ("FAL308", "async def f():\n    asyncio.create_task(load())\n"),
    ],
)
def test_refused_with_a_reason(fixed: Fixed, code: str, text: str) -> None:
    imports = "import asyncio\nimport threading\nfrom asyncio import get_event_loop\n\nimport anyio\n\n\n"
    source = imports + "async def load(x=1):\n    return x\n\n\n" + text
    after, outcome = fixed(source)
    assert after.decode() == source
    (finding,) = [d for d in outcome.report.diagnostics if d.code.startswith("FAL3")]
    assert finding.code == code
    assert [fix.applicability for fix in finding.fixes] == [Applicability.DISPLAY]
    assert all(fix.message for fix in finding.fixes)


def test_several_fixes_of_one_function_compose(fixed: Fixed) -> None:
    before = """
        load(1)
        loop.run_until_complete(load(2))
        a = load(3)
        b = load(4)
        c = await a
        d = await b
        await asyncio.to_thread(load, c + d)
        asyncio.get_event_loop()
    """
    after = """
        await load(1)
        await load(2)
        a = load(3)
        b = load(4)
        c, d = await asyncio.gather(a, b)
        await load(c + d)
        asyncio.get_running_loop()
    """
    text, outcome = fixed(body(before))
    assert text.decode() == body(after)
    assert outcome.report.diagnostics == ()


def test_quiet_variant_is_gathered_where_it_is_asked_for(tmp_path: Path) -> None:
    text = "import httpx\n\nclient = httpx.AsyncClient()\n\n\nasync def f(x):\n"
    (tmp_path / "main.py").write_text(
        text + "    a = await client.get('a')\n    b = await client.get(x)\n    return a, b\n"
    )
    settings = Settings(root=tmp_path, cache=False, jobs=1, min_confidence=Confidence.POSSIBLE, select=("FAL302",))
    (finding,) = with_fixes(check_project(settings, [tmp_path])).diagnostics
    edits = [edit.content for fix in finding.fixes for _, edits in fix.edits for edit in edits]
    assert edits == ["import asyncio\n\n", "a, b = await asyncio.gather(client.get('a'), client.get(x))"]


def test_gathered_coroutines_give_the_same_and_overlap(fixed: Fixed) -> None:
    source = textwrap.dedent("""
        import asyncio

        events = []


        async def quote(name):
            events.append(f"start {name}")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            events.append(f"end {name}")
            return name


        async def main():
            a = quote("a")
            b = quote("b")
            first = await a
            second = await b
            return first, second
    """)
    after, _ = fixed(source)
    assert b"gather" in after
    seen = []
    for text in (source, after.decode()):
        space: dict[str, object] = {}
        exec(compile(text, "main.py", "exec"), space)
        seen.append((asyncio.run(space["main"]()), space["events"]))  # type: ignore[operator]
    assert seen[0] == (("a", "b"), ["start a", "end a", "start b", "end b"])
    assert seen[1] == (("a", "b"), ["start a", "start b", "end a", "end b"])


RUNNING = """\
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

import anyio
from fastapi.concurrency import run_in_threadpool
from starlette.background import BackgroundTask

calls = []


def work(*values, **names):
    calls.append((values, names))


async def main():
    loop = asyncio.get_running_loop()
"""


@pytest.mark.parametrize(
    "line",
    [
        "await asyncio.to_thread(work(1, y=2))",
        "await loop.run_in_executor(None, work(1, y=2))",
        "await anyio.to_thread.run_sync(work(1, y=2))",
        "await run_in_threadpool(work(1, func=2, y=2))",
        "await BackgroundTask(work(1, y=2))()",
        "loop.call_soon(work(1, y=2)); await asyncio.sleep(0)",
        "t = threading.Thread(target=work(1, y=2)); t.start(); t.join()",
        "t = threading.Timer(0, work(1, y=2)); t.start(); t.join()",
        "with ThreadPoolExecutor() as pool: pool.submit(work(1, y=2))",
        "with ThreadPoolExecutor(1, initializer=work(1)) as pool: pool.submit(print)",
        "with ThreadPool(1) as pool: pool.apply_async(work(1, y=2)).get()",
    ],
)
def test_function_that_is_passed_gets_the_arguments_it_was_called_with(tmp_path: Path, line: str) -> None:
    settings = Settings(root=tmp_path, select=("FAL304",), cache=False, jobs=1)
    path = tmp_path / "main.py"
    path.write_text(RUNNING + f"    {line}\n")
    assert fix_project(settings, [tmp_path], unsafe=True).fixed == {"FAL304": 1}
    names: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    asyncio.run(names["main"]())
    expected = {"y": 2} if "y=2" in line else {}
    expected |= {"func": 2} if "func" in line else {}
    assert names["calls"] == [((1,), expected)]
