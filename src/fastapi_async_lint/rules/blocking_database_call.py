"""Blocking database call on the event loop.

## What it does
Reports calls of synchronous database drivers, ORM sessions, caches, document stores and search engines in code that
runs on the event loop. The session usually arrives by `Depends`, so nothing at the call names the library: its type
is inferred.

## Why is this bad?
Connecting, querying and committing wait for another machine. In an `async def` endpoint that wait stops all requests
of the worker process; a slow query or an exhausted connection pool becomes an outage.

## Example
```python
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(bind=engine)
app = FastAPI()


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


@app.get("/orders")
async def orders(db: Annotated[Session, Depends(get_db)]) -> int:
    return len(db.execute(text("select 1")).all())  # error
```

## Use instead
```python
from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

engine = create_async_engine("sqlite+aiosqlite://")
AsyncSessionLocal = async_sessionmaker(engine)
app = FastAPI()


async def get_db():
    async with AsyncSessionLocal() as db:
        yield db


@app.get("/orders")
async def orders(db: AsyncSession = Depends(get_db)) -> int:
    return len((await db.execute(text("select 1"))).all())


def sync_db() -> Session: ...


@app.get("/invoices")
def invoices(db: Session = Depends(sync_db)) -> int:
    return len(db.execute(text("select 1")).all())
```

## Fix safety
Off-loading a single call is unsafe: a session or connection must not be used by two threads at once. Where the
endpoint awaits nothing, making it a plain `def` is usually the better fix, and is offered first; that is unsafe, too.

## Limits
Building a query object is not reported, running it is. Lazy loading of attributes of ORM instances is not seen.

## References
- [SQLAlchemy: asyncio extension](https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL103",
    name="blocking-database-call",
    on_by_default=True,
    kind="blocking-io",
    summary="A database call through a blocking driver",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Database calls on the loop."""
    return report_blocking(view, META, {"database"})
