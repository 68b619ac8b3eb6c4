"""Message brokers and MongoDB: servers that answer late or never, and NATS itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import motor.motor_asyncio
import pymongo
import websocket
import websockets
import websockets.sync.client
import zmq
import zmq.asyncio
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
NOBODY = "127.0.0.1:1"
"""Nothing listens there."""
MONGO = f"mongodb://{NOBODY}/?serverSelectionTimeoutMS=100"


def talking(call: Callable[[str, int], object]) -> Case:
    """A case that connects to a server which greets late, with nonsense."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.says(b"nonsense") as (host, port):
            yield lambda: call(host, port)

    return case


def shaking(call: Callable[[str], object]) -> Case:
    """A case that asks a web server, which answers late, for a WebSocket."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            yield lambda: call(f"ws://{host}:{port}/")

    return case


def waiting(make: Callable[[], Any], use: Callable[[Any], object]) -> Case:
    """A case that waits for the time out that the call is given: 0.1 s."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        made = make()
        yield lambda: use(made)

    return case


def collection(use: Callable[[Any], object]) -> Case:
    """A case that waits 0.1 s for any server of the replica set."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with pymongo.MongoClient(MONGO) as client:
            yield lambda: use(client.db.things)

    return case


def async_collection(use: Callable[[Any], Any]) -> Case:
    async def call() -> None:
        async with pymongo.AsyncMongoClient(MONGO) as client:
            await use(client.db.things)

    return lambda world: call()  # type: ignore[return-value]


def motor_collection(use: Callable[[Any], Any]) -> Case:
    async def call() -> None:
        await use(motor.motor_asyncio.AsyncIOMotorClient(MONGO).db.things)

    return lambda world: call()  # type: ignore[return-value]


def zmq_pair(use: Callable[[Any, Any], object], kind: Any = zmq) -> Case:
    """A case with a socket to which something is sent late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with zmq.Context() as plain:
            sender = plain.socket(zmq.PAIR)
            port = sender.bind_to_random_port("tcp://127.0.0.1")
            world.later(lambda: sender.send(b'"x"'))
            yield lambda: use(kind, port)
            sender.close(linger=0)

    return case


def received(method: str, *arguments: object) -> Case:
    def use(kind: Any, port: int) -> None:
        with zmq.Context() as context, context.socket(zmq.PAIR) as socket:
            socket.connect(f"tcp://127.0.0.1:{port}")
            getattr(socket, method)(*arguments)

    return zmq_pair(use)


async def async_received(kind: Any, port: int) -> None:
    with kind.Context() as context, context.socket(zmq.PAIR) as socket:
        socket.connect(f"tcp://127.0.0.1:{port}")
        await socket.recv()


def pipelines(things: Any) -> Any:
    return things.aggregate([])


async def listed(cursor: Any) -> None:
    await cursor.to_list(1)


COLLECTION: dict[str, tuple[Any, ...]] = {
    "find_one": ({},), "insert_one": ({},), "insert_many": ([{}],), "update_one": ({}, {"$set": {"a": 1}}), "delete_one": ({},),
    "update_many": ({}, {"$set": {"a": 1}}), "delete_many": ({},), "replace_one": ({}, {}), "count_documents": ({},), "distinct": ("a",),
    "estimated_document_count": (), "find_one_and_update": ({}, {"$set": {"a": 1}}), "find_one_and_delete": ({},), "drop": (),
    "find_one_and_replace": ({}, {}), "create_index": ("a",), "index_information": (), "rename": ("y",), "aggregate": ([],),
    "list_indexes": (), "bulk_write": ([pymongo.InsertOne({})],),
}  # fmt: skip

BLOCKING: dict[str, Case] = {
    "pymongo.cursor.Cursor.__iter__": collection(lambda things: list(things.find())),
    "pymongo.cursor.Cursor.next": collection(lambda things: things.find().next()),
    "pymongo.cursor.Cursor.to_list": collection(lambda things: things.find().to_list()),
    "pymongo.cursor.Cursor.__getitem__": collection(lambda things: things.find()[0]),
    "pymongo.cursor.Cursor.explain": collection(lambda things: things.find().explain()),
    "pymongo.database.Database.command": collection(lambda things: things.database.command("ping")),
    "pymongo.database.Database.list_collection_names": collection(
        lambda things: things.database.list_collection_names()
    ),
    "pymongo.database.Database.drop_collection": collection(lambda things: things.database.drop_collection("x")),
    "pymongo.MongoClient.server_info": collection(lambda things: things.database.client.server_info()),
    "pymongo.MongoClient.list_database_names": collection(lambda things: things.database.client.list_database_names()),
    "pymongo.MongoClient.drop_database": collection(lambda things: things.database.client.drop_database("x")),
    "websocket.create_connection": shaking(websocket.create_connection),
    "websocket.WebSocket.connect": shaking(lambda url: websocket.WebSocket().connect(url)),
    "websocket.WebSocketApp.run_forever": shaking(lambda url: websocket.WebSocketApp(url).run_forever()),
    "websockets.sync.client.connect": shaking(websockets.sync.client.connect),
    "zmq.Socket.recv": received("recv"),
    "zmq.Socket.recv_multipart": received("recv_multipart"),
    "zmq.Socket.recv_string": received("recv_string"),
    "zmq.Socket.recv_json": received("recv_json"),
    "zmq.Socket.poll": received("poll", 1000),
    **{
        f"pymongo.collection.Collection.{name}": collection(
            lambda things, name=name, given=given: getattr(things, name)(*given)
        )
        for name, given in COLLECTION.items()
    },
}

SILENT: dict[str, Any] = {
    "pymongo.MongoClient": waiting(lambda: None, lambda _: pymongo.MongoClient(MONGO)),
    "pymongo.collection.Collection.find": collection(lambda things: things.find({}).sort("a").limit(1)),
    "pymongo.database.Database.get_collection": collection(lambda things: things.database["x"].y),
    "motor.motor_asyncio.AsyncIOMotorCollection.find": waiting(
        lambda: None, lambda _: motor.motor_asyncio.AsyncIOMotorClient(MONGO).db.things.find({}).sort("a")
    ),
    "zmq.Socket.connect": waiting(zmq.Context, lambda context: context.socket(zmq.PAIR).connect("tcp://127.0.0.1:1")),
}

ASYNC: dict[str, Any] = {
    **{
        f"pymongo.asynchronous.collection.AsyncCollection.{name}": async_collection(
            lambda things, name=name, given=given: getattr(things, name)(*given)
        )
        for name, given in list(COLLECTION.items())[::3]
    },
    "pymongo.asynchronous.cursor.AsyncCursor.to_list": async_collection(lambda things: listed(things.find())),
    "motor.motor_asyncio.AsyncIOMotorCollection.find_one": motor_collection(lambda things: things.find_one()),
    "motor.motor_asyncio.AsyncIOMotorCollection.insert_one": motor_collection(lambda things: things.insert_one({})),
    "motor.motor_asyncio.AsyncIOMotorCursor.to_list": motor_collection(lambda things: listed(things.find())),
    "motor.motor_asyncio.AsyncIOMotorLatentCommandCursor.to_list": motor_collection(
        lambda things: listed(pipelines(things))
    ),
    "websockets.connect": shaking(websockets.connect),
    "zmq.asyncio.Socket.recv": zmq_pair(async_received, zmq.asyncio),
}
DOCUMENTED: dict[str, list[str]] = {}
