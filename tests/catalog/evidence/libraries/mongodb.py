"""MongoDB's drivers without a server: every call waits 0.1 s for one that does not come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gridfs
import motor.motor_asyncio
import pymongo
from evidence.subjects import nobody, nobody_inside
from evidence.sweep import Subject, Sweep

URL = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"


def on(use: Callable[[Any], object]) -> Subject:
    """What pymongo's collection makes of itself."""
    return nobody(lambda: use(pymongo.MongoClient(URL).db.things))


def on_async(use: Callable[[Any], object]) -> Subject:
    return nobody_inside(lambda: use(pymongo.AsyncMongoClient(URL).db.things))


def on_motor(use: Callable[[Any], object]) -> Subject:
    return nobody_inside(lambda: use(motor.motor_asyncio.AsyncIOMotorClient(URL).db.things))


GIVEN = {
    "update": {"$set": {"a": 1}},
    "replacement": {"a": 1},
    "requests": [pymongo.InsertOne({})],
    "keys": "a",
    "indexes": [pymongo.IndexModel("a")],
    "model": {"name": "x", "definition": {"mappings": {}}},
    "models": [{"name": "x", "definition": {"mappings": {}}}],
    "pipeline": [],
    "documents": [{"a": 1}],
    "filter": {},
}
WAITS = {
    "start_transaction": "only marks the session",
    "__exit__": "a client that was never connected has nothing to close",
}
ITERATED = {"__iter__": "gives the file itself; it is the first piece that is waited for"}
ASYNC_WAITS = {
    "__aenter__": "connects lazily",
    "__aexit__": "a client that was never connected has nothing to close",
    "close": "a client that was never connected has nothing to close",
    "aclose": "a client that was never connected has nothing to close",
    "end_session": "a session that was never used is unknown to the server",
    "start_transaction": "only marks the session",
}

SWEEPS = [
    Sweep(name, subject, GIVEN, apart=apart)
    for name, subject, apart in (
        ("pymongo.MongoClient", on(lambda things: things.database.client), {}),
        ("pymongo.database.Database", on(lambda things: things.database), {}),
        ("pymongo.collection.Collection", on(lambda things: things), {}),
        ("pymongo.cursor.Cursor", on(lambda things: things.find()), {}),
        ("gridfs.GridFS", on(lambda things: gridfs.GridFS(things.database)), {}),
        ("gridfs.GridFSBucket", on(lambda things: gridfs.GridFSBucket(things.database)), {}),
        ("gridfs.GridOut", on(lambda things: gridfs.GridOut(things, 1)), ITERATED),
        ("pymongo.AsyncMongoClient", on_async(lambda things: things.database.client), ASYNC_WAITS),
        ("pymongo.asynchronous.database.AsyncDatabase", on_async(lambda things: things.database), ASYNC_WAITS),
        ("pymongo.asynchronous.collection.AsyncCollection", on_async(lambda things: things), ASYNC_WAITS),
        ("pymongo.asynchronous.cursor.AsyncCursor", on_async(lambda things: things.find()), ASYNC_WAITS),
        ("gridfs.AsyncGridFS", on_async(lambda things: gridfs.AsyncGridFS(things.database)), ASYNC_WAITS),
        ("gridfs.AsyncGridFSBucket", on_async(lambda things: gridfs.AsyncGridFSBucket(things.database)), ASYNC_WAITS),
        ("gridfs.AsyncGridOut", on_async(lambda things: gridfs.AsyncGridOut(things, 1)), ASYNC_WAITS),
        ("motor.motor_asyncio.AsyncIOMotorClient", on_motor(lambda things: things.database.client), ASYNC_WAITS),
        ("motor.motor_asyncio.AsyncIOMotorDatabase", on_motor(lambda things: things.database), ASYNC_WAITS),
        ("motor.motor_asyncio.AsyncIOMotorCollection", on_motor(lambda things: things), ASYNC_WAITS),
        ("motor.motor_asyncio.AsyncIOMotorCursor", on_motor(lambda things: things.find()), ASYNC_WAITS),
        (
            "motor.motor_asyncio.AsyncIOMotorLatentCommandCursor",
            on_motor(lambda things: things.aggregate([])),
            ASYNC_WAITS,
        ),
        (
            "motor.motor_asyncio.AsyncIOMotorGridFSBucket",
            on_motor(lambda things: motor.motor_asyncio.AsyncIOMotorGridFSBucket(things.database)),
            ASYNC_WAITS,
        ),
    )
]
