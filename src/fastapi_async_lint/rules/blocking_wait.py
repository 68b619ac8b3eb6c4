"""Blocking wait on the event loop.

## What it does
Reports waiting for another thread or process: locks, events, conditions, queues, `Future.result()`, `Thread.join()`,
and leaving the `with` block of an executor, which joins its workers, in code that runs on the event loop.

## Why is this bad?
The event loop stands still until somebody else finishes. If that somebody needs the loop to finish, the process hangs
for ever.

## Example
```python
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI

app = FastAPI()
pool = ThreadPoolExecutor()
jobs: queue.Queue[str] = queue.Queue()
ready = threading.Event()


@app.get("/job")
async def job() -> str:
    ready.wait()  # error
    return jobs.get()  # error


@app.get("/sum")
async def total() -> int:
    return pool.submit(sum, [1, 2, 3]).result()  # error
```

## Use instead
```python
import asyncio
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI

app = FastAPI()
pool = ThreadPoolExecutor()
jobs: asyncio.Queue[str] = asyncio.Queue()
outbox: queue.Queue[str] = queue.Queue()
ready = asyncio.Event()
stopped = threading.Event()


@app.get("/job")
async def job() -> str:
    await ready.wait()
    return await jobs.get()


@app.get("/sum")
async def total() -> int:
    return await asyncio.wrap_future(pool.submit(sum, [1, 2, 3]))


@app.get("/poll")
async def poll() -> str:
    return outbox.get_nowait() if not outbox.empty() else str(stopped.is_set())
```

## Fix safety
Off-loading is unsafe: a lock taken in one thread must be released in the same one.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
A lock that guards a few lines and is never held across a wait does little harm; whether that is so is not known, so
it is reported as minor. `block=False`, `timeout=0` and the `_nowait` methods are silent.

## References
- [asyncio: synchronisation primitives](https://docs.python.org/3/library/asyncio-sync.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL108",
    name="blocking-wait",
    on_by_default=True,
    kind="blocking-io",
    summary="Waiting for another thread or process while the event loop stands still",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Waits for other threads or processes on the loop."""
    return report_blocking(view, META, {"wait"})
