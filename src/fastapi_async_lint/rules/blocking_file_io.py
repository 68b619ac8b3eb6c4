"""Blocking file access on the event loop.

## What it does
Reports opening, reading, writing, copying and deleting files (`open()`, `pathlib`, `shutil`, `zipfile`, …) in code
that runs on the event loop.

## Why is this bad?
File access goes through the operating system and may wait for a disk, a network share or a lock. On a fast local disk
the stop is short, which is why most of these findings are *minor*; on a loaded or remote one it is not.

## Example
```python
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()


@app.get("/terms")
async def terms() -> str:
    return Path("terms.txt").read_text()  # error


@app.post("/log")
async def log(line: str) -> None:
    with open("log.txt", "a") as file:  # error
        file.write(line)  # error
```

## Use instead
```python
import io

import anyio
from fastapi import FastAPI, UploadFile
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


def append(line: str) -> None:
    with open("log.txt", "a") as file:
        file.write(line)


@app.get("/terms")
async def terms() -> str:
    return await anyio.Path("terms.txt").read_text()


@app.post("/log")
async def log(line: str) -> None:
    await run_in_threadpool(append, line)


@app.post("/upload")
async def upload(file: UploadFile) -> int:
    buffer = io.BytesIO(await file.read())
    return len(buffer.read())
```

## Fix safety
An asynchronous counterpart is offered where the change is mechanical; it and off-loading are unsafe, because other
code may touch the file in between.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
Files in memory (`io.BytesIO`, `io.StringIO`) are not reported. Asking about a file without opening it is another
rule, `blocking-path-check`, which is off by default. Buffering may make a single `write()` cheap; it is reported
nevertheless.

## References
- [AnyIO: asynchronous file I/O](https://anyio.readthedocs.io/en/stable/fileio.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL105",
    name="blocking-file-io",
    on_by_default=True,
    kind="blocking-io",
    summary="Reading or writing files while the event loop stands still",
)


def check(view: View) -> Iterator[Diagnostic]:
    """File contents read or written on the loop."""
    return report_blocking(view, META, {"file"})
