"""websockets: both sides, synchronous and asynchronous, of a connection whose other side takes its time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from importlib.util import find_spec
from typing import Any

import httpx2
import websockets.asyncio.client
import websockets.asyncio.server
import websockets.sync.client
import websockets.sync.server
from evidence import web_socket
from evidence.servers import Unavailable
from evidence.sweep import Sweep
from evidence.world import World

Case = Callable[[World], Awaitable[object]]
LARGE = b"x" * 15_000_000
PLAIN: dict[str, Any] = {"compression": None, "max_size": None}
CLOSING: dict[str, Any] = {"__exit__": ((None, None, None), {}), "__aexit__": ((None, None, None), {})}


# --- clients ---


def client(world: World) -> Iterator[object]:
    with web_socket.server(world) as (host, port):
        found = websockets.sync.client.connect(f"ws://{host}:{port}/", **PLAIN)
        world.reached.set()
        yield found
        world.begun.set()


def client_inside(world: World) -> Iterator[object]:
    with web_socket.server(world) as (host, port):
        world.reached.set()
        yield lambda: opened(host, port)


async def opened(host: str, port: int) -> object:
    return await websockets.asyncio.client.connect(f"ws://{host}:{port}/", **PLAIN)


def crowded(
    subject: Callable[[World], Iterator[Any]], method: str
) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A case that writes while another thread's message is not read."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with contextlib.contextmanager(subject)(world) as found:
            threading.Thread(target=send, args=(found,), daemon=True).start()
            time.sleep(0.05)
            yield lambda: getattr(found, method)("x") if method == "send" else getattr(found, method)()

    return case


def send(connection: Any) -> None:
    with contextlib.suppress(Exception):
        connection.send(LARGE)


def local(world: World) -> Iterator[Callable[[], object]]:
    path = str(world.folder / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        threading.Thread(target=late_handshake, args=(listener, world), daemon=True).start()
        yield lambda: websockets.sync.client.unix_connect(path).close()


def local_inside(world: World) -> Iterator[Callable[[], object]]:
    async def connect(path: str) -> None:
        async with websockets.asyncio.client.unix_connect(path):
            pass

    path = str(world.folder / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        threading.Thread(target=late_handshake, args=(listener, world), daemon=True).start()
        yield lambda: connect(path)


def late_handshake(listener: socket.socket, world: World) -> None:
    with contextlib.suppress(OSError):
        connection, _ = listener.accept()
        with connection:
            world.pause()
            web_socket.answer(connection)
            connection.sendall(web_socket.SAID)
            web_socket.drain(connection)


# --- servers ---


def served(world: World) -> Iterator[object]:
    """A server's end of a connection, whose own thread does nothing with it."""
    found: list[Any] = []
    come, over = threading.Event(), threading.Event()

    def handle(connection: Any) -> None:
        found.append(connection)
        come.set()
        over.wait(10)

    with websockets.sync.server.serve(handle, "127.0.0.1", 0, **PLAIN) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = server.socket.getsockname()
        threading.Thread(target=web_socket.visit, args=(address, world), daemon=True).start()
        come.wait(5)
        world.reached.set()
        yield found[0]
        over.set()
        world.begun.set()
        server.shutdown()


def served_inside(world: World) -> Iterator[object]:
    async def ready() -> object:
        connections: asyncio.Queue[Any] = asyncio.Queue()

        async def handle(connection: Any) -> None:
            await connections.put(connection)
            await asyncio.sleep(9)

        server = await websockets.asyncio.server.serve(handle, "127.0.0.1", 0, **PLAIN)
        address = server.sockets[0].getsockname()
        threading.Thread(target=web_socket.visit, args=(address, world), daemon=True).start()
        world.reached.set()
        return await connections.get()

    yield lambda: ready()


def serve_forever(world: World) -> Iterator[Callable[[], object]]:
    with websockets.sync.server.serve(lambda connection: None, "127.0.0.1", 0) as server:
        world.later(server.shutdown)
        yield server.serve_forever


async def ignore(connection: Any) -> None:
    """Serve nobody."""


async def serve_asynchronously(world: World) -> None:
    async with websockets.asyncio.server.serve(ignore, "127.0.0.1", 0) as server:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(server.serve_forever(), world.delay)


async def waited_for(world: World) -> None:
    """Closing waits for those who are still being served."""
    server = await websockets.asyncio.server.serve(lambda connection: asyncio.sleep(9), "127.0.0.1", 0)
    threading.Thread(target=web_socket.visit, args=(server.sockets[0].getsockname(), world), daemon=True).start()
    await asyncio.sleep(0.05)
    server.close()
    await server.wait_closed()


async def started(world: World) -> None:
    async with await websockets.asyncio.server.serve(ignore, "127.0.0.1", 0, start_serving=False) as server:
        await server.start_serving()


async def entered(world: World) -> None:
    async with websockets.asyncio.server.serve(ignore, "127.0.0.1", 0):
        pass


async def entered_locally(world: World) -> None:
    async with websockets.asyncio.server.unix_serve(ignore, str(world.folder / "s")):
        pass


# --- httpx2 ---


def handshake(connect: Callable[[str], Any]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A case that connects to a server which shakes hands late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        if find_spec("wsproto") is None:
            raise Unavailable("WebSockets of httpx2 need wsproto: pip install httpx2[ws]")
        with web_socket.server(world, greets=False) as (host, port):
            yield lambda: connect(f"ws://{host}:{port}/")

    return case


def shaken(manager: Any) -> None:
    with manager:
        pass


async def shaken_inside(url: str) -> None:
    async with httpx2.AsyncClient(verify=False) as session, session.websocket(url):
        pass


SENDING = ("ping", "pong", "send")
SYNC = {"client.ClientConnection": client, "server.ServerConnection": served}
BLOCKING = {
    **{
        f"websockets.sync.{name}.{method}": crowded(subject, method)
        for name, subject in SYNC.items()
        for method in SENDING
    },
    "httpx2.websocket": handshake(lambda url: shaken(httpx2.websocket(url, verify=False))),
    "httpx2.Client.websocket": handshake(lambda url: shaken(httpx2.Client(verify=False).websocket(url))),
    "websockets.sync.client.unix_connect": local,
    "websockets.sync.server.Server.serve_forever": serve_forever,
}

ASYNC: dict[str, Any] = {
    "httpx2.AsyncClient.websocket": handshake(shaken_inside),
    "websockets.asyncio.client.unix_connect": local_inside,
    "websockets.asyncio.server.Server.serve_forever": serve_asynchronously,
}

COROUTINE: dict[str, Any] = {
    "websockets.asyncio.server.Server.wait_closed": waited_for,
    "websockets.asyncio.server.Server.start_serving": started,
    "websockets.asyncio.server.Server.__aenter__": entered,
    "websockets.asyncio.server.Server.__aexit__": entered,
    "websockets.asyncio.server.serve": entered,
    "websockets.asyncio.server.unix_serve": entered_locally,
}

PROMPT = ("ping", "pong", "__aenter__")
SWEEPS = [
    *(Sweep(f"websockets.sync.{name}", subject, calls=CLOSING) for name, subject in SYNC.items()),
    *(
        Sweep(f"websockets.asyncio.{name}", subject, calls={**CLOSING, "send": ((LARGE,), {})}, prompt=PROMPT)
        for name, subject in {
            "client.ClientConnection": client_inside,
            "server.ServerConnection": served_inside,
        }.items()
    ),
]
