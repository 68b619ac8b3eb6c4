"""Every method of the ORMs' sessions, queries, results and managers, over PostgreSQL that answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import peewee
import psycopg2
import sqlalchemy as sa
import tortoise
from django.core.cache.backends.redis import RedisCache
from evidence import servers
from evidence.libraries.orms import Event, Person, django_model, proxy
from evidence.libraries.sqlalchemy_orm import ALL, ONE, Base, Note, url
from evidence.servers import slowly
from evidence.subjects import served, served_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World
from sqlalchemy import orm
from sqlalchemy.ext import asyncio as sa_asyncio

DRIVERS = (asyncpg, psycopg2)
"""Imported here so that no case measures an import."""
SYNCHRONOUS = ("BLOCKING", "CPU", "SILENT")
ASYNCHRONOUS = ("ASYNC",)

# ---- SQLAlchemy


def engine_at(host: str, port: int) -> Any:
    engine = sa.create_engine(url("psycopg2", host, port))
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.merge(Note(id=1, text="x"))
        session.commit()
    return engine


def of_engine(use: Callable[[Any], Any]) -> Subject:
    return served(servers.postgresql, lambda host, port: use(engine_at(host, port)))


def of_session(use: Callable[[Any], Any] = lambda session: session) -> Subject:
    """A session, or what becomes of it, in a transaction that the server knows of."""

    def made(engine: Any) -> Any:
        session = orm.Session(engine)
        session.get(Note, 1)
        return use(session)

    return of_engine(made)


def of_connection(use: Callable[[Any], Any] = lambda connection: connection) -> Subject:
    def made(engine: Any) -> Any:
        connection = engine.connect()
        connection.execute(ONE)
        return use(connection)

    return of_engine(made)


def of_async_session(use: Callable[[Any], Any]) -> Subject:
    """An asynchronous session, or what ``use`` awaits of it, in a transaction that the server knows of."""

    async def made(host: str, port: int) -> Any:
        engine_at(host, port).dispose()
        engine = sa_asyncio.create_async_engine(url("asyncpg", host, port) + "?ssl=disable")
        session = sa_asyncio.AsyncSession(engine)
        await session.get(Note, 1)
        return await use(session)

    return served_inside(servers.postgresql, made)


async def itself(session: Any) -> Any:
    return session


async def its_connection(session: Any) -> Any:
    return await session.connection()


async def its_transaction(session: Any) -> Any:
    return session.get_transaction()


async def transaction_of_connection(session: Any) -> Any:
    return (await session.connection()).get_transaction()


async def scoped(session: Any) -> Any:
    return sa_asyncio.async_scoped_session(lambda: session, scopefunc=lambda: 1)


def streamed(use: Callable[[Any], Any] = lambda result: result) -> Subject:
    """What the server still has most of."""

    async def made(session: Any) -> Any:
        connection = await session.connection()
        many = sa.text("select generate_series(1, 3000) as id")
        return use(await connection.stream(many, execution_options={"yield_per": 1, "max_row_buffer": 1}))

    return of_async_session(made)


def of_result(use: Callable[[Any], Any] = lambda result: result) -> Subject:
    return of_connection(lambda connection: use(connection.execute(sa.text("select generate_series(1, 3) as id"))))


GIVEN = {
    "statement": ALL, "entity": Note, "ident": 1, "table_name": "notes", "sequence_name": "x", "view_name": "x", "mapper": Note,
    "mappings": [{"text": "x"}], "objects": [Note(text="x")], "entities": (Note,), "criterion": (Note.id == 1,), "clauses": (Note.id == 1,),
    "values": {"text": "y"}, "kwargs": {}, "options": (), "args": (), "fn": lambda *given: None, "num": 1, "size": 1, "index": 0,
    "col_expressions": (), "indexes": (0,), "strategy": lambda row: row, "limit": 1, "offset": 1, "key": "x", "start": 0, "stop": 1,
    "table": Note.__table__, "column": Note.id, "columns": (Note.id,), "expr": (Note.id,), "label": "x", "target": Note, "props": (),
    "name": "x", "attribute_names": None, "execution_options": {}, "bind": None, "uselist": False, "ignore_order": False, "q": (),
}  # fmt: skip
NEW = {"instance": Note(text="x"), "instances": [Note(text="x")]}
DIRTY = "nothing is written while nothing has changed"
SQLALCHEMY = [
    Sweep("sqlalchemy.orm.Session", of_session(), GIVEN | NEW, apart={"flush": DIRTY}, kinds=SYNCHRONOUS),
    Sweep(
        "sqlalchemy.orm.scoped_session",
        of_session(lambda session: orm.scoped_session(lambda: session)),
        GIVEN | NEW,
        apart={"flush": DIRTY},
        kinds=SYNCHRONOUS,
    ),
    Sweep("sqlalchemy.orm.Query", of_session(lambda session: session.query(Note)), GIVEN, kinds=SYNCHRONOUS),
    Sweep("sqlalchemy.orm.SessionTransaction", of_session(lambda session: session.get_transaction()), GIVEN),
    Sweep("sqlalchemy.orm.sessionmaker", of_engine(orm.sessionmaker), GIVEN),
    Sweep("sqlalchemy.engine.Engine", of_engine(lambda engine: engine), GIVEN),
    Sweep("sqlalchemy.engine.Connection", of_connection(), GIVEN | {"statement": "select 1"}),
    Sweep("sqlalchemy.engine.Transaction", of_connection(lambda connection: connection.get_transaction()), GIVEN),
    Sweep("sqlalchemy.engine.Inspector", of_connection(sa.inspect), GIVEN | {"schema": None, "table": sa.Table("x", sa.MetaData())}),
    Sweep("sqlalchemy.engine.Result", of_result(), GIVEN, kinds=SYNCHRONOUS),
    Sweep("sqlalchemy.engine.ScalarResult", of_result(lambda result: result.scalars()), GIVEN),
    Sweep("sqlalchemy.engine.MappingResult", of_result(lambda result: result.mappings()), GIVEN),
    Sweep("sqlalchemy.ext.asyncio.AsyncSession", of_async_session(itself), GIVEN | NEW, apart={"flush": DIRTY}),
    Sweep("sqlalchemy.ext.asyncio.async_scoped_session", of_async_session(scoped), GIVEN | NEW, apart={"flush": DIRTY}),
    Sweep("sqlalchemy.ext.asyncio.AsyncConnection", of_async_session(its_connection), GIVEN | {"statement": ONE}),
    Sweep("sqlalchemy.ext.asyncio.AsyncSessionTransaction", of_async_session(its_transaction), GIVEN),
    Sweep("sqlalchemy.ext.asyncio.AsyncTransaction", of_async_session(transaction_of_connection), GIVEN),
    Sweep("sqlalchemy.ext.asyncio.AsyncResult", streamed(), GIVEN),
    Sweep("sqlalchemy.ext.asyncio.AsyncScalarResult", streamed(lambda result: result.scalars()), GIVEN),
    Sweep("sqlalchemy.ext.asyncio.AsyncMappingResult", streamed(lambda result: result.mappings()), GIVEN),
]  # fmt: skip

# ---- Django


def of_django(use: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            note = django_model(host, port)
            yield use(note)
            from django.db import connection

            connection.close()

    return subject


def of_django_inside(use: Callable[[Any], Any]) -> Subject:
    """The asynchronous methods work in another thread, which must be let use this one's connection."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            note = django_model(host, port)
            from django.db import connection

            connection.inc_thread_sharing()
            yield lambda: use(note)
            connection.dec_thread_sharing()
            connection.close()

    return subject


def connection_of(note: Any) -> Any:
    from django.db import connection

    connection.ensure_connection()
    return connection


def cache_at(host: str, port: int) -> Any:
    cache = RedisCache(f"redis://{host}:{port}", {})
    cache.get("x")
    return cache


FIELDS = {
    "field_names": ("id",), "fields": ("id",), "args": (), "expressions": (), "lookups": (), "related": (), "id_list": [1], "alias": "default",
    "using": "default", "field_name": "id", "obj": None, "defaults": None, "other_qs": (), "chunk_size": 10,
}  # fmt: skip
CALLS = {"update": ((), {"id": 1}), "aupdate": ((), {"id": 1}), "values": (("id",), {}), "values_list": (("id",), {})}
DJANGO = [
    Sweep("django.db.models.query.QuerySet", of_django(lambda note: note.objects.order_by("id")), FIELDS, CALLS, kinds=SYNCHRONOUS),
    Sweep("django.db.models.query.QuerySet", of_django_inside(lambda note: note.objects.order_by("id")), FIELDS, CALLS, kinds=ASYNCHRONOUS),
    Sweep("django.db.models.manager.Manager", of_django(lambda note: note.objects), FIELDS, CALLS, kinds=SYNCHRONOUS),
    Sweep("django.db.models.manager.Manager", of_django_inside(lambda note: note.objects), FIELDS, CALLS, kinds=ASYNCHRONOUS),
    Sweep("django.db.models.base.Model", of_django(lambda note: note(id=1)), kinds=SYNCHRONOUS),
    Sweep("django.db.models.base.Model", of_django_inside(lambda note: note(id=1)), kinds=ASYNCHRONOUS),
    Sweep("django.db.backends.base.base.BaseDatabaseWrapper", of_django(connection_of)),
    Sweep(
        "django.core.cache.backends.base.BaseCache",
        served(servers.redis, cache_at),
        {"key": "x", "value": 1, "keys": ["x"], "data": {"x": 1}, "default": 1, "timeout": 9, "version": 1, "delta": 1},
        {"incr_version": (("x",), {}), "decr_version": (("x",), {})},
    ),
]  # fmt: skip

# ---- Peewee and Tortoise


def of_peewee(use: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            where = {"host": host, "port": port, "sslmode": "disable", "gssencmode": "disable"}
            database = peewee.PostgresqlDatabase("evidence", user="evidence", **where)
            proxy.initialize(database)
            Person._meta.set_database(proxy)
            database.create_tables([Person])
            Person.insert(id=1).on_conflict_ignore().execute()
            yield use(database)
            database.close()

    return subject


def of_tortoise(use: Callable[[], Any]) -> Subject:
    async def made(host: str, port: int) -> Any:
        where = {"host": host, "port": port, "user": "evidence", "password": "", "database": "evidence", "ssl": False}
        connections = {"default": {"engine": "tortoise.backends.asyncpg", "credentials": where}}
        apps = {"models": {"models": [Event.__module__], "default_connection": "default"}}
        await tortoise.Tortoise.init(config={"connections": connections, "apps": apps})
        await tortoise.Tortoise.generate_schemas()
        await Event.get_or_create(id=1)
        return use()

    return served_inside(servers.postgresql, made)


PEEWEE = {
    "sql": "select 1", "models": [Person], "table": "person", "name": "x", "query": {"name": "x"}, "insert": {"name": "x"}, "columns": (),
    "expressions": (Person.id == 1,), "values": (Person.id,), "fields": (Person.id,), "rows": [{"name": "x"}], "dest": Person, "pk": 1,
    "model_list": [], "field_dict": {"name": "x"}, "data": [{"name": "x"}], "args": (), "kwargs": {}, "value": 1, "page": 1, "database": proxy,
}  # fmt: skip
OTHERS = [
    Sweep("peewee.ModelSelect", of_peewee(lambda database: Person.select()), PEEWEE),
    Sweep("peewee.ModelInsert", of_peewee(lambda database: Person.insert(name="x")), PEEWEE),
    Sweep("peewee.ModelUpdate", of_peewee(lambda database: Person.update(name="x")), PEEWEE),
    Sweep("peewee.ModelDelete", of_peewee(lambda database: Person.delete().where(Person.id == 99)), PEEWEE),
    Sweep("peewee.Model", of_peewee(lambda database: Person), PEEWEE, {"drop_table": ((), {"safe": True})}),
    Sweep("peewee.Database", of_peewee(lambda database: database), PEEWEE, apart={"__enter__": "cannot be left alone: the transaction stays open"}),
    Sweep("tortoise.models.Model", of_tortoise(lambda: Event), {"args": (), "id": 1}),
    Sweep("tortoise.queryset.QuerySet", of_tortoise(lambda: Event.all()), {"args": (), "orderings": ("id",), "fields": ("id",), "fields_": ("id",)}),
    Sweep("tortoise.queryset.QuerySetSingle", of_tortoise(lambda: Event.first()), {"args": (), "fields": ("id",), "fields_": ("id",)}),
]  # fmt: skip

SWEEPS = SQLALCHEMY + DJANGO + OTHERS
