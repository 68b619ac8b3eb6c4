"""Path check on the event loop.

## What it does
Reports questions about files and folders (`os.path.exists()`, `Path.stat()`, `os.listdir()`, …) and `mkdir()` in code
that runs on the event loop. Contents are neither read nor written; those calls belong to `blocking-file-io`.

## Why is this bad?
On a local disk such a call takes microseconds and moving it to a thread costs more than it saves, so this rule is off
by default. On a network share each of them is a round trip that every request of the worker process waits for.

## Example
```python
import os
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()


@app.get("/exists")
async def exists(name: str) -> bool:
    return os.path.exists(name)  # error


@app.get("/size")
async def size(name: str) -> int:
    return Path(name).stat().st_size  # error
```

## Use instead
```python
import os

import anyio
from fastapi import FastAPI

app = FastAPI()


@app.get("/exists")
async def exists(name: str) -> bool:
    return await anyio.Path(name).exists()


@app.get("/base")
async def base(name: str) -> str:
    return os.path.basename(name)  # works on the text alone
```

## Fix safety
Off-loading is unsafe: the file may change between the check and its use, and a thread makes that gap longer.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
Whether the path lies on a local disk is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL110",
    name="blocking-path-check",
    on_by_default=False,
    kind="blocking-io",
    summary="Asking the file system about a path while the event loop stands still",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Metadata of files asked for on the loop."""
    return report_blocking(view, META, {"path"})
