"""A task that nobody keeps.

## What it does
Reports `asyncio.create_task()`, `asyncio.ensure_future()` and `loop.create_task()` where the task is dropped, or bound to
a local name that is never read.

## Why is this bad?
The event loop holds its tasks by weak references only. A task that nobody else holds can be thrown away by the garbage
collector at any time, in the middle of its work. What it raises is never seen, either.

## Example
```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


async def send_mail(to: str) -> None:
    await asyncio.sleep(1)


@app.post("/orders")
async def order(to: str) -> None:
    asyncio.create_task(send_mail(to))  # error
    _ = asyncio.ensure_future(send_mail(to))  # error
    asyncio.create_task(send_mail(to)).add_done_callback(print)  # error
```

## Use instead
```python
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, FastAPI

tasks: set[asyncio.Task[None]] = set()


async def send_mail(to: str) -> None:
    await asyncio.sleep(1)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    watcher = asyncio.create_task(send_mail("root"))  # kept as long as the application runs
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/orders")
async def order(to: str, background: BackgroundTasks) -> None:
    task = asyncio.create_task(send_mail(to))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    background.add_task(send_mail, to)


@app.post("/orders/waiting")
async def order_and_wait(to: str) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(send_mail(to))  # the group keeps its tasks
    await asyncio.create_task(send_mail(to))
```

## Fix safety
There is only a hint: where tasks are kept, and what becomes of those that are running at shut-down, is a decision.

## Limits
- A done-callback does not keep the task: the documentation asks for a reference of one's own, and so does this rule.
- A local variable holds the task while its function runs. Where the function goes on to wait in a loop, the finding has
  confidence *possible*; where it is a generator that is suspended at a `yield`, such as a lifespan, there is none.
- A task that is stored, returned, passed on or awaited counts as kept, whatever becomes of it there. Tests are left alone.

## References
- [asyncio.create_task](https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._misuses import report_misuses
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL308",
    name="dangling-task",
    on_by_default=True,
    kind="async-misuse",
    summary="A task that nobody keeps, so that it can vanish while it runs",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Tasks held by nothing but the loop's weak references."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    return (
        f"nothing keeps the task of {misuse.subject}(): it can be garbage-collected before it is done; keep a reference"
    )
