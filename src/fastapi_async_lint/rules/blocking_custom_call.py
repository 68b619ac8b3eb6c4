"""Blocking call from the project's own catalog.

## What it does
Reports calls that a catalog file of the project declares as blocking with the category `custom`, in code that runs on
the event loop. Calls declared with another category belong to that category's rule.

## Why is this bad?
A company's own client libraries block like any other; only the project knows their names.

## Example
```toml
# file: blocking.toml
[library]
name = "acme"
modules = ["acme"]
check = "documented"

[[effect]]
kind = "blocking"
category = "custom"
names = ["acme.fetch_prices"]
replacement = "acme.aio.fetch_prices"
```
```python
import acme
from fastapi import FastAPI

app = FastAPI()


@app.get("/prices")
async def prices() -> list[int]:
    return acme.fetch_prices()  # error
```

## Use instead
```toml
# file: blocking.toml
[library]
name = "acme"
modules = ["acme"]
check = "documented"

[[effect]]
kind = "blocking"
category = "custom"
names = ["acme.fetch_prices"]
replacement = "acme.aio.fetch_prices"
```
```python
import acme
import acme.aio
from fastapi import FastAPI

app = FastAPI()


@app.get("/prices")
async def prices() -> list[int]:
    return await acme.aio.fetch_prices()


@app.get("/cached")
def cached() -> list[int]:
    return acme.fetch_prices()


@app.get("/names")
async def names() -> list[str]:
    return acme.fetch_prices_names()
```

## Fix safety
Off-loading is unsafe: whether the call may run in another thread is for the project to know.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
Names match exactly: `acme.fetch` does not stand for `acme.fetch_prices`, nor for `other.acme.fetch`.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL120",
    name="blocking-custom-call",
    on_by_default=True,
    kind="blocking-io",
    summary="A call that the project's own catalog declares as blocking",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Calls of the project's own catalog on the loop."""
    return report_blocking(view, META, {"custom"})
