"""Asynchronous counterparts: single calls that are rewritten, and where they are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fastapi_async_lint.engine.fixing import FixReport

Fixed = Callable[..., tuple[bytes, FixReport]]
HEAD = "import anyio\nimport httpx\nimport requests\nfrom pathlib import Path\nfrom fastapi import UploadFile\n\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return u.file.read()", "return await u.read()"),
        ("return len(u.file.read(10))", "return len(await u.read(10))"),
        ("return u.file.read().decode()", "return (await u.read()).decode()"),
        ("u.file.write(x)", "await u.write(x)"),
        ("return p.read_text(encoding='utf-8')", "return await anyio.Path(p).read_text(encoding='utf-8')"),
        ("return Path(x).read_bytes()[0]", "return (await anyio.Path(x).read_bytes())[0]"),
        ("(p / x).write_text('a')", "await anyio.Path(p / x).write_text('a')"),
    ],
)
def test_method_is_awaited(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(f"{HEAD}async def f(u: UploadFile, p: Path, x: str):\n    {before}\n")
    assert text.decode() == f"{HEAD}async def f(u: UploadFile, p: Path, x: str):\n    {after}\n"
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    "call",
    [
        "return u.file.write(o)",
        "return u.file.read(*o)",
        "return p.read_text(**o)",
        "return p.rename('x')",
    ],
    ids=["result used", "any arguments", "unknown arguments", "result of another class"],
)
def test_method_that_differs_is_moved_to_a_thread(fixed: Fixed, call: str) -> None:
    text, _ = fixed(f"{HEAD}async def f(u: UploadFile, p: Path, o: dict):\n    {call}\n")
    assert "await run_in_threadpool(" in text.decode()


CLIENT = HEAD.rstrip() + "\n\nshared = httpx.AsyncClient()\n\n\n"
REQUESTS = {
    "plain": (
        "r = requests.get(u)\nreturn r.json()\n",
        "r = await shared.get(u, follow_redirects=True)\nreturn r.json()\n",
    ),
    "at once": ("return requests.get(u).text\n", "return (await shared.get(u, follow_redirects=True)).text\n"),
    "keywords": (
        "r = requests.get(u, params={'a': 1}, timeout=3, allow_redirects=False)  # now\nr.raise_for_status()\n",
        "r = await shared.get(u, params={'a': 1}, timeout=3, follow_redirects=False)  # now\nr.raise_for_status()\n",
    ),
    "over lines": (
        "r = requests.post(\n    u,\n    json={'a': 1},  # body\n)\nreturn r.text\n",
        "r = await shared.post(\n    u,\n    json={'a': 1},\n    follow_redirects=True,  # body\n)\nreturn r.text\n",
    ),
    "no redirects": ("requests.head(u)\n", "await shared.head(u)\n"),
}


def function(body: str) -> str:
    return CLIENT + "async def f(u):\n" + "".join(f"    {line}\n" for line in body.splitlines())


@pytest.mark.parametrize(("before", "after"), REQUESTS.values(), ids=REQUESTS)
def test_request_is_made_by_the_client_of_the_file(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(function(before))
    assert text.decode() == function(after)
    assert outcome.report.diagnostics == ()


def test_without_a_client_in_the_file_it_is_only_named(fixed: Fixed) -> None:
    source = HEAD + "async def f(u):\n    r = requests.get(u)\n    return r.text\n"
    _, outcome = fixed(source, unsafe=False)
    (finding,) = outcome.report.diagnostics
    assert [bool(fix.edits) for fix in finding.fixes] == [True, False]
    assert "this file has none" in finding.fixes[1].message


@pytest.mark.parametrize(
    "body",
    [
        "r = requests.get(u, verify=False)\nreturn r.text\n",
        "r = requests.get(u, proxies={})\nreturn r.text\n",
        "r = requests.get(u, timeout=(1, 2))\nreturn r.text\n",
        "r = requests.get(u, **u)\nreturn r.text\n",
        "r = requests.post(u, data=u)\nreturn r.text\n",
        "r = requests.get(u)\nreturn r\n",
        "r = requests.get(u)\nreturn r.ok\n",
        "r = x = requests.get(u)\nreturn r.text\n",
        "return requests.get(u).url\n",
        "try:\n    r = requests.get(u)\nexcept requests.RequestException:\n    return 1\nreturn r.text\n",
        "try:\n    r = requests.get(u)\nexcept (OSError, requests.exceptions.Timeout):\n    return 1\nreturn r.text\n",
    ],
)
def test_request_that_would_differ_is_moved_to_a_thread(fixed: Fixed, body: str) -> None:
    text, _ = fixed(function(body))
    assert "await shared" not in text.decode()
    assert "await run_in_threadpool(requests." in text.decode()


def test_package_that_the_project_does_not_use_is_only_named(fixed: Fixed) -> None:
    _, outcome = fixed(
        "import requests\n\n\nasync def f(u):\n    r = requests.get(u)\n    return r.text\n", unsafe=False
    )
    (finding,) = outcome.report.diagnostics
    assert [bool(fix.edits) for fix in finding.fixes] == [True, False]
    assert "does not use" in finding.fixes[1].message
