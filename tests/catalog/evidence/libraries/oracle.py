"""Oracle: a listener that answers late that it refuses, and a server that lets in who needs no password, with two rows."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any

import oracledb
from evidence.late import hold
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World

REASON = b"(DESCRIPTION=(ERR=12514))"
REFUSE = struct.pack(">HHBBHBBH", 12 + len(REASON), 0, 4, 0, 0, 0, 0, len(REASON)) + REASON
"""A packet of the listener: the service is not known."""


def words(host: str, port: int) -> dict[str, Any]:
    return {"user": "u", "password": "p", "host": host, "port": port, "service_name": "s"}


def at(call: Callable[[str, int], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.says(REFUSE, listens=True) as (host, port):
            yield lambda: call(host, port)

    return case


def pooled(use: Callable[[Any], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A pool whose thread is connecting."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.says(REFUSE, listens=True) as (host, port):
            pool = oracledb.create_pool(**words(host, port), min=0)
            yield lambda: use(pool)
            with contextlib.suppress(Exception):
                pool.close(force=True)

    return case


async def connect(host: str, port: int) -> None:
    await oracledb.connect_async(**words(host, port))


async def acquire(host: str, port: int) -> None:
    await oracledb.create_pool_async(**words(host, port), min=0).acquire()


async def pool(host: str, port: int) -> None:
    oracledb.create_pool_async(**words(host, port))


async def closed(host: str, port: int) -> None:
    await oracledb.create_pool_async(**words(host, port), min=0).close()


CONNECT, ACCEPT, DATA, MARKER = 1, 2, 6, 12
PROTOCOL, TYPES, FUNCTION, ERROR, HEADER, ROW, PARAMETER, STATUS, DESCRIBE = 1, 2, 3, 4, 6, 7, 8, 9, 16
AUTHENTICATE = 0x73
NOTHING_MORE = 1403


def number(value: int) -> bytes:
    """As many bytes as it takes, after their count."""
    size = (value.bit_length() + 7) // 8
    return bytes([size]) + value.to_bytes(size, "big")


def text(value: str) -> bytes:
    return number(len(value)) + bytes([len(value)]) + value.encode()


def ended(error: int = 0, transaction: bool = False) -> bytes:
    """The end of an answer: state, cursor 5, error. A transaction goes on, or not."""
    before = number(2 if transaction else 0) + bytes(5) + number(5) + bytes(1 + 6 + 5 + 6)
    return bytes([ERROR]) + before + bytes(3) + number(error) + bytes(1) + (b"\1x" if error else b"")


COLUMN = b"\2\0\0\0" + number(22) + bytes(7) + b"\1\1" + text("X") + bytes(4)
DESCRIBED = bytes([DESCRIBE, 0, 0]) + number(1) + b"\0" + COLUMN + bytes(6)
ONE = bytes([HEADER]) + bytes(7) + bytes([ROW]) + b"\2\xc1\2"
SESSION = {"AUTH_SESSION_ID": "1", "AUTH_SERIAL_NUM": "1", "AUTH_VERSION_NO": "203423744", "AUTH_SC_SERVICE_NAME": "s"}
LET_IN = (
    bytes([PARAMETER])
    + number(len(SESSION))
    + b"".join(text(key) + text(value) + b"\0" for key, value in SESSION.items())
)
DONE = bytes([STATUS, 0, 0])
GREETING = (
    bytes([PROTOCOL, 6, 0]) + b"x\0" + struct.pack("<HBH", 873, 0, 0) + struct.pack(">H", 11) + bytes(9) + b"\7\xd0"
    + bytes([53]) + bytes(7) + b"\7" + bytes(45) + bytes([11]) + bytes(11)
)  # fmt: skip
"""Compatible with 12.1, and without any capability."""


def answer(content: bytes) -> bytes:
    if content[0] == PROTOCOL:
        return GREETING
    if content[0] == TYPES:
        return bytes([TYPES, 0, 0])
    if content[:2] == bytes([FUNCTION, AUTHENTICATE]):
        return LET_IN + DONE
    if b"select" in content:
        return DESCRIBED + ONE + ended()
    if b"insert" in content:
        return ended(transaction=True)
    if content[:2] == b"\3\5":  # fetch
        return ONE + ended(NOTHING_MORE)
    return DONE


def packet(kind: int, content: bytes, wide: bool = True) -> bytes:
    return struct.pack(">IBBH" if wide else ">HxxBBH", 8 + len(content), kind, 0, 0) + content


def database(world: World) -> contextlib.AbstractContextManager[Address]:
    """It is late once, when the measured call has begun."""

    def talk(connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        size = struct.unpack(">H", stream.read(8)[:2])[0]
        stream.read(size - 8)
        welcome = struct.pack(">HH", 315, 0) + bytes(20) + struct.pack(">I", 8192)
        late()
        connection.sendall(packet(ACCEPT, welcome, wide=False))
        while len(head := stream.read(8)) == 8:
            content = stream.read(struct.unpack(">I", head[:4])[0] - 8)
            late()
            if head[4] == MARKER:
                connection.sendall(packet(MARKER, b"\1\0\2") + packet(DATA, b"\0\0" + ended(1013)))
            elif head[4] == DATA and len(content) > 2:
                connection.sendall(packet(DATA, b"\0\0" + answer(content[2:])))

    def late() -> None:
        if not world.reached.is_set():
            hold(world)

    return world.server(talk)


def known(host: str, port: int) -> dict[str, Any]:
    return {"host": host, "port": port, "service_name": "s", "externalauth": True, "disable_oob": True}


def on(then: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with database(world) as address:
            connection = oracledb.connect(**known(*address))
            yield then(connection)

    return subject


def inside(then: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with database(world) as address:

            async def make() -> Any:
                return await then(await oracledb.connect_async(**known(*address)))

            yield lambda: make()

    return subject


def reading(connection: Any) -> Any:
    """A cursor that has given the row that came with the answer."""
    cursor = connection.cursor(scrollable=True)
    cursor.execute("select x from t")
    cursor.fetchone()
    return cursor


async def reading_async(connection: Any) -> Any:
    cursor = connection.cursor(scrollable=True)
    await cursor.execute("select x from t")
    await cursor.fetchone()
    return cursor


def changing(connection: Any) -> Any:
    """A connection in the middle of a transaction."""
    connection.cursor().execute("insert into t values (1)")
    return connection


async def changing_async(connection: Any) -> Any:
    await connection.execute("insert into t values (1)")
    return connection


def iterating(world: World) -> Iterator[Callable[[], object]]:
    with contextlib.contextmanager(on(reading))(world) as cursor:
        yield lambda: next(iter(cursor))


def giving_back(use: Callable[[Any, Any], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A pool with a connection in the middle of a transaction."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with database(world) as address:
            pool = oracledb.create_pool(**known(*address), homogeneous=False)
            connection = changing(pool.acquire())
            yield lambda: use(pool, connection)

    return case


def giving_back_async(world: World) -> Iterator[object]:
    with database(world) as address:

        async def make() -> Any:
            pool = oracledb.create_pool_async(**known(*address), homogeneous=False)
            CALLS_OF_POOL["connection"] = await changing_async(await pool.acquire())
            return pool

        yield lambda: make()


CALLS_OF_POOL: dict[str, Any] = {}
BLOCKING = {
    "oracledb.Cursor.__iter__": iterating,
    "oracledb.ConnectionPool.release": giving_back(lambda pool, connection: pool.release(connection)),
    "oracledb.ConnectionPool.close": giving_back(lambda pool, connection: pool.close(force=True)),
    "oracledb.connect": at(lambda host, port: oracledb.connect(**words(host, port))),
    "oracledb.ConnectionPool.acquire": pooled(lambda pool: pool.acquire()),
}
SILENT = {
    "oracledb.ConnectionPool.drop": giving_back(lambda pool, connection: pool.drop(connection)),
    "oracledb.create_pool": at(lambda host, port: oracledb.create_pool(**words(host, port))),
    "oracledb.create_pool_async": at(pool),
}
ASYNC = {"oracledb.connect_async": at(connect), "oracledb.AsyncConnectionPool.acquire": at(acquire)}
COROUTINE = {"oracledb.AsyncConnectionPool.close": at(closed)}
PIPELINE = oracledb.create_pipeline()
PIPELINE.add_execute("insert into t values (1)")
LEFT = ((None, None, None), {})
CALLS: dict[str, Any] = {
    "execute": (("select x from t",), {}),
    "fetchall": (("select x from t",), {}),
    "fetchmany": (("select x from t",), {}),
    "fetchone": (("select x from t",), {}),
    "executemany": (("insert into t values (:1)", [(1,)]), {}),
    "callfunc": (("f", int), {}),
    "callproc": (("p",), {}),
    "fetch_df_all": (("select x from t",), {}),
    "fetch_df_batches": (("select x from t",), {}),
    "createlob": ((oracledb.DB_TYPE_BLOB,), {}),
    "gettype": (("T",), {}),
    "run_pipeline": ((PIPELINE,), {}),
    **{f"{verb}_sessionless_transaction": ((), {"transaction_id": b"x"}) for verb in ("begin", "resume")},
    "tpc_begin": ((oracledb.Connection.xid(oracledb.Connection, 1, "x", "y"),), {}),
    "__exit__": LEFT,
    "__aexit__": LEFT,
}
OF_CURSOR = {**CALLS, "fetchall": ((), {}), "fetchmany": ((), {}), "fetchone": ((), {}), "parse": (("select 1",), {})}
OF_CURSOR |= {"scroll": ((5,), {}), "prepare": (("select 1",), {}), "var": ((int,), {}), "setinputsizes": ((int,), {})}
OF_LOB = {"read": ((), {}), "write": ((b"x",), {}), "trim": ((), {}), "size": ((), {})}
DOCUMENTED = {
    "encrypts both with the key of a login by password (oracledb 26.1, impl/thin/messages/auth.pyx), which the server here does without": [
        "oracledb.Connection.changepassword",
        "oracledb.AsyncConnection.changepassword",
    ],
}
KEYLESS = {"changepassword": "needs a login by password"}
SWEEPS = [
    Sweep(
        "oracledb.AsyncConnectionPool",
        giving_back_async,
        CALLS_OF_POOL,
        apart={"acquire": "has a case", "close": "has a case"},
        prompt=("drop",),
    ),
    Sweep("oracledb.Connection", on(changing), {}, CALLS, KEYLESS),
    Sweep("oracledb.Cursor", on(reading), {}, OF_CURSOR),
    Sweep("oracledb.LOB", on(lambda connection: connection.createlob(oracledb.DB_TYPE_BLOB)), {}, OF_LOB),
    Sweep("oracledb.AsyncConnection", inside(changing_async), {}, CALLS, KEYLESS, prompt=("__aenter__",)),
    Sweep("oracledb.AsyncCursor", inside(reading_async), {}, OF_CURSOR, prompt=("__aenter__", "__aexit__")),
    Sweep("oracledb.AsyncLOB", inside(lambda connection: connection.createlob(oracledb.DB_TYPE_BLOB)), {}, OF_LOB),
]
