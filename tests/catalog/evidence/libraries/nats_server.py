"""NATS against its own server, which answers late."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import nats
import nats.js.api
import nats.js.errors
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import served_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World

Use = Callable[[Any], Awaitable[Any]]


def of_nats(use: Use) -> Subject:
    """What becomes of a connection."""

    async def make(host: str, port: int) -> Any:
        client = await nats.connect(f"nats://{host}:{port}", allow_reconnect=True)
        return await use(client)

    return served_inside(servers.nats, make)


def connecting(world: World) -> Iterator[Callable[[], object]]:
    async def call(host: str, port: int) -> None:
        await (await nats.connect(f"nats://{host}:{port}")).close()

    with slowly(world, servers.nats()) as (host, port):
        yield lambda: call(host, port)


def reaching(world: World) -> Iterator[Callable[[], object]]:
    async def call(host: str, port: int) -> None:
        client = nats.NATS()
        await client.connect(f"nats://{host}:{port}")
        await client.close()

    with slowly(world, servers.nats()) as (host, port):
        yield lambda: call(host, port)


def coming(make: Use) -> Subject:
    """What waits for something that another client says late."""

    def subject(world: World) -> Iterator[object]:
        host, port = servers.nats()
        world.reached.set()
        world.later(lambda: asyncio.run(said(host, port)))

        async def inside() -> Any:
            return await make(await nats.connect(f"nats://{host}:{port}"))

        yield inside

    return subject


async def said(host: str, port: int) -> None:
    client = await nats.connect(f"nats://{host}:{port}")
    await client.publish("late", b"x")
    await client.close()


async def itself(client: Any) -> Any:
    return client


async def stream_of(client: Any) -> Any:
    stream = client.jetstream()
    with contextlib.suppress(nats.js.errors.NotFoundError):
        await stream.delete_stream("x")
    await stream.add_stream(name="x", subjects=["x"], allow_direct=True)
    await stream.publish("x", b"x")
    return stream


async def storing(client: Any) -> Any:
    """A stream, a consumer, and a bucket."""
    stream = await stream_of(client)
    await stream.add_consumer("x", durable_name="consumer")
    await stream.create_object_store(bucket="objects")
    return stream


def pending(world: World) -> Iterator[object]:
    """Something is published of which another client says late that it has come."""

    async def say(message: Any) -> None:
        await asyncio.sleep(1.5 * world.delay)
        await message.respond(b'{"stream": "x", "seq": 1}')

    async def inside() -> Any:
        client = await nats.connect(f"nats://{host}:{port}")
        await client.subscribe("quiet", cb=say)
        stream = client.jetstream()
        await stream.publish_async("quiet", b"x")
        return stream

    host, port = servers.nats()
    world.reached.set()
    yield inside


async def bucket(client: Any) -> Any:
    stream = client.jetstream()
    with contextlib.suppress(nats.js.errors.NotFoundError):
        await stream.delete_object_store("x")  # It may be sealed.
    found = await stream.create_object_store(bucket="x")
    await found.put("x", b"x")
    return found


async def key_value(client: Any) -> Any:
    found = await client.jetstream().create_key_value(bucket="x")
    await found.put("x", b"x")
    return found


async def pulling(client: Any) -> Any:
    return await (await stream_of(client)).pull_subscribe("x", "x")


async def message(client: Any) -> Any:
    [found] = await (await pulling(client)).fetch(1)
    return found


async def subscribed(client: Any) -> Any:
    subscription = await client.subscribe("late")
    await client.flush()
    return subscription


MESSAGE = {
    "name": "x", "subject": "x", "stream": "x", "stream_name": "x", "payload": b"x", "key": "x", "value": b"x", "timeout": 1, "cb": None,
    "consumer": "consumer", "bucket": "objects", "data": b"x", "filters": None, "delay": None, "limit": 0,
}  # fmt: skip
ASYNC: dict[str, Any] = {"nats.connect": connecting, "nats.aio.client.Client.connect": reaching}
SWEEPS = [
    Sweep(
        "nats.aio.client.Client",
        of_nats(itself),
        MESSAGE,
        {"__aexit__": ((None, None, None), {}), "publish": (("x", b"x"), {})},
        prompt=("__aenter__", "__aexit__", "close", "publish", "subscribe", "force_reconnect"),
    ),
    Sweep(
        "nats.aio.subscription.Subscription",
        of_nats(subscribed),
        MESSAGE,
        own={"next_msg": coming(subscribed)},
        prompt=("unsubscribe",),
    ),
    Sweep(
        "nats.js.client.JetStreamContext",
        of_nats(storing),
        MESSAGE,
        {
            "update_stream": ((), {"name": "x", "subjects": ["x"]}),
            "add_stream": ((), {"name": "x", "subjects": ["x"]}),
            "subscribe_bind": (
                (),
                {"stream": "x", "consumer": "consumer", "config": nats.js.api.ConsumerConfig(deliver_subject="c")},
            ),
            "pull_subscribe_bind": (("consumer", "x"), {}),
            "publish_async_completed": ((), {}),
        },
        own={"publish_async_completed": pending},
        prompt=("publish_async", "pull_subscribe_bind", "subscribe_bind"),
    ),
    Sweep("nats.js.client.JetStreamContext.PullSubscription", of_nats(pulling), MESSAGE, prompt=("unsubscribe",)),
    Sweep("nats.js.kv.KeyValue", of_nats(key_value), MESSAGE),
    Sweep(
        "nats.js.object_store.ObjectStore",
        of_nats(bucket),
        MESSAGE,
        {"update_meta": (("x", nats.js.api.ObjectMeta(name="x")), {}), "get": (("x", io.BytesIO()), {})},
    ),
    Sweep("nats.aio.msg.Msg", of_nats(message), MESSAGE, prompt=("ack", "in_progress", "nak", "respond", "term")),
]
