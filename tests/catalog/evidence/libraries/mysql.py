"""MySQL drivers against MariaDB that answers late: PyMySQL, mysqlclient, aiomysql, asyncmy."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import aiomysql
import asyncmy
import asyncmy.cursors
import MySQLdb
import MySQLdb.cursors
import pymysql
import pymysql.constants.CLIENT
import pymysql.cursors
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import served_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
LOGIN = {"user": "evidence", "password": "evidence"}
QUERY = "select 1 union select 2"
SLOW = "select repeat('x', 40000), sleep(if(seq = 1, 0, 0.2)) from seq_1_to_2"
"""Two rows, the second late; each is longer than what the server keeps back until it has more to send."""
TWO = "select 1; select sleep(0.2)"


def py(host: str, port: int) -> Any:
    return pymysql.connect(host=host, port=port, database="evidence", **LOGIN)


def c(host: str, port: int) -> Any:
    return MySQLdb.connect(host=host, port=port, database="evidence", ssl_mode="DISABLED", **LOGIN)


def connecting(connect: Callable[[str, int], object]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.mariadb()) as (host, port):
            yield lambda: connect(host, port)

    return case


def connected(
    connect: Callable[[str, int], Any], use: Callable[[Any], object], ready: Callable[[Any], Any] = lambda it: it
) -> Case:
    """A case that has a connection, makes something of it, and then uses that."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.mariadb()) as (host, port):
            connection = connect(host, port)
            prepared = ready(connection)
            yield lambda: use(prepared)
            with contextlib.suppress(Exception):
                connection.close()

    return case


def executed(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute(QUERY)
    return cursor


def many(connection: Any) -> Any:
    """An unbuffered cursor over more rows than one packet holds, none of which is read yet."""
    kind = pymysql.cursors.SSCursor if isinstance(connection, pymysql.Connection) else MySQLdb.cursors.SSCursor
    cursor = connection.cursor(kind)
    cursor.execute("select repeat('x', 1000) from seq_1_to_100000")
    return cursor


async def in_aiomysql(host: str, port: int) -> None:
    async with aiomysql.connect(host=host, port=port, db="evidence", **LOGIN) as connection:
        async with connection.cursor() as cursor:
            await cursor.execute(QUERY)
            await cursor.fetchall()
        await connection.commit()


async def in_aiomysql_pool(host: str, port: int) -> None:
    made = aiomysql.create_pool(host=host, port=port, db="evidence", **LOGIN)
    async with made as pool, pool.acquire() as connection, connection.cursor() as cursor:
        await cursor.execute(QUERY)


async def in_asyncmy(host: str, port: int) -> None:
    async with asyncmy.connect(host=host, port=port, database="evidence", **LOGIN) as connection:
        async with connection.cursor() as cursor:
            await cursor.execute(QUERY)
            await cursor.fetchall()
        await connection.commit()


async def in_asyncmy_pool(host: str, port: int) -> None:
    made = asyncmy.create_pool(host=host, port=port, database="evidence", **LOGIN)
    async with made as pool, pool.acquire() as connection, connection.cursor() as cursor:
        await cursor.execute(QUERY)


BLOCKING: dict[str, Case] = {
    "pymysql.connect": connecting(py),
    "MySQLdb.connect": connecting(c),
    "MySQLdb.connections.Connection": connecting(
        lambda host, port: MySQLdb.connections.Connection(host=host, port=port, ssl_mode="DISABLED", **LOGIN)
    ),
}
SILENT: dict[str, Case] = {}
for connect, connection, cursor in (
    (py, "pymysql.Connection", "pymysql.cursors.Cursor"),
    (c, "MySQLdb.connections.Connection", "MySQLdb.cursors.Cursor"),
):
    BLOCKING |= {
        f"{connection}.commit": connected(connect, lambda it: it.commit()),
        f"{connection}.rollback": connected(connect, lambda it: it.rollback()),
        f"{connection}.ping": connected(connect, lambda it: it.ping()),
        f"{connection}.query": connected(connect, lambda it: it.query("select 1")),
        f"{connection}.select_db": connected(connect, lambda it: it.select_db("evidence")),
        f"{connection}.begin": connected(connect, lambda it: it.begin()),
        f"{cursor}.execute": connected(connect, lambda it: it.execute(QUERY), lambda it: it.cursor()),
        f"{cursor}.executemany": connected(
            connect, lambda it: it.executemany("select %s", [(1,)]), lambda it: it.cursor()
        ),
    }
    SILENT |= {
        f"{connection}.cursor": connected(connect, lambda it: it.cursor()),
        f"{connection}.close": connected(connect, lambda it: it.close()),
        f"{cursor}.fetchone": connected(connect, lambda it: it.fetchone(), executed),
        f"{cursor}.fetchall": connected(connect, lambda it: it.fetchall(), executed),
        f"{cursor}.__iter__": connected(connect, list, executed),
        f"{cursor}.close": connected(connect, lambda it: it.close(), executed),
    }
BLOCKING |= {
    "pymysql.cursors.SSCursor.fetchall": connected(py, lambda it: it.fetchall(), many),
    "pymysql.cursors.SSCursor.__iter__": connected(py, list, many),
    "pymysql.cursors.SSCursor.close": connected(py, lambda it: it.close(), many),
    "MySQLdb.cursors.SSCursor.__iter__": connected(c, list, many),
    "MySQLdb.cursors.SSCursor.fetchall": connected(c, lambda it: it.fetchall(), many),
    "MySQLdb.cursors.SSCursor.close": connected(c, lambda it: it.close(), many),
}
ASYNC = {
    "aiomysql.connect": connecting(in_aiomysql),
    "aiomysql.Cursor.execute": connecting(in_aiomysql),
    "aiomysql.Cursor.fetchall": connecting(in_aiomysql),
    "aiomysql.Connection.commit": connecting(in_aiomysql),
    "aiomysql.create_pool": connecting(in_aiomysql_pool),
    "aiomysql.Pool.acquire": connecting(in_aiomysql_pool),
    "asyncmy.create_pool": connecting(in_asyncmy_pool),
    "asyncmy.connect": connecting(in_asyncmy),
    "asyncmy.cursors.Cursor.execute": connecting(in_asyncmy),
    "asyncmy.cursors.Cursor.fetchall": connecting(in_asyncmy),
    "asyncmy.connection.Connection.commit": connecting(in_asyncmy),
}
DOCUMENTED = {
    "fails before it asks the server: asyncmy 0.2.18 reads an attribute `_encoding` that its character sets do not have "
    "(asyncmy/connection.pyx)": ["asyncmy.connection.Connection.set_charset"],
}


def made(connect: Callable[[str, int], Any], then: Callable[[Any], Any] = lambda connection: connection) -> Subject:
    """What becomes of a connection that is there already, and stays."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.mariadb()) as (host, port):
            connection = connect(host, port)
            prepared = then(connection)
            try:
                yield prepared
            finally:  # mysqlclient would read what is left when it forgets the cursor, and hold the GIL meanwhile.
                for one in (prepared, connection):
                    with contextlib.suppress(Exception):
                        one.close()

    return subject


def made_inside(connect: Callable[[str, int], Any], then: Callable[[Any], Any] | None = None) -> Subject:
    held = []

    async def make(host: str, port: int) -> Any:
        connection = await connect(host, port)
        held[:] = [connection]
        return await then(connection) if then else connection

    return served_inside(servers.mariadb, make)


def aio(library: Any, **options: Any) -> Callable[[str, int], Any]:
    async def connect(host: str, port: int) -> Any:
        return await library.connect(host=host, port=port, db="evidence", **options, **LOGIN)

    return connect


def pool(library: Any) -> Callable[[str, int], Any]:
    async def connect(host: str, port: int) -> Any:
        return await library.create_pool(host=host, port=port, db="evidence", minsize=1, maxsize=1, **LOGIN)

    return connect


async def cursor_of_coroutine(connection: Any) -> Any:
    cursor = await connection.cursor()
    await cursor.execute(QUERY)
    return cursor


async def cursor_of_call(connection: Any) -> Any:
    cursor = connection.cursor()
    await cursor.execute(QUERY)
    return cursor


def reading(kind: Any) -> Callable[[Any], Any]:
    """An unbuffered cursor, whose last row is late."""

    def then(connection: Any) -> Any:
        cursor = connection.cursor(kind)
        cursor.execute(SLOW)
        cursor.fetchone()
        return cursor

    return then


def reading_inside(kind: Any) -> Callable[[Any], Any]:
    async def then(connection: Any) -> Any:
        cursor = connection.cursor(kind)
        cursor = await cursor if inspect.iscoroutine(cursor) or hasattr(cursor, "__await__") else cursor
        await cursor.execute(SLOW)
        await cursor.fetchone()
        return cursor

    return then


def two(connection: Any) -> Any:
    """A cursor whose second result is late."""
    cursor = connection.cursor()
    cursor.execute(TWO)
    return cursor


async def two_inside(connection: Any) -> Any:
    cursor = await connection.cursor()
    await cursor.execute(TWO)
    return cursor


def sent(connection: Any) -> Any:
    connection.query(SLOW)
    return connection


def first_of_two(connection: Any) -> Any:
    connection.query(TWO)
    if isinstance(connection, MySQLdb.connections.Connection):
        connection.store_result()
    return connection


def asked(connection: Any) -> Any:
    connection.send_query(b"select sleep(0.2)")
    return connection


def several(host: str, port: int) -> Any:
    """A connection that may be sent several statements at once."""
    flag = pymysql.constants.CLIENT.MULTI_STATEMENTS
    return pymysql.connect(host=host, port=port, database="evidence", client_flag=flag, **LOGIN)


async def of_pool(pool: Any) -> Any:
    """A pool with a connection in use, that is given back."""
    connection = await pool.acquire()
    return SimpleNamespace(release=lambda: pool.release(connection))


async def emptied(pool: Any) -> Any:
    """A pool without a connection."""
    await pool.clear()
    return pool


async def closing(pool: Any) -> Any:
    pool.close()
    return pool


async def closed(connection: Any) -> Any:
    await connection.ensure_closed()
    return connection


GIVEN = {
    "query": QUERY,
    "operation": QUERY,
    "sql": QUERY,
    "args": (),
    "params": (),
    "seq_params": [()],
    "charset": "utf8mb4",
    "encoding": "utf8",
    "thread_id": 1,
    "mysql_pid": 1,
    "db": "evidence",
    "database": "evidence",
    "value": True,
    "procname": "x",
}
PYMYSQL_READS = ("__next__", "fetchall_unbuffered", "fetchmany", "fetchone", "read_next", "scroll")
READS = ("__next__", "fetchmany", "fetchone")
SCROLL = {"scroll": ((1,), {"mode": "relative"})}
MANY = {"executemany": (("select %s", [(1,)]), {})}
UNBUFFERED = ("__aexit__", "__anext__", "close", "fetchmany", "fetchone", "nextset")
CLOSING = ("__aexit__", "clear", "__aenter__")
SWEEPS = [
    Sweep("pymysql.Connection", made(py), GIVEN, own={"next_result": made(several, first_of_two)}),
    Sweep("pymysql.cursors.Cursor", made(py, executed), GIVEN, own={"nextset": made(several, two)}),
    Sweep(
        "pymysql.cursors.SSCursor",
        made(py, many),
        GIVEN,
        SCROLL,
        own=dict.fromkeys(PYMYSQL_READS, made(py, reading(pymysql.cursors.SSCursor))),
    ),
    Sweep(
        "MySQLdb.connections.Connection",
        made(c),
        GIVEN,
        own={
            "store_result": made(c, sent),
            "next_result": made(c, first_of_two),
            "read_query_result": made(c, asked),
        },
    ),
    Sweep("MySQLdb.cursors.BaseCursor", made(c, executed), GIVEN, MANY, own={"nextset": made(c, two)}),
    Sweep("MySQLdb.cursors.Cursor", made(c, executed), GIVEN, SCROLL),
    Sweep("MySQLdb.cursors.SSCursor", made(c, many), own=dict.fromkeys(READS, made(c, reading(MySQLdb.cursors.SSCursor)))),
    Sweep(
        "aiomysql.Connection",
        made_inside(aio(aiomysql)),
        GIVEN,
        {"cursor": ((), {})},
        prompt=("__aenter__", "__aexit__", "cursor", "ensure_closed"),
    ),
    Sweep(
        "aiomysql.Cursor",
        made_inside(aio(aiomysql), cursor_of_coroutine),
        GIVEN,
        MANY | SCROLL,
        own={
            **dict.fromkeys((*UNBUFFERED, "scroll"), made_inside(aio(aiomysql), reading_inside(aiomysql.SSCursor))),
            "nextset": made_inside(aio(aiomysql, client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS), two_inside),
        },
        prompt=["__aenter__"],
    ),
    Sweep(
        "aiomysql.Pool",
        made_inside(pool(aiomysql)),
        GIVEN,
        own={"release": made_inside(pool(aiomysql), of_pool), "wait_closed": made_inside(pool(aiomysql), closing)},
        prompt=(*CLOSING, "wait_closed"),
    ),
    Sweep(
        "asyncmy.connection.Connection",
        made_inside(aio(asyncmy)),
        GIVEN,
        own={"connect": made_inside(aio(asyncmy), closed)},
        prompt=("__aenter__", "__aexit__", "ensure_closed"),
    ),
    Sweep(
        "asyncmy.cursors.Cursor",
        made_inside(aio(asyncmy), cursor_of_call),
        GIVEN,
        MANY,
        own=dict.fromkeys(UNBUFFERED, made_inside(aio(asyncmy), reading_inside(asyncmy.cursors.SSCursor))),
        prompt=["__aenter__"],
    ),
    Sweep(
        "asyncmy.pool.Pool",
        made_inside(pool(asyncmy)),
        GIVEN,
        own={
            "acquire": made_inside(pool(asyncmy), emptied),
            "release": made_inside(pool(asyncmy), of_pool),
            "wait_closed": made_inside(pool(asyncmy), closing),
        },
        prompt=("__aenter__", "__aexit__", "clear", "wait_closed"),
    ),
]  # fmt: skip
