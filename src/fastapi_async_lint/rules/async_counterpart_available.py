"""A `def` endpoint that waits in a thread only for what could be awaited.

## What it does
Reports `def` endpoints all of whose blocking calls, in their own body and in all that they call, have asynchronous counterparts in
the catalog, and names those.

## Why is this bad?
It is not wrong: FastAPI runs the endpoint in a thread of its pool, and the event loop goes on. But that pool has 40 threads for all
`def` endpoints and dependencies of the process together, and each is taken until its call returns. With slow neighbours (another
service, a database) the 41st request waits for a thread, whatever it is about. What waits on the event loop needs no thread.

## Example
```python
import httpx
from fastapi import FastAPI

app = FastAPI()


def stock_of(item: str) -> object:
    return httpx.get(f"https://example.com/stock/{item}").json()


@app.get("/stock/{item}")
def stock(item: str) -> object:  # error
    return stock_of(item)
```

## Use instead
```python
import hashlib

import httpx
from fastapi import FastAPI

app = FastAPI()


async def stock_of(item: str) -> object:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"https://example.com/stock/{item}")).json()


@app.get("/stock/{item}")
async def stock(item: str) -> object:
    return await stock_of(item)


@app.get("/seal/{item}")
def seal(item: str) -> str:  # computes as well: right in a thread
    text = httpx.get(f"https://example.com/stock/{item}").text
    return hashlib.pbkdf2_hmac("sha256", text.encode(), b"salt", 600_000).hex()
```

## Fix safety
There is no fix: clients, sessions and all functions on the way have to be changed with the endpoint.

## Limits
- Endpoints that also do what has no counterpart in the catalog, wait for other threads, compute for long, or wait for files only (asynchronous files are
  threads behind the scenes) are left alone.
- Where the endpoint, or what it calls, calls something of which nothing is known, the finding is only *possible*.
- Dependencies run on their own and are not counted; one that provides a session or client has to be changed as well.
- Attributes that a database model loads when they are read are not seen.

## References
- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/)
- [AnyIO: adjusting the default maximum worker thread count](https://anyio.readthedocs.io/en/stable/threads.html#adjusting-the-default-maximum-worker-thread-count)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Confidence, Diagnostic
from fastapi_async_lint.rules._message import counterpart_title
from fastapi_async_lint.rules._misuses import entry_titles, report_misuses
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL405",
    name="async-counterpart-available",
    on_by_default=False,
    kind="thread-pool",
    summary="A `def` endpoint whose blocking calls all have asynchronous counterparts",
)
MAX_NAMES = 3


def check(view: View) -> Iterator[Diagnostic]:
    """Endpoints that could wait on the event loop."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    names = [counterpart_title(name) for name in misuse.note.split(", ")]
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    known = ", as far as is known," if misuse.confidence is Confidence.POSSIBLE else ""
    return (
        f"`{misuse.subject}` takes a thread for {entry_titles(misuse, 'its requests')}{known} only to wait for what has asynchronous "
        f"counterparts: {', '.join(names[:MAX_NAMES])}{more}; with these it can be `async def`"
    )
