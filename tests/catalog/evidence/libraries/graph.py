"""Neo4j: a server of its protocol (Bolt 5.0) that gives one record, late."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import neo4j
from evidence.late import hold
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World

HELLO, RUN, PULL, DISCARD = 0x01, 0x10, 0x3F, 0x2F
GOODBYE = 0x02
VERSION = b"\0\0\0\5"


def packed(value: Any) -> bytes:
    """Small values only."""
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return bytes([value])
    if isinstance(value, str):
        return bytes([0x80 + len(value)]) + value.encode()
    if isinstance(value, list):
        return bytes([0x90 + len(value)]) + b"".join(map(packed, value))
    return bytes([0xA0 + len(value)]) + b"".join(packed(key) + packed(item) for key, item in value.items())


def message(tag: int, value: object) -> bytes:
    content = bytes([0xB1, tag]) + packed(value)
    return struct.pack(">H", len(content)) + content + b"\0\0"


def success(**values: object) -> bytes:
    return message(0x70, values)


ANSWERS = {
    HELLO: success(server="Neo4j/5.0.0", connection_id="b"),
    RUN: success(fields=["x"], t_first=1),
    PULL: message(0x71, [1]) + success(has_more=False, type="r", db="x", bookmark="b"),
    DISCARD: success(has_more=False, type="r", db="x", bookmark="b"),
}


def requests(stream: Any) -> Iterator[int]:
    """Tags of what is asked."""
    content = b""
    while size := stream.read(2):
        if size != b"\0\0":
            content += stream.read(struct.unpack(">H", size)[0])
        elif content:
            yield content[1]
            content = b""


def database(world: World) -> contextlib.AbstractContextManager[Address]:
    """It answers at once until the measured call begins, but gives records only then; the first answer from then on is late."""

    def talk(connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        stream.read(20)
        connection.sendall(VERSION)
        for tag in requests(stream):
            if tag == PULL:
                world.begun.wait(10)
            if not world.reached.is_set():
                hold(world)
            if tag == GOODBYE:
                return
            connection.sendall(ANSWERS.get(tag, success()))

    return world.server(talk)


def driver(address: Address) -> Any:
    return neo4j.GraphDatabase.driver(f"bolt://{address[0]}:{address[1]}", max_transaction_retry_time=0)


def driver_async(address: Address) -> Any:
    return neo4j.AsyncGraphDatabase.driver(f"bolt://{address[0]}:{address[1]}", max_transaction_retry_time=0)


def at(make: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with database(world) as address:
            yield make(driver(address))

    return subject


def inside(make: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with database(world) as address:
            yield lambda: make(driver_async(address))

    return subject


def reading(driver: Any) -> Any:
    """A session with a result that has not been read."""
    session = driver.session()
    session.result = session.run("return 1")
    return session


async def reading_async(driver: Any) -> Any:
    session = driver.session()
    session.result = await session.run("return 1")
    return session


async def beginning_async(driver: Any) -> Any:
    return await driver.session().begin_transaction()


async def result_async(driver: Any) -> Any:
    return (await reading_async(driver)).result


async def itself(driver: Any) -> Any:
    return driver


def managed(driver: Any) -> Any:
    """The transaction that a unit of work gets; the work goes on until the call is over."""
    found: queue.Queue[Any] = queue.Queue()

    def work(transaction: Any) -> None:
        found.put(transaction)
        threading.Event().wait(5)

    threading.Thread(target=driver.session().execute_read, args=(work,), daemon=True).start()
    return found.get()


async def managed_async(driver: Any) -> Any:
    found: asyncio.Queue[Any] = asyncio.Queue()

    async def work(transaction: Any) -> None:
        await found.put(transaction)
        await asyncio.sleep(5)

    driver.working = asyncio.ensure_future(driver.session().execute_read(work))
    return await found.get()


async def query(transaction: Any) -> None:
    await transaction.run("return 1")


WORK = {
    "query": "return 1",
    "query_": "return 1",
    "transaction_function": lambda transaction: transaction.run("return 1"),
}
SILENT = {
    "neo4j.GraphDatabase.driver": lambda world: driver(("127.0.0.1", 1)),
    "neo4j.AsyncGraphDatabase.driver": lambda world: driver_async(("127.0.0.1", 1)),
}
LEFT: dict[str, Any] = dict.fromkeys(("__exit__", "__aexit__"), ((None, None, None), {}))


def connected(driver: Any) -> Any:
    driver.verify_connectivity()
    return driver


SWEEPS = [
    Sweep("neo4j.Driver", at(lambda driver: driver), WORK, kinds=("BLOCKING",)),
    Sweep("neo4j.Driver", at(connected), WORK, LEFT, kinds=("SILENT",)),
    Sweep("neo4j.Session", at(reading), WORK, LEFT),
    Sweep("neo4j.Transaction", at(lambda driver: driver.session().begin_transaction()), WORK, LEFT),
    Sweep("neo4j.ManagedTransaction", at(managed), WORK),
    Sweep("neo4j.Result", at(lambda driver: reading(driver).result), WORK),
    Sweep("neo4j.AsyncDriver", inside(itself), WORK, prompt=("close", "__aenter__", "__aexit__")),
    Sweep(
        "neo4j.AsyncSession",
        inside(reading_async),
        {**WORK, "transaction_function": query},
        LEFT,
        prompt=("last_bookmarks", "__aenter__"),
    ),
    Sweep("neo4j.AsyncTransaction", inside(beginning_async), WORK, LEFT, prompt=("__aenter__",)),
    Sweep("neo4j.AsyncManagedTransaction", inside(managed_async), WORK),
    Sweep("neo4j.AsyncResult", inside(result_async), WORK),
]
