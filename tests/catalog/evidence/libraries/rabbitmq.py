"""pika and aio-pika against RabbitMQ, which answers late."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aio_pika
import aio_pika.abc
import pika
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import served, served_inside, using
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
ENDED = ((None, None, None), {})
CHANNEL = "pika.adapters.blocking_connection.BlockingChannel"


def parameters(host: str, port: int) -> pika.ConnectionParameters:
    return pika.ConnectionParameters(host, port, connection_attempts=1)


def connection(host: str, port: int) -> pika.BlockingConnection:
    return pika.BlockingConnection(parameters(host, port))


def channel(then: Callable[[Any], object] = lambda made: None) -> Subject:
    """A channel with an exchange and a queue that has a message."""

    def make(host: str, port: int) -> Any:
        made = connection(host, port).channel()
        made.exchange_declare("x")
        made.queue_declare("x")
        made.queue_bind("x", "x", "x")
        made.basic_publish("x", "x", b"x")
        then(made)
        return made

    return served(servers.rabbitmq, make)


def consuming(made: Any) -> object:
    return made.basic_consume("x", lambda channel, *rest: channel.stop_consuming(), consumer_tag="x")


def generating(made: Any) -> object:
    return next(made.consume("x", inactivity_timeout=1))


def late_message(subject: Subject) -> Subject:
    """Another connection says something, late; the relay stays out of it."""

    def prepared(world: World) -> Iterator[object]:
        other = connection(*servers.rabbitmq())
        with contextlib.contextmanager(subject)(world) as made:
            made.queue_purge("x")
            world.later(lambda: other.channel().basic_publish("x", "x", b"x"))
            yield made
        other.close()

    return prepared


def connecting(world: World) -> Iterator[Callable[[], object]]:
    with slowly(world, servers.rabbitmq()) as (host, port):
        yield lambda: connection(host, port)


BLOCKING: dict[str, Any] = {
    "pika.BlockingConnection": connecting,
    "pika.BlockingConnection.process_data_events": using(
        served(servers.rabbitmq, connection), lambda made: made.process_data_events(0.1)
    ),
    "pika.BlockingConnection.sleep": using(served(servers.rabbitmq, connection), lambda made: made.sleep(0.1)),
    f"{CHANNEL}.start_consuming": using(
        late_message(channel(lambda made: (made.queue_purge("x"), consuming(made)))),
        lambda made: made.start_consuming(),
    ),
    f"{CHANNEL}.basic_publish": using(
        channel(lambda made: made.confirm_delivery()), lambda made: made.basic_publish("x", "x", b"x")
    ),
}
SILENT: dict[str, Any] = {
    "pika.BlockingConnection.remove_timeout": using(
        served(servers.rabbitmq, connection), lambda made: made.remove_timeout(made.call_later(1, print))
    ),
    "pika.BlockingConnection.process_data_events": using(
        served(servers.rabbitmq, connection), lambda made: made.process_data_events()
    ),
}
DOCUMENTED = {
    "Only sends, and waits where the other side does not read (pika 1.4, BlockingConnection._flush_output)": [
        f"{CHANNEL}.{method}" for method in ("basic_ack", "basic_nack", "basic_reject")
    ],
}


def told(then: Callable[[Any], Awaitable[Any]], connect: Any = aio_pika.connect) -> Subject:
    """What becomes of an asynchronous connection."""

    async def make(host: str, port: int) -> Any:
        return await then(await connect(host=host, port=port))

    return served_inside(servers.rabbitmq, make)


async def itself(made: Any) -> Any:
    return made


async def closing(made: Any) -> Any:
    """A connection that is closed in a while."""
    asyncio.get_running_loop().call_later(0.1, lambda: asyncio.ensure_future(made.close()))
    return made


async def open_channel(made: Any) -> Any:
    opened = await made.channel()
    exchange = await opened.declare_exchange("y", auto_delete=False)
    queue = await opened.declare_queue("y")
    await queue.bind(exchange, "y")
    return opened


async def exchange(made: Any) -> Any:
    return await (await open_channel(made)).get_exchange("y")


async def queue(made: Any) -> Any:
    found = await (await open_channel(made)).get_queue("y")
    await (await exchange(made)).publish(aio_pika.Message(b"y"), "y")
    return found


async def message(made: Any) -> Any:
    return await (await queue(made)).get()


async def iterator(made: Any) -> Any:
    return (await queue(made)).iterator()


async def started_iterator(made: Any) -> Any:
    found = await iterator(made)
    await found.consume()
    return found


async def consumed(made: Any) -> Any:
    found = await queue(made)
    await found.consume(print, consumer_tag="y")
    return found


def unopened(make: Any) -> Subject:
    """A channel that is not open yet."""

    async def of(made: Any) -> Any:
        return made.channel()

    return told(of, make)


def unconnected(host: str, port: int) -> aio_pika.Connection:
    return aio_pika.Connection(aio_pika.connection.make_url(host=host, port=port))


def coroutine(connect: Any) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.rabbitmq()) as (host, port):
            yield lambda: connected(connect, host, port)

    return case


async def connected(connect: Any, host: str, port: int) -> None:
    await (await connect(host=host, port=port)).close()


ASYNC: dict[str, Any] = {
    "aio_pika.connect": coroutine(aio_pika.connect),
    "aio_pika.connect_robust": coroutine(aio_pika.connect_robust),
}
ABSTRACT = "aio_pika.abc.Abstract"
SWEEPS = [
    Sweep(
        "pika.BlockingConnection",
        served(servers.rabbitmq, connection),
        calls={
            "__exit__": ENDED,
            "call_later": ((1, print), {}),
            "add_callback_threadsafe": ((print,), {}),
        },
    ),
    Sweep(
        CHANNEL,
        channel(),
        {"exchange": "x", "queue": "x", "routing_key": "x", "destination": "amq.direct", "source": "x"},
        {"__exit__": ENDED, "flow": ((True,), {}), "basic_recover": ((True,), {}), "consume": (("x",), {})},
        own={
            "stop_consuming": channel(consuming),
            "basic_cancel": channel(consuming),
            "cancel": channel(generating),
            "tx_commit": channel(lambda made: made.tx_select()),
            "tx_rollback": channel(lambda made: made.tx_select()),
        },
        apart=dict.fromkeys(("basic_ack", "basic_nack", "basic_reject"), "only send"),
    ),
    Sweep(
        f"{ABSTRACT}Connection",
        told(itself),
        {"new_secret": "x"},
        {"__aexit__": ENDED},
        own={"connect": served_inside(servers.rabbitmq, unconnected), "closed": told(closing)},
        prompt=("ready", "__aenter__"),
    ),
    Sweep(
        f"{ABSTRACT}Channel",
        told(open_channel),
        {"name": "y", "exchange_name": "y", "queue_name": "y"},
        {"__aexit__": ENDED},
        own=dict.fromkeys(("initialize", "__aenter__", "__await__"), unopened(aio_pika.connect)),
        prompt=("get_underlay_channel",),
    ),
    Sweep(f"{ABSTRACT}Exchange", told(exchange), {"message": aio_pika.Message(b"y"), "exchange": "amq.direct"}),
    Sweep(
        f"{ABSTRACT}Queue",
        told(queue),
        {"exchange": "y", "callback": print},
        {"cancel": (("y",), {})},
        own={"cancel": told(consumed)},
    ),
    Sweep(f"{ABSTRACT}IncomingMessage", told(message), prompt=("ack", "nack", "reject")),
    Sweep(
        f"{ABSTRACT}QueueIterator",
        told(iterator),
        calls={"__aexit__": ENDED},
        own=dict.fromkeys(("close", "__aexit__"), told(started_iterator)),
    ),
]
