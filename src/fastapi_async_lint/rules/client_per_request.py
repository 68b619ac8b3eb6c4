"""A client, engine or connection pool that is made for every request.

## What it does
Reports asynchronous clients (`httpx.AsyncClient`, `aiohttp.ClientSession`, `AsyncOpenAI`, …), database engines, connection pools
and clients that hold one (`redis.Redis`, `pymongo.MongoClient`, boto3's) that are made in code that the framework runs for every
request: endpoints, dependencies, middleware, background tasks, and whatever these call.

## Why is this bad?
Such an object is meant to be made once and shared. Made for every request, it opens its connections anew each time, with a TLS
handshake each, and never keeps a connection open for the next request. Many read and parse the bundle of CA certificates besides, which
takes the event loop 20 ms for a client of httpx or of a model's SDK. An engine or pool that is not closed leaks connections, until the
server refuses more.

## Example
```python
import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

app = FastAPI()


def connect() -> AsyncEngine:
    return create_async_engine("postgresql+asyncpg://localhost/shop")  # error


@app.get("/stock")
async def stock() -> object:
    async with httpx.AsyncClient() as client:  # error
        response = await client.get("https://example.com/stock")
    return response.json()


@app.get("/orders")
async def orders() -> int:
    async with connect().begin() as connection:
        return len((await connection.exec_driver_sql("select 1")).all())
```

## Use instead
```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

import httpx
from fastapi import Depends, FastAPI, Request
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/shop")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with httpx.AsyncClient() as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)


@lru_cache
def cache() -> Redis:
    return Redis()


@app.get("/stock")
async def stock(request: Request, redis: Redis = Depends(cache)) -> object:
    response = await request.state.client.get("https://example.com/stock")
    return response.json()


@app.get("/orders")
async def orders() -> None:
    async with AsyncSession(engine) as session:  # sessions are made for each request, engines are not
        await session.commit()
```

## Fix safety
There is only a hint: where the one instance lives, and when it is closed, is a decision.

## Limits
- Where an argument comes from a parameter, such as the key of one of many customers, the finding is only *possible*.
- A client that is stored in a global, a container or an attribute counts as kept. So does what is made where a function looks whether
  something is there and fills it if not, and everything in a function whose decorator is not known.
- Where a client is given the connections of another object (`transport=`, `connector=`, `connection_pool=`, `http_client=`), that
  object is what must be shared, and what is reported where it is made.
- Synchronous clients that hold no pool to a database, broker or cloud (`requests.Session`, `httpx.Client`) are not reported.
- Code that start-up runs, or a command, is not run for every request.

## References
- [HTTPX: Clients](https://www.python-httpx.org/advanced/clients/)
- [SQLAlchemy: Working with Engines](https://docs.sqlalchemy.org/en/20/core/connections.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._message import SHARE
from fastapi_async_lint.rules._misuses import entry_titles, report_misuses, way
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL303",
    name="client-per-request",
    on_by_default=True,
    kind="async-misuse",
    summary="A client, engine or connection pool that is made for every request",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Shared objects that are not shared."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    return f"{misuse.subject} is made anew for every {entry_titles(misuse, 'request')}{way(misuse)}; {SHARE}"
