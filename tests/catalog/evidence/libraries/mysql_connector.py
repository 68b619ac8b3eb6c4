"""MySQL's own connector in pure Python, against MariaDB that answers late."""

from __future__ import annotations

from typing import Any

import mysql.connector
import mysql.connector.aio
import mysql.connector.aio.pooling
import mysql.connector.pooling
from evidence.libraries.mysql import LOGIN, QUERY, SLOW, TWO, connected, connecting, made, made_inside
from evidence.sweep import Sweep

AHEAD = SLOW.replace("seq = 1", "seq < 3").replace("seq_1_to_2", "seq_1_to_3")
"""The connector reads one row ahead."""
OPTIONS = {"database": "evidence", "ssl_disabled": True, **LOGIN}


def oracle(host: str, port: int) -> Any:
    return mysql.connector.connect(host=host, port=port, use_pure=True, **OPTIONS)


async def oracle_async(host: str, port: int) -> Any:
    return await mysql.connector.aio.connect(host=host, port=port, **OPTIONS)


def pool(host: str, port: int) -> Any:
    return mysql.connector.pooling.MySQLConnectionPool(
        host=host, port=port, use_pure=True, pool_size=1, pool_name="x", **OPTIONS
    )


async def pool_async(host: str, port: int) -> Any:
    made = mysql.connector.aio.pooling.MySQLConnectionPool(host=host, port=port, pool_size=2, pool_name="x", **OPTIONS)
    return made


async def opened(made: Any) -> Any:
    await made.initialize_pool()
    return made


def lent(made: Any) -> Any:
    """A pool that has lent its connection, which stays away."""
    made.lent = made.get_connection()
    return made


def given_back(made: Any) -> Any:
    return made.get_connection()


async def lent_async(made: Any) -> Any:
    await made.initialize_pool()
    made.lent = await made.get_connection()
    return made


async def closed(connection: Any) -> Any:
    await connection.close()
    return connection


def idle(connection: Any) -> Any:
    return connection.cursor()


def reading(connection: Any) -> Any:
    """A cursor whose last row is late."""
    cursor = connection.cursor()
    cursor.execute(AHEAD)
    cursor.fetchone()
    return cursor


def two(connection: Any) -> Any:
    """A cursor whose second result is late."""
    cursor = connection.cursor()
    cursor.execute(TWO)
    cursor.fetchall()
    return cursor


def asked(connection: Any) -> Any:
    """A connection that has sent a query, and has read the columns of the answer."""
    connection.cmd_query(SLOW)
    connection.get_row()
    return connection


async def idle_async(connection: Any) -> Any:
    return await connection.cursor()


async def reading_async(connection: Any) -> Any:
    cursor = await connection.cursor()
    await cursor.execute(AHEAD)
    await cursor.fetchone()
    return cursor


async def two_async(connection: Any) -> Any:
    cursor = await connection.cursor()
    await cursor.execute(TWO)
    await cursor.fetchall()
    return cursor


async def asked_async(connection: Any) -> Any:
    await connection.cmd_query(SLOW)
    await connection.get_row()
    return connection


BLOCKING = {
    "mysql.connector.connect": connecting(oracle),
    "mysql.connector.connection.MySQLConnection": connecting(
        lambda host, port: mysql.connector.connection.MySQLConnection(host=host, port=port, **OPTIONS)
    ),
    "mysql.connector.pooling.MySQLConnectionPool": connecting(pool),
    "mysql.connector.cursor.MySQLCursor.__iter__": connected(oracle, list, reading),
}
ASYNC = {"mysql.connector.aio.connect": connecting(oracle_async)}
GIVEN = {
    "query": QUERY, "operation": QUERY, "params": (), "database": "evidence", "username": "evidence", "password": "evidence",
    "procname": "x", "size": 2, "charset": 45,
}  # fmt: skip
USER = {
    "cmd_change_user": (("evidence", "evidence", "evidence", 45), {}),
    "cmd_query": ((QUERY,), {}),
    "cursor": ((), {}),
}
MANY = {"executemany": (("select %s", [(1,)]), {})}
READS = ("fetchall", "fetchmany", "fetchone", "__next__", "__iter__")
CALLS = ("execute", "executemany", "callproc", "close", "__exit__")
SWEEPS = [
    Sweep(
        "mysql.connector.abstracts.MySQLConnectionAbstract",
        made(oracle),
        GIVEN,
        USER,
        own=dict.fromkeys(("get_row", "get_rows"), made(oracle, asked)),
    ),
    Sweep(
        "mysql.connector.abstracts.MySQLCursorAbstract",
        made(oracle, reading),
        GIVEN,
        MANY,
        own={**dict.fromkeys(CALLS, made(oracle, idle)), "nextset": made(oracle, two)},
    ),
    Sweep("mysql.connector.cursor.MySQLCursor", made(oracle, reading)),
    Sweep("mysql.connector.pooling.MySQLConnectionPool", made(pool), own={"add_connection": made(pool, lent)}),
    Sweep("mysql.connector.pooling.PooledMySQLConnection", made(pool, given_back)),
    Sweep(
        "mysql.connector.aio.abstracts.MySQLConnectionAbstract",
        made_inside(oracle_async),
        GIVEN,
        USER,
        own={
            **dict.fromkeys(("get_row", "get_rows"), made_inside(oracle_async, asked_async)),
            "reconnect": made_inside(oracle_async, closed),
        },
        prompt=("close", "disconnect", "shutdown", "cursor", "__aenter__", "__aexit__"),
    ),
    Sweep(
        "mysql.connector.aio.abstracts.MySQLCursorAbstract",
        made_inside(oracle_async, reading_async),
        GIVEN,
        MANY,
        own={
            **dict.fromkeys((*CALLS, "__aenter__", "__aexit__"), made_inside(oracle_async, idle_async)),
            "nextset": made_inside(oracle_async, two_async),
        },
        prompt=("close", "__aenter__", "__aexit__"),
    ),
    Sweep(
        "mysql.connector.aio.pooling.MySQLConnectionPool",
        made_inside(pool_async, opened),
        own={"initialize_pool": made_inside(pool_async), "add_connection": made_inside(pool_async, lent_async)},
        prompt=["close_pool"],
    ),
]
