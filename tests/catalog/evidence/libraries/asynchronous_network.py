"""asyncio: connections, servers, pipes and processes of the event loop itself, while the loop goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from evidence.libraries.python_network import drain
from evidence.world import World

IN_SUITE = False

Case = Callable[[World], Awaitable[object]]
LARGE = b"x" * 30_000_000
Connect = Callable[[str, int], Awaitable[object]]


def crowded(connect: Connect) -> Case:
    """A case that connects to a server which has no time for it yet."""

    async def case(world: World) -> None:
        with world.busy() as (host, port):
            await connect(host, port)

    return case


def told(use: Callable[[socket.socket], Awaitable[object]]) -> Case:
    """A case that uses a connection on which the other side says something late."""

    async def case(world: World) -> None:
        with world.says(b"late\n") as address, socket.create_connection(address) as connection:
            connection.setblocking(False)
            await use(connection)

    return case


def ignored(use: Callable[[str, int], Awaitable[object]]) -> Case:
    """A case that sends more than a connection takes before the delay is over."""

    async def case(world: World) -> None:
        def talk(connection: socket.socket) -> None:
            world.pause()
            drain(connection)

        with world.server(talk) as (host, port):
            await use(host, port)

    return case


def loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


async def raw(host: str, port: int, use: Callable[[socket.socket], Awaitable[object]]) -> None:
    with socket.create_connection((host, port)) as connection:
        connection.setblocking(False)
        await use(connection)


def file(folder: Path) -> Any:
    path = folder / "large"
    path.write_bytes(LARGE)
    return path.open("rb")


async def sock_sendfile(world: World) -> None:
    with file(world.folder) as content:
        await ignored(lambda host, port: raw(host, port, lambda one: loop().sock_sendfile(one, content)))(world)


async def sendfile(world: World) -> None:
    async def send(host: str, port: int) -> None:
        transport, _ = await loop().create_connection(asyncio.Protocol, host, port)
        await loop().sendfile(transport, content)
        transport.close()

    with file(world.folder) as content:
        await ignored(send)(world)


async def drained(host: str, port: int) -> None:
    _, writer = await asyncio.open_connection(host, port)
    writer.write(LARGE)
    await writer.drain()
    writer.close()


async def accepted(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = listener.getsockname()
        world.later(lambda: socket.create_connection(address).close())
        connection, _ = await loop().sock_accept(listener)
        connection.close()


def sock_connect(host: str, port: int) -> Awaitable[None]:
    one = socket.socket()
    one.setblocking(False)
    return loop().sock_connect(one, (host, port))


async def start_tls(world: World) -> None:
    with world.says(b"no TLS\n") as (host, port):
        transport, protocol = await loop().create_connection(asyncio.Protocol, host, port)
        with contextlib.suppress(OSError):
            await loop().start_tls(transport, protocol, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), server_hostname="x")


def busy(world: World) -> Awaitable[None]:
    asyncio.ensure_future(asyncio.to_thread(world.pause))

    async def end() -> None:
        await asyncio.sleep(0)
        await loop().shutdown_default_executor()

    return end()


def condition(use: Callable[[asyncio.Condition], Awaitable[object]]) -> Case:
    async def case(world: World) -> None:
        found = asyncio.Condition()

        async def tell() -> None:
            await asyncio.sleep(world.delay)
            async with found:
                found.notify_all()

        told = asyncio.ensure_future(tell())
        async with found:
            await use(found)
        await told

    return case


def truth() -> Callable[[], bool]:
    """False at first, true ever after."""
    answers = iter((False,))
    return lambda: next(answers, True)


@contextlib.asynccontextmanager
async def server() -> AsyncIterator[asyncio.Server]:
    async with await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0) as found:
        yield found


async def serve(world: World) -> None:
    async with server() as found:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(found.serve_forever(), world.delay)


async def start_serving(world: World) -> None:
    async with server() as found:
        await found.start_serving()


async def server_closed(world: World) -> None:
    async with server() as found:
        found.close()
        await found.wait_closed()


async def writer_closed(world: World) -> None:
    with world.says(b"") as address:
        _, writer = await asyncio.open_connection(*address)
        writer.close()
        await writer.wait_closed()


def listening(start: Callable[[World], Awaitable[Any]]) -> Case:
    """A case that begins to listen."""

    async def case(world: World) -> None:
        (await start(world)).close()

    return case


def answered(connect: Callable[[str], Awaitable[Any]]) -> Case:
    """A case that connects to a local server."""

    async def case(world: World) -> None:
        path = str(world.folder / "s")
        async with await asyncio.start_unix_server(lambda reader, writer: writer.close(), path):
            await connect(path)

    return case


async def connect_accepted(world: World) -> None:
    one, other = socket.socketpair()
    with other:
        transport, _ = await loop().connect_accepted_socket(asyncio.Protocol, one)
        transport.close()


async def pipes(world: World) -> None:
    reading, writing = os.pipe()
    transport, _ = await loop().connect_read_pipe(asyncio.Protocol, os.fdopen(reading, "rb"))
    other, _ = await loop().connect_write_pipe(asyncio.BaseProtocol, os.fdopen(writing, "wb"))
    transport.close()
    other.close()


def process(start: Callable[[], Awaitable[Any]]) -> Case:
    async def case(world: World) -> None:
        transport, _ = await start()
        transport.close()

    return case


ASYNC: dict[str, Case] = {
    "asyncio.open_connection": crowded(asyncio.open_connection),
    "asyncio.AbstractEventLoop.create_connection": crowded(
        lambda host, port: loop().create_connection(asyncio.Protocol, host, port)
    ),
    "asyncio.AbstractEventLoop.sock_connect": crowded(sock_connect),
    "asyncio.AbstractEventLoop.sock_accept": accepted,
    "asyncio.AbstractEventLoop.sock_recv": told(lambda one: loop().sock_recv(one, 9)),
    "asyncio.AbstractEventLoop.sock_recv_into": told(lambda one: loop().sock_recv_into(one, bytearray(9))),
    "asyncio.AbstractEventLoop.sock_sendall": ignored(
        lambda host, port: raw(host, port, lambda one: loop().sock_sendall(one, LARGE))
    ),
    "asyncio.AbstractEventLoop.sock_sendfile": sock_sendfile,
    "asyncio.AbstractEventLoop.sendfile": sendfile,
    "asyncio.AbstractEventLoop.start_tls": start_tls,
    "asyncio.AbstractEventLoop.run_in_executor": lambda world: loop().run_in_executor(None, time.sleep, world.delay),
    "asyncio.AbstractEventLoop.shutdown_default_executor": busy,
    "asyncio.StreamWriter.drain": ignored(drained),
    "asyncio.Condition.wait": condition(lambda found: found.wait()),
    "asyncio.Condition.wait_for": condition(lambda found: found.wait_for(truth())),
    "asyncio.Server.serve_forever": serve,
    "asyncio.AbstractServer.serve_forever": serve,
}

COROUTINE: dict[str, Case] = {
    "asyncio.AbstractEventLoop.connect_accepted_socket": connect_accepted,
    "asyncio.AbstractEventLoop.connect_read_pipe": pipes,
    "asyncio.AbstractEventLoop.connect_write_pipe": pipes,
    "asyncio.AbstractEventLoop.create_datagram_endpoint": process(
        lambda: loop().create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
    ),
    "asyncio.AbstractEventLoop.create_server": listening(
        lambda world: loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    ),
    "asyncio.AbstractEventLoop.create_unix_server": listening(
        lambda world: loop().create_unix_server(asyncio.Protocol, str(world.folder / "s"))
    ),
    "asyncio.AbstractEventLoop.create_unix_connection": answered(
        lambda path: loop().create_unix_connection(asyncio.Protocol, path)
    ),
    "asyncio.AbstractEventLoop.getaddrinfo": lambda world: loop().getaddrinfo("localhost", 80),
    "asyncio.AbstractEventLoop.getnameinfo": lambda world: loop().getnameinfo(("127.0.0.1", 80)),
    "asyncio.AbstractEventLoop.shutdown_asyncgens": lambda world: loop().shutdown_asyncgens(),
    "asyncio.AbstractEventLoop.subprocess_exec": process(
        lambda: loop().subprocess_exec(asyncio.SubprocessProtocol, "true")
    ),
    "asyncio.AbstractEventLoop.subprocess_shell": process(
        lambda: loop().subprocess_shell(asyncio.SubprocessProtocol, "true")
    ),
    "asyncio.open_unix_connection": answered(asyncio.open_unix_connection),
    "asyncio.start_server": listening(
        lambda world: asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    ),
    "asyncio.start_unix_server": listening(
        lambda world: asyncio.start_unix_server(lambda reader, writer: writer.close(), str(world.folder / "s"))
    ),
    "asyncio.Server.start_serving": start_serving,
    "asyncio.AbstractServer.start_serving": start_serving,
    "asyncio.Server.wait_closed": server_closed,
    "asyncio.AbstractServer.wait_closed": server_closed,
    "asyncio.StreamWriter.wait_closed": writer_closed,
}

if hasattr(asyncio, "TaskGroup"):

    async def grouped(world: World) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(world.delay))

    async def met(world: World) -> None:
        barrier = asyncio.Barrier(2)
        loop().call_later(world.delay, lambda: asyncio.ensure_future(barrier.wait()))
        await barrier.wait()

    async def limited(manager: Any) -> None:
        async with manager:
            pass

    async def upgraded(world: World) -> None:
        with world.says(b"no TLS\n") as address:
            _, writer = await asyncio.open_connection(*address)
            with contextlib.suppress(OSError):
                await writer.start_tls(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), server_hostname="x")

    ASYNC["asyncio.StreamWriter.start_tls"] = upgraded
    ASYNC |= {"asyncio.TaskGroup.__aexit__": grouped, "asyncio.Barrier.wait": met}
    COROUTINE |= {
        "asyncio.timeout": lambda world: limited(asyncio.timeout(9)),
        "asyncio.timeout_at": lambda world: limited(asyncio.timeout_at(loop().time() + 9)),
    }

NESTED = [
    "asyncio.run", "asyncio.AbstractEventLoop.run_until_complete", "asyncio.AbstractEventLoop.run_forever",
]  # fmt: skip
if hasattr(asyncio, "Runner"):
    NESTED.append("asyncio.Runner.run")
DOCUMENTED = {
    "Raises RuntimeError where a loop runs already, before it waits for anything (asyncio/runners.py, asyncio/base_events.py), so that "
    "no loop can be seen to stand still": NESTED,
}
