"""Fixed code does what it did, and the event loop goes on meanwhile: both are run."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fastapi_async_lint.engine.fixing import FixReport

Fixed = Callable[..., tuple[bytes, FixReport]]
PAUSE = 0.15

CASES = {
    "block with a result": "with open(path) as f:\n    slow()\n    data = json.load(f)\nreturn data['a'], [k for k in data]\n",
    "block that returns": "with open(path) as f:\n    slow()\n    if f.closed:\n        return 0\n    return f.read()\n",
    "block that raises": (
        "try:\n    with open(path) as f:\n        slow()\n        raise ValueError(f.name == path)\n"
        "except ValueError as e:\n    return e.args\n"
    ),
    "loop over lines": "n = []\nfor line in open(path):\n    slow()\n    n.append(line)\nreturn n\n",
    "helper with keywords": "return add(1, b=2)\n",
    "helper in a comprehension": "return [add(x, x) for x in range(2)]\n",
    "helper in a condition": "return 'yes' if not add(0, b=0) else 'no'\n",
    "sleep": "time.sleep(0.15)\nreturn 1\n",
    "path": "slow()\nreturn Path(path).read_text()\n",
    "mutable variable around": "seen = {}\nwith open(path) as f:\n    slow()\n    seen[path] = f.read()\nreturn seen\n",
    "items": "box = Box()\nbox[1] = 2\nx = box[1]\ndel box[1]\nreturn x, 1 in box, not box\n",
    "own connection": "return rows()\n",
}
HEAD = """import json
import sqlite3
import time
from pathlib import Path


def slow():
    time.sleep(0.15)


def add(a, b):
    slow()
    return a + b


def rows():
    slow()
    with sqlite3.connect(":memory:") as c:
        c.execute("create table t (a)")
        c.execute("insert into t values (1)")
        return c.execute("select a from t").fetchall()


class Box:
    def __init__(self):
        self.d = {}

    def __getitem__(self, k):
        slow()
        return self.d[k]

    def __setitem__(self, k, v):
        slow()
        self.d[k] = v

    def __delitem__(self, k):
        slow()
        del self.d[k]

    def __contains__(self, k):
        slow()
        return k in self.d

    def __len__(self):
        slow()
        return len(self.d)


"""


def run(text: bytes, path: str) -> tuple[Any, float]:
    """What ``f`` gives, and the longest time the event loop stood still meanwhile."""
    module = ModuleType("main")
    exec(compile(text, "main.py", "exec"), module.__dict__)

    async def watched() -> tuple[Any, float]:
        longest = 0.0
        task = asyncio.ensure_future(module.f(path))
        while not task.done():
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - before)
        return task.result(), longest

    return asyncio.run(watched())


@pytest.mark.parametrize("body", CASES.values(), ids=CASES)
def test_result_is_the_same_and_the_loop_goes_on(fixed: Fixed, tmp_path: Path, body: str) -> None:
    data = tmp_path / "data.json"
    data.write_text(json.dumps({"a": 1}))
    source = HEAD + "async def f(path):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    after, outcome = fixed(source)
    assert outcome.report.diagnostics == ()
    result, stalled = run(source.encode(), str(data))
    assert stalled >= PAUSE
    fixed_result, still_stalled = run(after, str(data))
    assert fixed_result == result
    assert still_stalled < PAUSE * 0.9


def test_connection_of_the_loop_cannot_move() -> None:
    """What the refusal for thread-bound objects claims."""

    async def moved() -> None:
        connection = sqlite3.connect(":memory:")
        with pytest.raises(sqlite3.ProgrammingError, match="created in a thread"):
            await asyncio.to_thread(connection.execute, "select 1")

    asyncio.run(moved())
