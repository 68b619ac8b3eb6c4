"""Blocking subprocess on the event loop.

## What it does
Reports `subprocess.run()` and its relatives, `os.system()`, and waiting for a process (`Popen.wait()`,
`os.waitpid()`) in code that runs on the event loop.

## Why is this bad?
The event loop stands still for as long as the other program runs, which is often the slowest thing a service does.

## Example
```python
import os
import subprocess

from fastapi import FastAPI

app = FastAPI()


@app.post("/thumbnail")
async def thumbnail() -> int:
    os.system("mkdir -p /tmp/thumbnails")  # error
    done = subprocess.run(["convert", "in.png", "out.png"])  # error
    return done.returncode
```

## Use instead
```python
import asyncio
import subprocess

from fastapi import FastAPI

app = FastAPI()


@app.post("/thumbnail")
async def thumbnail() -> int:
    process = await asyncio.create_subprocess_exec("convert", "in.png", "out.png")
    return await process.wait()


@app.post("/preview")
async def preview() -> int:
    done = await asyncio.to_thread(subprocess.run, ["convert", "in.png", "out.png"])
    return done.returncode


@app.post("/poster")
def poster() -> int:
    return subprocess.run(["convert", "in.png", "out.png"]).returncode
```

## Fix safety
Off-loading is unsafe: signals and `preexec_fn` behave differently when a thread starts the process.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
How long the program runs is not known, so a quick one is reported like a slow one.

## References
- [asyncio: subprocesses](https://docs.python.org/3/library/asyncio-subprocess.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL104",
    name="blocking-subprocess",
    on_by_default=True,
    kind="blocking-io",
    summary="Starting or waiting for a process while the event loop stands still",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Subprocesses on the loop."""
    return report_blocking(view, META, {"subprocess"})
