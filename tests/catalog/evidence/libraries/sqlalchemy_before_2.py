"""What only SQLAlchemy 1.4 has, over PostgreSQL that answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import sqlalchemy as sa
from evidence import servers
from evidence.servers import slowly
from evidence.world import World
from sqlalchemy import orm

Case = Callable[[World], Iterator[Callable[[], object]]]
DRIVERS = (psycopg2,)
"""Imported here so that no case measures an import."""
Base = orm.declarative_base()


class Word(Base):  # type: ignore[misc,valid-type]
    __tablename__ = "words"
    id = sa.Column(sa.Integer, primary_key=True)


if sa.__version__ >= "2":
    raise ImportError("it is about what version 2 has dropped", name="SQLAlchemy before 2")


def with_engine(use: Callable[[Any], object], ready: Callable[[Any], Any] = lambda engine: engine) -> Case:
    """A case with an engine that holds a connection; ``ready`` makes what is used."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            engine = sa.create_engine(f"postgresql+psycopg2://evidence@{host}:{port}/evidence")
            Base.metadata.create_all(engine)
            prepared = ready(engine)
            yield lambda: use(prepared)
            engine.dispose()

    return case


def with_query(use: Callable[[Any], object]) -> Case:
    return with_engine(use, lambda engine: orm.Session(engine).query(Word))


def ask(connection: Any) -> None:
    connection.execute("select 1")


E, C, Q = "sqlalchemy.engine.Engine.", "sqlalchemy.engine.Connection.", "sqlalchemy.orm.Query."
BLOCKING = {
    f"{E}execute": with_engine(lambda engine: engine.execute("select 1")),
    f"{E}scalar": with_engine(lambda engine: engine.scalar("select 1")),
    f"{E}table_names": with_engine(lambda engine: engine.table_names()),
    f"{E}has_table": with_engine(lambda engine: engine.has_table("words")),
    f"{E}transaction": with_engine(lambda engine: engine.transaction(ask)),
    f"{E}run_callable": with_engine(lambda engine: engine.run_callable(ask)),
    f"{C}transaction": with_engine(lambda it: it.transaction(ask), lambda engine: engine.connect()),
    f"{C}run_callable": with_engine(lambda it: it.run_callable(ask), lambda engine: engine.connect()),
}
SILENT = {
    f"{Q}from_self": with_query(lambda query: query.from_self()),
    f"{Q}select_entity_from": with_query(lambda query: query.select_entity_from(sa.select(Word).subquery())),
    f"{Q}with_polymorphic": with_query(lambda query: query.with_polymorphic("*")),
}
