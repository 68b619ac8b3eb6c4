"""Heavy import on the event loop.

## What it does
Reports `import` statements inside functions that run on the event loop, for packages that take long to import.

## Why is this bad?
The first request that comes this way reads and runs all modules of the package while the event loop stands still,
often for seconds. Later requests find them loaded: the worker process stops once, at the worst moment, under load.

## Example
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/mean")
async def mean() -> float:
    import pandas  # error

    return pandas.Series([1, 2, 3]).mean()
```

## Use instead
```python
import pandas
from fastapi import FastAPI

app = FastAPI()


@app.get("/mean")
async def mean() -> float:
    import math

    return math.floor(pandas.Series([1, 2, 3]).mean())
```

## Fix safety
There is no automatic fix: an import at the top of the module costs start-up time and may be what the author wanted to
avoid.

## Limits
Only packages that the catalog marks as heavy are reported. A package that another module has imported at start-up is
already loaded and costs nothing; such an import is reported nevertheless.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL111",
    name="import-on-request",
    on_by_default=False,
    kind="blocking-io",
    summary="Importing a heavy package in code that runs on the event loop",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Heavy imports on the loop."""
    return report_blocking(view, META, {"import"}, otherwise="import it at the top of the module")
