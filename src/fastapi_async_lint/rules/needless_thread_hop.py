"""A `def` endpoint or dependency that does next to nothing and takes a thread for it.

## What it does
Reports `def` endpoints and dependencies of which all is known to take microseconds: they read parameters, attributes and constants,
make a few objects, and call nothing but functions of which the same is known.

## Why is this bad?
FastAPI hands every plain function to its thread pool. The way there and back costs more than such a function itself, for every
request and every dependency. What is worse: when all 40 threads of the pool are busy, a health check that needs none waits for one.

## Example
```python
from typing import Annotated

from fastapi import Depends, FastAPI, Request

app = FastAPI()


class Page:
    def __init__(self, size: int, number: int) -> None:
        self.size = size
        self.number = number


def page(size: int = 20, number: int = 0) -> Page:  # error
    return Page(min_size(size), number)


def min_size(size: int) -> int:
    return 1 if size < 1 else size


@app.get("/health")
def health() -> dict[str, str]:  # error
    return {"status": "ok"}


@app.get("/items")
async def items(page: Annotated[Page, Depends(page)], request: Request) -> str:
    return f"{page.number} {request.url}"
```

## Use instead
```python
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI

app = FastAPI()


async def page(size: int = 20) -> int:
    return 1 if size < 1 else size


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/items")
async def items(page: Annotated[int, Depends(page)]) -> int:
    return page


@app.get("/terms")
def terms() -> str:  # waits for a file: right in a thread
    return Path("terms.txt").read_text()
```

## Fix safety
Making it `async def` is unsafe. It is refused where something else calls the function plainly, overrides it or is overridden, where
it goes to anything but the framework, under decorators that may need a plain function, and for a generator with a return
annotation, which would have to change with it. A response model is then checked on the event loop, and context variables that the
function sets are seen by the endpoint.

## Limits
The rule is silent about what it does not know: values without a type, calls that the catalog does not call quick (logging
among them), loops and comprehensions of any kind, imports, attributes of database models, classes as dependencies.

## References
- [FastAPI: very technical details](https://fastapi.tiangolo.com/async/#very-technical-details)
- [Starlette: thread pool](https://www.starlette.io/threadpool/)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._misuses import entry_titles, report_misuses
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL404",
    name="needless-thread-hop",
    on_by_default=False,
    kind="thread-pool",
    summary="A `def` endpoint or dependency that does next to nothing",
)


def check(view: View) -> Iterator[Diagnostic]:
    """What needs no thread."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    what = "" if misuse.note == "route" else f", a {misuse.note},"
    return (
        f"`{misuse.subject}`{what} takes a thread of the pool for each {entry_titles(misuse, 'request')} and does next to nothing "
        "in it; make it `async def`"
    )
