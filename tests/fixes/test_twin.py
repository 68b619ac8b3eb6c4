"""Classes that are exchanged for their asynchronous twins, with every call of the object; or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine.fixing import FixReport, fix_project

Fixed = Callable[..., tuple[bytes, FixReport]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import redis\n\nr = redis.Redis(host='h')\n\n\nasync def f(k):\n    r.set(k, 1)\n    return r.get(k).decode()\n",
            "import redis\nimport redis.asyncio\n\nr = redis.asyncio.Redis(host='h')\n\n\nasync def f(k):\n"
            "    await r.set(k, 1)\n    return (await r.get(k)).decode()\n",
        ),
        (
            "from redis import Redis\n\nr = Redis()\n\n\nasync def f(k):\n    return [r.get(x) for x in k]\n",
            "from redis.asyncio import Redis\n\nr = Redis()\n\n\nasync def f(k):\n    return [await r.get(x) for x in k]\n",
        ),
        (
            "from openai import OpenAI\n\n\nasync def f(m):\n    c = OpenAI()\n"
            "    return c.chat.completions.create(model='x', messages=m).choices\n",
            "from openai import AsyncOpenAI\n\n\nasync def f(m):\n    c = AsyncOpenAI()\n"
            "    return (await c.chat.completions.create(model='x', messages=m)).choices\n",
        ),
        (
            "import openai\n\nc = openai.OpenAI()\n\n\nasync def f(m):\n    return c.embeddings.create(model='é', input=m)\n",
            "import openai\n\nc = openai.AsyncOpenAI()\n\n\nasync def f(m):\n"
            "    return await c.embeddings.create(model='é', input=m)\n",
        ),
    ],
)
def test_every_use_follows(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(before)
    assert text.decode() == after
    assert all(finding.kind != "blocking-io" for finding in outcome.report.diagnostics)


CALL = "async def f(k):\n    return r.get(k)\n\n\n"


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ("def g(k):\n    return r.get(k)\n", "line 11"),
        ("async def g(k):\n    return list(r.scan_iter())\n", "line 11"),
        ("async def g(k):\n    return r.pipeline()\n", "line 11"),
        ("async def g(k):\n    return h(r)\n", "line 11"),
        ("async def g(k):\n    return (lambda: r.get(k))\n", "line 11"),
        ("async def g():\n    global r\n    r = redis.Redis()\n", "more than one place"),
        ("async def g(r):\n    return r\n", "more than one place"),
    ],
    ids=["in a plain function", "iterated", "not awaited", "handed on", "in a lambda", "rebound", "shadowed"],
)
def test_one_use_that_cannot_follow_keeps_the_class(fixed: Fixed, rest: str, reason: str) -> None:
    source = "import redis\n\nr = redis.Redis()\n\n\n" + CALL + rest
    text, outcome = fixed(source, unsafe=False)
    assert text.decode() == source
    messages = [fix.message for finding in outcome.report.diagnostics for fix in finding.fixes if not fix.edits]
    assert any(reason in message for message in messages), messages


@pytest.mark.parametrize(
    "code",
    [
        "c = OpenAI()\n\n\nasync def f(m):\n    return c.chat.completions.create(model='x', messages=m, stream=True)\n",
        "c = OpenAI()\n\n\nasync def f(m):\n    return c.models.list()\n",
        "c = OpenAI(http_client=object())\n\n\nasync def f(m):\n    return c.models.retrieve(m)\n",
    ],
    ids=["stream", "pages", "client of its own"],
)
def test_result_of_another_kind_keeps_the_class(fixed: Fixed, code: str) -> None:
    text, _ = fixed("from openai import OpenAI\n\n" + code)
    assert "AsyncOpenAI" not in text.decode()


def test_object_that_another_file_uses_keeps_its_class(tmp_path: Path) -> None:
    (tmp_path / "store.py").write_text("import redis\n\nr = redis.Redis()\n\n\n" + CALL)
    (tmp_path / "main.py").write_text("from store import r\n\n\ndef g():\n    return r.get('k')\n")
    outcome = fix_project(Settings(root=tmp_path, cache=False, jobs=1), [tmp_path])
    (finding,) = outcome.report.diagnostics
    assert any("main uses it" in fix.message for fix in finding.fixes)
