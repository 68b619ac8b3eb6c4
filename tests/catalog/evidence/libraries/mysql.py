"""MySQL drivers against MariaDB that answers late: PyMySQL, mysqlclient, aiomysql, asyncmy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import aiomysql
import asyncmy
import mysql.connector
import mysql.connector.aio
import mysql.connector.pooling
import MySQLdb
import MySQLdb.cursors
import pymysql
import pymysql.cursors
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import served, served_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
LOGIN = {"user": "evidence", "password": "evidence"}
QUERY = "select 1 union select 2"


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


BLOCKING: dict[str, Case] = {"pymysql.connect": connecting(py), "MySQLdb.connect": connecting(c)}
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
    "asyncmy.connect": connecting(in_asyncmy),
    "asyncmy.cursors.Cursor.execute": connecting(in_asyncmy),
    "asyncmy.cursors.Cursor.fetchall": connecting(in_asyncmy),
    "asyncmy.connection.Connection.commit": connecting(in_asyncmy),
}
DOCUMENTED: dict[str, list[str]] = {}


def made(connect: Callable[[str, int], Any], then: Callable[[Any], Any] = lambda connection: connection) -> Subject:
    """What becomes of a connection that is there already."""
    return served(servers.mariadb, lambda host, port: then(connect(host, port)))


def made_inside(connect: Callable[[str, int], Any], then: Callable[[Any], Any] | None = None) -> Subject:
    async def make(host: str, port: int) -> Any:
        connection = await connect(host, port)
        return await then(connection) if then else connection

    return served_inside(servers.mariadb, make)


def oracle(host: str, port: int) -> Any:
    """The connector in pure Python."""
    return mysql.connector.connect(host=host, port=port, database="evidence", use_pure=True, ssl_disabled=True, **LOGIN)


async def oracle_async(host: str, port: int) -> Any:
    return await mysql.connector.aio.connect(host=host, port=port, database="evidence", ssl_disabled=True, **LOGIN)


def aio(library: Any) -> Callable[[str, int], Any]:
    async def connect(host: str, port: int) -> Any:
        return await library.connect(host=host, port=port, db="evidence", **LOGIN)

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
SWEEPS = [
    Sweep("pymysql.Connection", made(py), GIVEN),
    Sweep("pymysql.cursors.Cursor", made(py, executed), GIVEN),
    Sweep("pymysql.cursors.SSCursor", made(py, many), GIVEN),
    Sweep(
        "MySQLdb.connections.Connection",
        made(c),
        GIVEN,
        apart={"read_query_result": "without a query that was sent it waits in C for ever"},
    ),
    Sweep("MySQLdb.cursors.BaseCursor", made(c, executed), GIVEN),
    Sweep("mysql.connector.abstracts.MySQLConnectionAbstract", made(oracle), GIVEN),
    Sweep("mysql.connector.abstracts.MySQLCursorAbstract", made(oracle, executed), GIVEN),
    Sweep("mysql.connector.aio.abstracts.MySQLConnectionAbstract", made_inside(oracle_async), GIVEN),
    Sweep("mysql.connector.aio.abstracts.MySQLCursorAbstract", made_inside(oracle_async, cursor_of_coroutine), GIVEN),
    Sweep("aiomysql.Connection", made_inside(aio(aiomysql)), GIVEN),
    Sweep("aiomysql.Cursor", made_inside(aio(aiomysql), cursor_of_coroutine), GIVEN),
    Sweep("aiomysql.Pool", made_inside(pool(aiomysql)), GIVEN),
    Sweep("asyncmy.connection.Connection", made_inside(aio(asyncmy)), GIVEN),
    Sweep("asyncmy.cursors.Cursor", made_inside(aio(asyncmy), cursor_of_call), GIVEN),
    Sweep("asyncmy.pool.Pool", made_inside(pool(asyncmy)), GIVEN),
]
