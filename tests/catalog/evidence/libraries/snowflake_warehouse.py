"""Snowflake: a web server that lets everyone in and has one row, in a file that must be fetched."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import snowflake.connector
import snowflake.connector.aio
from evidence import late
from evidence.sweep import Subject, Sweep
from evidence.world import World

ID = "01b00000-0000-0000-0000-000000000001"
COLUMN = {
    "name": "X", "type": "fixed", "precision": 1, "scale": 0, "nullable": True, "byteLength": None, "length": None,
}  # fmt: skip
NOTHING = dict.fromkeys(("finalDatabaseName", "finalSchemaName", "finalWarehouseName", "finalRoleName"))
DATA: dict[str, object] = {
    "token": "t", "masterToken": "m", "validityInSeconds": 3600, "masterValidityInSeconds": 14400, "parameters": [],
    "sessionInfo": {}, "sessionId": 1, "serverVersion": "9", "rowtype": [COLUMN], "rowset": [], "total": 1, "returned": 1,
    "queryId": ID, "queryResultFormat": "json", "statementTypeId": 4096, "numberOfBinds": 0,
    "queries": [{"id": ID, "status": "SUCCESS", "sessionId": 1}], **NOTHING,
}  # fmt: skip
SEVERAL = {"resultIds": f"{ID},{ID}", "resultTypes": "4096,4096", "statementTypeId": 0xA000}


def page(method: str, path: str, url: str, **more: object) -> bytes:
    if path == "/rows":
        return b'["1"]'
    chunk = {"url": f"{url}/rows", "rowCount": 1, "uncompressedSize": 5, "compressedSize": 5}
    data = {**DATA, "chunks": [chunk], "chunkHeaders": {}, "qrmk": None, **more}
    return json.dumps({"success": True, "code": None, "message": None, "data": data}).encode()


def words(host: str, port: int) -> dict[str, Any]:
    return {
        "account": "x", "user": "u", "password": "p", "host": host, "port": port, "protocol": "http",
        "client_telemetry_enabled": False, "autocommit": False,
    }  # fmt: skip


def connect(host: str, port: int) -> Any:
    return snowflake.connector.connect(**words(host, port))


def at(make: Callable[[str, int], Any], **more: object) -> Subject:
    """``more``: what else is in the answer to a query."""

    def subject(world: World) -> Iterator[object]:
        url = []

        def answer(method: str, path: str) -> bytes:
            return page(method, path, url[0], **(more if path.startswith("/queries/v1") else {}))

        with late.http(world, answer) as (host, port):
            url.append(f"http://{host}:{port}")
            yield make(host, port)

    return subject


def executed(host: str, port: int) -> Any:
    """A cursor whose rows have not been fetched."""
    cursor = connect(host, port).cursor()
    cursor.execute("select 1")
    return cursor


def connecting(world: World) -> Iterator[Callable[[], object]]:
    with late.http(world, lambda method, path: page(method, path, "")) as (host, port):
        yield lambda: connect(host, port)


def making(world: World) -> Iterator[Callable[[], object]]:
    with late.http(world, lambda method, path: page(method, path, "")) as (host, port):
        yield lambda: snowflake.connector.SnowflakeConnection(**words(host, port))


def iterating(world: World) -> Iterator[Callable[[], object]]:
    with contextlib.contextmanager(at(executed))(world) as cursor:
        yield lambda: next(iter(cursor))


def next_set(world: World) -> Iterator[Callable[[], object]]:
    with contextlib.contextmanager(at(executed, **SEVERAL))(world) as cursor:
        yield cursor.nextset


BLOCKING = {
    "snowflake.connector.cursor.SnowflakeCursor.nextset": next_set,
    "snowflake.connector.cursor.SnowflakeCursor.__iter__": iterating,
    "snowflake.connector.connect": connecting,
    "snowflake.connector.SnowflakeConnection": making,
}
GIVEN = {
    "command": "select 1", "sql_text": "select 1", "query": "select 1", "sf_qid": ID, "sfqid": ID, "qid": ID, "query_id": ID,
    "procname": "p", "args": (), "seqparams": [(1,)], "mode": True, "size": 1,
}  # fmt: skip
CALLS: dict[str, Any] = {
    "execute_stream": ((io.StringIO("select 1;"),), {}),
    "callproc": (("p", ()), {}),
    "executemany": (("insert into x values (%s)", [(1,)]), {}),
    "__exit__": ((None, None, None), {}),
}
CALLS["__aexit__"] = CALLS["__exit__"]


def inside(then: Callable[[Any], Any], **more: object) -> Subject:
    """The asynchronous connection, or what is made of it."""

    def subject(world: World) -> Iterator[object]:
        with contextlib.contextmanager(at(lambda host, port: (host, port), **more))(world) as (host, port):

            async def make() -> Any:
                return await then(await snowflake.connector.aio.connect(**words(host, port)))

            yield lambda: make()

    return subject


async def itself(connection: Any) -> Any:
    return connection


async def executed_async(connection: Any) -> Any:
    cursor = connection.cursor()
    await cursor.execute("select 1")
    return cursor


def unconnected(world: World) -> Iterator[object]:
    with contextlib.contextmanager(at(lambda host, port: (host, port)))(world) as (host, port):
        yield lambda: snowflake.connector.aio.SnowflakeConnection(**words(host, port))


def connecting_async(world: World) -> Iterator[Callable[[], object]]:
    async def call(host: str, port: int) -> None:
        await snowflake.connector.aio.connect(**words(host, port))

    with late.http(world, lambda method, path: page(method, path, "")) as (host, port):
        yield lambda: call(host, port)


ASYNC = {"snowflake.connector.aio.connect": connecting_async}
OPENING = ("connect", "__aenter__")
AIO = "snowflake.connector.aio"
SWEEPS = [
    Sweep(
        f"{AIO}.SnowflakeConnection",
        unconnected,
        GIVEN,
        apart={name: "" for name in dir(snowflake.connector.aio.SnowflakeConnection) if name not in OPENING},
    ),
    Sweep(f"{AIO}.SnowflakeConnection", inside(itself), GIVEN, CALLS, apart=dict.fromkeys(OPENING, "")),
    Sweep(
        f"{AIO}.SnowflakeCursor",
        inside(executed_async),
        GIVEN,
        CALLS,
        {"nextset": ""},
        prompt=("__aenter__", "__aexit__"),
    ),
    Sweep(
        f"{AIO}.SnowflakeCursor",
        inside(executed_async, **SEVERAL),
        apart={name: "" for name in dir(snowflake.connector.aio.SnowflakeCursor) if name != "nextset"},
    ),
    Sweep("snowflake.connector.SnowflakeConnection", at(connect), GIVEN, CALLS),
    Sweep(
        "snowflake.connector.cursor.SnowflakeCursor",
        at(executed),
        GIVEN,
        CALLS,
        {"nextset": "needs several results", "__iter__": "has a case"},
    ),
]
