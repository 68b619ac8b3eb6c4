"""GraphQL with gql, SOAP with zeep, and ZeroMQ, against other sides that take their time."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import gql
import gql.client
import httpx
import lxml.etree
import zeep
import zeep.transports
import zmq
import zmq.asyncio
from evidence import web_socket
from evidence.subjects import JSON
from evidence.sweep import Sweep
from evidence.world import World
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.requests import RequestsHTTPTransport

Cases = Iterator[Callable[[], object]]
ANSWER = b'{"data": {"x": 1}}'
BATCH = b'[{"data": {"x": 1}}]'
QUERY = gql.gql("{ x }")
QUERIES = [gql.GraphQLRequest("{ x }")]
CLOSING: tuple[Any, Any] = ((None, None, None), {})


# --- GraphQL ---


def graphql(make: Callable[[str], Any], body: bytes = ANSWER) -> Callable[[World], Iterator[object]]:
    def subject(world: World) -> Iterator[object]:
        with world.http(body=body, headers=JSON) as (host, port):
            yield make(f"http://{host}:{port}/")

    return subject


def graphql_inside(make: Callable[[str], Awaitable[Any]], body: bytes = ANSWER) -> Callable[[World], Iterator[object]]:
    def subject(world: World) -> Iterator[object]:
        with world.http(body=body, headers=JSON) as (host, port):
            yield lambda: make(f"http://{host}:{port}/")

    return subject


def client(url: str, **options: Any) -> gql.Client:
    return gql.Client(transport=RequestsHTTPTransport(url), **options)


def fetching(url: str) -> gql.Client:
    return client(url, fetch_schema_from_transport=True)


def session(url: str) -> Any:
    return client(url).connect_sync()


def transport(url: str) -> RequestsHTTPTransport:
    found = RequestsHTTPTransport(url)
    found.connect()
    return found


def client_inside(url: str, **options: Any) -> gql.Client:
    return gql.Client(transport=AIOHTTPTransport(url), **options)


async def idle_client(url: str) -> gql.Client:
    return client_inside(url)


async def session_inside(url: str) -> Any:
    return await client_inside(url).connect_async()


async def transport_inside(url: str) -> AIOHTTPTransport:
    found = AIOHTTPTransport(url)
    await found.connect()
    return found


def batching(use: Callable[[gql.Client, Any], object]) -> Callable[[World], Cases]:
    """A case that closes a client which has a query under way."""

    def case(world: World) -> Cases:
        world.begun.set()
        with world.http(body=BATCH, headers=JSON) as (host, port):
            found = client(f"http://{host}:{port}/", batch_interval=0.01)
            opened: Any = found.connect_sync()
            opened._execute_future(QUERIES[0])
            yield lambda: use(found, opened)

    return case


def graphql_case(use: Callable[[str], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.http() as (host, port):
            yield lambda: use(f"http://{host}:{port}/")

    return case


async def connected(found: gql.Client) -> None:
    await found.connect_async()
    await found.close_async()


async def entered(found: Any) -> None:
    async with found:
        pass


async def session_opened(found: gql.Client) -> None:
    opened = gql.client.AsyncClientSession(found)
    await opened.connect()
    await opened.close()


async def transport_opened(found: AIOHTTPTransport) -> None:
    await found.connect()
    await found.close()


ACKNOWLEDGED = web_socket.text(b'{"type": "connection_ack"}')
DATA = web_socket.text(b'{"type": "data", "id": "1", "payload": {"data": {"x": 1}}}')


def subscribed(use: Callable[[gql.Client], Any]) -> Callable[[World], Cases]:
    """A case that hears of something late."""

    async def call(url: str) -> None:
        found = gql.Client(transport=AIOHTTPWebsocketsTransport(url, close_timeout=0.1))
        async for _ in use(found):
            break

    def case(world: World) -> Cases:
        with web_socket.server(world, early=ACKNOWLEDGED, late=DATA) as (host, port):
            yield lambda: call(f"ws://{host}:{port}/")

    return case


async def through_session(found: gql.Client) -> Any:
    async with found as opened:
        async for answer in opened.subscribe(gql.gql("subscription { x }")):
            yield answer


# --- SOAP ---

ENVELOPE = lxml.etree.Element("x")
WSDL = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:t="urn:t" xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
<types><x:schema targetNamespace="urn:t" elementFormDefault="qualified"><x:element name="q" type="x:string"/>
<x:element name="a" type="x:string"/></x:schema></types>
<message name="Q"><part name="p" element="t:q"/></message><message name="A"><part name="p" element="t:a"/></message>
<portType name="P"><operation name="Ask"><input message="t:Q"/><output message="t:A"/></operation></portType>
<binding name="B" type="t:P"><s:binding transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="Ask"><s:operation soapAction="x"/><input><s:body use="literal"/></input>
<output><s:body use="literal"/></output></operation></binding>
<service name="S"><port name="P" binding="t:B"><s:address location="ADDRESS"/></port></service></definitions>"""


def described(folder: Path, address: str) -> str:
    path = folder / "service.wsdl"
    path.write_text(WSDL.replace("ADDRESS", address))
    return str(path)


def asked(world: World) -> Cases:
    with world.http() as (host, port):
        found = zeep.Client(described(world.folder, f"http://{host}:{port}/"))
        yield lambda: found.service.Ask("x")


def unsecured() -> zeep.transports.AsyncTransport:
    return zeep.transports.AsyncTransport(
        client=httpx.AsyncClient(verify=False), wsdl_client=httpx.Client(verify=False)
    )


async def ask(path: str) -> None:
    async with zeep.AsyncClient(path, transport=unsecured()) as found:
        await found.service.Ask("x")


def asked_inside(world: World) -> Cases:
    with world.http() as (host, port):
        path = described(world.folder, f"http://{host}:{port}/")
        yield lambda: ask(path)


async def soap_entered(world: World) -> None:
    async with zeep.AsyncClient(described(world.folder, "http://localhost/"), transport=unsecured()):
        pass


def cached(world: World) -> Cases:
    """It keeps what it has fetched in a folder of the user's."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(world.folder)
    with world.http() as (host, port):
        yield lambda: zeep.CachingClient(f"http://{host}:{port}/")
    os.environ.pop("XDG_CACHE_HOME")
    os.environ.update({"XDG_CACHE_HOME": before} if before is not None else {})


def soap_transport(method: str, *arguments: Any) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.http() as (host, port):
            url = f"http://{host}:{port}/"
            yield lambda: getattr(zeep.transports.Transport(), method)(url, *arguments)

    return case


def soap_transport_inside(method: str, *arguments: Any) -> Callable[[World], Cases]:
    async def call(url: str) -> None:
        found = unsecured()
        await getattr(found, method)(url, *arguments)
        await found.aclose()

    def case(world: World) -> Cases:
        with world.http() as (host, port):
            yield lambda: call(f"http://{host}:{port}/")

    return case


async def soap_closed(world: World) -> None:
    await unsecured().aclose()


# --- ZeroMQ ---


def told(kind: Any) -> Callable[[World], Iterator[object]]:
    """A socket that is told something late."""

    def subject(world: World) -> Iterator[object]:
        with kind.Context() as context, zmq.Context() as plain:
            one, other = context.socket(zmq.PAIR), plain.socket(zmq.PAIR)
            one.connect(f"tcp://127.0.0.1:{other.bind_to_random_port('tcp://127.0.0.1')}")
            world.later(lambda: other.send(b'"x"'))
            world.reached.set()
            yield one
            world.begun.set()
            one.close(linger=0)
            other.close(linger=0)

    return subject


def alone(kind: Any) -> Callable[[World], Iterator[object]]:
    """A socket to which nobody is connected before the delay is over."""

    def subject(world: World) -> Iterator[object]:
        with kind.Context() as context, zmq.Context() as plain:
            one, other = context.socket(zmq.PUSH), plain.socket(zmq.PULL)
            port = one.bind_to_random_port("tcp://127.0.0.1")
            world.later(lambda: other.connect(f"tcp://127.0.0.1:{port}"))
            world.reached.set()
            yield one
            world.begun.set()
            one.close(linger=0)
            other.close(linger=0)

    return subject


def zmq_inside(subject: Callable[[Any], Callable[[World], Iterator[Any]]]) -> Callable[[World], Iterator[object]]:
    def inside(world: World) -> Iterator[object]:
        with contextlib.contextmanager(subject(zmq.asyncio))(world) as found:
            yield lambda: found

    return inside


def polled(world: World) -> Cases:
    with contextlib.contextmanager(told(zmq))(world) as found:
        poller = zmq.Poller()
        poller.register(found, zmq.POLLIN)
        yield lambda: poller.poll(1000)


async def polling(found: Any) -> None:
    poller = zmq.asyncio.Poller()
    poller.register(found, zmq.POLLIN)
    await poller.poll(1000)


def polled_inside(world: World) -> Cases:
    with contextlib.contextmanager(told(zmq.asyncio))(world) as found:
        yield lambda: polling(found)


def selected(world: World) -> Cases:
    with contextlib.contextmanager(told(zmq))(world) as found:
        yield lambda: zmq.select([found], [], [], 1)


def terminated(world: World) -> Cases:
    """A context waits for its sockets to be closed."""
    context = zmq.Context()
    one = context.socket(zmq.PAIR)
    world.later(one.close)
    yield context.term


def proxied(world: World) -> Cases:
    """A proxy ends when its context does."""
    context = zmq.Context()
    front, back = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    threading.Thread(target=lambda: (world.pause(), context.term()), daemon=True).start()

    def run() -> None:
        try:
            zmq.proxy(front, back)
        finally:
            front.close()
            back.close()

    yield run


def unheard(kind: Any, use: Callable[[Any, str], object]) -> Callable[[World], Cases]:
    """A case that tells the library what to do later, in its own threads."""

    def case(world: World) -> Cases:
        with kind.Context() as context:
            found = context.socket(zmq.SUB)
            yield lambda: use(found, f"ipc://{world.folder}/s")
            found.close(linger=0)

    return case


def unbound(found: Any, address: str) -> None:
    found.bind(address)
    found.unbind(address)


def disconnected(found: Any, address: str) -> None:
    found.connect(address)
    found.disconnect(address)


TOLD = ("recv", "recv_into", "recv_json", "recv_multipart", "recv_pyobj", "recv_serialized", "recv_string", "poll")
SENDS = ("send", "send_json", "send_multipart", "send_pyobj", "send_serialized", "send_string")
HEARD: dict[str, Callable[[Any, str], object]] = {
    "bind": lambda found, address: found.bind(address),
    "bind_to_random_port": lambda found, address: found.bind_to_random_port("tcp://127.0.0.1"),
    "connect": lambda found, address: found.connect(address),
    "disconnect": disconnected,
    "unbind": unbound,
    "setsockopt": lambda found, address: found.setsockopt(zmq.LINGER, 0),
    "subscribe": lambda found, address: found.subscribe(b"x"),
    "unsubscribe": lambda found, address: found.unsubscribe(b"x"),
    "close": lambda found, address: found.close(),
}
ZMQ: dict[str, Any] = {
    "recv_into": ((bytearray(9),), {}),
    "recv_pyobj": ((), {}),
    "recv_serialized": ((list,), {}),
    "poll": ((1000,), {}),
    "send": ((b"x",), {}),
    "send_json": (("x",), {}),
    "send_multipart": (([b"x"],), {}),
    "send_pyobj": ((1,), {}),
    "send_serialized": ((b"x", lambda message: [message]), {}),
    "send_string": (("x",), {}),
}
OTHERS = dict.fromkeys(HEARD, "waits for nobody")


BLOCKING: dict[str, Any] = {
    "gql.Client.close_sync": batching(lambda found, opened: found.close_sync()),
    "gql.Client.__exit__": batching(lambda found, opened: found.__exit__(None, None, None)),
    "gql.client.SyncClientSession.close": batching(lambda found, opened: opened.close()),
    "zeep.CachingClient": cached,
    "zeep.proxy.OperationProxy.__call__": asked,
    "zeep.transports.Transport.get": soap_transport("get", {}, {}),
    "zeep.transports.Transport.load": soap_transport("load"),
    "zeep.transports.Transport.post": soap_transport("post", b"x", {}),
    "zeep.transports.Transport.post_xml": soap_transport("post_xml", ENVELOPE, {}),
    "zmq.Context.term": terminated,
    "zmq.Poller.poll": polled,
    "zmq.select": selected,
    "zmq.proxy": proxied,
}

CPU = {
    "zeep.transports.AsyncTransport": lambda world: zeep.transports.AsyncTransport(),
}

SILENT: dict[str, Any] = {
    "gql.client.SyncClientSession.connect": graphql_case(
        lambda url: gql.client.SyncClientSession(client(url)).connect()
    ),
    "gql.Client.close_sync": graphql_case(lambda url: session(url).client.close_sync()),
    **{f"zmq.Socket.{name}": unheard(zmq, use) for name, use in HEARD.items() if name != "connect"},
    **{
        f"zmq.asyncio.Socket.{name}": unheard(zmq.asyncio, use)
        for name, use in HEARD.items()
        if name != "bind_to_random_port"
    },
}

ASYNC: dict[str, Any] = {
    "gql.Client.subscribe_async": subscribed(lambda found: found.subscribe_async(gql.gql("subscription { x }"))),
    "gql.client.AsyncClientSession.subscribe": subscribed(through_session),
    "zeep.proxy.AsyncOperationProxy.__call__": asked_inside,
    "zeep.transports.AsyncTransport.get": soap_transport_inside("get", {}, {}),
    "zeep.transports.AsyncTransport.post": soap_transport_inside("post", b"x", {}),
    "zeep.transports.AsyncTransport.post_xml": soap_transport_inside("post_xml", ENVELOPE, {}),
    "zmq.asyncio.Poller.poll": polled_inside,
}

NOWHERE = "http://127.0.0.1:1/"
COROUTINE: dict[str, Any] = {
    "gql.Client.connect_async": lambda world: connected(client_inside(NOWHERE)),
    "gql.Client.close_async": lambda world: connected(client_inside(NOWHERE)),
    "gql.Client.__aenter__": lambda world: entered(client_inside(NOWHERE)),
    "gql.Client.__aexit__": lambda world: entered(client_inside(NOWHERE)),
    "gql.client.AsyncClientSession.connect": lambda world: session_opened(client_inside(NOWHERE)),
    "gql.client.AsyncClientSession.close": lambda world: session_opened(client_inside(NOWHERE)),
    "gql.transport.AsyncTransport.connect": lambda world: transport_opened(AIOHTTPTransport(NOWHERE)),
    "gql.transport.AsyncTransport.close": lambda world: transport_opened(AIOHTTPTransport(NOWHERE)),
    "zeep.AsyncClient.__aenter__": soap_entered,
    "zeep.AsyncClient.__aexit__": soap_entered,
    "zeep.transports.AsyncTransport.aclose": soap_closed,
}

BATCHED = {"execute_batch", "execute_batch_sync", "execute_batch_async"}
CALLS: dict[str, Any] = {
    **dict.fromkeys(("execute", "execute_sync", "execute_async"), ((QUERY,), {})),
    **dict.fromkeys(BATCHED, ((QUERIES,), {})),
    "fetch_schema": ((), {}),
    "connect_sync": ((), {}),
}
ASKED = {"execute": ((QUERIES[0],), {}), "execute_batch": ((QUERIES,), {})}
SWEEPS = [
    Sweep("gql.Client", graphql(fetching), calls=CALLS, kinds=("BLOCKING",), apart={"subscribe": "asynchronous"}),
    Sweep("gql.Client", graphql_inside(idle_client), calls=CALLS, kinds=("ASYNC",)),
    Sweep("gql.client.SyncClientSession", graphql(session), calls=CALLS),
    Sweep("gql.client.AsyncClientSession", graphql_inside(session_inside), calls=CALLS),
    Sweep("gql.transport.Transport", graphql(transport), calls=ASKED),
    Sweep("gql.transport.AsyncTransport", graphql_inside(transport_inside), calls=ASKED),
    Sweep("zmq.Socket", told(zmq), calls=ZMQ, apart={**OTHERS, **dict.fromkeys(SENDS, "does not wait")}),
    Sweep("zmq.Socket", alone(zmq), calls=ZMQ, apart={**OTHERS, **dict.fromkeys(TOLD, "sends only")}),
    Sweep("zmq.asyncio.Socket", zmq_inside(told), calls=ZMQ, apart={**OTHERS, **dict.fromkeys(SENDS, "does not wait")}),
    Sweep("zmq.asyncio.Socket", zmq_inside(alone), calls=ZMQ, apart={**OTHERS, **dict.fromkeys(TOLD, "sends only")}),
]

DOCUMENTED = {
    "Runs an event loop of its own for its asynchronous transport, and raises RuntimeError where one runs already (gql/client.py)": (
        "gql.Client.subscribe",
    ),
}
