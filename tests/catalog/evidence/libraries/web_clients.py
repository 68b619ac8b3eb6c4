"""HTTP clients, what is less often called of them, and their WebSockets: httpx, httpx2, requests, urllib3, aiohttp, curl_cffi,
pycurl, websocket-client."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any

import aiohttp
import curl_cffi
import curl_cffi.requests
import httpx
import httpx2
import pycurl
import requests
import urllib3
import websocket
from evidence import web_socket
from evidence.libraries.http_clients import at, awaited, body, raw, streamed, using, whole
from evidence.sweep import Sweep
from evidence.world import World

Cases = Iterator[Callable[[], object]]
LARGE = "x" * 15_000_000
CLOSING: dict[str, Any] = {"__exit__": ((None, None, None), {}), "__aexit__": ((None, None, None), {})}
SENT: dict[str, Any] = {
    "send": ((LARGE.encode(),), {}), "send_binary": ((LARGE.encode(),), {}), "send_bytes": ((LARGE.encode(),), {}),
    "send_str": ((LARGE,), {}), "send_text": ((LARGE,), {}), "send_json": (([LARGE],), {}),
}  # fmt: skip


# --- WebSockets ---


def client(connect: Callable[[str], Any]) -> Callable[[World], Iterator[object]]:
    """A connection on which something is said, and read, late."""

    def subject(world: World) -> Iterator[object]:
        with web_socket.server(world) as (host, port):
            found = connect(f"ws://{host}:{port}/")
            world.reached.set()
            yield found
            world.begun.set()

    return subject


def client_inside(connect: Callable[[str], Awaitable[Any]]) -> Callable[[World], Iterator[object]]:
    def subject(world: World) -> Iterator[object]:
        with web_socket.server(world) as (host, port):
            world.reached.set()
            yield lambda: connect(f"ws://{host}:{port}/")

    return subject


def handshake(connect: Callable[[str], Any]) -> Callable[[World], Cases]:
    """A case that connects to a server which shakes hands late."""

    def case(world: World) -> Cases:
        with web_socket.server(world, greets=False) as (host, port):
            yield lambda: connect(f"ws://{host}:{port}/")

    return case


def curl_socket(url: str) -> Any:
    return curl_cffi.requests.Session().ws_connect(url)


async def curl_socket_inside(url: str) -> Any:
    return await curl_cffi.requests.AsyncSession().ws_connect(url)


async def aiohttp_socket(url: str) -> Any:
    return await aiohttp.ClientSession().ws_connect(url)


def curl_socket_case(use: Callable[[Any], object]) -> Callable[[World], Cases]:
    """A case that uses a connection on which nothing has been said yet."""

    def case(world: World) -> Cases:
        with web_socket.server(world) as (host, port):
            found = curl_socket(f"ws://{host}:{port}/")
            yield lambda: refused(use, found)

    return case


def refused(use: Callable[[Any], object], found: Any) -> None:
    """It is told at once to come again later."""
    with contextlib.suppress(curl_cffi.CurlError):
        use(found)


def crowded(use: Callable[[websocket.WebSocket], object]) -> Callable[[World], Cases]:
    """A case that writes while another thread's message is not read."""

    def case(world: World) -> Cases:
        with web_socket.server(world) as (host, port):
            found = websocket.create_connection(f"ws://{host}:{port}/", enable_multithread=True)
            threading.Thread(target=send, args=(found,), daemon=True).start()
            time.sleep(0.05)
            yield lambda: use(found)

    return case


def send(found: websocket.WebSocket) -> None:
    with contextlib.suppress(Exception):
        found.send(LARGE)


def application(use: Callable[[websocket.WebSocketApp], object]) -> Callable[[World], Cases]:
    """A case that uses a connection which another thread reads."""

    def case(world: World) -> Cases:
        with web_socket.server(world) as (host, port):
            opened = threading.Event()
            found = websocket.WebSocketApp(f"ws://{host}:{port}/", on_open=lambda app: opened.set())
            threading.Thread(target=found.run_forever, daemon=True).start()
            opened.wait(5)
            yield lambda: use(found)

    return case


FRAME = websocket.ABNF.create_frame("x", websocket.ABNF.OPCODE_TEXT)
WRITES: dict[str, Callable[[Any], object]] = {
    "send": lambda found: found.send("x"),
    "send_text": lambda found: found.send_text("x"),
    "send_bytes": lambda found: found.send_bytes(b"x"),
    "send_binary": lambda found: found.send_binary(b"x"),
    "send_frame": lambda found: found.send_frame(FRAME),
    "send_close": lambda found: found.send_close(),
    "ping": lambda found: found.ping(),
    "pong": lambda found: found.pong(),
}


# --- HTTP ---


def pooled(method: str) -> Any:
    def call(url: str) -> object:
        return getattr(urllib3.connection_from_url(url), method)("GET", "/")

    return at(call)


def redirected(world: World) -> Cases:
    """The second request of two."""

    def talk(connection: socket.socket) -> None:
        if b" /other " in web_socket.head(connection):
            world.pause()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            connection.sendall(
                b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )

    with world.server(talk) as (host, port):
        session = requests.Session()
        answer = session.get(f"http://{host}:{port}/", allow_redirects=False)
        yield lambda: list(session.resolve_redirects(answer, answer.request))


def chunked(world: World) -> Cases:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with world.says(b"1\r\nx\r\n0\r\n\r\n", head, listens=True) as (host, port):
        answer: Any = raw(f"http://{host}:{port}/")
        yield lambda: list(answer.read_chunked())


def curl_stream(method: str) -> Any:
    def read(url: str) -> None:
        with curl_cffi.requests.Session() as session, session.stream("GET", url) as answer:
            for _ in getattr(answer, method)():
                pass

    return at(read)


def curl_read(method: str) -> Any:
    """A case that asks, and reads all that comes."""

    async def read(url: str) -> None:
        async with curl_cffi.requests.AsyncSession() as session, session.stream("GET", url) as answer:
            found = getattr(answer, method)()
            if hasattr(found, "__aiter__"):
                async for _ in found:
                    pass
            else:
                await found

    return at(read)


def full_curl_socket(use: Callable[[Any], object]) -> Callable[[World], Cases]:
    """A case that writes to a connection that is full until the delay is over."""

    def case(world: World) -> Cases:
        with web_socket.server(world) as (host, port):
            found = curl_socket(f"ws://{host}:{port}/")
            descriptor = os.dup(found.curl.getinfo(curl_cffi.CurlInfo.ACTIVESOCKET))
            with socket.socket(fileno=descriptor) as same, contextlib.suppress(BlockingIOError):
                while True:
                    same.send(b"x" * 65536)
            yield lambda: use(found)

    return case


async def flushed(found: Any) -> None:
    await found.send_bytes(LARGE.encode())
    await found.flush()


async def closed_after_sending(found: Any) -> None:
    await found.send_bytes(LARGE.encode())
    await found.close()


async def left_after_sending(found: Any) -> None:
    async with found:
        await found.send_bytes(LARGE.encode())


def curl_inside(use: Callable[[Any], Awaitable[object]]) -> Callable[[World], Cases]:
    async def call(url: str) -> None:
        await use(await curl_socket_inside(url))

    def case(world: World) -> Cases:
        with web_socket.server(world) as (host, port):
            yield lambda: call(f"ws://{host}:{port}/")

    return case


async def curl_session(method: str, *arguments: str) -> None:
    async with curl_cffi.requests.AsyncSession() as session:
        await getattr(session, method)(*arguments)


async def curl_closed(answer: Any) -> None:
    await answer.aclose()


async def curl_streamed(url: str) -> None:
    async with curl_cffi.requests.AsyncSession() as session, session.stream("GET", url) as answer:
        async for _ in answer.aiter_content():
            pass


def performed(handle: Any, url: str) -> None:
    handle.setopt(curl_cffi.CurlOpt.URL, url.encode())
    handle.setopt(curl_cffi.CurlOpt.WRITEFUNCTION, len)
    handle.perform()


def selected(url: str) -> None:
    multi, handle = pycurl.CurlMulti(), pycurl.Curl()
    handle.setopt(pycurl.URL, url)
    handle.setopt(pycurl.WRITEFUNCTION, len)
    multi.add_handle(handle)
    left = 1
    while left:
        _, left = multi.perform()
        multi.select(1.0)


def multi(use: Callable[[pycurl.CurlMulti, pycurl.Curl], object]) -> Any:
    def call(url: str) -> None:
        found, handle = pycurl.CurlMulti(), pycurl.Curl()
        handle.setopt(pycurl.URL, url)
        use(found, handle)

    return at(call)


def removed(found: pycurl.CurlMulti, handle: pycurl.Curl) -> None:
    found.add_handle(handle)
    found.remove_handle(handle)


async def left(entered: Any) -> None:
    async with entered:
        pass


async def closed(made: Any) -> None:
    await (made.aclose() if hasattr(made, "aclose") else made.close())


async def aiohttp_request(url: str) -> None:
    async with aiohttp.request("GET", url) as answer:
        await answer.read()


async def connector(use: Callable[[aiohttp.BaseConnector], Awaitable[object]]) -> None:
    await use(aiohttp.TCPConnector())


async def aiohttp_session(use: Callable[[aiohttp.ClientSession], Awaitable[object]]) -> None:
    await use(aiohttp.ClientSession())


async def aiohttp_answered(url: str) -> None:
    """Comes to the end of an answer, which waits for its body."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        await answer.wait_for_close()


async def aiohttp_entered(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url):
        pass


async def answer_closed(library: ModuleType, url: str) -> None:
    async with library.AsyncClient(verify=False) as session:
        answer = await session.send(session.build_request("GET", url), stream=True)
        await answer.aclose()


async def handled(library: ModuleType, url: str) -> None:
    async with library.AsyncHTTPTransport(verify=False) as transport:
        await transport.handle_async_request(library.Request("GET", url))


async def sent(library: ModuleType, url: str) -> None:
    async with library.AsyncClient(verify=False) as session:
        await session.send(session.build_request("GET", url))


async def events(url: str) -> None:
    async with httpx2.AsyncClient(verify=False) as session, session.sse(url):
        pass


def entered(manager: Any) -> None:
    with manager:
        pass


def held(library: ModuleType, attribute: str) -> Any:
    """A case that reads what the request has read already."""
    return whole(library.get, lambda answer: getattr(answer, attribute))


BLOCKING: dict[str, Any] = {
    **{f"websocket.WebSocket.{name}": crowded(use) for name, use in WRITES.items()},
    "websocket.WebSocketApp.send": application(lambda found: found.send(LARGE)),
    "websocket.WebSocketApp.send_text": application(lambda found: found.send_text(LARGE)),
    "websocket.WebSocketApp.send_bytes": application(lambda found: found.send_bytes(LARGE.encode())),
    "websocket.WebSocketApp.close": application(lambda found: found.close()),
    "curl_cffi.requests.Session.ws_connect": handshake(curl_socket),
    "curl_cffi.requests.WebSocket.connect": handshake(lambda url: curl_cffi.requests.WebSocket().connect(url)),
    "curl_cffi.requests.WebSocket.run_forever": handshake(lambda url: curl_cffi.requests.WebSocket().run_forever(url)),
    "curl_cffi.requests.WebSocket.ping": full_curl_socket(lambda found: found.ping(b"x")),
    "curl_cffi.requests.WebSocket.close": full_curl_socket(lambda found: found.close()),
    "curl_cffi.Curl.perform": at(lambda url: performed(curl_cffi.Curl(), url)),
    "curl_cffi.requests.Session.stream": curl_stream("iter_content"),
    "curl_cffi.requests.Session.trace": using(curl_cffi.requests.Session, "trace"),
    "curl_cffi.requests.trace": at(curl_cffi.requests.trace),
    "curl_cffi.requests.Response.iter_content": curl_stream("iter_content"),
    "curl_cffi.requests.Response.iter_lines": curl_stream("iter_lines"),
    "pycurl.CurlMulti.select": at(selected),
    "requests.Response.content": body(streamed, lambda answer: answer.content),  # type: ignore[attr-defined]
    "requests.Response.text": body(streamed, lambda answer: answer.text),  # type: ignore[attr-defined]
    "requests.Response.apparent_encoding": body(streamed, lambda answer: answer.apparent_encoding),  # type: ignore[attr-defined]
    "requests.Session.resolve_redirects": redirected,
    "urllib3.BaseHTTPResponse.data": body(raw, lambda answer: answer.data),  # type: ignore[attr-defined]
    "urllib3.BaseHTTPResponse.read_chunked": chunked,
    "urllib3.HTTPConnectionPool.request_encode_body": pooled("request_encode_body"),
    "urllib3.HTTPConnectionPool.request_encode_url": pooled("request_encode_url"),
    "httpx2.query": at(httpx2.query),
    "httpx2.Client.query": using(lambda: httpx2.Client(verify=False), "query"),
    "httpx2.Client.sse": at(lambda url: entered(httpx2.Client(verify=False).sse(url))),
}

SHORT = {
    "httpx.create_ssl_context": lambda world: httpx.create_ssl_context(),
}

CPU = {
    "httpx.HTTPTransport": lambda world: httpx.HTTPTransport(),
    "httpx.AsyncHTTPTransport": lambda world: httpx.AsyncHTTPTransport(),
    "httpx2.HTTPTransport": lambda world: httpx2.HTTPTransport(),
    "httpx2.AsyncHTTPTransport": lambda world: httpx2.AsyncHTTPTransport(),
    "httpx2.create_ssl_context": lambda world: httpx2.create_ssl_context(),
}

SILENT: dict[str, Any] = {
    **{f"{library.__name__}.Response.{name}": held(library, name) for library in (httpx, httpx2) for name in ("content", "text")},
    "curl_cffi.requests.WebSocket.recv_fragment": curl_socket_case(lambda found: found.recv_fragment()),
    "curl_cffi.Curl.ws_recv": curl_socket_case(lambda found: found.curl.ws_recv()),
    "curl_cffi.Curl.ws_send": full_curl_socket(lambda found: refused(lambda one: one.curl.ws_send(b"x"), found)),
    "httpx2.Response.read": whole(httpx2.get, lambda answer: answer.read()),  # type: ignore[attr-defined]
    "httpx2.Response.json": whole(httpx2.get, lambda answer: answer.json()),  # type: ignore[attr-defined]
    "requests.session": lambda world: requests.session(),
    "urllib3.HTTPConnectionPool": lambda world: urllib3.HTTPConnectionPool("localhost"),
    "urllib3.HTTPSConnectionPool": lambda world: urllib3.HTTPSConnectionPool("localhost"),
    "urllib3.ProxyManager": lambda world: urllib3.ProxyManager("http://localhost:1/"),
    "pycurl.CurlMulti.add_handle": multi(lambda found, handle: found.add_handle(handle)),
    "pycurl.CurlMulti.remove_handle": multi(removed),
    "pycurl.CurlMulti.info_read": multi(lambda found, handle: found.info_read()),
    "pycurl.CurlMulti.socket_action": multi(lambda found, handle: found.socket_action(pycurl.SOCKET_TIMEOUT, 0)),
}  # fmt: skip

ASYNC: dict[str, Any] = {
    "aiohttp.request": at(aiohttp_request),
    "aiohttp.ClientSession.ws_connect": handshake(aiohttp_socket),
    "aiohttp.ClientResponse.__aenter__": at(aiohttp_entered),
    "aiohttp.ClientResponse.__aexit__": at(aiohttp_entered),
    "aiohttp.ClientResponse.wait_for_close": at(aiohttp_answered),
    "curl_cffi.requests.AsyncSession.request": at(lambda url: curl_session("request", "GET", url)),
    "curl_cffi.requests.AsyncSession.trace": at(lambda url: curl_session("trace", url)),
    "curl_cffi.requests.AsyncSession.stream": at(curl_streamed),
    **{
        f"curl_cffi.requests.Response.{name}": curl_read(name)
        for name in ("aclose", "acontent", "aiter_content", "aiter_lines", "atext")
    },
    "curl_cffi.requests.AsyncWebSocket.flush": curl_inside(flushed),
    "curl_cffi.requests.AsyncWebSocket.close": curl_inside(closed_after_sending),
    "curl_cffi.requests.AsyncWebSocket.__aexit__": curl_inside(left_after_sending),
    "curl_cffi.requests.AsyncSession.ws_connect": handshake(curl_socket_inside),
    "httpx2.AsyncClient.query": at(lambda url: awaited(httpx2.AsyncClient(verify=False), "query", url)),
    "httpx2.AsyncClient.sse": at(events),
}

COROUTINE: dict[str, Any] = {
    "aiohttp.BaseConnector.close": lambda world: connector(closed),
    "aiohttp.BaseConnector.__aenter__": lambda world: connector(left),
    "aiohttp.BaseConnector.__aexit__": lambda world: connector(left),
    "aiohttp.ClientSession.close": lambda world: aiohttp_session(closed),
    "aiohttp.ClientSession.__aenter__": lambda world: aiohttp_session(left),
    "aiohttp.ClientSession.__aexit__": lambda world: aiohttp_session(left),
    "curl_cffi.requests.AsyncSession.close": lambda world: closed(curl_cffi.requests.AsyncSession()),
    "curl_cffi.requests.AsyncSession.__aenter__": lambda world: left(curl_cffi.requests.AsyncSession()),
    "curl_cffi.requests.AsyncSession.__aexit__": lambda world: left(curl_cffi.requests.AsyncSession()),
}
for library in (httpx, httpx2):
    name = library.__name__
    ASYNC |= {
        f"{name}.AsyncClient.send": at(lambda url, library=library: sent(library, url)),
        f"{name}.AsyncBaseTransport.handle_async_request": at(lambda url, library=library: handled(library, url)),
    }
    COROUTINE |= {
        f"{name}.AsyncBaseTransport.aclose": lambda world, library=library: closed(library.AsyncHTTPTransport(verify=False)),
        f"{name}.AsyncClient.aclose": lambda world, library=library: closed(library.AsyncClient(verify=False)),
        f"{name}.AsyncClient.__aenter__": lambda world, library=library: left(library.AsyncClient(verify=False)),
        f"{name}.AsyncClient.__aexit__": lambda world, library=library: left(library.AsyncClient(verify=False)),
        f"{name}.Response.aclose": at(lambda url, library=library: answer_closed(library, url)),
    }  # fmt: skip

SWEEPS = [
    Sweep(
        "websocket.WebSocket",
        client(websocket.create_connection),
        apart=dict.fromkeys(WRITES, "waits for another thread"),
    ),
    Sweep(
        "curl_cffi.requests.WebSocket",
        client(curl_socket),
        calls=SENT,
        apart={
            **dict.fromkeys(("connect", "run_forever"), "connects"),
            "ping": "needs a full one",
            "close": "needs a full one",
        },
    ),
    Sweep(
        "curl_cffi.requests.AsyncWebSocket",
        client_inside(curl_socket_inside),
        calls=SENT,
        prompt=("ping", "send", "send_binary", "send_bytes", "send_json", "send_str", "__aenter__"),
        apart=dict.fromkeys(("flush", "close", "__aexit__"), "waits for what was sent"),
    ),
    Sweep(
        "aiohttp.ClientWebSocketResponse",
        client_inside(aiohttp_socket),
        calls={**SENT, **CLOSING, "send_json": (([],), {"dumps": lambda value: LARGE})},
        prompt=("ping", "pong", "__aenter__"),
    ),
]

DOCUMENTED = {
    "Called by the request itself, with the connection that it has made (ClientRequest.send in aiohttp/client_reqrep.py)": (
        "aiohttp.ClientResponse.start",
    ),
}
