"""The constructs of ``constructs.md``, and where the linter and the interpreter say they run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

HERE = Path(__file__).parent
BLOCK = re.compile(r"^## ([^\n]+)\n```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
HEAD = """\
import asyncio
import time

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, WebSocket

app = FastAPI()


def slow():
    time.sleep(1)


"""
LOOP = "event loop"
SINCE = {
    "Callable instance as endpoint, `async def __call__`": (0, 124),
    "Server-sent events, `async def` with `yield`": (0, 135),
    "Server-sent events, `def` with `yield`": (0, 135),
}
"""Constructs that FastAPI does not run before a version: 0.121.3 calls such an instance and drops the coroutine, 0.124.0 awaits it."""
NEEDS = {
    "`asgiref.sync.sync_to_async`": "asgiref",
    "Resolver of strawberry, `def`": "strawberry",
    "Resolver of strawberry, `async def`": "strawberry",
}
"""Modules besides FastAPI's own; where one is not installed, the construct is not run."""


def constructs() -> dict[str, str]:
    """Source of every construct's application, by title."""
    text = (HERE / "constructs.md").read_text(encoding="utf-8")
    found = BLOCK.findall(text)
    assert len(found) == text.count("\n## ") == len(dict(found)), "every title once, with one block of code"
    return {title: HEAD + code for title, code in found}


@cache
def executed() -> dict[str, Any]:
    """Versions, and the places in which each construct ran, by title."""
    run = subprocess.run(
        [sys.executable, str(HERE / "run_construct.py")],
        input=json.dumps(constructs()),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def runs(title: str) -> bool:
    """Whether the construct can be run here: the versions of FastAPI and Python have it, and what it needs is installed."""
    if find_spec(NEEDS.get(title, "asyncio")) is None or (
        title == "`asyncio.TaskGroup`" and sys.version_info < (3, 11)
    ):
        return False
    return tuple(int(n) for n in executed()["fastapi"].split(".")[:2]) >= SINCE.get(title, (0,))


def reported(source: str, root: Path) -> bool:
    """Whether the linter reports the sleep as one on the event loop."""
    (root / "main.py").write_text(source, encoding="utf-8")
    settings = Settings(root=root, select=("FAL101",), cache=False, jobs=1)
    return bool(check_project(settings).diagnostics)
