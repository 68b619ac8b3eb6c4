"""pg8000 against PostgreSQL that answers late."""

from __future__ import annotations

from typing import Any

import pg8000
import pg8000.native
from evidence.libraries.postgresql import GIVEN, connected, connecting, executed, in_two_phases, made, used
from evidence.sweep import Sweep


def pg8000_connection(host: str, port: int) -> Any:
    return pg8000.dbapi.connect("evidence", host=host, port=port, database="evidence")


def pg8000_legacy(host: str, port: int) -> Any:
    return pg8000.connect("evidence", host=host, port=port, database="evidence")


def pg8000_native(host: str, port: int) -> Any:
    return pg8000.native.Connection("evidence", host=host, port=port, database="evidence")


BLOCKING = {
    "pg8000.dbapi.Connection": connecting(
        lambda host, port: pg8000.dbapi.Connection("evidence", host=host, port=port, database="evidence")
    ),
    "pg8000.dbapi.connect": connecting(pg8000_connection),
    "pg8000.connect": connecting(
        lambda host, port: pg8000.connect("evidence", host=host, port=port, database="evidence")
    ),
    "pg8000.dbapi.Cursor.execute": connected(
        pg8000_connection, lambda cursor: cursor.execute("select 1"), lambda it: it.cursor()
    ),
    "pg8000.dbapi.Cursor.executemany": connected(
        pg8000_connection, lambda cursor: cursor.executemany("select %s", [(1,)]), lambda it: it.cursor()
    ),
    "pg8000.dbapi.Connection.commit": connected(pg8000_connection, lambda it: it.commit(), used),
    "pg8000.dbapi.Connection.rollback": connected(pg8000_connection, lambda it: it.rollback(), used),
    "pg8000.native.Connection": connecting(pg8000_native),
    "pg8000.native.Connection.run": connected(pg8000_native, lambda it: it.run("select 1")),
    "pg8000.native.Connection.prepare": connected(pg8000_native, lambda it: it.prepare("select 1")),
    "pg8000.native.PreparedStatement.run": connected(
        pg8000_native, lambda it: it.run(), lambda it: it.prepare("select 1")
    ),
}
SILENT = {
    "pg8000.dbapi.Cursor.fetchall": connected(pg8000_connection, lambda cursor: cursor.fetchall(), executed),
    "pg8000.dbapi.Cursor.fetchone": connected(pg8000_connection, lambda cursor: cursor.fetchone(), executed),
}
PG8000 = GIVEN | {"xid": (1, "x", "y")}
SWEEPS = [
    Sweep(
        "pg8000.dbapi.Connection",
        made(pg8000_connection),
        PG8000,
        own={"tpc_prepare": made(pg8000_connection, in_two_phases)},
    ),
    Sweep("pg8000.dbapi.Cursor", made(pg8000_connection, executed), GIVEN),
    Sweep(
        "pg8000.legacy.Connection",
        made(pg8000_legacy),
        PG8000,
        own={"tpc_prepare": made(pg8000_legacy, in_two_phases), "rollback": made(pg8000_legacy, used)},
    ),
    Sweep("pg8000.legacy.Cursor", made(pg8000_legacy, executed), GIVEN),
    Sweep("pg8000.native.Connection", made(pg8000_native), GIVEN),
    Sweep("pg8000.native.PreparedStatement", made(pg8000_native, lambda connection: connection.prepare("select 1"))),
]
