"""httpcore, requests-oauthlib and MQTT against servers that answer late."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpcore
import paho.mqtt.client
import paho.mqtt.publish
import paho.mqtt.subscribe
import requests_oauthlib
from evidence.subjects import JSON, environment
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
ACCEPTED = b"\x20\x02\x00\x00"
"""CONNACK: MQTT 3.1.1, §3.2."""
GIVEN = b"\x30\x04\x00\x01xy"
"""PUBLISH of ``y`` to ``x``: §3.3."""


def page(use: Callable[[str], Any], body_late: bool = False, body: bytes = b"ok\n", headers: str = "") -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http(body_late, body, headers) as (host, port), environment(OAUTHLIB_INSECURE_TRANSPORT="1"):
            yield lambda: use(f"http://{host}:{port}/")

    return case


def streamed(make: Callable[[str], Any]) -> Callable[[str], object]:
    def use(url: str) -> object:
        with make(url) as answer:
            return answer.status

    return use


async def pooled(url: str, method: str = "request") -> Any:
    async with httpcore.AsyncConnectionPool() as pool:
        if method == "stream":
            async with pool.stream("GET", url) as answer:
                return answer.status
        if method == "handle_async_request":
            return await pool.handle_async_request(httpcore.Request("GET", url, headers={"Host": "x"}))
        return await pool.request("GET", url)


async def body(url: str, method: str) -> None:
    async with httpcore.AsyncConnectionPool() as pool, pool.stream("GET", url) as answer:
        if method == "aread":
            await answer.aread()
        else:
            async for _ in answer.aiter_stream():
                pass


async def let_go(url: str) -> None:
    pool = httpcore.AsyncConnectionPool()
    await pool.__aenter__()
    answer = await pool.handle_async_request(httpcore.Request("GET", url, headers={"Host": "x"}))
    await answer.aclose()
    await pool.aclose()
    await pool.__aexit__(None, None, None)


def in_body(method: str) -> Case:
    def use(url: str) -> None:
        with httpcore.ConnectionPool() as pool, pool.stream("GET", url) as answer:
            getattr(answer, method)() if method == "read" else list(answer.iter_stream())

    return page(use, body_late=True)


def at_once(world: World) -> Iterator[Callable[[], object]]:
    """A server that answers at once, so that what follows is all there is to wait for."""
    prompt = World(0, world.folder, world.begun, world.reached)
    with prompt.http() as (host, port):
        yield lambda: let_go(f"http://{host}:{port}/")


def token(use: Callable[[Any, str], object]) -> Case:
    return page(lambda url: use(requests_oauthlib.OAuth2Session("x"), url), body=b'{"access_token": "x"}', headers=JSON)


def pair(use: Callable[[Any, str], object]) -> Case:
    return page(
        lambda url: use(requests_oauthlib.OAuth1Session("x", "y", "t", "s"), url),
        body=b"oauth_token=x&oauth_token_secret=y",
    )


def client() -> Any:
    return paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)


def broker(use: Callable[[Any, str, int], object], late: bytes = ACCEPTED) -> Case:
    """A case with a broker that answers late to who connects, and says good-bye."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.says(late, listens=True) as (host, port):
            yield lambda: use(client(), host, port)

    return case


def connected(use: Callable[[Any], object]) -> Case:
    """A case with a client that has connected to a broker which has nothing to say before the delay is over."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.says(GIVEN, ACCEPTED, listens=True) as (host, port):
            made = client()
            made.connect(host, port)
            yield lambda: use(made)

    return case


def taken_late(use: Callable[[Any, str, int], object]) -> Case:
    """A case with a broker that takes the connection late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.busy() as (host, port):
            yield lambda: use(client(), host, port)

    return case


def until_gone(made: Any, host: str, port: int) -> None:
    made.connect(host, port)
    made.on_disconnect = lambda *given: made.disconnect()
    made.loop_forever()


def stopped(world: World) -> Iterator[Callable[[], object]]:
    """The network thread is in a callback for as long as the delay."""
    with world.says(ACCEPTED, listens=True) as (host, port):
        made, entered = client(), threading.Event()
        made.connect(host, port)
        made.on_log = lambda *given: (entered.set(), world.pause())
        made.loop_start()
        entered.wait(5)
        yield made.loop_stop


def published(world: World) -> Iterator[Callable[[], object]]:
    """A message that is never acknowledged."""
    yield lambda: paho.mqtt.client.MQTTMessageInfo(1).wait_for_publish(world.delay)


def gone(what: Callable[[str, int], object]) -> Case:
    return broker(lambda _, host, port: what(host, port))


BLOCKING: dict[str, Case] = {
    "httpcore.request": page(lambda url: httpcore.request("GET", url)),
    "httpcore.stream": page(streamed(lambda url: httpcore.stream("GET", url))),
    "httpcore.ConnectionPool.request": page(lambda url: httpcore.ConnectionPool().request("GET", url)),
    "httpcore.ConnectionPool.handle_request": page(
        lambda url: httpcore.ConnectionPool().handle_request(httpcore.Request("GET", url, headers={"Host": "x"}))
    ),
    "httpcore.ConnectionPool.stream": page(streamed(lambda url: httpcore.ConnectionPool().stream("GET", url))),
    "httpcore.Response.read": in_body("read"),
    "httpcore.Response.iter_stream": in_body("iter_stream"),
    "requests_oauthlib.OAuth2Session.fetch_token": token(lambda session, url: session.fetch_token(url, code="x")),
    "requests_oauthlib.OAuth2Session.refresh_token": token(
        lambda session, url: session.refresh_token(url, refresh_token="x")
    ),
    "requests_oauthlib.OAuth1Session.fetch_request_token": pair(lambda session, url: session.fetch_request_token(url)),
    "requests_oauthlib.OAuth1Session.fetch_access_token": pair(
        lambda session, url: session.fetch_access_token(url, verifier="x")
    ),
    "paho.mqtt.client.Client.connect": taken_late(lambda made, host, port: made.connect(host, port)),
    "paho.mqtt.client.Client.reconnect": taken_late(
        lambda made, host, port: (made.connect_async(host, port), made.reconnect())
    ),
    "paho.mqtt.client.Client.loop": connected(lambda made: (made.loop(), made.loop(), made.loop())),
    "paho.mqtt.client.Client.loop_forever": broker(until_gone),
    "paho.mqtt.client.Client.loop_stop": stopped,
    "paho.mqtt.client.MQTTMessageInfo.wait_for_publish": published,
    "paho.mqtt.publish.single": gone(lambda host, port: paho.mqtt.publish.single("x", "y", hostname=host, port=port)),
    "paho.mqtt.publish.multiple": gone(
        lambda host, port: paho.mqtt.publish.multiple([("x", "y", 0, False)], host, port)
    ),
    "paho.mqtt.subscribe.simple": broker(
        lambda _, host, port: paho.mqtt.subscribe.simple("x", hostname=host, port=port), ACCEPTED + GIVEN
    ),
}
SILENT: dict[str, Case] = {
    "requests_oauthlib.OAuth2Session.authorization_url": token(lambda session, url: session.authorization_url(url)),
    "requests_oauthlib.OAuth1Session.authorization_url": pair(lambda session, url: session.authorization_url(url)),
    "paho.mqtt.client.Client.connect_async": broker(lambda made, host, port: made.connect_async(host, port)),
    "paho.mqtt.client.Client.loop_start": connected(lambda made: made.loop_start()),
    "paho.mqtt.client.Client.publish": connected(lambda made: made.publish("x", "y", qos=1)),
    "paho.mqtt.client.Client.subscribe": connected(lambda made: made.subscribe("x")),
    "paho.mqtt.client.Client.unsubscribe": connected(lambda made: made.unsubscribe("x")),
    "paho.mqtt.client.Client.disconnect": connected(lambda made: made.disconnect()),
}
ASYNC: dict[str, Any] = {
    **{
        f"httpcore.AsyncConnectionPool.{method}": page(lambda url, method=method: pooled(url, method))
        for method in ("request", "stream", "handle_async_request")
    },
    "httpcore.Response.aread": page(lambda url: body(url, "aread"), body_late=True),
    "httpcore.Response.aiter_stream": page(lambda url: body(url, "aiter_stream"), body_late=True),
}
COROUTINE: dict[str, Any] = dict.fromkeys(
    (
        "httpcore.Response.aclose",
        *(f"httpcore.AsyncConnectionPool.{name}" for name in ("aclose", "__aenter__", "__aexit__")),
    ),
    at_once,
)
DOCUMENTED: dict[str, list[str]] = {
    "Runs paho.mqtt.client.Client.loop_forever, and ends only when the callback raises.": ["paho.mqtt.subscribe.callback"],
}  # fmt: skip
