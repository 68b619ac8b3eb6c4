"""Fixes: what they write, where they refuse, and that nothing else in the file changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Applicability
from fastapi_async_lint.engine import check_project
from fastapi_async_lint.engine.fixing import FixReport, fix_project, with_fixes

Fixed = Callable[..., tuple[bytes, FixReport]]
APP = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"


@pytest.mark.parametrize(
    ("imports", "call", "new_imports", "new_call"),
    [
        ("import time\n", "time.sleep(1)", "import asyncio\nimport time\n", "await asyncio.sleep(1)"),
        ("import time as t\n", "t.sleep( 1 )", "import asyncio\nimport time as t\n", "await asyncio.sleep( 1 )"),
        ("from time import sleep\n", "sleep(x)", "import asyncio\nfrom time import sleep\n", "await asyncio.sleep(x)"),
        (
            "import asyncio as aio\nimport time\n",
            "time.sleep(1)  # wait",
            "import asyncio as aio\nimport time\n",
            "await aio.sleep(1)  # wait",
        ),
        ("import anyio\nimport time\n", "time.sleep(1)", "import anyio\nimport time\n", "await anyio.sleep(1)"),
    ],
)
def test_sleep_is_awaited(fixed: Fixed, imports: str, call: str, new_imports: str, new_call: str) -> None:
    body = "@app.get('/')\nasync def index(x: int):\n    {}\n    return x\n"
    after, outcome = fixed(imports + APP + body.format(call), unsafe=False)
    assert after.decode() == new_imports + APP + body.format(new_call)
    assert outcome.fixed == {"FAL101": 1}
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("return requests.get('u', timeout=1)", "return await run_in_threadpool(requests.get, 'u', timeout=1)"),
        ("return requests.get('u').json()", "return (await run_in_threadpool(requests.get, 'u')).json()"),
        ("return helper()", "return await run_in_threadpool(helper)"),
        (
            "return requests.get(\n        'u',  # one\n    )",
            "return await run_in_threadpool(\n        requests.get,\n        'u',  # one\n    )",
        ),
        ("return [requests.get(u) for u in 'ab']", "return [await run_in_threadpool(requests.get, u) for u in 'ab']"),
        ("if not helper(): return 1", "if not await run_in_threadpool(helper): return 1"),
    ],
)
def test_call_is_moved_to_a_thread(fixed: Fixed, call: str, expected: str) -> None:
    start = "import requests\n"
    middle = "def helper():\n    return requests.get('u')\n\n\nasync def load():\n    "
    after, outcome = fixed(start + APP + middle + call + "\n")
    imported = APP.replace("FastAPI\n\n", "FastAPI\nfrom fastapi.concurrency import run_in_threadpool\n\n", 1)
    assert after.decode() == start + imported + middle + expected + "\n"
    assert outcome.report.diagnostics == ()


def test_module_without_the_framework_uses_asyncio(fixed: Fixed) -> None:
    after, _ = fixed("import requests\n\n\nasync def load():\n    return requests.get('u')\n")
    expected = "import asyncio\n\nimport requests\n\n\nasync def load():\n    return await asyncio.to_thread(requests.get, 'u')\n"
    assert after.decode() == expected


@pytest.mark.parametrize(
    "body",
    [
        "async def f():\n    return lambda: requests.get('u')()\n\n\nasync def g():\n    (await f())()\n    x = (lambda: requests.get('u'))()\n",
        "async def f():\n    try:\n        pass\n    finally:\n        requests.get('u')\n",
        "async def f():\n    try:\n        pass\n    except BaseException:\n        requests.get('u')\n",
        "async def f():\n    list(requests.get(u) for u in 'ab')\n",
        "async def f():\n    x = requests.get(y := 'u')\n",
    ],
    ids=["lambda", "finally", "cancellation", "generator", "walrus"],
)
def test_refused_with_a_reason(fixed: Fixed, body: str) -> None:
    source = "import requests\n" + APP + "\n\n" + body
    after, outcome = fixed(source)
    assert after.decode() == source
    assert outcome.report.diagnostics
    for finding in outcome.report.diagnostics:
        assert all(fix.applicability is Applicability.DISPLAY and fix.message for fix in finding.fixes)


def test_unsafe_fixes_are_not_made_unasked(fixed: Fixed) -> None:
    source = "import requests\n" + APP + "async def load():\n    requests.get('u')\n"
    after, outcome = fixed(source, unsafe=False)
    assert after.decode() == source
    (finding,) = outcome.report.diagnostics
    assert [fix.applicability for fix in finding.fixes if fix.edits] == [Applicability.UNSAFE]


def test_taken_name_is_not_shadowed(fixed: Fixed) -> None:
    source = "import time\n" + APP + "@app.get('/')\nasync def index(asyncio: int):\n    time.sleep(1)\n"
    after, _ = fixed(source, unsafe=False)
    assert after.decode() == source


def test_several_fixes_in_one_file_share_the_import(fixed: Fixed) -> None:
    calls = "    time.sleep(1)\n    requests.get('u')\n    time.sleep(requests.get('v').status_code)\n"
    after, outcome = fixed("import requests\nimport time\n" + APP + "async def load():\n" + calls)
    text = after.decode()
    assert text.count("import asyncio") == text.count("import run_in_threadpool") == 1
    assert "await asyncio.sleep((await run_in_threadpool(requests.get, 'v')).status_code)" in text
    assert outcome.report.diagnostics == ()


@pytest.mark.parametrize(
    "transform",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("    ", "\t").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: ("# coding: latin-1\n" + text).encode("latin-1"),
    ],
    ids=["CRLF", "tabs", "byte order mark", "no final newline", "latin-1"],
)
def test_bytes_outside_the_edit_stay(fixed: Fixed, transform: object) -> None:
    assert callable(transform)
    source = "import time\n" + APP + "@app.get('/')\nasync def index():\n    x = 'é'  ;  time.sleep(1)   # é\n"
    before = transform(source)
    after, _ = fixed(before, unsafe=False)
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    undone = after.replace(b"import asyncio" + newline, b"", 1).replace(b"await asyncio.sleep", b"time.sleep", 1)
    assert undone == before
    assert after != before


def test_mode_is_kept_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    path = real / "main.py"
    path.write_text("import time\n\n\nasync def f():\n    time.sleep(1)\n")
    path.chmod(0o640)
    link = real / "linked.py"
    link.symlink_to(path)
    fix_project(Settings(root=real, cache=False, jobs=1), [real])
    assert "await asyncio.sleep(1)" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(os.listdir(real)) == ["linked.py", "main.py"]


def test_file_that_cannot_be_replaced_is_left_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "main.py"
    source = "import time\n\n\nasync def f():\n    time.sleep(1)\n"
    path.write_text(source)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    outcome = fix_project(Settings(root=tmp_path, cache=False, jobs=1), [tmp_path])
    assert path.read_text() == source
    assert os.listdir(tmp_path) == ["main.py"]
    assert "No space left" in outcome.problems[0]


def test_findings_carry_their_edits(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    path.write_text("import time\n\n\nasync def f():\n    time.sleep(1)\n")
    (finding,) = with_fixes(check_project(Settings(root=tmp_path, cache=False, jobs=1), [tmp_path])).diagnostics
    first = finding.fixes[0]
    assert first.applicability is Applicability.SAFE
    ((edited, edits),) = first.edits
    assert edited == path
    assert {edit.content for edit in edits} == {"import asyncio\n", "await asyncio.sleep"}
