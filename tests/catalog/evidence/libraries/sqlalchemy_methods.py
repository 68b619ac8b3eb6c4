"""Every method of SQLAlchemy's engines, connections, sessions, queries and results, over PostgreSQL that answers late."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import asyncpg
import psycopg
import psycopg2
import sqlalchemy as sa
from evidence import servers
from evidence.libraries.sqlalchemy_orm import ALL, ONE, Base, Note, Thread, url
from evidence.subjects import served, served_inside
from evidence.sweep import Subject, Sweep
from sqlalchemy import orm
from sqlalchemy.ext import asyncio as sa_asyncio

DRIVERS = (asyncpg, psycopg, psycopg2)
"""Imported here so that no case measures an import."""
SYNCHRONOUS = ("BLOCKING", "CPU", "SILENT")

# ---- what blocks


def engine_at(host: str, port: int) -> Any:
    """An engine over psycopg2 that has made its tables and two rows, and holds a connection."""
    engine = sa.create_engine(url("psycopg2", host, port))
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.merge(Note(id=1, text="x"))
        session.merge(Thread(id=1))
        session.commit()
    return engine


def of_engine(use: Callable[[Any], Any]) -> Subject:
    return served(servers.postgresql, lambda host, port: use(engine_at(host, port)))


def of_session(use: Callable[[Any], Any] = lambda session: session, **options: Any) -> Subject:
    """A session, or what becomes of it, in a transaction that the server knows of, with ``session.note`` loaded."""

    def made(engine: Any) -> Any:
        session = orm.Session(engine, **options)
        session.note = session.get(Note, 1)  # type: ignore[attr-defined]
        return use(session)

    return of_engine(made)


def of_connection(use: Callable[[Any], Any] = lambda connection: connection) -> Subject:
    def made(engine: Any) -> Any:
        connection = engine.connect()
        connection.execute(ONE)
        return use(connection)

    return of_engine(made)


def of_result(use: Callable[[Any], Any] = lambda result: result, rows: int = 3) -> Subject:
    many = sa.text(f"select generate_series(1, {rows}) as id")
    return of_connection(lambda connection: use(connection.execute(many)))


def dirty(session: Any) -> Any:
    session.note.text += "y"
    return session


def scoped(session: Any) -> Any:
    made = orm.scoped_session(lambda: session)
    made.note = made().note
    return made


def disposed(engine: Any) -> Any:
    """No connection is left: the next one is new."""
    engine.dispose()
    return engine


def idle(engine: Any) -> Any:
    return orm.scoped_session(orm.sessionmaker(engine))


def with_note(method: str) -> Callable[[Any], Any]:
    """The method of the session, called with the object it has loaded."""
    return lambda session: SimpleNamespace(**{method: lambda: getattr(session, method)(session.note)})


def sessions(then: Callable[[Any], Any]) -> dict[str, Subject]:
    """What a method needs that waits, or works, only in a certain state."""
    needed = {
        use: of_session(lambda it, use=use: with_note(use)(then(it)))
        for use in ("expire", "expunge", "delete", "refresh")
    }
    return needed | {
        "flush": of_session(lambda it: then(dirty(it))),
        "begin_nested": of_session(lambda it: then(dirty(it))),
        "prepare": of_session(then, twophase=True),
        "merge": of_session(lambda it: SimpleNamespace(merge=lambda: then(it).merge(Note(id=7)))),
        "merge_all": of_session(lambda it: SimpleNamespace(merge_all=lambda: then(it).merge_all([Note(id=7)]))),
        "delete_all": of_session(lambda it: SimpleNamespace(delete_all=lambda: then(it).delete_all([it.note]))),
        "connection": of_engine(lambda engine: then(new(disposed(engine)))),
        "begin": of_engine(lambda engine: then(new(engine))),
    }  # fmt: skip


def new(engine: Any) -> Any:
    session = orm.Session(engine)
    session.note = None  # type: ignore[attr-defined]
    return session


# ---- what is awaited


def of_async_engine(use: Callable[[Any], Awaitable[Any]], driver: str = "asyncpg") -> Subject:
    """An asynchronous engine without a connection, or what ``use`` awaits of it."""

    async def made(host: str, port: int) -> Any:
        engine_at(host, port).dispose()
        return await use(
            sa_asyncio.create_async_engine(url(driver, host, port) + ("?ssl=disable" if driver == "asyncpg" else ""))
        )

    return served_inside(servers.postgresql, made)


def of_async_session(use: Callable[[Any], Awaitable[Any]]) -> Subject:
    """An asynchronous session, or what ``use`` awaits of it, in a transaction that the server knows of."""

    async def made(engine: Any) -> Any:
        session = sa_asyncio.AsyncSession(engine)
        session.note = await session.get(Note, 1)  # type: ignore[attr-defined]
        return await use(session)

    return of_async_engine(made)


async def itself(it: Any) -> Any:
    return it


def after(use: Callable[[Any], Any]) -> Callable[[Any], Awaitable[Any]]:
    async def made(it: Any) -> Any:
        return use(it)

    return made


async def its_connection(session: Any) -> Any:
    return await session.connection()


async def its_transaction(session: Any) -> Any:
    return session.get_transaction()


async def transaction_of_connection(session: Any) -> Any:
    return (await session.connection()).get_transaction()


async def savepoint(session: Any) -> Any:
    """A transaction within one, which the server is told of when it starts."""
    return (await session.connection()).begin_nested()


async def invalidated(engine: Any) -> Any:
    """A connection that must be made anew."""
    connection = await engine.connect()
    await connection.invalidate()
    return connection


async def left_open(engine: Any) -> Any:
    connection = await engine.connect()
    await connection.close()
    return engine


def async_scoped(session: Any) -> Any:
    made = sa_asyncio.async_scoped_session(lambda: session, scopefunc=lambda: 1)
    made.note = made().note
    return made


async def with_thread(session: Any) -> Any:
    """The deletion of an object reads first what must go with it."""
    thread = await session.get(Thread, 1)
    return SimpleNamespace(delete=lambda: session.delete(thread), delete_all=lambda: session.delete_all([thread]))


def used(method: str, then: Callable[[Any], Any]) -> Callable[[Any], Awaitable[Any]]:
    """A transaction of the session's own method, with a statement in it."""

    async def call(session: Any) -> None:
        async with getattr(then(session), method)():
            await session.execute(ONE)

    async def made(session: Any) -> Any:
        await session.rollback()
        return SimpleNamespace(**{method: lambda: call(session)})

    return made


def async_sessions(then: Callable[[Any], Any]) -> dict[str, Subject]:
    """The same for what is awaited."""
    needed = {
        use: of_async_session(after(lambda it, use=use: with_note(use)(then(it))))
        for use in ("expire", "expunge", "refresh")
    }
    return needed | {
        "close_all": of_async_session(after(lambda it: alone(then(it)))),
        "flush": of_async_session(after(lambda it: then(dirty(it)))),
        "begin_nested": of_async_session(after(lambda it: then(dirty(it)))),
        "begin": of_async_session(used("begin", then)),
        "merge": of_async_session(after(lambda it: SimpleNamespace(merge=lambda: then(it).merge(Note(id=7))))),
        "connection": of_async_engine(after(lambda engine: async_new(engine, then))),
        "delete": of_async_session(with_thread),
        "merge_all": of_async_session(
            after(lambda it: SimpleNamespace(merge_all=lambda: then(it).merge_all([Note(id=7)])))
        ),
        "delete_all": of_async_session(with_thread),
    }  # fmt: skip


def alone(session: Any) -> Any:
    """No session of an earlier loop is left."""
    gc.collect()
    return session


def async_new(engine: Any, then: Callable[[Any], Any]) -> Any:
    session = sa_asyncio.AsyncSession(engine)
    session.note = None  # type: ignore[attr-defined]
    return then(session)


async def begins(engine: Any) -> Any:
    """A connection's transaction, with a statement in it."""
    connection = await engine.connect()

    async def call() -> None:
        async with connection.begin():
            await connection.execute(ONE)

    return SimpleNamespace(begin=call)


def streamed(use: Callable[[Any], Any] = lambda result: result, rows: int = 3000) -> Subject:
    """What the server still has: psycopg asks it for every row, and when the cursor is closed."""

    async def made(engine: Any) -> Any:
        connection = await engine.connect()
        many = sa.text(f"select generate_series(1, {rows}) as id")
        result = await connection.stream(many, execution_options={"yield_per": 1, "max_row_buffer": 1})
        if rows > 1:
            await result.fetchone()
        return use(result)

    return of_async_engine(made, "psycopg")


def streams(use: Callable[[Any], Any] = lambda result: result) -> dict[str, Subject]:
    """What wants the only row."""
    return {method: streamed(use, 1) for method in ("one", "one_or_none", "scalar_one", "scalar_one_or_none")}


def singles(use: Callable[[Any], Any] = lambda result: result) -> dict[str, Subject]:
    return {method: of_result(use, 1) for method in ("one", "one_or_none", "scalar_one", "scalar_one_or_none")}


# ---- the sweeps

GIVEN = {
    "statement": ALL, "entity": Note, "ident": 99, "table_name": "notes", "sequence_name": "x", "view_name": "x", "mapper": Note,
    "mappings": [{"text": "x"}], "objects": [Note(text="x")], "entities": (Note,), "criterion": (Note.id == 1,), "clauses": (Note.id == 1,),
    "values": {"text": "y"}, "kwargs": {}, "options": (), "args": (), "fn": lambda *given: None, "num": 1, "size": 1, "index": 0,
    "col_expressions": (), "indexes": (0,), "strategy": lambda row: row, "limit": 1, "offset": 1, "key": "x", "start": 0, "stop": 1,
    "table": Note.__table__, "column": Note.id, "columns": (Note.id,), "expr": (Note.id,), "label": "x", "target": Note, "props": (),
    "name": "x", "attribute_names": None, "execution_options": {}, "bind": None, "uselist": False, "ignore_order": False, "q": (),
}  # fmt: skip
QUERIES = {
    "having": ((sa.text("id = 1"),), {}),
    "select_from": ((Note,), {}),
    "with_hint": ((Note, "x"), {}),
    "with_parent": ((Thread(id=1), Thread.posts), {}),
}
PREPARED = {"commit_prepared": (("x",), {"recover": True}), "rollback_prepared": (("x",), {"recover": True})}
ALL_OF_IT = {"flush": ((), {})}
COLUMNS = {"columns": ((0,), {})}
NEW = {"instance": Note(text="x"), "instances": [Note(text="x")]}
FRESH = {name: of_engine(lambda engine: engine.connect()) for name in ("begin_twophase", *PREPARED)}
STARTS = ("start", "__aenter__", "__await__")
SWEEPS = [
    Sweep("sqlalchemy.orm.Session", of_session(), GIVEN | NEW, ALL_OF_IT, own=sessions(lambda it: it), kinds=SYNCHRONOUS),
    Sweep("sqlalchemy.orm.scoped_session", of_session(scoped), GIVEN | NEW, ALL_OF_IT, own=sessions(scoped), kinds=SYNCHRONOUS),
    Sweep("sqlalchemy.orm.Query", of_session(lambda session: session.query(Note)), GIVEN, QUERIES, kinds=SYNCHRONOUS),
    Sweep("sqlalchemy.orm.SessionTransaction", of_session(lambda session: session.get_transaction(), twophase=True), GIVEN),
    Sweep("sqlalchemy.orm.sessionmaker", of_engine(orm.sessionmaker), GIVEN),
    Sweep("sqlalchemy.engine.Engine", of_engine(lambda engine: engine), GIVEN),
    Sweep("sqlalchemy.engine.Connection", of_connection(), GIVEN | {"statement": "select 1"}, PREPARED, own=FRESH),
    Sweep("sqlalchemy.engine.Transaction", of_connection(lambda connection: connection.get_transaction()), GIVEN),
    Sweep("sqlalchemy.engine.Inspector", of_connection(sa.inspect), GIVEN | {"schema": None, "table": sa.Table("x", sa.MetaData())}),
    Sweep("sqlalchemy.engine.Result", of_result(), GIVEN, COLUMNS, own=singles(), kinds=SYNCHRONOUS),
    Sweep("sqlalchemy.engine.ScalarResult", of_result(lambda it: it.scalars()), GIVEN, own=singles(lambda it: it.scalars())),
    Sweep("sqlalchemy.engine.MappingResult", of_result(lambda it: it.mappings()), GIVEN, own=singles(lambda it: it.mappings())),
    Sweep("sqlalchemy.ext.asyncio.AsyncEngine", of_async_engine(itself), own={"dispose": of_async_engine(left_open)}),
    Sweep("sqlalchemy.ext.asyncio.AsyncSession", of_async_session(itself), GIVEN | NEW, ALL_OF_IT, own=async_sessions(lambda it: it), prompt=["__aenter__"]),
    Sweep("sqlalchemy.ext.asyncio.async_scoped_session", of_async_session(after(async_scoped)), GIVEN | NEW, ALL_OF_IT, own=async_sessions(async_scoped)),
    Sweep(
        "sqlalchemy.ext.asyncio.AsyncConnection",
        of_async_session(its_connection),
        GIVEN | {"statement": ONE},
        prompt=["execution_options"],
        own={"begin": of_async_engine(begins), "get_raw_connection": of_async_engine(invalidated)}
        | {name: of_async_engine(after(lambda engine: engine.connect())) for name in STARTS},
    ),
    Sweep(
        "sqlalchemy.ext.asyncio.AsyncSessionTransaction",
        of_async_session(its_transaction),
        GIVEN,
        own={name: of_async_session(after(lambda session: dirty(session).begin_nested())) for name in STARTS},
    ),
    Sweep(
        "sqlalchemy.ext.asyncio.AsyncTransaction",
        of_async_session(transaction_of_connection),
        GIVEN,
        own={name: of_async_session(savepoint) for name in STARTS},
    ),
    Sweep("sqlalchemy.ext.asyncio.AsyncResult", streamed(), GIVEN, own=streams()),
    Sweep("sqlalchemy.ext.asyncio.AsyncScalarResult", streamed(lambda it: it.scalars()), GIVEN, own=streams(lambda it: it.scalars())),
    Sweep("sqlalchemy.ext.asyncio.AsyncMappingResult", streamed(lambda it: it.mappings()), GIVEN, own=streams(lambda it: it.mappings())),
]  # fmt: skip
