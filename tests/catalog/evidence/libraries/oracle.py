"""Oracle: a listener that answers late, and no more than that it refuses."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator
from typing import Any

import oracledb
from evidence.world import World

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


BLOCKING = {
    "oracledb.connect": at(lambda host, port: oracledb.connect(**words(host, port))),
    "oracledb.ConnectionPool.acquire": pooled(lambda pool: pool.acquire()),
}
SILENT = {
    "oracledb.create_pool": at(lambda host, port: oracledb.create_pool(**words(host, port))),
    "oracledb.create_pool_async": at(pool),
}
ASYNC = {"oracledb.connect_async": at(connect), "oracledb.AsyncConnectionPool.acquire": at(acquire)}
COROUTINE = {"oracledb.AsyncConnectionPool.close": at(closed)}
