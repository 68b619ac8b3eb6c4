"""Cassandra: a node that speaks version 4 of its protocol, knows itself and one row, and answers late."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import cassandra.cluster
import cassandra.concurrent
import cassandra.policies
import cassandra.query
from evidence.late import hold
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World

STARTUP, READY, OPTIONS, SUPPORTED, QUERY, RESULT, PREPARE, REGISTER = 1, 2, 5, 6, 7, 8, 9, 11
VOID, ROWS, KEYSPACE, PREPARED = 1, 2, 3, 4
TEXT, INT, UUID, INET = 13, 9, 12, 16
SELF: list[tuple[str, int, bytes]] = [
    ("key", TEXT, b"local"), ("cluster_name", TEXT, b"x"), ("data_center", TEXT, b"x"), ("rack", TEXT, b"x"),
    ("partitioner", TEXT, b"org.apache.cassandra.dht.Murmur3Partitioner"), ("release_version", TEXT, b"3.11.0"),
    ("host_id", UUID, bytes(15) + b"\1"), ("schema_version", UUID, bytes(15) + b"\2"),
    ("rpc_address", INET, b"\x7f\0\0\1"), ("broadcast_address", INET, b"\x7f\0\0\1"),
]  # fmt: skip
NUMBER = [("x", INT, b"\0\0\0\1")]
MORE = 0x0002
TRACED = 0x02


def text(value: str) -> bytes:
    return struct.pack(">H", len(value)) + value.encode()


def rows(columns: list[tuple[str, int, bytes]], count: int = 1, more: bool = False) -> bytes:
    kinds = b"".join(text(name) + struct.pack(">H", kind) for name, kind, _ in columns)
    state = struct.pack(">i", 4) + b"next" if more else b""
    cells = b"".join(struct.pack(">i", len(value)) + value for _, _, value in columns)
    head = struct.pack(">iii", ROWS, 1 | (MORE if more else 0), len(columns))
    return head + state + text("k") + text("t") + kinds + struct.pack(">i", count) + cells * count


OTHER = [
    ("peer", INET, b"\x7f\0\0\2"), ("rpc_address", INET, b"\x7f\0\0\2"), ("host_id", UUID, bytes(15) + b"\3"),
    *(column for column in SELF if column[0] in ("data_center", "rack", "release_version", "schema_version")),
]  # fmt: skip


def answer(operation: int, content: bytes, peers: int = 0) -> tuple[int, bytes]:
    if operation == OPTIONS:
        return SUPPORTED, b"\0\2" + text("CQL_VERSION") + b"\0\1" + text("3.4.4") + text("COMPRESSION") + b"\0\0"
    if operation in (STARTUP, REGISTER):
        return READY, b""
    if operation == PREPARE:
        nothing = struct.pack(">iii", 0, 0, 0)
        return RESULT, struct.pack(">i", PREPARED) + text("id") + nothing + struct.pack(">ii", 4, 0)
    if b"system.local" in content:
        return RESULT, rows(SELF)
    if b"system.peers" in content and peers:
        return RESULT, rows(OTHER)
    if b"system" in content:
        return RESULT, rows(NUMBER, 0)
    if content[4:7].lower() == b"use":
        return RESULT, struct.pack(">i", KEYSPACE) + text("k")
    return RESULT, rows(NUMBER, more=b"many" in content)


def node(world: World, peers: int = 0) -> contextlib.AbstractContextManager[Address]:
    """It is late once, when the measured call has begun; what was asked for ``later`` before is answered only then."""

    def talk(connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        while len(head := stream.read(9)) == 9:
            _, traced, number, operation, size = struct.unpack(">BBhBI", head)
            content = stream.read(size)
            if b"later" in content:
                world.begun.wait(10)
            if not world.reached.is_set():
                hold(world)
            operation, content = answer(operation, content, peers)
            traced &= TRACED
            content = bytes(8 * traced) + content
            connection.sendall(struct.pack(">BBhBI", 0x84, traced, number, operation, len(content)) + content)

    return world.server(talk)


def cluster(address: Address) -> Any:
    return cassandra.cluster.Cluster(
        [address[0]],
        port=address[1],
        protocol_version=4,
        execution_profiles={
            cassandra.cluster.EXEC_PROFILE_DEFAULT: cassandra.cluster.ExecutionProfile(
                cassandra.policies.RoundRobinPolicy()
            )
        },
        schema_metadata_enabled=False,
        token_metadata_enabled=False,
        compression=False,
        idle_heartbeat_interval=0,
    )


def at(make: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with node(world) as address:
            held = cluster(address)
            yield make(held)
            held.shutdown()

    return subject


def on(use: Callable[[Any], object], make: Callable[[Any], Any]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with contextlib.contextmanager(at(make))(world) as held:
            yield lambda: use(held)

    return case


def session(cluster: Any) -> Any:
    return cluster.connect()


def connected(cluster: Any) -> Any:
    cluster.connect()
    return cluster


def future(cluster: Any) -> Any:
    return session(cluster).execute_async("select later")


def traced(cluster: Any) -> Any:
    found = session(cluster).execute_async("select 1", trace=True)
    found.result()
    return found


def page(cluster: Any) -> Any:
    return session(cluster).execute("select many")


def whole(cluster: Any) -> Any:
    return session(cluster).execute("select 1")


BLOCKING = {
    "cassandra.cluster.Cluster.connect": on(lambda cluster: cluster.connect(), lambda cluster: cluster),
    "cassandra.concurrent.execute_concurrent": on(
        lambda session: cassandra.concurrent.execute_concurrent(session, [("select 1", ())]), session
    ),
    "cassandra.concurrent.execute_concurrent_with_args": on(
        lambda session: cassandra.concurrent.execute_concurrent_with_args(session, "select %s", [(1,)]), session
    ),
    "cassandra.cluster.ResponseFuture.result": on(lambda future: future.result(), future),
    "cassandra.cluster.ResultSet.fetch_next_page": on(lambda page: page.fetch_next_page(), page),
}


def connecting(use: Callable[[Any], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """Another node, at another address but the same port, has not answered yet."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with node(world, peers=1) as address, socket.create_server(("127.0.0.2", address[1])) as other:

            def refuse() -> None:
                connection, _ = other.accept()
                world.pause()
                connection.close()

            threading.Thread(target=refuse, daemon=True).start()
            held = cluster(address)
            session = held.connect()
            yield lambda: use(session)

    return case


BLOCKING |= {
    "cassandra.cluster.Cluster.shutdown": connecting(lambda session: session.cluster.shutdown()),
    "cassandra.cluster.Cluster.__exit__": connecting(lambda session: session.cluster.__exit__(None, None, None)),
    "cassandra.cluster.Session.shutdown": connecting(lambda session: session.shutdown()),
    "cassandra.cluster.Session.__exit__": connecting(lambda session: session.__exit__(None, None, None)),
}
SILENT = {
    "cassandra.cluster.Cluster": on(lambda cluster: cluster, lambda cluster: cluster),
    "cassandra.cluster.Session.execute_async": on(lambda session: session.execute_async("select 1"), session),
    "cassandra.cluster.Session.execute_graph_async": on(lambda session: session.execute_graph_async("g"), session),
    "cassandra.cluster.ResponseFuture.add_callback": on(lambda future: future.add_callback(print), future),
    "cassandra.cluster.ResponseFuture.add_errback": on(lambda future: future.add_errback(print), future),
    "cassandra.cluster.ResponseFuture.add_callbacks": on(lambda future: future.add_callbacks(print, print), future),
    "cassandra.cluster.ResultSet.one": on(lambda page: page.one(), page),
    "cassandra.cluster.ResultSet.all": on(
        lambda page: page.all(), lambda cluster: session(cluster).execute("select 1")
    ),
    "cassandra.cluster.ResultSet.__iter__": on(lambda page: next(iter(page)), page),
    "cassandra.cluster.ResultSet.__next__": on(lambda page: next(page), lambda cluster: iter(page(cluster))),
    "cassandra.cluster.ResultSet.__getitem__": on(lambda page: page[0], whole),
}
GIVEN = {"query": "select 1", "keyspace": "k", "table": "t", "user_type": "u", "max_wait": 1}
CALLS = {"__exit__": ((None, None, None), {}), "prepare": (("select 1",), {})}
CLOSING = dict.fromkeys(("shutdown", "__exit__"), "its threads end")
SWEEPS = [
    Sweep("cassandra.cluster.Cluster", at(connected), GIVEN, CALLS, {"connect": "has a case", **CLOSING}),
    Sweep("cassandra.cluster.Session", at(session), GIVEN, CALLS),
    Sweep("cassandra.cluster.ResponseFuture", at(traced), GIVEN, kinds=("BLOCKING",)),
    Sweep("cassandra.cluster.ResultSet", at(lambda cluster: traced(cluster).result()), GIVEN, kinds=("BLOCKING",)),
]
