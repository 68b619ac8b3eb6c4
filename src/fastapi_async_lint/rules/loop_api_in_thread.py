"""A call that needs the running event loop, in code that runs in the thread pool.

## What it does
Reports `asyncio.get_running_loop()`, `asyncio.create_task()`, `asyncio.get_event_loop()` and what else needs a running event loop
in plain `def` endpoints and dependencies, in functions handed to a thread, and in everything synchronous that these call.

## Why is this bad?
FastAPI runs plain functions in threads of a pool, and no event loop runs there: the call raises `RuntimeError`. The coroutine that
was to become a task never runs.

## Example
```python
import asyncio

from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


async def send_mail(to: str) -> None:
    await asyncio.sleep(1)


def later(to: str) -> None:
    asyncio.get_running_loop().call_later(60, print, to)  # error


def current_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_event_loop()  # error


@app.post("/orders")
def order(to: str, loop: asyncio.AbstractEventLoop = Depends(current_loop)) -> None:
    asyncio.create_task(send_mail(to))  # error


@app.post("/reminders")
async def remind(to: str) -> None:
    await run_in_threadpool(later, to)
```

## Use instead
```python
import asyncio

import anyio
from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_mail(to: str) -> None:
    await asyncio.sleep(1)


def later(to: str) -> None:
    asyncio.get_running_loop().call_later(60, print, to)


@app.post("/orders")
def order(to: str, background: BackgroundTasks) -> None:
    background.add_task(send_mail, to)  # runs on the event loop


@app.post("/orders/at-once")
def order_at_once(to: str) -> None:
    anyio.from_thread.run(send_mail, to)  # waits for the event loop to do it


@app.post("/reminders")
async def remind(to: str) -> None:
    later(to)


def inside_or_outside() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@app.get("/where")
def where() -> bool:
    return inside_or_outside()
```

## Fix safety
There is no fix: `async def` where nothing blocks, `anyio.from_thread.run()` or a background task elsewhere.

## Limits
- Calls in a `try` that catches `RuntimeError`, and functions that look whether a loop runs or set one, are left alone.
- Coroutines that a thread runs with `asyncio.run()` have a loop and are not looked at.
- A function that both the event loop and a thread call is reported: it fails in the thread.

## References
- [asyncio.get_running_loop](https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.get_running_loop)
- [anyio.from_thread](https://anyio.readthedocs.io/en/stable/threads.html#calling-asynchronous-code-from-a-worker-thread)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._misuses import entry_titles, report_misuses, way
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL401",
    name="loop-api-in-thread",
    on_by_default=True,
    kind="thread-pool",
    summary="A call that needs the running event loop, in code that runs in the thread pool",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Loop APIs where no loop runs."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    where = entry_titles(misuse, "the thread pool")
    return f"{misuse.subject}() needs the running event loop, but {where} runs this in a thread{way(misuse)}"
