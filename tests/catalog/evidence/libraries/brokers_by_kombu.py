"""kombu against a broker that answers late; geopy and cloudscraper against such a web server."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import cloudscraper
import geopy.geocoders
import kombu
import kombu.simple
from evidence.servers import rabbitmq, slowly
from evidence.subjects import JSON, web
from evidence.sweep import Subject, Sweep
from evidence.world import World

QUEUE = kombu.Queue("x", kombu.Exchange("x"), "x")


def at_broker(make: Callable[[Any], Any]) -> Subject:
    """What is made of a connection to RabbitMQ."""

    def subject(world: World) -> Iterator[Any]:
        with slowly(world, rabbitmq()) as (host, port):
            connection = kombu.Connection(f"amqp://guest:guest@{host}:{port}//")
            yield make(connection)
            with contextlib.suppress(Exception):
                connection.release()

    return subject


def silent(world: World) -> Iterator[Callable[[], object]]:
    """A connection on which nothing arrives; the time out is that of the other side."""
    for connection in at_broker(lambda made: made)(world):
        connection.connect()
        yield functools.partial(connection.drain_events, timeout=world.delay)


def consuming(connection: Any) -> Any:
    made = kombu.Consumer(connection.channel(), [QUEUE], callbacks=[print])
    made.consume()
    return made


def filled(connection: Any) -> Any:
    made = connection.SimpleQueue("filled")
    made.put("x")
    return made


def default_channel(world: World) -> Iterator[Any]:
    for connection in at_broker(lambda made: made)(world):
        yield functools.partial(getattr, connection, "default_channel")


def scraped(world: World) -> Iterator[Callable[[], object]]:
    with world.http() as (host, port):
        made = cloudscraper.create_scraper()
        yield lambda: made.request("GET", f"http://{host}:{port}/")


def geocoder(kind: Any, **keywords: Any) -> Subject:
    return web(lambda url: kind(domain=url.removeprefix("http://"), scheme="http", timeout=2, **keywords), b"[]", JSON)


BLOCKING: dict[str, Any] = {
    "kombu.Connection.drain_events": silent,
    "kombu.Connection.default_channel": default_channel,
    "cloudscraper.CloudScraper.request": scraped,
}
SILENT: dict[str, Any] = {"kombu.Connection": lambda world: kombu.Connection("amqp://guest:guest@127.0.0.1:1//")}
SWEEPS = [
    Sweep("kombu.Connection", at_broker(lambda made: made), {"name": "x"}),
    Sweep("kombu.Producer", at_broker(kombu.Producer), {"body": "x"}),
    Sweep(
        "kombu.Consumer",
        at_broker(consuming),
        {"prefetch_count": 1},
        own={"consume": at_broker(lambda made: kombu.Consumer(made.channel(), [QUEUE], callbacks=[print]))},
    ),
    Sweep("kombu.simple.SimpleQueue", at_broker(filled), calls={"get": ((), {"timeout": 1})}),
    Sweep("geopy.geocoders.Nominatim", geocoder(geopy.geocoders.Nominatim, user_agent="x"), {"query": "1,1"}),
    Sweep("geopy.geocoders.Photon", geocoder(geopy.geocoders.Photon, user_agent="x"), {"query": "1,1"}),
]
