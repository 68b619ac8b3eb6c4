"""Blocking HTTP request on the event loop.

## What it does
Reports requests made with a synchronous HTTP client (`requests`, `httpx.Client`, `urllib`, `urllib3`, …) in code that
runs on the event loop, also when the client sits several calls away or arrives as a parameter or attribute.

## Why is this bad?
The event loop stands still until the other server has answered. One slow upstream then stops every request of the
worker process, and a missing timeout stops them for good.

## Example
```python
# file: shop/http.py
import requests


def fetch(url: str) -> bytes:
    return requests.get(url, timeout=5).content
```
```python
# file: shop/main.py
import requests
from fastapi import FastAPI

from shop.http import fetch

app = FastAPI()


@app.get("/rates")
async def rates() -> bytes:
    return fetch("https://rates.example")  # error


@app.get("/stock")
async def stock() -> int:
    with requests.Session() as session:
        return session.get("https://stock.example", timeout=5).status_code  # error
```

## Use instead
```python
import httpx
import requests
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


@app.get("/rates")
async def rates() -> bytes:
    async with httpx.AsyncClient() as client:
        response = await client.get("https://rates.example")
    return response.content


@app.get("/stock")
async def stock() -> int:
    response = await run_in_threadpool(requests.get, "https://stock.example", timeout=5)
    return response.status_code


@app.get("/prices")
def prices() -> bytes:
    return requests.get("https://prices.example", timeout=5).content
```

## Fix safety
All fixes are unsafe. An asynchronous client is another library: exceptions, redirects and defaults differ.
Off-loading keeps the client, but sessions that are shared between requests are then used from several threads.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
A client that arrives in an untyped parameter is not recognised. Creating a client is not reported, only using it.

## References
- [HTTPX: async support](https://www.python-httpx.org/async/)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL102",
    name="blocking-http-call",
    on_by_default=True,
    kind="blocking-io",
    summary="An HTTP request made with a blocking client",
)


def check(view: View) -> Iterator[Diagnostic]:
    """HTTP requests on the loop."""
    return report_blocking(view, META, {"http"})
