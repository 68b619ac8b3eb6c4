"""fastapi-pagination: pages of what a database gives late."""

from __future__ import annotations

import contextlib
import importlib.metadata
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import fastapi_pagination.ext.sqlalchemy
import fastapi_pagination.ext.sqlmodel
import sqlalchemy
import sqlalchemy.ext.asyncio
import sqlalchemy.orm
import sqlmodel
import sqlmodel.ext.asyncio.session
from evidence.world import World
from fastapi_pagination import Params

from fastapi_async_lint.catalog.reality import numbers

PARAMS = Params(page=1, size=5)


class Thing(sqlmodel.SQLModel, table=True):
    """A row that is made slowly."""

    id: int | None = sqlmodel.Field(default=None, primary_key=True)


def napping(engine: sqlalchemy.Engine, delay: float) -> None:
    @sqlalchemy.event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.create_function("nap", 0, lambda: time.sleep(delay) or 1)


def query(select: Callable[..., Any]) -> Any:
    return select(Thing).where(sqlalchemy.func.nap() == 1)


def page(module: Any, session: Any, select: Callable[..., Any]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        engine = sqlalchemy.create_engine(f"sqlite:///{world.folder}/x")
        napping(engine, world.delay)
        sqlmodel.SQLModel.metadata.create_all(engine)
        with session(engine) as found:
            found.add(Thing())
            found.commit()
            yield lambda: module.paginate(found, query(select), PARAMS)
        engine.dispose()

    return case


@contextlib.asynccontextmanager
async def opened(world: World, kind: Any) -> AsyncIterator[Any]:
    engine = sqlalchemy.ext.asyncio.create_async_engine(f"sqlite+aiosqlite:///{world.folder}/x")
    napping(engine.sync_engine, world.delay)
    async with engine.begin() as connection:
        await connection.run_sync(sqlmodel.SQLModel.metadata.create_all)
    async with kind(engine) as found:
        found.add(Thing())
        await found.commit()
        yield found
    await engine.dispose()


def page_inside(paginate: Any, kind: Any, select: Callable[..., Any]) -> Callable[[World], Awaitable[object]]:
    async def case(world: World) -> None:
        async with opened(world, kind) as found:
            await paginate(found, query(select), PARAMS)

    return case


PLAIN = fastapi_pagination.ext.sqlalchemy
MODELS = fastapi_pagination.ext.sqlmodel
ASYNC_SESSION = sqlalchemy.ext.asyncio.AsyncSession
ASYNC_MODELS = sqlmodel.ext.asyncio.session.AsyncSession

BLOCKING = {
    "fastapi_pagination.ext.sqlalchemy.paginate": page(PLAIN, sqlalchemy.orm.Session, sqlalchemy.select),
    "fastapi_pagination.ext.sqlmodel.paginate": page(MODELS, sqlmodel.Session, sqlmodel.select),
}

ASYNC = {
    "fastapi_pagination.ext.sqlalchemy.apaginate": page_inside(PLAIN.apaginate, ASYNC_SESSION, sqlalchemy.select),
    "fastapi_pagination.ext.sqlmodel.apaginate": page_inside(MODELS.apaginate, ASYNC_MODELS, sqlmodel.select),
}
if numbers(importlib.metadata.version("fastapi-pagination")) < numbers("0.16"):
    ASYNC["fastapi_pagination.ext.sqlalchemy.paginate"] = page_inside(PLAIN.paginate, ASYNC_SESSION, sqlalchemy.select)
    ASYNC["fastapi_pagination.ext.sqlmodel.paginate"] = page_inside(MODELS.paginate, ASYNC_MODELS, sqlmodel.select)
