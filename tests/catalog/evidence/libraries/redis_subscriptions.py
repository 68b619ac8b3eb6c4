"""Subscriptions and monitors of Redis and Valkey: something is said late."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any

from evidence import servers
from evidence.libraries.caches import client_class, with_client
from evidence.libraries.redis_parts import GIVEN, LIBRARIES, coroutine, inside, unconnected, using
from evidence.sweep import Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
TALK = (
    "execute_command", "ping", "psubscribe", "punsubscribe", "subscribe", "unsubscribe", "connect", "ssubscribe", "sunsubscribe",
)  # fmt: skip
HEAR = ("get_message", "listen", "parse_response")
CLOSE = ("__aenter__", "__aexit__", "aclose", "close", "reset")


def spoken_to(library: ModuleType, make: Callable[[Any], Any], word: Callable[[Any], object]) -> Case:
    """A subject made of a client, and another client that says the word late."""

    def subject(world: World) -> Iterator[Any]:
        host, port = servers.redis()
        with (
            client_class(library)(host=host, port=port) as client,
            client_class(library)(host=host, port=port) as other,
        ):
            made = make(client)
            world.reached.set()
            world.later(lambda: word(other))
            yield made
            with contextlib.suppress(Exception):
                made.close()

    return subject


def spoken_to_inside(library: ModuleType, make: Callable[[Any], Awaitable[Any]], word: Callable[[Any], object]) -> Any:
    """The same for asynchronous clients."""

    def subject(world: World) -> Iterator[Any]:
        host, port = servers.redis()
        with client_class(library)(host=host, port=port) as other:
            world.reached.set()
            world.later(lambda: word(other))
            yield lambda: make(client_class(library.asyncio)(host=host, port=port))

    return subject


def listening(client: Any) -> Any:
    channel = client.pubsub(ignore_subscribe_messages=True)
    channel.subscribe("late")
    channel.get_message(timeout=1)
    return channel


async def listening_inside(client: Any) -> Any:
    channel = client.pubsub(ignore_subscribe_messages=True)
    await channel.subscribe("late")
    await channel.get_message(timeout=1)
    return channel


def watching(client: Any) -> Any:
    monitor = client.monitor()
    monitor.__enter__()
    return monitor


async def watching_inside(client: Any) -> Any:
    monitor = client.monitor()
    await monitor.__aenter__()
    return monitor


def said(client: Any) -> object:
    return client.publish("late", "x")


def pinged(client: Any) -> object:
    return client.ping()


def lost(client: Any) -> Any:
    """A subscription whose connection is gone, and which is due for a look at its health."""
    channel = client.pubsub()
    channel.subscribe("c")
    channel.connection.disconnect()
    channel.connection.health_check_interval = 1
    channel.connection.next_health_check = 0
    return channel


async def lost_inside(client: Any) -> None:
    channel = client.pubsub()
    await channel.subscribe("c")
    await channel.connection.disconnect()
    channel.connection.health_check_interval = 1
    channel.connection.next_health_check = 0
    await channel.check_health()
    await channel.aclose()


async def run(client: Any) -> None:
    channel = client.pubsub()
    await channel.subscribe(late=print)
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(channel.run(), 0.15)
    await channel.aclose()


BLOCKING: dict[str, Any] = {}
ASYNC: dict[str, Any] = {}
SWEEPS: list[Sweep] = []
for library, _ in LIBRARIES:
    name = library.__name__
    PUBSUB, MONITOR = f"{name}.asyncio.client.PubSub", f"{name}.asyncio.client.Monitor"
    BLOCKING |= {
        f"{name}.client.PubSub.check_health": with_client(library, lambda channel: channel.check_health(), lost),
        f"{name}.client.PubSub.listen": using(
            spoken_to(library, listening, said), lambda channel: next(channel.listen())
        ),
        f"{name}.client.PubSub.parse_response": using(
            spoken_to(library, listening, said), lambda channel: channel.parse_response()
        ),
        f"{name}.client.PubSub.get_sharded_message": with_client(
            library, lambda channel: channel.get_sharded_message(timeout=0.1), listening
        ),
        f"{name}.client.Monitor.__enter__": with_client(library, watching),
        f"{name}.client.Monitor.next_command": using(
            spoken_to(library, watching, pinged), lambda monitor: monitor.next_command()
        ),
        f"{name}.client.Monitor.listen": using(
            spoken_to(library, watching, pinged), lambda monitor: next(monitor.listen())
        ),
    }
    ASYNC |= {
        f"{name}.asyncio.client.PubSub.check_health": coroutine(library, lost_inside),
        f"{name}.asyncio.client.PubSub.run": coroutine(library, run),
    }
    SWEEPS += [
        Sweep(
            PUBSUB,
            unconnected(library, lambda client: client.pubsub()),
            calls={"execute_command": (("SUBSCRIBE", "c"), {})},
            only=(*TALK,),
        ),
        Sweep(
            PUBSUB,
            spoken_to_inside(library, listening_inside, said),
            given={"timeout": 1},
            only=(*HEAR,),
        ),
        Sweep(PUBSUB, inside(library, listening_inside), GIVEN, only=(*CLOSE,), prompt=CLOSE),
        Sweep(
            MONITOR,
            spoken_to_inside(library, watching_inside, pinged),
            only=(
                "listen",
                "next_command",
            ),
        ),
        Sweep(
            MONITOR,
            unconnected(library, lambda client: client.monitor()),
            only=(
                "__aenter__",
                "connect",
            ),
        ),
        Sweep(
            MONITOR,
            inside(library, watching_inside),
            calls={"__aexit__": ((None, None, None), {})},
            only=("__aexit__",),
            prompt=("__aexit__",),
        ),
    ]
