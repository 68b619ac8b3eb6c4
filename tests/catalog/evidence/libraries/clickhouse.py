"""ClickHouse: a web server, and a server of the native protocol as it was early; both know one column."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import clickhouse_connect
import clickhouse_driver
import clickhouse_driver.dbapi
import pandas
import pyarrow
from clickhouse_connect.datatypes.registry import get_from_name
from clickhouse_connect.driver.insert import InsertContext
from evidence import late
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World

BLOCK = b"\x01\x01\x01x\x05UInt8\x01"
"""One column of one row, as the format Native has it."""


def web(world: World) -> contextlib.AbstractContextManager[Address]:
    """It is asked for its version first, and for its settings then, of which it has none."""
    answers = [b"", b"24.8.1.1\tUTC\n"]

    def page(method: str, path: str) -> bytes:
        if world.begun.is_set():
            return BLOCK
        return answers.pop() if answers else b""

    return late.http(world, page)


def connected(world: World) -> Iterator[object]:
    with web(world) as (host, port):
        yield clickhouse_connect.get_client(host=host, port=port)


def connected_async(world: World) -> Iterator[object]:
    with web(world) as (host, port):
        yield lambda: clickhouse_connect.get_async_client(host=host, port=port)


HELLO = b"\x00\x01x\x01\x01\xd0\x86\x03"
"""Revision 50000: neither time zone nor statistics."""
PING, PONG, END = b"\x04", b"\x04", b"\x05"
DATA = b"\x01" + BLOCK
ROWS = DATA + END


def native(world: World, rows: bytes = ROWS, rest: bytes = ROWS) -> contextlib.AbstractContextManager[Address]:
    """It does not read what it is asked. ``rows``: its first answer; ``rest``: all others."""

    def talk(connection: socket.socket) -> None:
        answers = [rest, rows, HELLO]
        while asked := connection.recv(1 << 16):
            if not world.reached.is_set():
                late.hold(world)
            if asked != PING and len(answers) < 3:
                time.sleep(0.02)
                connection.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    connection.recv(1 << 16)
                connection.setblocking(True)
            connection.sendall(PONG if asked == PING else answers.pop() if answers[1:] else rest)

    return world.server(talk)


def driver(make: Callable[[str, int], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with native(world) as (host, port):
            yield make(host, port)

    return subject


def cursor(host: str, port: int) -> Any:
    return clickhouse_driver.connect(host=host, port=port).cursor()


def fetched(host: str, port: int) -> Any:
    found = cursor(host, port)
    found.execute("select 1")
    return found


def cancelling(world: World) -> Iterator[Callable[[], object]]:
    """The end of a query's rows has not come yet."""
    with native(world, DATA, END) as (host, port):
        client = clickhouse_driver.Client(host, port)
        client.execute_iter("select 1")
        yield client.cancel


def at(call: Callable[[str, int], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with native(world) as (host, port):
            yield lambda: call(host, port)

    return case


FRAME = pandas.DataFrame({"x": [1]})
TABLE = pyarrow.table({"x": [1]})
WEB: dict[str, Any] = {"cmd": "x", "query": "select 1", "table": "x", "data": [[1]], "df": FRAME, "arrow_table": TABLE}
CALLS: dict[str, Any] = {
    "insert_df": (("x", FRAME), {}),
    "insert_df_arrow": (("x", FRAME.convert_dtypes(dtype_backend="pyarrow")), {}),
    "insert_arrow": (("x", TABLE), {}),
    "insert": (("x", [[1]]), {"column_names": ["x"]}),
}
NATIVE: dict[str, Any] = {"query": "select 1", "dataframe": FRAME, "operation": "select 1", "seq_of_parameters": [(1,)]}


def rows() -> InsertContext:
    """They can be sent once."""
    return InsertContext("x", ["x"], [get_from_name("UInt8")], [[1]])


BLOCKING = {
    "clickhouse_driver.Client.cancel": cancelling,
    "clickhouse_driver.Client.execute": at(lambda host, port: clickhouse_driver.Client(host, port).execute("select 1")),
}
SILENT = {
    "clickhouse_driver.Client": at(clickhouse_driver.Client),
    "clickhouse_driver.Client.from_url": at(
        lambda host, port: clickhouse_driver.Client.from_url(f"clickhouse://{host}:{port}")
    ),
    "clickhouse_driver.connect": at(lambda host, port: clickhouse_driver.connect(host=host, port=port)),
}
SWEEPS = [
    Sweep("clickhouse_connect.driver.client.Client", connected, WEB, {**CALLS, "data_insert": ((rows(),), {})}),
    Sweep(
        "clickhouse_connect.driver.asyncclient.AsyncClient",
        connected_async,
        WEB,
        {**CALLS, "data_insert": ((rows(),), {})},
        prompt=("close", "__aenter__", "__aexit__"),
    ),
    Sweep("clickhouse_driver.Client", driver(clickhouse_driver.Client), NATIVE, apart={"cancel": "needs a query"}),
    Sweep("clickhouse_driver.dbapi.cursor.Cursor", driver(cursor), NATIVE, kinds=("BLOCKING",)),
    Sweep("clickhouse_driver.dbapi.cursor.Cursor", driver(fetched), NATIVE, kinds=("SILENT",)),
]
