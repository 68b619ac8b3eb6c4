"""PostgreSQL drivers against a real server that answers late: psycopg2, psycopg, asyncpg."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import asyncpg
import psycopg
import psycopg2
import psycopg2.extras
import psycopg2.pool
import psycopg_pool
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import served, served_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
QUERY = "select generate_series(1, 3)"


def libpq(host: str, port: int) -> str:
    return f"host={host} port={port} user=evidence dbname=evidence sslmode=disable gssencmode=disable"


def connecting(connect: Callable[[str, int], object]) -> Case:
    """A case that connects."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            yield lambda: connect(host, port)

    return case


def connected(
    connect: Callable[[str, int], Any], use: Callable[[Any], object], ready: Callable[[Any], Any] = lambda it: it
) -> Case:
    """A case that has a connection, makes something of it, and then uses that."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            connection = connect(host, port)
            prepared = ready(connection)
            yield lambda: use(prepared)
            with contextlib.suppress(Exception):
                connection.close()

    return case


def psycopg2_connection(host: str, port: int) -> Any:
    return psycopg2.connect(libpq(host, port))


def psycopg_connection(host: str, port: int) -> Any:
    return psycopg.connect(libpq(host, port))


def pooled(use: Callable[[Any], object], opened: bool = True) -> Case:
    """A case that uses a pool whose worker threads are still connecting."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.postgresql()) as (host, port):
            pool = psycopg_pool.ConnectionPool(libpq(host, port), min_size=1, open=False)

            def call() -> object:
                if opened:
                    pool.open()
                return use(pool)

            yield call
            pool.close()

    return case


def executed(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute(QUERY)
    return cursor


def named(connection: Any) -> Any:
    cursor = connection.cursor(name="server")
    cursor.execute(QUERY)
    return cursor


def used(connection: Any) -> Any:
    executed(connection)
    return connection


def left(manager: Any) -> None:
    manager.__exit__(None, None, None)


def entered(manager: Any) -> None:
    with manager:
        pass


async def with_asyncpg(host: str, port: int, use: Callable[[Any], Any]) -> None:
    connection = await asyncpg.connect(f"postgresql://evidence@{host}:{port}/evidence", ssl=False)
    try:
        await use(connection)
    finally:
        await connection.close()


async def with_asyncpg_pool(host: str, port: int, use: Callable[[Any], Any]) -> None:
    url = f"postgresql://evidence@{host}:{port}/evidence"
    async with asyncpg.create_pool(url, min_size=1, max_size=1, ssl=False) as made:
        await use(made)


async def acquired(made: Any) -> None:
    async with made.acquire() as connection:
        await connection.execute("select 1")


async def in_transaction(connection: Any) -> None:
    async with connection.transaction():
        async for _ in connection.cursor(QUERY):
            pass


async def prepared_fetch(connection: Any) -> None:
    await (await connection.prepare(QUERY)).fetch()


async def with_psycopg(host: str, port: int, use: Callable[[Any], Any]) -> None:
    async with await psycopg.AsyncConnection.connect(libpq(host, port)) as connection:
        await use(connection)


async def cursor_of(connection: Any) -> None:
    async with connection.cursor() as cursor:
        await cursor.execute(QUERY)
        await cursor.fetchall()


async def with_psycopg_pool(host: str, port: int) -> None:
    pool = psycopg_pool.AsyncConnectionPool(libpq(host, port), min_size=1, open=False)
    async with pool, pool.connection() as connection:
        await connection.execute(QUERY)


def asyncpg_case(use: Callable[[Any], Any]) -> Case:
    return connecting(lambda host, port: with_asyncpg(host, port, use))


def asyncpg_pool_case(use: Callable[[Any], Any]) -> Case:
    return connecting(lambda host, port: with_asyncpg_pool(host, port, use))


def psycopg_case(use: Callable[[Any], Any]) -> Case:
    return connecting(lambda host, port: with_psycopg(host, port, use))


def two(use: Callable[[Any], object], ready: Callable[[Any], Any] = lambda it: it) -> Case:
    return connected(psycopg2_connection, use, ready)


def three(use: Callable[[Any], object], ready: Callable[[Any], Any] = lambda it: it) -> Case:
    return connected(psycopg_connection, use, ready)


def copied(cursor: Any) -> None:
    with cursor.copy("copy (select 1) to stdout") as copy:
        list(copy)


def lending(pool: Any) -> Any:
    return pool, used(pool.getconn())


def putting_back(lent: Any) -> None:
    pool, connection = lent
    pool.putconn(connection)


BLOCKING = {
    "psycopg2.connect": connecting(psycopg2_connection),
    "psycopg2.extensions.cursor.execute": two(lambda cursor: cursor.execute(QUERY), lambda it: it.cursor()),
    "psycopg2.extensions.cursor.executemany": two(
        lambda cursor: cursor.executemany("select %s", [(1,)]), lambda it: it.cursor()
    ),
    "psycopg2.extensions.cursor.callproc": two(lambda cursor: cursor.callproc("now"), lambda it: it.cursor()),
    "psycopg2.extensions.cursor.fetchone": two(lambda cursor: cursor.fetchone(), named),
    "psycopg2.extensions.cursor.fetchmany": two(lambda cursor: cursor.fetchmany(), named),
    "psycopg2.extensions.cursor.fetchall": two(lambda cursor: cursor.fetchall(), named),
    "psycopg2.extensions.cursor.__iter__": two(list, named),
    "psycopg2.extensions.cursor.__next__": two(next, named),
    "psycopg2.extensions.cursor.scroll": two(lambda cursor: cursor.scroll(1), named),
    "psycopg2.extras.register_hstore": two(lambda it: psycopg2.extras.register_hstore(it)),
    "psycopg2.extras.register_composite": two(lambda it: psycopg2.extras.register_composite("x", it)),
    "psycopg2.extras.wait_select": connecting(
        lambda host, port: psycopg2.extras.wait_select(psycopg2.connect(libpq(host, port), async_=1))
    ),
    "psycopg2.extensions.connection.commit": two(lambda it: it.commit(), used),
    "psycopg2.extensions.connection.rollback": two(lambda it: it.rollback(), used),
    "psycopg2.extensions.connection.reset": two(lambda it: it.reset(), used),
    "psycopg2.extensions.connection.__exit__": two(left, used),
    "psycopg2.extensions.connection.lobject": two(lambda it: it.lobject()),
    "psycopg2.extras.execute_values": two(
        lambda cursor: psycopg2.extras.execute_values(cursor, "select * from (values %s) as t", [(1,)]),
        lambda it: it.cursor(),
    ),
    "psycopg2.extras.execute_batch": two(
        lambda cursor: psycopg2.extras.execute_batch(cursor, "select %s", [(1,)]), lambda it: it.cursor()
    ),
    "psycopg2.pool.SimpleConnectionPool": connecting(
        lambda host, port: psycopg2.pool.SimpleConnectionPool(1, 1, libpq(host, port))
    ),
    "psycopg2.pool.ThreadedConnectionPool": connecting(
        lambda host, port: psycopg2.pool.ThreadedConnectionPool(1, 1, libpq(host, port))
    ),
    "psycopg2.pool.ThreadedConnectionPool.getconn": connecting(
        lambda host, port: psycopg2.pool.ThreadedConnectionPool(0, 1, libpq(host, port)).getconn()
    ),
    **{
        f"psycopg2.pool.{pool}.putconn": connected(
            lambda host, port, pool=pool: getattr(psycopg2.pool, pool)(1, 1, libpq(host, port)), putting_back, lending
        )
        for pool in ("SimpleConnectionPool", "ThreadedConnectionPool")
    },
    "psycopg2.pool.SimpleConnectionPool.getconn": connecting(
        lambda host, port: psycopg2.pool.SimpleConnectionPool(0, 1, libpq(host, port)).getconn()
    ),
    "psycopg.connect": connecting(psycopg_connection),
    "psycopg.Connection.connect": connecting(lambda host, port: psycopg.Connection.connect(libpq(host, port))),
    "psycopg.Connection.execute": three(lambda it: it.execute(QUERY)),
    "psycopg.Connection.commit": three(lambda it: it.commit(), used),
    "psycopg.Connection.rollback": three(lambda it: it.rollback(), used),
    "psycopg.Connection.__exit__": three(left, used),
    "psycopg.Connection.transaction": three(lambda it: entered(it.transaction())),
    "psycopg.Connection.pipeline": three(
        lambda it: [pipeline.sync() for pipeline in [it.pipeline().__enter__()] if it.execute("select 1")]
    ),
    "psycopg.Cursor.execute": three(lambda cursor: cursor.execute(QUERY), lambda it: it.cursor()),
    "psycopg.Cursor.executemany": three(
        lambda cursor: cursor.executemany("select %s::int", [(1,)]), lambda it: it.cursor()
    ),
    "psycopg.Cursor.stream": three(lambda cursor: list(cursor.stream(QUERY)), lambda it: it.cursor()),
    "psycopg.Cursor.copy": three(copied, lambda it: it.cursor()),
    "psycopg.ServerCursor.fetchall": three(lambda cursor: cursor.fetchall(), named),
    "psycopg.ServerCursor.fetchone": three(lambda cursor: cursor.fetchone(), named),
    "psycopg.ServerCursor.__iter__": three(list, named),
    "psycopg.ServerCursor.close": three(lambda cursor: cursor.close(), named),
    "psycopg_pool.ConnectionPool.wait": pooled(lambda pool: pool.wait()),
    "psycopg_pool.ConnectionPool.getconn": pooled(lambda pool: pool.putconn(pool.getconn())),
    "psycopg_pool.ConnectionPool.connection": pooled(lambda pool: entered(pool.connection())),
    "psycopg_pool.ConnectionPool.open": pooled(lambda pool: pool.open(wait=True), opened=False),
}

SILENT = {
    "psycopg2.extensions.connection.cursor": two(lambda it: it.cursor()),
    "psycopg2.extensions.cursor.fetchone": two(lambda cursor: cursor.fetchone(), executed),
    "psycopg2.extensions.cursor.fetchmany": two(lambda cursor: cursor.fetchmany(), executed),
    "psycopg2.extensions.cursor.fetchall": two(lambda cursor: cursor.fetchall(), executed),
    "psycopg2.extensions.cursor.__iter__": two(list, executed),
    "psycopg2.extensions.connection.close": two(lambda it: it.close(), used),
    "psycopg.Connection.cursor": three(lambda it: it.cursor()),
    "psycopg.Cursor.fetchone": three(lambda cursor: cursor.fetchone(), executed),
    "psycopg.Cursor.fetchall": three(lambda cursor: cursor.fetchall(), executed),
    "psycopg.Cursor.__iter__": three(list, executed),
    "psycopg.Cursor.close": three(lambda cursor: cursor.close(), executed),
    "psycopg.Connection.close": three(lambda it: it.close(), used),
    "psycopg_pool.ConnectionPool": pooled(lambda pool: None),
}

ASYNC = {
    "psycopg.AsyncConnection.connect": psycopg_case(lambda it: it.execute("select 1")),
    "psycopg.AsyncConnection.execute": psycopg_case(lambda it: it.execute(QUERY)),
    "psycopg.AsyncConnection.commit": psycopg_case(lambda it: it.commit()),
    "psycopg.AsyncCursor.execute": psycopg_case(cursor_of),
    "psycopg.AsyncCursor.fetchall": psycopg_case(cursor_of),
    "psycopg_pool.AsyncConnectionPool.connection": connecting(with_psycopg_pool),
    "asyncpg.connect": asyncpg_case(lambda it: it.execute("select 1")),
    "asyncpg.Connection.execute": asyncpg_case(lambda it: it.execute(QUERY)),
    "asyncpg.Connection.executemany": asyncpg_case(lambda it: it.executemany("select $1::int", [(1,)])),
    "asyncpg.Connection.fetch": asyncpg_case(lambda it: it.fetch(QUERY)),
    "asyncpg.Connection.fetchrow": asyncpg_case(lambda it: it.fetchrow(QUERY)),
    "asyncpg.Connection.fetchval": asyncpg_case(lambda it: it.fetchval(QUERY)),
    "asyncpg.Connection.prepare": asyncpg_case(prepared_fetch),
    "asyncpg.prepared_stmt.PreparedStatement.fetch": asyncpg_case(prepared_fetch),
    "asyncpg.transaction.Transaction.__aenter__": asyncpg_case(in_transaction),
    "asyncpg.cursor.CursorFactory.__aiter__": asyncpg_case(in_transaction),
    "asyncpg.create_pool": asyncpg_pool_case(lambda it: it.fetchval("select 1")),
    "asyncpg.Pool.acquire": asyncpg_pool_case(acquired),
    "asyncpg.Pool.fetch": asyncpg_pool_case(lambda it: it.fetch(QUERY)),
    "asyncpg.Pool.execute": asyncpg_pool_case(lambda it: it.execute(QUERY)),
}
DOCUMENTED = {
    "asks over a connection of its own, waits for the server to close it, and holds the GIL: the slow relay could not run "
    "meanwhile (psycopg/connection_type.c, `PQcancel`)": ["psycopg2.extensions.connection.cancel"],
}


def made(connect: Callable[[str, int], Any], then: Callable[[Any], Any] = lambda connection: connection) -> Subject:
    """What becomes of a connection that is there already."""
    return served(servers.postgresql, lambda host, port: then(connect(host, port)))


def made_inside(connect: Callable[[str, int], Any], then: Callable[[Any], Any] | None = None) -> Subject:
    async def make(host: str, port: int) -> Any:
        connection = await connect(host, port)
        return await then(connection) if then else connection

    return served_inside(servers.postgresql, make)


def executed(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute(QUERY)
    return cursor


def named(connection: Any) -> Any:
    """A cursor of the server, which fetches piece by piece."""
    cursor = connection.cursor("named")
    cursor.execute(QUERY)
    return cursor


async def asyncpg_connection(host: str, port: int) -> Any:
    return await asyncpg.connect(host=host, port=port, user="evidence", database="evidence", ssl=False)


async def asyncpg_pool(host: str, port: int) -> Any:
    where = {"host": host, "port": port, "user": "evidence", "database": "evidence", "ssl": False}
    return await asyncpg.create_pool(**where, min_size=1, max_size=1)


async def asyncpg_prepared(connection: Any) -> Any:
    return await connection.prepare(QUERY)


async def asyncpg_transaction(connection: Any) -> Any:
    transaction = connection.transaction()
    await transaction.start()
    return transaction


def in_two_phases(connection: Any) -> Any:
    connection.tpc_begin(connection.xid(1, "x", "y"))
    return connection


def replicating(host: str, port: int) -> Any:
    kind = psycopg2.extras.PhysicalReplicationConnection
    return psycopg2.connect(libpq(host, port), connection_factory=kind).cursor()


def streaming(world: World) -> Iterator[object]:
    """A replica that is up to date; the server writes late, and it stops at the first piece."""

    def stop(message: object) -> None:
        raise psycopg2.extras.StopReplication

    with (
        slowly(world, servers.postgresql()) as (host, port),
        psycopg.connect(libpq(*servers.postgresql()), autocommit=True) as other,
    ):
        cursor = replicating(host, port)
        cursor.start_replication(start_lsn=other.execute("select pg_current_wal_flush_lsn()").fetchone()[0])
        world.later(lambda: other.execute("create table if not exists written as select 1"))
        yield SimpleNamespace(consume_stream=lambda: cursor.consume_stream(stop))
        cursor.connection.close()


async def asyncpg_listening(connection: Any) -> Any:
    def heard(*message: object) -> None: ...

    await connection.add_listener("news", heard)
    return SimpleNamespace(remove_listener=lambda: connection.remove_listener("news", heard))


async def asyncpg_idle_transaction(connection: Any) -> Any:
    return connection.transaction()


async def asyncpg_cursor(connection: Any) -> Any:
    await connection.transaction().start()
    return await connection.cursor("select generate_series(1, 3000)")


async def asyncpg_cursor_factory(connection: Any) -> Any:
    await connection.transaction().start()
    return connection.cursor(QUERY)


async def asyncpg_new_pool(host: str, port: int) -> Any:
    return asyncpg.create_pool(f"postgresql://evidence@{host}:{port}/evidence", min_size=1, max_size=1, ssl=False)


async def asyncpg_lent(pool: Any) -> Any:
    connection = await pool.acquire()
    return SimpleNamespace(release=lambda: pool.release(connection))


GIVEN = {
    "query": QUERY,
    "operation": QUERY,
    "sql": QUERY,
    "statement": "copy (select 1) to stdout",
    "params_seq": [()],
    "args": (),
    "xid": "x",
    "timeout": 0.5,
    "isolation_level": None,
    "encoding": "UTF8",
    "procname": "version",
    "params": None,
}
TPC = {"tpc_begin": ((1, "x", "y"), {})}
COPIES = {
    "copy_expert": (("copy (select 1) to stdout", io.StringIO()), {}),
    "copy_from": ((io.StringIO("1\n"), "absent"), {}),
    "copy_to": ((io.StringIO(), "pg_class"), {}),
}
REPLICATION = {
    "create_replication_slot": (("x",), {}),
    "drop_replication_slot": (("x",), {}),
    "start_replication": ((), {"start_lsn": "0/1000000"}),
    "start_replication_expert": (("start_replication physical 0/1000000",), {}),
}
EMPTY = {"args": ()}
SWEEPS = [
    Sweep(
        "psycopg2.extensions.connection",
        made(psycopg2_connection),
        GIVEN,
        {
            "set_client_encoding": (("LATIN1",), {}),
            "set_isolation_level": ((1,), {}),
            "set_session": ((), {"readonly": True}),
        },
        {"cancel": "asks over a connection of its own, and waits in C for the server to close it"},
        own={
            "set_isolation_level": made(psycopg2_connection, used),
            "tpc_prepare": made(psycopg2_connection, in_two_phases),
        },
    ),
    Sweep("psycopg2.extensions.cursor", made(psycopg2_connection, executed), GIVEN, COPIES),
    Sweep("psycopg2.extensions.lobject", made(psycopg2_connection, lambda connection: connection.lobject(0, "wb"))),
    Sweep("psycopg2.extras.ReplicationCursor", made(replicating), {}, REPLICATION, own={"consume_stream": streaming}),
    Sweep(
        "asyncpg.Connection",
        made_inside(asyncpg_connection),
        GIVEN,
        own={"remove_listener": made_inside(asyncpg_connection, asyncpg_listening)},
        prompt=["reload_schema_state"],
    ),
    Sweep(
        "asyncpg.Pool",
        made_inside(asyncpg_pool),
        GIVEN,
        own={
            **dict.fromkeys(("__aenter__", "__await__"), made_inside(asyncpg_new_pool)),
            "release": made_inside(asyncpg_pool, asyncpg_lent),
        },
        prompt=["expire_connections"],
    ),
    Sweep(
        "asyncpg.prepared_stmt.PreparedStatement",
        made_inside(asyncpg_connection, asyncpg_prepared),
        EMPTY,
        {"executemany": (([()],), {}), "fetchmany": (([()],), {})},
    ),
    Sweep(
        "asyncpg.transaction.Transaction",
        made_inside(asyncpg_connection, asyncpg_transaction),
        own={"start": made_inside(asyncpg_connection, asyncpg_idle_transaction)},
    ),
    Sweep("asyncpg.cursor.Cursor", made_inside(asyncpg_connection, asyncpg_cursor), {"n": 1}),
    Sweep("asyncpg.cursor.CursorFactory", made_inside(asyncpg_connection, asyncpg_cursor_factory)),
]
