"""`asyncio.get_event_loop()` in a coroutine.

## What it does
Reports `asyncio.get_event_loop()` in the body of an `async def` function.

## Why is this bad?
In a coroutine it gives the running loop, just as `asyncio.get_running_loop()` does. But it has a second meaning outside
of coroutines, where it made a loop in early versions of Python, warns in later ones and raises `RuntimeError` since
Python 3.14. `get_running_loop()` says what is meant, and does not silently do something else when the line moves into
a synchronous helper.

## Example
```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/time")
async def loop_time() -> float:
    return asyncio.get_event_loop().time()  # error
```

## Use instead
```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/time")
async def loop_time() -> float:
    return asyncio.get_running_loop().time()


def main() -> None:
    loop = asyncio.get_event_loop()  # not in a coroutine: this may be meant
    loop.run_forever()
```

## Fix safety
`get_running_loop()` is a safe fix: in a coroutine both give the same loop.

## Limits
Synchronous functions are left alone, those that only coroutines call as well.

## References
- [asyncio.get_event_loop](https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.get_event_loop)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._misuses import report_misuses
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL307",
    name="get-event-loop",
    on_by_default=True,
    kind="async-misuse",
    summary="asyncio.get_event_loop() where a loop is running",
)


def check(view: View) -> Iterator[Diagnostic]:
    """The ambiguous way to get at the loop."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    advice = f"; use {misuse.replacement}()" if misuse.replacement else ""
    return f"{misuse.subject}() in a coroutine{advice}"
