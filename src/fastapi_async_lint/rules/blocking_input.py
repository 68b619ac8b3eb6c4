"""Blocking input on the event loop.

## What it does
Reports `input()`, `getpass.getpass()` and the like in code that runs on the event loop.

## Why is this bad?
The event loop stands still until somebody types an answer; a service without a terminal stands still for ever or gets
an `EOFError`. It is mostly a debugging aid that was left behind.

## Example
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/confirm")
async def confirm() -> bool:
    return input("Really? ") == "y"  # error
```

## Use instead
```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/confirm")
async def confirm() -> bool:
    return await asyncio.to_thread(input, "Really? ") == "y"


def ask() -> str:
    return input("Really? ")  # nothing on the event loop calls this


@app.get("/echo")
async def echo(input: str) -> str:
    return input.strip()
```

## Fix safety
Off-loading is unsafe; most often the call should go.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
Reading from a pipe or file that was put in place of the standard input is reported as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL109",
    name="blocking-input",
    on_by_default=True,
    kind="blocking-io",
    summary="Waiting for somebody to type while the event loop stands still",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Input from a terminal on the loop."""
    return report_blocking(view, META, {"input"})
