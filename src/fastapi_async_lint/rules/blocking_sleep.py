"""Blocking sleep on the event loop.

## What it does
Reports `time.sleep()` and its relatives in code that runs on the event loop, directly or several calls deep.

## Why is this bad?
An event loop runs one piece of code at a time. While one request sleeps in `time.sleep()`, every other request of
that worker process waits as well, health checks included. `asyncio.sleep()` gives the loop back for that time.

## Example
```python
import time

from fastapi import FastAPI

app = FastAPI()


def settle() -> None:
    time.sleep(0.5)


@app.get("/report")
async def report() -> str:
    time.sleep(2)  # error
    settle()  # error
    return "done"
```

## Use instead
```python
import asyncio
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/report")
async def report() -> str:
    await asyncio.sleep(2)
    return "done"


@app.get("/summary")
def summary() -> str:
    time.sleep(2)  # a `def` endpoint runs in the thread pool, where sleeping holds up nobody else
    return "done"
```

## Fix safety
`await asyncio.sleep()` in place of a direct `time.sleep()` is a safe fix; the import is added where it is missing. A
sleep inside a synchronous helper is off-loaded together with the helper, which is unsafe. An endpoint that
awaits nothing and blocks otherwise as well becomes a plain `def`, which is unsafe, too.

## Limits
`time.sleep(0)` gives other threads a turn and is not reported.

## References
- [asyncio.sleep](https://docs.python.org/3/library/asyncio-task.html#asyncio.sleep)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL101",
    name="blocking-sleep",
    on_by_default=True,
    kind="blocking-io",
    summary="A sleep that holds up the event loop",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Sleeps on the loop."""
    return report_blocking(view, META, {"sleep"}, counterpart="use `await {replacement}()`")
