"""Socket.IO: clients of a server that takes its time, and servers of a client that does."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import socketio
from evidence import web_socket
from evidence.servers import redis, slowly
from evidence.sweep import Sweep
from evidence.world import World

Cases = Iterator[Callable[[], object]]
OPEN = web_socket.text(b'0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}')
JOINED = web_socket.text(b'40{"sid":"y"}')
EVENT = web_socket.text(b'42["x"]')
ACKNOWLEDGED = web_socket.text(b"431[]")
END = b"\x88\x02\x03\xe8"
OPTIONS: dict[str, Any] = {"transports": ["websocket"]}


# --- clients ---


def joined(use: Callable[[socketio.Client], object], late: bytes = ACKNOWLEDGED) -> Callable[[World], Cases]:
    """A case that uses a connection on which something is said late."""

    def case(world: World) -> Cases:
        with web_socket.server(world, early=OPEN + JOINED, late=late) as (host, port):
            found = socketio.Client(reconnection=False)
            found.connect(f"http://{host}:{port}", **OPTIONS)
            yield lambda: use(found)

    return case


def joining(connect: Callable[[str], Any]) -> Callable[[World], Cases]:
    """A case that connects to a server which lets it in late."""

    def case(world: World) -> Cases:
        with web_socket.server(world, early=OPEN, late=JOINED) as (host, port):
            yield lambda: connect(f"http://{host}:{port}")

    return case


async def join(url: str) -> socketio.AsyncClient:
    found = socketio.AsyncClient(reconnection=False)
    await found.connect(url, **OPTIONS)
    return found


def joined_inside(
    use: Callable[[socketio.AsyncClient], Awaitable[object]], late: bytes = ACKNOWLEDGED
) -> Callable[[World], Cases]:
    async def call(url: str) -> None:
        await use(await join(url))

    def case(world: World) -> Cases:
        with web_socket.server(world, early=OPEN + JOINED, late=late) as (host, port):
            yield lambda: call(f"http://{host}:{port}")

    return case


def simple(use: Callable[[socketio.SimpleClient], object], late: bytes) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with web_socket.server(world, early=OPEN + JOINED, late=late) as (host, port):
            found = socketio.SimpleClient(reconnection=False)
            found.connect(f"http://{host}:{port}", **OPTIONS)
            yield lambda: use(found)

    return case


def simple_inside(
    use: Callable[[socketio.AsyncSimpleClient], Awaitable[object]], late: bytes = END
) -> Callable[[World], Cases]:
    async def call(url: str) -> None:
        async with socketio.AsyncSimpleClient(reconnection=False) as found:
            await found.connect(url, **OPTIONS)
            await use(found)

    def case(world: World) -> Cases:
        with web_socket.server(world, early=OPEN + JOINED, late=late) as (host, port):
            yield lambda: call(f"http://{host}:{port}")

    return case


async def simply_joined(url: str) -> None:
    await socketio.AsyncSimpleClient().connect(url, **OPTIONS)


# --- servers ---


def asked(server: socketio.Server, method: str, body: bytes = b"", sid: str = "") -> bytes:
    """One request of the long-polling kind, as a web server would pass it on."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/socket.io/",
        "QUERY_STRING": "EIO=4&transport=polling" + (f"&sid={sid}" if sid else ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    return b"".join(server.handle_request(environ, lambda status, headers: None))


def served(use: Callable[[socketio.Server, str], object]) -> Callable[[World], Cases]:
    """A case about a client that answers late."""

    def case(world: World) -> Cases:
        server = socketio.Server(async_mode="threading", cors_allowed_origins=[])
        clients: list[str] = []
        server.on("connect", lambda sid, environ: clients.append(sid))
        sid = json.loads(asked(server, "GET")[1:])["sid"]
        asked(server, "POST", b"40", sid)
        asked(server, "GET", sid=sid)
        world.later(lambda: asked(server, "POST", b"431[]", sid))
        yield lambda: use(server, clients[0])

    return case


def announced(method: str) -> Callable[[World], Cases]:
    """A case that tells other servers through a Redis which answers late."""

    def case(world: World) -> Cases:
        with slowly(world, redis()) as (host, port):
            manager = socketio.RedisManager(f"redis://{host}:{port}/0", write_only=True)
            server = socketio.Server(async_mode="threading", client_manager=manager)
            yield lambda: getattr(server, method)("x")

    return case


def served_inside(world: World) -> Iterator[object]:
    async def ready() -> object:
        server = socketio.AsyncServer(async_mode="asgi")
        clients: asyncio.Queue[str] = asyncio.Queue()
        incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

        async def connect(sid: str, environ: Any) -> None:
            await clients.put(sid)

        async def ignore(message: Any) -> None:
            pass

        server.on("connect", connect)
        scope = {
            "type": "websocket", "path": "/socket.io/", "query_string": b"EIO=4&transport=websocket",
            "headers": [(b"connection", b"Upgrade"), (b"upgrade", b"websocket")],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "scheme": "ws",
        }  # fmt: skip
        for message in ({"type": "websocket.connect"}, {"type": "websocket.receive", "text": "40"}):
            incoming.put_nowait(message)
        asyncio.ensure_future(socketio.ASGIApp(server)(scope, incoming.get, ignore))
        sid = await asyncio.wait_for(clients.get(), 5)
        acknowledgement = {"type": "websocket.receive", "text": "431[]"}
        asyncio.get_running_loop().call_later(world.delay + 0.02, incoming.put_nowait, acknowledgement)
        world.reached.set()
        return Bound(server, sid)

    yield lambda: ready()


class Bound:
    """A server, and the client of which all calls are."""

    def __init__(self, server: socketio.AsyncServer, sid: str) -> None:
        self.server, self.sid = server, sid

    def __getattr__(self, method: str) -> Callable[[], Any]:
        arguments: dict[str, tuple[Any, ...]] = {
            "emit": ("x",), "send": ("x",), "call": ("x",), "sleep": (0.12,), "close_room": ("r",), "shutdown": (),
            "enter_room": (self.sid, "r"), "leave_room": (self.sid, "r"), "save_session": (self.sid, {}),
        }  # fmt: skip
        options = {"to": self.sid} if method in ("emit", "send", "call") else {}
        return lambda: getattr(self.server, method)(*arguments.get(method, (self.sid,)), **options)


BLOCKING: dict[str, Any] = {
    "socketio.Client.connect": joining(lambda url: socketio.Client().connect(url, **OPTIONS)),
    "socketio.Client.call": joined(lambda found: found.call("x")),
    "socketio.Client.wait": joined(lambda found: found.wait(), END),
    "socketio.Client.disconnect": joined(lambda found: found.disconnect(), END),
    "socketio.Client.sleep": lambda world: socketio.Client().sleep(world.delay),
    "socketio.SimpleClient.connect": joining(lambda url: socketio.SimpleClient().connect(url, **OPTIONS)),
    "socketio.SimpleClient.call": simple(lambda found: found.call("x"), ACKNOWLEDGED),
    "socketio.SimpleClient.receive": simple(lambda found: found.receive(5), EVENT),
    "socketio.SimpleClient.disconnect": simple(lambda found: found.disconnect(), END),
    "socketio.SimpleClient.__exit__": simple(lambda found: found.__exit__(None, None, None), END),
    "socketio.Server.call": served(lambda server, sid: server.call("x", to=sid)),
    "socketio.Server.emit": announced("emit"),
    "socketio.Server.send": announced("send"),
}

SILENT: dict[str, Any] = {
    "socketio.Client.emit": joined(lambda found: found.emit("x")),
    "socketio.Client.send": joined(lambda found: found.send("x")),
    "socketio.Server.emit": served(lambda server, sid: server.emit("x", to=sid)),
    "socketio.Server.send": served(lambda server, sid: server.send("x", to=sid)),
}

ASYNC: dict[str, Any] = {
    "socketio.AsyncSimpleClient.connect": joining(simply_joined),
    "socketio.AsyncSimpleClient.call": simple_inside(lambda found: found.call("x"), ACKNOWLEDGED),
    "socketio.AsyncSimpleClient.receive": simple_inside(lambda found: found.receive(5), EVENT),
    "socketio.AsyncClient.connect": joining(join),
    "socketio.AsyncClient.call": joined_inside(lambda found: found.call("x")),
    "socketio.AsyncClient.wait": joined_inside(lambda found: found.wait(), END),
    "socketio.AsyncClient.sleep": lambda world: socketio.AsyncClient().sleep(world.delay),
}

COROUTINE: dict[str, Any] = {
    **{
        f"socketio.AsyncSimpleClient.{name}": simple_inside(lambda found: found.emit("x"))
        for name in ("emit", "__aenter__", "__aexit__")
    },
    "socketio.AsyncSimpleClient.disconnect": simple_inside(lambda found: found.disconnect()),
    "socketio.AsyncClient.emit": joined_inside(lambda found: found.emit("x")),
    "socketio.AsyncClient.send": joined_inside(lambda found: found.send("x")),
    "socketio.AsyncClient.disconnect": joined_inside(lambda found: found.disconnect(), END),
    "socketio.AsyncClient.shutdown": joined_inside(lambda found: found.shutdown(), END),
}

WAITS = ("call", "sleep")
PROMPT = (
    "close_room", "disconnect", "emit", "enter_room", "get_session", "leave_room", "save_session", "send", "shutdown",
)  # fmt: skip
SWEEPS = [
    Sweep("socketio.AsyncServer", served_inside, calls={name: ((), {}) for name in (*WAITS, *PROMPT)}, prompt=PROMPT)
]
