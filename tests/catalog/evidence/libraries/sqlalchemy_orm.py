"""SQLAlchemy and SQLModel over PostgreSQL that answers late: psycopg2 below the synchronous, asyncpg below the asynchronous half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import psycopg2
import sqlalchemy as sa
import sqlmodel
import sqlmodel.ext.asyncio.session
from evidence import servers
from evidence.servers import slowly
from evidence.world import World
from sqlalchemy import orm
from sqlalchemy.ext import asyncio as sa_asyncio
from sqlalchemy.ext import automap

Case = Callable[[World], Iterator[Callable[[], object]]]
DRIVERS = (asyncpg, psycopg2)
"""Imported here so that no case measures an import."""


class Base(orm.DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    text: orm.Mapped[str] = orm.mapped_column(default="")


class Thread(Base):
    """Its posts go with it."""

    __tablename__ = "threads"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    posts: orm.Mapped[list[Post]] = orm.relationship(cascade="all, delete-orphan")


class Post(Base):
    __tablename__ = "posts"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    thread_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("threads.id"))


GONE = sa.MetaData()
sa.Table("gone", GONE, sa.Column("id", sa.Integer))
NOBODY, ASYNC_NOBODY = "postgresql+psycopg2://127.0.0.1:1/x", "postgresql+asyncpg://127.0.0.1:1/x"
NEVER = sa_asyncio.create_async_engine(ASYNC_NOBODY)
ALL = sa.select(Note)
ONE = sa.text("select 1")


def url(driver: str, host: str, port: int) -> str:
    return f"postgresql+{driver}://evidence@{host}:{port}/evidence"


def with_engine(
    use: Callable[[Any], object], ready: Callable[[Any], Any] = lambda engine: engine, warm: bool = True
) -> Case:
    """A case with an engine that has made its tables (``warm``: and holds a connection); ``ready`` makes what is used."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            engine = sa.create_engine(url("psycopg2", host, port), pool_reset_on_return="rollback")
            Base.metadata.create_all(engine)
            with orm.Session(engine) as session:
                session.merge(Note(id=1, text="x"))
                session.commit()
            if not warm:
                engine.dispose()
            prepared = ready(engine)
            yield lambda: use(prepared)
            orm.close_all_sessions()
            if isinstance(prepared, sa.Connection):
                prepared.close()
            engine.dispose()

    return case


def with_session(use: Callable[[Any], object], ready: Callable[[Any], object] = lambda session: None) -> Case:
    """A case with a session; ``ready`` happens before."""

    def made(engine: Any) -> Any:
        session = sqlmodel.Session(engine)
        ready(session)
        return session

    return with_engine(use, made)


def with_query(use: Callable[[Any], object]) -> Case:
    return with_engine(use, lambda engine: orm.Session(engine).query(Note))


def with_connection(use: Callable[[Any], object], ready: Callable[[Any], object] = lambda connection: None) -> Case:
    def made(engine: Any) -> Any:
        connection = engine.connect()
        ready(connection)
        return connection

    return with_engine(use, made)


def asynchronous(use: Callable[[Any], Any]) -> Case:
    """A case with an asynchronous engine, which connects first."""

    async def call(host: str, port: int) -> None:
        engine = sa_asyncio.create_async_engine(url("asyncpg", host, port) + "?ssl=disable")
        try:
            await use(engine)
        finally:
            await engine.dispose()

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            engine = sa.create_engine(url("psycopg2", host, port))
            Base.metadata.create_all(engine)
            engine.dispose()
            yield lambda: call(host, port)

    return case


def in_session(use: Callable[[Any], Any], kind: Any = sa_asyncio.AsyncSession) -> Case:
    async def call(engine: Any) -> None:
        async with sa_asyncio.async_sessionmaker(engine, class_=kind)() as session:
            await use(session)

    return asynchronous(call)


def in_connection(use: Callable[[Any], Any]) -> Case:
    async def call(engine: Any) -> None:
        async with engine.connect() as connection:
            await use(connection)

    return asynchronous(call)


async def begun(engine: Any) -> None:
    async with engine.begin() as connection:
        await connection.execute(ONE)


async def streamed(session: Any) -> None:
    async for _ in await session.stream(ALL):
        pass


async def buffered(session: Any) -> None:
    (await session.execute(ALL)).scalars().all()


async def made_begin(engine: Any) -> None:
    async with sa_asyncio.async_sessionmaker(engine).begin() as session:
        await session.execute(ONE)


async def closed_with_all(session: Any) -> None:
    await session.get(Note, 1)
    await sa_asyncio.close_all_sessions()


async def connected(engine: Any) -> None:
    await (await engine.connect()).close()


async def saved(session: Any) -> None:
    session.add(Note())
    await session.commit()


async def in_transaction(session: Any) -> None:
    async with session.begin():
        await session.execute(ONE)


def entered(manager: Any) -> None:
    with manager:
        pass


def dirty(session: Any) -> None:
    session.get(Note, 1).text += "y"


def execute(connection: Any) -> None:
    connection.execute(ONE)


def inspected(engine: Any) -> Any:
    inspector = sa.inspect(engine)
    inspector.get_table_names()
    inspector.clear_cache()
    return inspector


def loaded(session: Any) -> None:
    session.note = session.get(Note, 1)


def begin_factory(engine: Any) -> Any:
    return orm.sessionmaker(engine)


def use_factory(factory: Any) -> None:
    with factory.begin() as session:
        session.execute(ONE)


S, Q, C, E = (
    "sqlalchemy.orm.Session.",
    "sqlalchemy.orm.Query.",
    "sqlalchemy.engine.Connection.",
    "sqlalchemy.engine.Engine.",
)
INSPECTIONS = {
    "get_table_names": (), "get_view_names": (), "get_schema_names": (), "has_table": ("notes",), "get_columns": ("notes",),
    "get_indexes": ("notes",), "get_foreign_keys": ("notes",), "get_pk_constraint": ("notes",), "get_unique_constraints": ("notes",),
}  # fmt: skip

BLOCKING = {
    f"{E}connect": with_engine(lambda engine: engine.connect(), warm=False),
    f"{E}raw_connection": with_engine(lambda engine: engine.raw_connection(), warm=False),
    f"{E}begin": with_engine(lambda engine: entered(engine.begin()), warm=False),
    f"{C}execute": with_connection(execute),
    f"{C}scalar": with_connection(lambda connection: connection.scalar(ONE)),
    f"{C}scalars": with_connection(lambda connection: connection.scalars(ONE)),
    f"{C}exec_driver_sql": with_connection(lambda connection: connection.exec_driver_sql("select 1")),
    f"{C}commit": with_connection(lambda connection: connection.commit(), execute),
    f"{C}rollback": with_connection(lambda connection: connection.rollback(), execute),
    f"{C}begin_nested": with_connection(lambda connection: connection.begin_nested()),
    f"{C}close": with_connection(lambda connection: connection.close(), execute),
    f"{C}__exit__": with_connection(lambda connection: connection.__exit__(None, None, None), execute),
    "sqlalchemy.engine.Transaction.commit": with_connection(
        lambda connection: connection.get_transaction().commit(), execute
    ),
    "sqlalchemy.engine.Transaction.__exit__": with_connection(
        lambda connection: connection.get_transaction().__exit__(None, None, None), execute
    ),
    "sqlalchemy.MetaData.create_all": with_engine(lambda engine: Base.metadata.create_all(engine)),
    "sqlalchemy.MetaData.drop_all": with_engine(lambda engine: GONE.drop_all(engine)),
    "sqlalchemy.MetaData.reflect": with_engine(lambda engine: sa.MetaData().reflect(engine)),
    "sqlalchemy.Table.create": with_engine(lambda engine: Note.__table__.create(engine, checkfirst=True)),
    "sqlalchemy.Table.drop": with_engine(lambda engine: GONE.tables["gone"].drop(engine, checkfirst=True)),
    "sqlalchemy.ext.automap.AutomapBase.prepare": with_engine(
        lambda engine: automap.automap_base().prepare(autoload_with=engine)
    ),
    "sqlalchemy.orm.close_all_sessions": with_session(lambda session: orm.close_all_sessions(), loaded),
    "sqlalchemy.Table": with_engine(lambda engine: sa.Table("notes", sa.MetaData(), autoload_with=engine)),
    "sqlalchemy.inspect": with_engine(sa.inspect, warm=False),
    **{
        f"sqlalchemy.engine.Inspector.{name}": with_engine(
            lambda inspector, name=name, given=given: getattr(inspector, name)(*given), inspected
        )
        for name, given in INSPECTIONS.items()
    },
    f"{S}execute": with_session(lambda session: session.execute(ALL)),
    f"{S}scalar": with_session(lambda session: session.scalar(ALL)),
    f"{S}scalars": with_session(lambda session: session.scalars(ALL)),
    f"{S}get": with_session(lambda session: session.get(Note, 1)),
    f"{S}get_one": with_session(lambda session: session.get_one(Note, 1)),
    f"{S}merge": with_session(lambda session: session.merge(Note(id=1))),
    f"{S}flush": with_session(lambda session: session.flush(), dirty),
    f"{S}commit": with_session(lambda session: session.commit(), dirty),
    f"{S}rollback": with_session(lambda session: session.rollback(), loaded),
    f"{S}refresh": with_session(lambda session: session.refresh(session.note), loaded),
    f"{S}begin_nested": with_session(lambda session: session.begin_nested(), dirty),
    f"{S}connection": with_engine(lambda engine: orm.Session(engine).connection(), warm=False),
    f"{S}close": with_session(lambda session: session.close(), loaded),
    f"{S}reset": with_session(lambda session: session.reset(), loaded),
    f"{S}__exit__": with_session(lambda session: session.__exit__(None, None, None), loaded),
    f"{S}bulk_save_objects": with_session(lambda session: session.bulk_save_objects([Note()])),
    f"{S}bulk_insert_mappings": with_session(lambda session: session.bulk_insert_mappings(Note, [{"text": "x"}])),
    f"{S}bulk_update_mappings": with_session(
        lambda session: session.bulk_update_mappings(Note, [{"id": 1, "text": "u"}])
    ),
    "sqlalchemy.orm.SessionTransaction.commit": with_session(
        lambda session: session.get_transaction().commit(), loaded
    ),
    "sqlalchemy.orm.SessionTransaction.__exit__": with_session(
        lambda session: session.get_transaction().__exit__(None, None, None), loaded
    ),
    "sqlalchemy.orm.sessionmaker.begin": with_engine(use_factory, begin_factory),
    "sqlalchemy.orm.scoped_session.execute": with_engine(
        lambda scoped: scoped.execute(ALL), lambda engine: orm.scoped_session(orm.sessionmaker(engine))
    ),
    "sqlmodel.Session.exec": with_session(lambda session: session.exec(sqlmodel.select(Note))),
    f"{Q}all": with_query(lambda query: query.all()),
    f"{Q}first": with_query(lambda query: query.first()),
    f"{Q}one_or_none": with_query(lambda query: query.filter_by(id=1).one_or_none()),
    f"{Q}one": with_query(lambda query: query.filter_by(id=1).one()),
    f"{Q}scalar": with_query(lambda query: query.filter_by(id=1).scalar()),
    f"{Q}count": with_query(lambda query: query.count()),
    f"{Q}get": with_query(lambda query: query.get(1)),
    f"{Q}__iter__": with_query(list),
    f"{Q}__getitem__": with_query(lambda query: query[0:1]),
    f"{Q}update": with_query(lambda query: query.update({"text": "z"})),
    f"{Q}delete": with_query(lambda query: query.filter_by(id=99).delete()),
}

SILENT = {
    "sqlalchemy.create_engine": lambda world: sa.create_engine(NOBODY),
    "sqlalchemy.engine_from_config": lambda world: sa.engine_from_config({"sqlalchemy.url": NOBODY}),
    "sqlalchemy.ext.asyncio.create_async_engine": lambda world: sa_asyncio.create_async_engine(ASYNC_NOBODY),
    "sqlalchemy.ext.asyncio.async_engine_from_config": lambda world: sa_asyncio.async_engine_from_config(
        {"sqlalchemy.url": ASYNC_NOBODY}
    ),
    "sqlalchemy.orm.Session": with_engine(lambda engine: orm.Session(engine)),
    "sqlalchemy.orm.sessionmaker": with_engine(lambda engine: orm.sessionmaker(engine)),
    "sqlalchemy.orm.scoped_session": with_engine(lambda engine: orm.scoped_session(orm.sessionmaker(engine))),
    "sqlalchemy.ext.asyncio.AsyncSession": lambda world: sa_asyncio.AsyncSession(NEVER),
    "sqlalchemy.ext.asyncio.async_sessionmaker": lambda world: sa_asyncio.async_sessionmaker(NEVER),
    "sqlalchemy.ext.asyncio.async_sessionmaker.__call__": lambda world: sa_asyncio.async_sessionmaker(NEVER)(),
    "sqlalchemy.ext.asyncio.async_sessionmaker.configure": lambda world: sa_asyncio.async_sessionmaker().configure(
        bind=NEVER
    ),
    "sqlmodel.Session": with_engine(lambda engine: sqlmodel.Session(engine)),
    "sqlmodel.ext.asyncio.session.AsyncSession": lambda world: sqlmodel.ext.asyncio.session.AsyncSession(NEVER),
    "sqlalchemy.orm.Session.add": with_session(lambda session: session.add(Note())),
    "sqlalchemy.orm.Session.delete": with_session(lambda session: session.delete(session.note), loaded),
    "sqlalchemy.orm.Session.query": with_session(lambda session: session.query(Note).filter_by(id=1).limit(1)),
    "sqlalchemy.orm.Query.filter": with_query(lambda query: query.filter(Note.id == 1).order_by(Note.id)),
    "sqlalchemy.orm.Session.begin": with_session(lambda session: session.begin()),
    "sqlalchemy.engine.Connection.begin": with_connection(lambda connection: connection.begin()),
    "sqlalchemy.engine.Result.all": with_engine(
        lambda result: result.all(), lambda engine: engine.connect().execute(sa.text("select generate_series(1, 3)"))
    ),
    "sqlalchemy.engine.Result.scalars": with_engine(
        lambda result: result.scalars().all(), lambda engine: orm.Session(engine).execute(ALL)
    ),
    "sqlalchemy.inspect": lambda world: sa.inspect(Note),
}

A, AC = "sqlalchemy.ext.asyncio.AsyncSession.", "sqlalchemy.ext.asyncio.AsyncConnection."
ASYNC = {
    "sqlalchemy.ext.asyncio.AsyncEngine.connect": asynchronous(connected),
    "sqlalchemy.ext.asyncio.AsyncEngine.begin": asynchronous(begun),
    "sqlalchemy.ext.asyncio.async_sessionmaker.begin": asynchronous(made_begin),
    "sqlalchemy.ext.asyncio.close_all_sessions": in_session(closed_with_all),
    f"{AC}execute": in_connection(lambda connection: connection.execute(ONE)),
    f"{AC}scalar": in_connection(lambda connection: connection.scalar(ONE)),
    f"{AC}exec_driver_sql": in_connection(lambda connection: connection.exec_driver_sql("select 1")),
    f"{AC}run_sync": in_connection(lambda connection: connection.run_sync(Base.metadata.create_all)),
    f"{A}execute": in_session(buffered),
    f"{A}scalar": in_session(lambda session: session.scalar(ALL)),
    f"{A}scalars": in_session(lambda session: session.scalars(ALL)),
    f"{A}get": in_session(lambda session: session.get(Note, 1)),
    f"{A}commit": in_session(saved),
    f"{A}stream": in_session(streamed),
    f"{A}begin": in_session(in_transaction),
    f"{A}run_sync": in_session(lambda session: session.run_sync(lambda sync: sync.query(Note).all())),
    "sqlmodel.ext.asyncio.session.AsyncSession.exec": in_session(
        lambda session: session.exec(sqlmodel.select(Note)), sqlmodel.ext.asyncio.session.AsyncSession
    ),
}
DOCUMENTED: dict[str, list[str]] = {}
