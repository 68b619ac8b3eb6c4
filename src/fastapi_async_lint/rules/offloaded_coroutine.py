"""An async function handed to a thread.

## What it does
Reports coroutine functions that are handed to what calls plain functions: thread and process pools
(`asyncio.to_thread()`, `run_in_executor()`, `run_in_threadpool()`, AnyIO's `to_thread.run_sync()`, `Executor.submit()`),
`threading.Thread(target=…)`, and callbacks and timers of the event loop (`call_soon()`, `call_later()`).

## Why is this bad?
The thread calls the function, which runs nothing of its body: it only makes a coroutine. Nobody awaits that, so the
work is never done. Python says `coroutine '…' was never awaited` when it is thrown away.

## Example
```python
import asyncio

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


async def export(year: int) -> None:
    await asyncio.sleep(year)


@app.post("/exports/{year}")
async def start(year: int) -> None:
    await run_in_threadpool(export, year)  # error
    await asyncio.to_thread(lambda: export(year))  # error
    asyncio.get_running_loop().call_later(60, export, year)  # error
```

## Use instead
```python
import asyncio
import time

from fastapi import BackgroundTasks, FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


async def export(year: int) -> None:
    await asyncio.sleep(year)


def render(year: int) -> None:
    time.sleep(year)


@app.post("/exports/{year}")
async def start(year: int, tasks: BackgroundTasks) -> None:
    await export(year)
    await run_in_threadpool(render, year)
    tasks.add_task(export, year)  # awaits coroutine functions
    await asyncio.to_thread(lambda: asyncio.run(export(year)))  # an event loop of its own
```

## Fix safety
`await export(year)` is unsafe: the body runs for the first time, on the event loop. It is offered where the call that
off-loads is awaited on the spot and the function is named; otherwise there is only a hint.

## Limits
What comes back from the thread may be awaited in its turn: `await (await asyncio.to_thread(f))` is not reported.
A coroutine *object* in the function's place (`to_thread(f())`) is another mistake with a rule of its own. Functions that
only sometimes give a coroutine are not reported, nor are the project's tests.

## References
- [asyncio.to_thread](https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Confidence, Diagnostic
from fastapi_async_lint.rules._misuses import report_misuses
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL305",
    name="offloaded-coroutine",
    on_by_default=True,
    kind="async-misuse",
    summary="An async function handed to a thread, which calls it and never awaits it",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Coroutine functions where only plain ones run."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    may = "may never run" if misuse.confidence is Confidence.POSSIBLE else "never runs"
    return f"{misuse.subject} {may}: {misuse.note}() calls it, but nothing awaits the coroutine; await it on the event loop"
