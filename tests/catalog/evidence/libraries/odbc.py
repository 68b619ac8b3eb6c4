"""pyodbc and psqlODBC on PostgreSQL behind a slow relay; a row at a time, so that each is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyodbc
from evidence import servers
from evidence.subjects import served
from evidence.sweep import Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]


def connect(host: str, port: int, **options: Any) -> Any:
    if "PostgreSQL Unicode" not in pyodbc.drivers():
        raise servers.Unavailable("apt-get install odbc-postgresql")
    words = {
        "DRIVER": "PostgreSQL Unicode", "SERVER": host, "PORT": port, "UID": "evidence", "DATABASE": "evidence",
        "UseDeclareFetch": 1, "Fetch": 1, "SSLmode": "disable",
    }  # fmt: skip
    return pyodbc.connect(";".join(f"{name}={value}" for name, value in words.items()), **options)


def begun(host: str, port: int) -> Any:
    """A connection in the middle of a transaction."""
    connection = connect(host, port)
    connection.execute("create table if not exists odbc (x int)")
    return connection


def reading(host: str, port: int) -> Any:
    """A cursor in the middle of its rows."""
    cursor = connect(host, port).cursor()
    cursor.execute("select * from generate_series(1, 9)")
    cursor.fetchone()
    return cursor


def on(use: Callable[[Any], object], make: Callable[..., Any] = connect, **options: Any) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with servers.slowly(world, servers.postgresql()) as (host, port):
            held = make(host, port, **options)
            yield lambda: use(held)

    return case


def connecting(world: World) -> Iterator[Callable[[], object]]:
    with servers.slowly(world, servers.postgresql()) as (host, port):
        yield lambda: connect(host, port)


def configured(name: str, use: Callable[[], object]) -> Case:
    """A file that lists many."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        Path(world.folder / name).write_text("".join(f"[X{number}]\nDriver=x.so\n" for number in range(100)))
        os.environ |= {"ODBCSYSINI": str(world.folder), "ODBCINI": str(world.folder / name)}
        yield use
        del os.environ["ODBCSYSINI"], os.environ["ODBCINI"]

    return case


BLOCKING = {
    "pyodbc.connect": connecting,
    "pyodbc.Connection.getinfo": on(lambda connection: connection.getinfo(pyodbc.SQL_MAX_COLUMN_NAME_LEN)),
    "pyodbc.Connection.set_attr": on(
        lambda connection: connection.set_attr(pyodbc.SQL_ATTR_TXN_ISOLATION, pyodbc.SQL_TXN_SERIALIZABLE),
        autocommit=True,
    ),
    "pyodbc.Cursor.__iter__": on(lambda cursor: next(iter(cursor)), reading),
    "pyodbc.Cursor.__exit__": on(lambda cursor: cursor.__exit__(None, None, None), reading),
    "pyodbc.Connection.__exit__": on(lambda connection: connection.__exit__(None, None, None), begun),
}
SHORT = {
    "pyodbc.drivers": configured("odbcinst.ini", pyodbc.drivers),
    "pyodbc.dataSources": configured("odbc.ini", pyodbc.dataSources),
}
SILENT = {
    "pyodbc.Cursor.cancel": on(lambda cursor: cursor.cancel(), reading),
    "pyodbc.Cursor.setinputsizes": on(lambda cursor: cursor.setinputsizes([1]), reading),
    "pyodbc.Cursor.__enter__": on(lambda cursor: cursor.__enter__(), reading),
}
GIVEN = {"sql": "select 1", "query": "select 1", "table": "odbc", "count": 1}
CALLS = {
    "execute": (("select 1",), {}),
    "executemany": (("select ?", [(1,)]), {}),
    "skip": ((1,), {}),
    "columns": ((), {"table": "odbc"}),
    "statistics": (("odbc",), {}),
    "primaryKeys": (("odbc",), {}),
    "foreignKeys": (("odbc",), {}),
}
SWEEPS = [
    Sweep("pyodbc.Connection", served(servers.postgresql, begun), GIVEN, CALLS),
    Sweep("pyodbc.Cursor", served(servers.postgresql, reading), GIVEN, CALLS),
]
