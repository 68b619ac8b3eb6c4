"""MySQL drivers against MariaDB that answers late: PyMySQL, mysqlclient, aiomysql, asyncmy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import aiomysql
import asyncmy
import MySQLdb
import MySQLdb.cursors
import pymysql
import pymysql.cursors
from evidence import servers
from evidence.servers import slowly
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
