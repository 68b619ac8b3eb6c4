"""Pony over PostgreSQL that answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pony.orm
import pony.orm.core
import psycopg2
from evidence import servers
from evidence.servers import slowly
from evidence.sweep import Subject, Sweep
from evidence.world import World

DRIVERS = (psycopg2,)
"""Imported here so that no case measures an import."""


def database_at(host: str, port: int) -> tuple[Any, Any]:
    """A database with a table, and its class."""
    database = pony.orm.Database()
    toy = type("Toy", (database.Entity,), {"name": pony.orm.Optional(str), "size": pony.orm.Optional(int)})
    database.bind("postgres", **where(host, port))
    database.generate_mapping(create_tables=True)
    with pony.orm.db_session:
        if toy.get(id=1) is None:
            toy(id=1, name="x", size=1)
    return database, toy


def where(host: str, port: int) -> dict[str, Any]:
    return {
        "user": "evidence", "database": "evidence", "host": host, "port": port, "sslmode": "disable", "gssencmode": "disable",
    }  # fmt: skip


def of_pony(use: Callable[[Any], Any]) -> Subject:
    """What becomes of the class, in a session that the server knows of."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            _, toy = database_at(host, port)
            with pony.orm.db_session:
                toy.get(id=1)
                yield use(toy)
                pony.orm.rollback()

    return subject


def outside(use: Callable[[Any], Any]) -> Subject:
    """What becomes of the database, without a session."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            database, _ = database_at(host, port)
            yield use(database)

    return subject


def unbound(world: World) -> Iterator[object]:
    """A database that is not connected to anything yet."""
    with slowly(world, servers.postgresql()) as (host, port):
        database = pony.orm.Database()
        yield SimpleNamespace(bind=lambda: database.bind("postgres", **where(host, port)))


def unmapped(world: World) -> Iterator[object]:
    with slowly(world, servers.postgresql()) as (host, port):
        database = pony.orm.Database()
        type("Ball", (database.Entity,), {})
        database.bind("postgres", **where(host, port))
        yield SimpleNamespace(generate_mapping=lambda: database.generate_mapping(create_tables=True))


def pending(toy: Any) -> Any:
    """Something that the next flush has to send."""
    toy.get(id=1).size += 1
    return toy._database_


def committing(world: World) -> Iterator[object]:
    """A session with something to commit."""
    with slowly(world, servers.postgresql()) as (host, port):
        _, toy = database_at(host, port)
        session = pony.orm.db_session
        session.__enter__()
        toy.get(id=1).size += 1
        yield session


def lost(toy: Any) -> Any:
    """An object of which only the key is known."""
    return toy._get_by_raw_pkval_((2,))


def changed(toy: Any) -> Any:
    one = toy.get(id=1)
    one.size += 1
    return one


def functions(use: Callable[[Any], object]) -> Subject:
    def made(toy: Any) -> Any:
        use(toy)
        select = pony.orm.select
        return SimpleNamespace(
            commit=pony.orm.commit,
            flush=pony.orm.flush,
            rollback=pony.orm.rollback,
            select=lambda: select(one for one in toy),
            get=lambda: pony.orm.get(one for one in toy),
            exists=lambda: pony.orm.exists(one for one in toy),
            delete=lambda: pony.orm.delete(one for one in toy if one.id == 99),
        )

    return of_pony(made)


NUMBERS = ("avg", "max", "min", "sum")
SWEEPS = [
    Sweep(
        "pony.orm.core.Query",
        of_pony(lambda toy: toy.select()),
        {"args": (), "kwargs": {}, "pagenum": 1},
        {"order_by": ((1,), {}), "sort_by": ((1,), {}), "__getitem__": ((slice(0, 1),), {})},
        own={name: of_pony(lambda toy: pony.orm.select(one.size for one in toy)) for name in NUMBERS},
    ),
    Sweep(
        "pony.orm.core.Entity",
        of_pony(lambda toy: toy),
        {"args": ()},
        {"set": ((), {"name": "y"}), "to_dict": ((), {}), "load": ((), {}), "flush": ((), {}), "delete": ((), {})},
        own={
            **{name: of_pony(lambda toy: toy.get(id=1)) for name in ("set", "to_dict", "delete")},
            "load": of_pony(lost),
            "flush": of_pony(changed),
        },
    ),
    Sweep(
        "pony.orm.core.Database",
        of_pony(lambda toy: toy._database_),
        {"sql": "select 1", "table_name": "toy"},
        own={
            "bind": unbound,
            "generate_mapping": unmapped,
            **{name: of_pony(pending) for name in ("commit", "flush")},
            **{name: outside(lambda database: database) for name in ("create_tables", "drop_all_tables")},
        },
    ),
    Sweep("pony.orm.core.DBSessionContextManager", committing, calls={"__exit__": ((), {})}),
    Sweep("pony.orm.core", functions(lambda toy: pending(toy)), own={"select": functions(lambda toy: None)}),
]
