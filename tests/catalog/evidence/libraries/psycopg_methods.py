"""Every method of psycopg's connections, cursors, copies and pools, against PostgreSQL that answers late."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import psycopg
import psycopg.generators
import psycopg_pool
from evidence import servers
from evidence.libraries.postgresql import GIVEN, QUERY, executed, libpq, named, psycopg_connection
from evidence.servers import slowly
from evidence.sweep import Subject, Sweep
from evidence.world import World

ROWS = "copy (select repeat('x', 40000), case when i > 1 then pg_sleep(0.2)::text end from generate_series(1, 2) i) to stdout"
"""Two rows, the second late; the server keeps the end of the first back until it has more to send."""
LOCKED = """
create or replace function wait() returns trigger language plpgsql as
  'begin perform pg_advisory_lock(7); perform pg_advisory_unlock(7); return null; end';
create table if not exists locked (text text);
create or replace trigger waits before insert on locked for each row execute function wait();
"""
FORSAKEN = (
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = 'evidence'"
)
"""Connections of earlier cases, whose loops have ended, still have their transactions."""
MUCH = (b"x" * 1_000_000 + b"\n") * 40
"""More than fits into the buffers on the way to a server that does not read."""
HELD: list[object] = []


def of(use: Callable[[Any], Any] = lambda connection: connection) -> Subject:
    """A connection, or what becomes of it."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            connection = psycopg_connection(host, port)
            yield use(connection)
            connection.close()

    return subject


def of_async(use: Callable[[Any], Any]) -> Subject:
    """The same for what is made inside the loop."""
    held = []

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):

            async def make() -> Any:
                connection = await psycopg.AsyncConnection.connect(libpq(host, port))
                held[:] = [connection]
                return await use(connection)

            yield lambda: make()

    return subject


async def itself(it: Any) -> Any:
    return it


async def used(connection: Any) -> Any:
    await connection.execute(QUERY)
    return connection


async def async_executed(connection: Any) -> Any:
    cursor = connection.cursor()
    await cursor.execute(QUERY)
    return cursor


async def async_named(connection: Any) -> Any:
    cursor = connection.cursor(name="server")
    await cursor.execute(QUERY)
    return cursor


def in_two_phases(connection: Any) -> Any:
    connection.tpc_begin("x")
    return connection


async def in_two_phases_async(connection: Any) -> Any:
    await connection.tpc_begin("x")
    return connection


def asking(connection: Any) -> Any:
    """A connection that waits for what is made by hand."""

    def wait() -> Any:
        connection.pgconn.send_query(b"select 1")
        return connection.wait(psycopg.generators.execute(connection.pgconn))

    return SimpleNamespace(wait=wait)


async def asking_async(connection: Any) -> Any:
    return asking(connection)


def notified(subject: Subject) -> Subject:
    """A connection that is told something late."""

    def made(world: World) -> Iterator[object]:
        def tell() -> None:
            with psycopg.connect(libpq(*servers.postgresql()), autocommit=True) as other:
                other.execute("notify news")

        world.later(tell)
        yield from subject(world)

    return made


def listening(connection: Any) -> Any:
    connection.autocommit = True
    connection.execute("listen news")
    return connection


async def listening_async(connection: Any) -> Any:
    await connection.set_autocommit(True)
    await connection.execute("listen news")
    return connection


def kept(manager: Any) -> Any:
    """What a context manager gives; it would be left if it were forgotten."""
    HELD[:] = [manager]
    return manager.__enter__()


async def kept_async(manager: Any) -> Any:
    HELD[:] = [manager]
    return await manager.__aenter__()


def in_pipeline(connection: Any) -> Any:
    pipeline = kept(connection.pipeline())
    connection.execute("select 1")
    return pipeline


async def in_pipeline_async(connection: Any) -> Any:
    pipeline = await kept_async(connection.pipeline())
    await connection.execute("select 1")
    return pipeline


def copying(connection: Any) -> Any:
    """A copy whose rows are late."""
    return kept(connection.cursor().copy(ROWS))


async def copying_async(connection: Any) -> Any:
    return await kept_async(connection.cursor().copy(ROWS))


def locked(subject: Subject) -> Subject:
    """A table that takes no rows until a lock is released, late."""

    def made(world: World) -> Iterator[object]:
        with psycopg.connect(libpq(*servers.postgresql()), autocommit=True) as other:
            other.execute(FORSAKEN)
            other.execute(LOCKED)
            other.execute("select pg_advisory_lock(7)")

            def release() -> None:
                world.reached.set()
                other.execute("select pg_advisory_unlock(7)")

            world.later(release)
            yield from subject(world)

    return made


def writing(connection: Any) -> Any:
    copy = kept(connection.cursor().copy("copy locked from stdin"))
    copy.write(b"x\n")
    return copy


async def writing_async(connection: Any) -> Any:
    copy = await kept_async(connection.cursor().copy("copy locked from stdin"))
    await copy.write(b"x\n")
    return copy


def ended(method: str) -> Callable[[Any], Any]:
    """A copy that is ended after the method: a loop with an open one does not end."""

    async def use(connection: Any) -> Any:
        copy = await writing_async(connection)
        manager: Any = HELD[0]

        async def call(*arguments: object) -> None:
            await getattr(copy, method)(*arguments)
            await manager.__aexit__(None, None, None)

        return SimpleNamespace(**{method: call})

    return use


def pool_of(use: Callable[[Any], Any], opened: bool = True) -> Subject:
    """A pool with a connection; or one that is not open yet."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):
            pool = psycopg_pool.ConnectionPool(libpq(host, port), min_size=1, open=False)
            if opened:
                pool.open(wait=True)
            with contextlib.closing(pool):
                yield use(pool)

    return subject


def async_pool_of(use: Callable[[Any], Any], size: int = 1) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.postgresql()) as (host, port):

            async def make() -> Any:
                pool = psycopg_pool.AsyncConnectionPool(libpq(host, port), min_size=size, max_size=1, open=False)
                return await use(pool)

            yield lambda: make()

    return subject


async def opened(pool: Any) -> Any:
    await pool.open(wait=True)
    return pool


async def opening(pool: Any) -> Any:
    await pool.open()
    return pool


async def waited_for(pool: Any) -> Any:
    """A pool that begins to connect when it is waited for."""

    async def call() -> None:
        await pool.open()
        await pool.wait()

    return SimpleNamespace(wait=call)


async def drained(pool: Any) -> Any:
    """A pool that is closed afterwards: else its tasks do not end with the loop."""
    await pool.open(wait=True)

    async def call() -> None:
        await pool.drain()
        await pool.close()

    return SimpleNamespace(drain=call)


def lent(pool: Any) -> Any:
    """A pool whose connection comes back in a transaction."""
    connection = pool.getconn()
    connection.execute("select 1")
    return SimpleNamespace(putconn=lambda: pool.putconn(connection))


async def lent_async(pool: Any) -> Any:
    await pool.open()
    connection = await pool.getconn()
    await connection.execute("select 1")
    return SimpleNamespace(putconn=lambda: pool.putconn(connection))


def closed_early(method: str) -> Callable[[Any], Any]:
    """A pool that is closed while its threads are still connecting."""

    def use(pool: Any) -> Any:
        def call() -> None:
            pool.open()
            time.sleep(0.01)
            getattr(pool, method)(*(() if method == "close" else (None, None, None)))

        return SimpleNamespace(**{method: call})

    return use


SILENT = {
    "psycopg_pool.NullConnectionPool": lambda world: psycopg_pool.NullConnectionPool(libpq("127.0.0.1", 1)).close(),
}
CANCEL = (
    "asks over a connection of its own, waits for the server to close it, and holds the GIL: the slow relay could not run meanwhile "
    "(psycopg_c/pq/pgcancel.pyx, `PQcancel`)"
)
DOCUMENTED = {CANCEL: ["psycopg.Connection.cancel", "psycopg.AsyncConnection.cancel"]}
APART = {"cancel": CANCEL}
NOTED = ("set_autocommit", "set_deferrable", "set_isolation_level", "set_read_only")
WRITES = {
    "write": ((MUCH,), {}),
    "write_row": ((("x" * 40_000_000,),), {}),
    "__exit__": ((None, None, None), {}),
    "__aexit__": ((None, None, None), {}),
}
FED = ("write", "write_row", "finish", "__exit__")
BUFFERED = ("__aenter__", "results")
SERVED = ("__aexit__", "__anext__", "close", "fetchmany", "fetchone", "scroll")
SWEEPS = [
    Sweep(
        "psycopg.Connection",
        of(),
        GIVEN | {"stop_after": 1},
        apart=APART,
        own={"tpc_prepare": of(in_two_phases), "wait": of(asking), "notifies": notified(of(listening))},
    ),
    Sweep("psycopg.Cursor", of(executed), GIVEN),
    Sweep("psycopg.ServerCursor", of(named), GIVEN),
    Sweep("psycopg.Pipeline", of(in_pipeline)),
    Sweep("psycopg.Copy", of(copying), {}, WRITES, own=dict.fromkeys(FED, locked(of(writing)))),
    Sweep(
        "psycopg.AsyncConnection",
        of_async(itself),
        GIVEN | {"stop_after": 1},
        apart=APART,
        prompt=(*NOTED, "__aenter__", "close"),
        own={
            "tpc_prepare": of_async(in_two_phases_async),
            "wait": of_async(asking_async),
            "notifies": notified(of_async(listening_async)),
            "rollback": of_async(used),
            "__aexit__": of_async(used),
        },
    ),
    Sweep(
        "psycopg.AsyncCursor",
        of_async(async_executed),
        GIVEN,
        prompt=BUFFERED,
        own=dict.fromkeys(SERVED, of_async(async_named)),
    ),
    Sweep("psycopg.AsyncPipeline", of_async(in_pipeline_async)),
    Sweep(
        "psycopg.AsyncCopy",
        of_async(copying_async),
        {},
        WRITES,
        prompt=["__aenter__"],
        own={
            "__aexit__": locked(of_async(writing_async)),
            **{method: locked(of_async(ended(method))) for method in ("write", "write_row", "finish")},
        },
    ),
    Sweep(
        "psycopg_pool.ConnectionPool",
        pool_of(lambda pool: pool),
        GIVEN,
        own={
            "putconn": pool_of(lent),
            **{method: pool_of(closed_early(method), opened=False) for method in ("close", "__exit__")},
        },
    ),
    Sweep(
        "psycopg_pool.AsyncConnectionPool",
        async_pool_of(opened),
        GIVEN,
        {"open": ((), {"wait": True})},
        prompt=("__aenter__", "__aexit__", "close", "drain", "resize"),
        own={
            "open": async_pool_of(itself),
            "wait": async_pool_of(waited_for),
            "drain": async_pool_of(drained),
            "getconn": async_pool_of(opening, 0),
            "putconn": async_pool_of(lent_async),
        },
    ),
]
