"""MongoDB's drivers, PyMongo, Motor and GridFS, against a server of ours that answers late."""

from __future__ import annotations

import contextlib
import inspect
import io
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import bson
import gridfs
import motor.motor_asyncio
import pymongo
import pymongo.operations
from evidence.mongo import KEY, documents
from evidence.sweep import Subject, Sweep
from evidence.world import World

OPTIONS = "directConnection=true&serverSelectionTimeoutMS=5000"
Use = Callable[[Any], Any]


def url(host: str, port: int) -> str:
    return f"mongodb://{host}:{port}/db?{OPTIONS}"


def on(use: Use) -> Subject:
    """What becomes of PyMongo's collection; the client holds a connection."""

    def subject(world: World) -> Iterator[object]:
        with documents(world) as (host, port):
            client: Any = pymongo.MongoClient(url(host, port))
            client.admin.command("ping")
            yield use(client.db.things)
            client.close()

    return subject


def made_inside(make: Callable[[str], Any], use: Use) -> Subject:
    """The same for a client that is made inside the loop; ``use`` may be asynchronous."""
    held = []

    def subject(world: World) -> Iterator[object]:
        with documents(world) as (host, port):

            async def ready() -> Any:
                client = make(url(host, port))
                held[:] = [client]
                await client.admin.command("ping")
                made = use(client.db.things)
                return await made if inspect.isawaitable(made) else made

            yield lambda: ready()

    return subject


def on_async(use: Use) -> Subject:
    return made_inside(pymongo.AsyncMongoClient, use)


def on_motor(use: Use) -> Subject:
    return made_inside(motor.motor_asyncio.AsyncIOMotorClient, use)


def begun(cursor: Any) -> Any:
    """A cursor whose first batch is read."""
    cursor.next()
    return cursor


def ended(cursor: Any) -> Any:
    """A cursor that the server has nothing left for."""
    cursor.to_list()
    return cursor


def iterating(use: Use) -> Callable[[World], Iterator[Callable[[], object]]]:
    """What ``for`` does first."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with contextlib.contextmanager(on(use))(world) as rows:
            yield lambda: next(iter(rows))

    return case


def in_transaction(things: Any) -> Any:
    session = things.database.client.start_session()
    session.start_transaction()
    things.insert_one({}, session=session)
    return session


def with_session(things: Any) -> Any:
    """A function that is to be run in a transaction."""
    session = things.database.client.start_session()
    ask = lambda session: things.insert_one({}, session=session)  # noqa: E731
    return SimpleNamespace(with_transaction=lambda: session.with_transaction(ask))


def uploading(things: Any) -> Any:
    """A file that is written in small pieces."""
    file = gridfs.GridFS(things.database).new_file(chunk_size=10)
    file.write(b"x")
    return file


async def uploading_async(things: Any) -> Any:
    file = gridfs.AsyncGridFS(things.database).new_file(chunk_size=10)
    await file.write(b"x")
    return file


async def uploading_motor(things: Any) -> Any:
    file = bucket(things).open_upload_stream("x", chunk_size_bytes=10)
    await file.write(b"x")
    return file


def bucket(things: Any) -> Any:
    return motor.motor_asyncio.AsyncIOMotorGridFSBucket(things.database)


async def begun_async(cursor: Any) -> Any:
    cursor = await cursor if inspect.isawaitable(cursor) else cursor
    await cursor.next()
    return cursor


async def started(session: Any) -> Any:
    return await session if inspect.isawaitable(session) else session


async def in_transaction_async(things: Any) -> Any:
    session = await started(things.database.client.start_session())
    waiting = session.start_transaction()
    if inspect.isawaitable(waiting):
        await waiting
    await things.insert_one({}, session=session)
    return session


async def with_session_async(things: Any) -> Any:
    session = await started(things.database.client.start_session())

    async def ask(session: Any) -> None:
        await things.insert_one({}, session=session)

    return SimpleNamespace(with_transaction=lambda: session.with_transaction(ask))


async def idle_session(things: Any) -> Any:
    return await started(things.database.client.start_session())


async def watching(things: Any) -> Any:
    stream = things.watch()
    stream = await stream if inspect.isawaitable(stream) else stream
    await stream.next()
    return stream


GIVEN = {
    "update": {"$set": {"a": 1}},
    "replacement": {"a": 1},
    "requests": [pymongo.InsertOne({})],
    "keys": "a",
    "indexes": [pymongo.IndexModel("a")],
    "model": {"name": "x", "definition": {"mappings": {}}},
    "models": [pymongo.operations.SearchIndexModel({"mappings": {}}, "x")],
    "pipeline": [],
    "documents": [{"a": 1}],
    "document": {"a": 1},
    "filter": {},
    "filename": "x",
    "file_id": KEY,
    "dbref": bson.DBRef("things", KEY),
    "command": {"find": "things"},
}
WRITES = {"write": ((b"x" * 99,), {}), "writelines": (([b"x" * 99],), {}), "__exit__": ((None, None, None), {})}
CALLS = {
    "put": ((b"x",), {}),
    "upload_from_stream": (("x", b"x"), {}),
    "upload_from_stream_with_id": ((KEY, "x", b"x"), {}),
    "download_to_stream": ((KEY, io.BytesIO()), {}),
    "download_to_stream_by_name": (("x", io.BytesIO()), {}),
    "find_one": ((), {}),
    "max": (([("a", 1)],), {}),
    "min": (([("a", 1)],), {}),
    "__getitem__": ((0,), {}),
    "cursor_command": (("find",), {}),
    **WRITES,
}
BULK = {"bulk_write": (([pymongo.InsertOne({}, namespace="db.things")],), {})}
CURSORS = ("__aenter__", "__aexit__", "close", "rewind")
NO_ROWS = ("__enter__", "__exit__", "close")
P, PA, M = "pymongo.", "pymongo.asynchronous.", "motor.motor_asyncio.AsyncIOMotor"
SWEEPS = [
    *(
        Sweep(name, subject, GIVEN, CALLS | calls, own=own)
        for name, subject, calls, own in (
            (f"{P}MongoClient", on(lambda things: things.database.client), BULK, {}),
            (f"{P}database.Database", on(lambda things: things.database), {}, {}),
            (f"{P}collection.Collection", on(lambda things: things), {"find_one": ((), {})}, {}),
            (f"{P}cursor.Cursor", on(lambda things: things.find()), {}, {name: on(lambda things: ended(things.find())) for name in NO_ROWS}),
            (
                f"{P}command_cursor.CommandCursor",
                on(lambda things: begun(things.aggregate([]))),
                {},
                {name: on(lambda things: ended(things.aggregate([]))) for name in NO_ROWS},
            ),
            (f"{P}change_stream.ChangeStream", on(lambda things: things.watch()), {}, {}),
            (
                f"{P}client_session.ClientSession",
                on(in_transaction),
                {},
                {
                    "with_transaction": on(with_session),
                    **{
                        name: on(lambda things: things.database.client.start_session())
                        for name in ("start_transaction", "end_session", "__enter__", "__exit__")
                    },
                },
            ),
            ("gridfs.GridFS", on(lambda things: gridfs.GridFS(things.database)), {}, {}),
            ("gridfs.GridFSBucket", on(lambda things: gridfs.GridFSBucket(things.database)), {}, {}),
            ("gridfs.GridOut", on(lambda things: gridfs.GridOut(things.database.fs, KEY)), {}, {}),
            ("gridfs.GridIn", on(uploading), {}, {}),
        )
    ),
    *(
        Sweep(name, subject, GIVEN, CALLS | calls, own=own, prompt=prompt)
        for name, subject, calls, own, prompt in (
            (f"{P}AsyncMongoClient", on_async(lambda things: things.database.client), BULK, {}, ("__aenter__", "aconnect")),
            (f"{PA}database.AsyncDatabase", on_async(lambda things: things.database), {}, {}, ()),
            (f"{PA}collection.AsyncCollection", on_async(lambda things: things), {}, {}, ()),
            (f"{PA}cursor.AsyncCursor", on_async(lambda things: things.find()), {}, {}, CURSORS),
            (f"{PA}command_cursor.AsyncCommandCursor", on_async(lambda things: begun_async(things.aggregate([]))), {}, {}, ["__aenter__"]),
            (f"{PA}change_stream.AsyncChangeStream", on_async(watching), {}, {}, ["__aenter__"]),
            (
                f"{PA}client_session.AsyncClientSession",
                on_async(in_transaction_async),
                {},
                {"with_transaction": on_async(with_session_async), "start_transaction": on_async(idle_session)},
                ("__aenter__", "start_transaction"),
            ),
            ("gridfs.AsyncGridFS", on_async(lambda things: gridfs.AsyncGridFS(things.database)), {}, {}, ()),
            ("gridfs.AsyncGridFSBucket", on_async(lambda things: gridfs.AsyncGridFSBucket(things.database)), {}, {}, ()),
            ("gridfs.AsyncGridOut", on_async(lambda things: gridfs.AsyncGridOut(things.database.fs, KEY)), {}, {}, ()),
            ("gridfs.AsyncGridIn", on_async(uploading_async), {}, {}, ()),
            (f"{M}Client", on_motor(lambda things: things.database.client), BULK, {}, ["start_session"]),
            (f"{M}Database", on_motor(lambda things: things.database), {}, {}, ()),
            (f"{M}Collection", on_motor(lambda things: things), {}, {}, ()),
            (f"{M}Cursor", on_motor(lambda things: things.find()), {}, {}, CURSORS),
            (f"{M}CommandCursor", on_motor(lambda things: begun_async(things.list_indexes())), {}, {}, ["__aenter__"]),
            (
                f"{M}LatentCommandCursor",
                on_motor(lambda things: things.aggregate([])),
                {},
                {"try_next": on_motor(lambda things: begun_async(things.aggregate([])))},
                CURSORS,
            ),
            (f"{M}ChangeStream", on_motor(watching), {}, {}, ["__aenter__"]),
            (
                f"{M}ClientSession",
                on_motor(in_transaction_async),
                {},
                {
                    "with_transaction": on_motor(with_session_async),
                    **{name: on_motor(idle_session) for name in ("start_transaction", "__aexit__")},
                },
                ("__aenter__", "__aexit__"),
            ),
            (f"{M}GridFSBucket", on_motor(bucket), {}, {}, ()),
            (f"{M}GridOut", on_motor(lambda things: motor.motor_asyncio.AsyncIOMotorGridOut(things.database.fs, KEY)), {}, {}, ()),
            (f"{M}GridIn", on_motor(uploading_motor), {}, {}, ()),
        )
    ),
]  # fmt: skip
NOWHERE = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"
BLOCKING = {
    "pymongo.cursor.Cursor.__iter__": iterating(lambda things: things.find()),
    "pymongo.command_cursor.CommandCursor.__iter__": iterating(lambda things: begun(things.aggregate([]))),
    "pymongo.change_stream.ChangeStream.__iter__": iterating(lambda things: things.watch()),
    "gridfs.GridOut.__iter__": iterating(lambda things: gridfs.GridOut(things.database.fs, KEY)),
}
SILENT = {
    "pymongo.MongoClient": lambda world: pymongo.MongoClient(NOWHERE),
    "pymongo.AsyncMongoClient": lambda world: pymongo.AsyncMongoClient(NOWHERE),
    "motor.motor_asyncio.AsyncIOMotorClient": lambda world: motor.motor_asyncio.AsyncIOMotorClient(NOWHERE),
}
CPU = {
    "pymongo.MongoClient": lambda world: pymongo.MongoClient(NOWHERE, tls=True),
    "pymongo.AsyncMongoClient": lambda world: pymongo.AsyncMongoClient(NOWHERE, tls=True),
    "motor.motor_asyncio.AsyncIOMotorClient": lambda world: motor.motor_asyncio.AsyncIOMotorClient(NOWHERE, tls=True),
}
