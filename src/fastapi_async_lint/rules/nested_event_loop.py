"""A second event loop inside the running one.

## What it does
Reports `asyncio.run()`, `loop.run_until_complete()`, `anyio.run()`, `uvicorn.run()` and the like in code that runs on
the event loop, directly or several calls deep.

## Why is this bad?
A thread runs one event loop at a time. On the loop these calls raise `RuntimeError: asyncio.run() cannot be called from
a running event loop`, and the coroutine they were given never runs. In a helper this goes unnoticed as long as only
scripts and tests call it.

## Example
```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


async def load() -> str:
    await asyncio.sleep(1)
    return "loaded"


def load_now() -> str:
    return asyncio.run(load())


@app.get("/direct")
async def direct() -> str:
    return asyncio.run(load())  # error


@app.get("/deep")
async def deep() -> str:
    return load_now()  # error
```

## Use instead
```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


async def load() -> str:
    await asyncio.sleep(1)
    return "loaded"


@app.get("/direct")
async def direct() -> str:
    return await load()


@app.get("/pooled")
def pooled() -> str:
    return asyncio.run(load())  # a thread of the pool has no event loop


def load_anywhere() -> str:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(load())  # no event loop is running here
    raise TypeError("await load() instead")


@app.get("/checked")
async def checked() -> str:
    return load_anywhere()


if __name__ == "__main__":
    print(asyncio.run(load()))
```

## Fix safety
`await load()` in place of `asyncio.run(load())` is unsafe: it replaces what fails by what works, in the task and the
context of the caller. It is offered in coroutines; a synchronous helper has to become `async def` first.

## Limits
Code that only threads, commands or scripts reach is not reported, nor what follows from a failed
`asyncio.get_running_loop()` or a negative `loop.is_running()` in the same function. Where the application calls
`nest_asyncio.apply()`, such calls block instead of failing, and all findings have confidence *possible*.

## References
- [asyncio.run](https://docs.python.org/3/library/asyncio-runner.html#asyncio.run)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import diagnostic
from fastapi_async_lint.rules._message import loop_site_message
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL306",
    name="nested-event-loop",
    on_by_default=True,
    kind="async-misuse",
    summary="Running an event loop inside the one that is running",
)
CATEGORY = "nested-loop"
"""Of the catalogued calls that run an event loop, or wait for the one that they are called on."""

VERB = "fails on the running event loop"


def check(view: View) -> Iterator[Diagnostic]:
    """Loops inside the loop."""
    for site in view.loop_sites():
        if site.effect == "blocking" and site.category == CATEGORY:
            yield diagnostic(
                site, META, loop_site_message(site, "fails on the running event loop", "await the coroutine")
            )
