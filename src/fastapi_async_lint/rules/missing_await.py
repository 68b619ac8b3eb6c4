"""A coroutine that nothing awaits.

## What it does
Reports calls that give a coroutine (of the project's own `async def` functions and methods, through variables, partials
and decorators that are known; of catalogued libraries) where the coroutine is dropped, bound to a name that is never
used, only tested, compared or formatted, or used as if it were its own result (`load().name`, `load()[0]`).

## Why is this bad?
Calling an `async def` function runs nothing of its body. It makes a coroutine, which runs when it is awaited or made a
task. One that is thrown away never runs: the mail is not sent, the row is not written, and all that is left is a
`RuntimeWarning: coroutine '…' was never awaited` in the log. A coroutine as a condition is always true.

## Example
```python
import asyncio

import httpx
from fastapi import FastAPI, HTTPException

app = FastAPI()


async def is_admin(user: str) -> bool:
    return user == "root"


async def log_access(user: str) -> None:
    print(user)


@app.delete("/users/{user}")
async def delete_user(user: str) -> None:
    if not is_admin(user):  # error
        raise HTTPException(403)
    log_access(user)  # error
    asyncio.sleep(1)  # error
    written = log_access(user)  # error
    print(httpx.AsyncClient().get("https://example.org").text)  # error


def log_later(user: str) -> None:
    log_access(user)  # error
```

## Use instead
```python
import asyncio
from collections.abc import Awaitable

from fastapi import FastAPI, HTTPException

app = FastAPI()
tasks: set[asyncio.Task[None]] = set()


async def is_admin(user: str) -> bool:
    return user == "root"


async def log_access(user: str) -> None:
    print(user)


@app.delete("/users/{user}")
async def delete_user(user: str) -> None:
    if not await is_admin(user):
        raise HTTPException(403)
    await log_access(user)
    await asyncio.gather(log_access(user), asyncio.sleep(1))  # passed on
    task = asyncio.create_task(log_access(user))
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def access_logger(user: str) -> Awaitable[None]:
    return log_access(user)  # for the caller to await
```

## Fix safety
`await` in front of the call is unsafe: the body runs for the first time, with all its effects, and its errors come
here. In a synchronous function, a lambda or a `finally` block there is only a hint.

## Limits
- A coroutine that is returned, stored, passed on, yielded or read by an inner function counts as used, whatever becomes of it.
- Where the function may as well be a synchronous one (an override, a callback that may be either, a decorator that
  nothing is known of), the finding has confidence *possible* and is not shown unless asked for.
- A call that is awaited on the other branch of a test (`if is_async: await f() else: f()`) is not reported.
- Calling an asynchronous generator function is no mistake and not reported. Nor are the project's tests.

## References
- [Coroutines](https://docs.python.org/3/library/asyncio-task.html#coroutines)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Confidence, Diagnostic
from fastapi_async_lint.rules._misuses import report_misuses
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL301",
    name="missing-await",
    on_by_default=True,
    kind="async-misuse",
    summary="A coroutine that is made and never awaited, so that it never runs",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Coroutines nobody awaits."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    may = "may be" if misuse.confidence is Confidence.POSSIBLE else "is"
    if misuse.note == "tested":
        return (
            f"{misuse.subject}() {may} a coroutine that is tested but never awaited: it never runs, and is always true"
        )
    if misuse.note == "used":
        return f"{misuse.subject}() {may} a coroutine that is used without being awaited; await it"
    return f"{misuse.subject}() {may} a coroutine that is never awaited, so it never runs; await it"
