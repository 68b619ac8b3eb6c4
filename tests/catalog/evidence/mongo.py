"""A server that speaks MongoDB's protocol: it says yes to everything, and gives the same document, late."""

from __future__ import annotations

import contextlib
import datetime
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import bson
from bson.int64 import Int64
from evidence.world import Address, World

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
MORE_TO_COME = 2
"""Flag of a message that wants no answer."""

KEY = bson.ObjectId("0" * 24)
DOCUMENT: Mapping[str, Any] = {
    "_id": KEY, "ok": 1, "idx": 0, "n": 0, "name": "x", "type": "collection", "options": {}, "info": {}, "v": 2, "key": {"_id": 1},
    "filename": "x", "length": 1, "chunkSize": 261120, "uploadDate": datetime.datetime(2030, 1, 1), "files_id": KEY, "data": b"x",
}  # fmt: skip
"""An index, a collection, a file, and a piece of it, in one."""

YES: Mapping[str, Any] = {
    "ok": 1, "n": 1, "nModified": 1, "value": DOCUMENT, "values": ["x"], "databases": [DOCUMENT], "version": "7.0.0", "valid": True,
    "nErrors": 0, "nInserted": 1, "nMatched": 1, "nUpserted": 0, "nDeleted": 0, "operationTime": bson.Timestamp(1, 1),
}  # fmt: skip
OPEN, CHANGES = 1, 2
"""Cursors: with one more batch, and one that goes on for ever."""


@contextlib.contextmanager
def documents(world: World) -> Iterator[Address]:
    """The server. Its first answer after the measured call has begun comes late, unless it says who it is."""
    spoken = threading.Lock()

    def talk(connection: socket.socket) -> None:
        for request, code, body, answered in _messages(connection):
            name = next(iter(body))
            greets = name.lower() in ("hello", "ismaster")
            if not greets and world.begun.is_set() and spoken.acquire(blocking=False):
                world.reached.set()
                time.sleep(world.delay)
            if answered:
                answer = bson.encode(_about_itself(connection) if greets else _answer(name, body))
                connection.sendall(_packed(request, code, answer))

    with world.server(talk) as address:
        yield address


def _about_itself(connection: socket.socket) -> dict[str, Any]:
    host, port = connection.getsockname()
    me = f"{host}:{port}"
    return {
        "ok": 1, "helloOk": True, "isWritablePrimary": True, "ismaster": True, "setName": "evidence", "hosts": [me], "primary": me, "me": me,
        "minWireVersion": 0, "maxWireVersion": 25, "maxBsonObjectSize": 1 << 24, "maxMessageSizeBytes": 48_000_000,
        "maxWriteBatchSize": 100_000, "logicalSessionTimeoutMinutes": 30, "localTime": datetime.datetime(2030, 1, 1),
    }  # fmt: skip


def _answer(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    if name == "getMore":
        cursor, batch = (CHANGES, _change()) if body["getMore"] == CHANGES else (0, DOCUMENT)
        return {**YES, "cursor": {"id": Int64(cursor), "ns": "db.things", "nextBatch": [batch]}}
    pipeline = body.get("pipeline") or [{}]
    if "$changeStream" in pipeline[0]:
        cursor, first = CHANGES, []
    else:
        complete = body.get("singleBatch") or name == "bulkWrite" or str(body[name]).endswith(".chunks")
        cursor, first = 0 if complete else OPEN, [DOCUMENT]
    return {**YES, "cursor": {"id": Int64(cursor), "ns": "db.things", "firstBatch": first}}


def _change() -> dict[str, Any]:
    return {
        "_id": {"_data": "00"},
        "operationType": "insert",
        "ns": {"db": "db", "coll": "things"},
        "fullDocument": DOCUMENT,
    }


def _messages(connection: socket.socket) -> Iterator[tuple[int, int, dict[str, Any], bool]]:
    """Number, kind and command of each message, and whether it wants an answer."""
    with connection.makefile("rb") as stream:
        while head := stream.read(16):
            length, request, _, code = struct.unpack("<iiii", head)
            message = stream.read(length - 16)
            if code == OP_QUERY:
                name = message.index(b"\0", 4)
                yield request, code, bson.decode_all(message[name + 9 :])[0], True
            else:
                flags = struct.unpack_from("<i", message)[0]
                yield request, code, bson.decode(_command(message)), not flags & MORE_TO_COME


def _command(message: bytes) -> bytes:
    """The command; documents that go with it stand in sections before or after."""
    at = 4
    while message[at] != 0:
        at += 1 + struct.unpack_from("<i", message, at + 1)[0]
    size = struct.unpack_from("<i", message, at + 1)[0]
    return message[at + 1 : at + 1 + size]


def _packed(request: int, code: int, answer: bytes) -> bytes:
    if code == OP_QUERY:
        body, code = struct.pack("<iqii", 8, 0, 0, 1) + answer, OP_REPLY
    else:
        body = struct.pack("<iB", 0, 0) + answer
    return struct.pack("<iiii", 16 + len(body), 0, request, code) + body
