"""SQL Server: a server of its protocol (TDS 7.0) that lets everyone in and gives two results, the rest of them late."""

from __future__ import annotations

import contextlib
import multiprocessing
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pymssql
from evidence.late import hold
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World

ANSWER, CALL = 4, 3
QUERY = "select 1"
ACKNOWLEDGED = b"\1\7\0\0\0\1x\0\0\0\0\0"
LOGIN = b"\xad" + struct.pack("<H", len(ACKNOWLEDGED)) + ACKNOWLEDGED
COLUMN = b"\x81" + struct.pack("<HHHB", 1, 0, 0, 0x38) + b"\1x\0"
ROW = b"\xd1\1\0\0\0"


def done(rows: int = 0, more: bool = False, token: bytes = b"\xfd") -> bytes:
    return token + struct.pack("<HHI", (0x10 if rows else 0) | more, 0xC1 if rows else 0, rows)


FIRST = COLUMN + ROW
REST = ROW + done(2, more=True) + COLUMN + ROW + done(1)


def packet(content: bytes, last: bool = True) -> bytes:
    return struct.pack(">BBHHBB", ANSWER, last, len(content) + 8, 1, 1, 0) + content


def requests(stream: Any) -> Iterator[tuple[int, bytes]]:
    content = b""
    while len(head := stream.read(8)) == 8:
        kind, last, size = struct.unpack(">BBH", head[:4])
        content += stream.read(size - 8)
        if last & 1:
            yield kind, content
            content = b""


def serve(connection: socket.socket, late: Callable[[], None], wait: Callable[[], None]) -> None:
    """``late`` is called before answers, ``wait`` in the middle of rows."""
    answer = LOGIN + done()
    for kind, content in requests(connection.makefile("rb")):
        late()
        if QUERY.encode("utf-16-le") in content:
            connection.sendall(packet(FIRST, last=False))
            wait()
            connection.sendall(packet(REST))
        else:
            connection.sendall(packet(done(token=b"\xfe") if kind == CALL else answer))
        answer = done()


def database(world: World) -> contextlib.AbstractContextManager[Address]:
    """What is asked for before the measured call gets its rest after it has begun."""

    def late() -> None:
        if not world.reached.is_set():
            hold(world)

    def wait() -> None:
        world.begun.wait(10)
        late()

    return world.server(lambda connection: serve(connection, late, wait))


def in_process(listener: socket.socket, delay: float) -> None:
    """For a client that does not let go of the GIL: nobody else in its process could answer it."""
    connection, _ = listener.accept()
    with contextlib.suppress(OSError):
        serve(connection, lambda: None, lambda: time.sleep(delay))


def next_set(world: World) -> Iterator[Callable[[], object]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = multiprocessing.get_context("fork").Process(target=in_process, args=(listener, 4 * world.delay))
        server.start()
        cursor = reading(*listener.getsockname())
        yield cursor.nextset
        server.kill()
        server.join()


def connect(host: str, port: int) -> Any:
    return pymssql.connect(server=host, port=str(port), user="u", password="p", tds_version="7.0", login_timeout=2)


def at(make: Callable[[str, int], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with database(world) as (host, port):
            yield make(host, port)

    return subject


def reading(host: str, port: int) -> Any:
    """A cursor that has read one row."""
    cursor = connect(host, port).cursor()
    cursor.execute(QUERY)
    cursor.fetchone()
    return cursor


def on(
    use: Callable[[Any], object], make: Callable[[str, int], Any]
) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with database(world) as (host, port):
            held = make(host, port)
            yield lambda: use(held)

    return case


def connecting(world: World) -> Iterator[Callable[[], object]]:
    with database(world) as (host, port):
        yield lambda: connect(host, port)


BLOCKING = {
    "pymssql.connect": connecting,
    "pymssql.Cursor.nextset": next_set,
    "pymssql.Cursor.__iter__": on(lambda cursor: next(iter(cursor)), reading),
}
SILENT = {"pymssql.Connection.__exit__": on(lambda held: held.__exit__(None, None, None), connect)}
CALLS: dict[str, Any] = {
    "execute": (("update x set y = 1",), {}),
    "executemany": (("update x set y = %s", [(1,)]), {}),
    "callproc": (("p", ()), {}),
    "bulk_copy": (("x", [(1,)]), {}),
    "autocommit": ((True,), {}),
}
SWEEPS = [
    Sweep("pymssql.Connection", at(connect), {}, CALLS),
    Sweep(
        "pymssql.Cursor",
        at(reading),
        {},
        CALLS,
        {"execute": "reads on first", "executemany": "", "callproc": "", "nextset": ""},
    ),
    Sweep(
        "pymssql.Cursor",
        at(lambda host, port: connect(host, port).cursor()),
        {},
        CALLS,
        {name: "" for name in dir(pymssql.Cursor) if name not in ("execute", "executemany", "callproc")},
    ),
]
