"""anyio: connections, streams between tasks, and locks, while the loop goes on."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.abc
import anyio.streams.tls
import anyio.to_thread
from evidence.libraries.asynchronous_network import crowded, ignored
from evidence.world import World

IN_SUITE = False

Case = Callable[[World], Awaitable[object]]
LARGE = b"x" * 30_000_000
ENDS = (anyio.EndOfStream, anyio.BrokenResourceError, OSError)


async def closed(made: Awaitable[Any]) -> None:
    await (await made).aclose()


def late(use: Callable[[anyio.abc.SocketStream], Awaitable[object]]) -> Case:
    """A case that uses a connection on which the other side says something late."""

    async def case(world: World) -> None:
        with world.says(b"late\n") as (host, port):
            async with await anyio.connect_tcp(host, port) as stream:
                await use(stream)

    return case


def large(use: Callable[[anyio.abc.SocketStream], Awaitable[object]]) -> Case:
    async def send(host: str, port: int) -> None:
        async with await anyio.connect_tcp(host, port) as stream:
            await use(stream)

    return ignored(send)


def secured(use: Callable[[Any], Awaitable[object]], said: Callable[[ssl.SSLSocket], object]) -> Case:
    """A case that uses a connection with TLS, of which the other side does something late."""
    from evidence.libraries.python_sockets import client_side, server_side

    async def case(world: World) -> None:
        def talk(connection: socket.socket) -> None:
            with server_side().wrap_socket(connection, server_side=True) as other:
                world.pause()
                with contextlib.suppress(OSError):
                    said(other)

        with world.server(talk) as (host, port):
            context = client_side()
            stream = await anyio.connect_tcp(host, port, ssl_context=context, tls=True, tls_standard_compatible=False)
            with contextlib.suppress(*ENDS):
                await use(stream)
            await anyio.aclose_forcefully(stream)

    return case


async def left(stream: Any) -> None:
    async with stream:
        pass


async def sent(stream: Any) -> None:
    """In pieces, each of which is soon encrypted."""
    for _ in range(10):
        await stream.send(LARGE[:2_000_000])


def received(connection: ssl.SSLSocket) -> None:
    while connection.recv(1 << 20):
        pass


def ready(use: Callable[[socket.socket], Awaitable[object]]) -> Case:
    async def case(world: World) -> None:
        with world.says(b"late\n") as address, socket.create_connection(address) as connection:
            await use(connection)

    return case


async def writable(world: World) -> None:
    one, other = socket.socketpair()
    with one, other:
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                one.send(b"x" * 65536)
        world.later(lambda: other.recv(1 << 20))
        await anyio.wait_writable(one)


async def datagram(world: World) -> None:
    async with await anyio.create_udp_socket(local_host="127.0.0.1") as one:
        address = one.extra(anyio.abc.SocketAttribute.local_address)
        world.later(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"late", address))
        await one.receive()


async def sent_datagram(world: World) -> None:
    async with await anyio.create_udp_socket(local_host="127.0.0.1") as one:
        await one.send((b"x", one.extra(anyio.abc.SocketAttribute.local_address)))
        await one.sendto(b"x", *one.extra(anyio.abc.SocketAttribute.local_address))


async def serve(world: World) -> None:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        with anyio.move_on_after(world.delay):
            await listener.serve(left)


async def half_closed(world: World) -> None:
    with world.says(b"") as (host, port):
        async with await anyio.connect_tcp(host, port) as stream:
            await stream.send_eof()


async def local(world: World) -> None:
    path = str(world.folder / "s")
    async with await anyio.create_unix_listener(path):
        await closed(anyio.connect_unix(path))


def held(make: Callable[[], Any], use: Callable[[Any], Awaitable[object]]) -> Case:
    """A case that takes what another task holds until the delay is over."""

    async def case(world: World) -> None:
        found = make()

        async def hold() -> None:
            async with found:
                await anyio.sleep(world.delay)

        async with anyio.create_task_group() as group:
            group.start_soon(hold)
            await anyio.sleep(0.01)
            await use(found)
            found.release()

    return case


def free(make: Callable[[], Any]) -> Case:
    """A case that takes what nobody holds, and lets go of it."""

    async def case(world: World) -> None:
        async with make():
            pass

    return case


async def notified(world: World) -> None:
    condition = anyio.Condition()

    async def tell() -> None:
        await anyio.sleep(world.delay)
        async with condition:
            condition.notify_all()

    async with anyio.create_task_group() as group:
        group.start_soon(tell)
        async with condition:
            await condition.wait()


def between_tasks(use: Callable[[Any], Awaitable[object]], late: Callable[[Any], Any], which: int) -> Case:
    """A case that uses one end of a stream without room, and the other end late."""

    async def case(world: World) -> None:
        ends = anyio.create_memory_object_stream[int](0)

        async def other() -> None:
            await anyio.sleep(world.delay)
            await late(ends[1 - which])

        async with anyio.create_task_group() as group:
            group.start_soon(other)
            await use(ends[which])

    return case


async def forever(world: World) -> None:
    with anyio.move_on_after(world.delay):
        await anyio.sleep_forever()


async def process(world: World) -> None:
    async with await anyio.open_process(["sleep", str(world.delay)]) as child:
        await child.wait()


async def ended(world: World) -> None:
    await (await anyio.open_process(["sleep", str(world.delay)])).aclose()


async def group(world: World) -> None:
    async with anyio.create_task_group():
        pass


ASYNC: dict[str, Case] = {
    "anyio.connect_tcp": crowded(lambda host, port: closed(anyio.connect_tcp(host, port))),
    "anyio.abc.SocketStream.receive": late(lambda stream: stream.receive()),
    "anyio.abc.SocketStream.send": large(lambda stream: stream.send(LARGE)),
    "anyio.streams.tls.TLSStream.receive": secured(
        lambda stream: stream.receive(), lambda connection: connection.send(b"late")
    ),
    "anyio.streams.tls.TLSStream.send": secured(sent, received),
    "anyio.wait_readable": ready(anyio.wait_readable),
    "anyio.wait_writable": writable,
    "anyio.abc.UDPSocket.receive": datagram,
    "anyio.abc.SocketListener.serve": serve,
    "anyio.Lock.acquire": held(anyio.Lock, lambda found: found.acquire()),
    "anyio.Semaphore.acquire": held(lambda: anyio.Semaphore(1), lambda found: found.acquire()),
    "anyio.CapacityLimiter.acquire": held(lambda: anyio.CapacityLimiter(1), lambda found: found.acquire()),
    "anyio.Condition.acquire": held(anyio.Condition, lambda found: found.acquire()),
    "anyio.Condition.__aenter__": held(anyio.Condition, lambda found: found.__aenter__()),
    "anyio.Condition.wait": notified,
    "anyio.streams.memory.MemoryObjectReceiveStream.receive": between_tasks(
        lambda stream: stream.receive(), lambda stream: stream.send(1), 1
    ),
    "anyio.streams.memory.MemoryObjectReceiveStream.__anext__": between_tasks(
        lambda stream: stream.__anext__(), lambda stream: stream.send(1), 1
    ),
    "anyio.streams.memory.MemoryObjectSendStream.send": between_tasks(
        lambda stream: stream.send(1), lambda stream: stream.receive(), 0
    ),
    "anyio.sleep_forever": forever,
    "anyio.abc.Process.__aexit__": process,
}

COROUTINE: dict[str, Case] = {
    "anyio.open_process": ended,
    "anyio.abc.Process.aclose": ended,
    "anyio.abc.Process.__aenter__": process,
    "anyio.abc.TaskGroup.__aenter__": group,
    "anyio.Lock.__aexit__": free(anyio.Lock),
    "anyio.Semaphore.__aexit__": free(lambda: anyio.Semaphore(1)),
    "anyio.CapacityLimiter.__aexit__": free(lambda: anyio.CapacityLimiter(1)),
    "anyio.Condition.__aexit__": free(anyio.Condition),
    "anyio.connect_unix": local,
    "anyio.create_unix_listener": lambda world: closed(anyio.create_unix_listener(str(world.folder / "s"))),
    "anyio.create_tcp_listener": lambda world: closed(anyio.create_tcp_listener(local_host="127.0.0.1")),
    "anyio.create_udp_socket": lambda world: closed(anyio.create_udp_socket(local_host="127.0.0.1")),
    "anyio.abc.SocketListener.aclose": lambda world: closed(anyio.create_tcp_listener(local_host="127.0.0.1")),
    "anyio.abc.SocketListener.__aexit__": lambda world: left_made(anyio.create_tcp_listener(local_host="127.0.0.1")),
    "anyio.abc.UDPSocket.send": sent_datagram,
    "anyio.abc.UDPSocket.sendto": sent_datagram,
    "anyio.abc.UDPSocket.aclose": lambda world: closed(anyio.create_udp_socket(local_host="127.0.0.1")),
    "anyio.abc.UDPSocket.__aexit__": sent_datagram,
    "anyio.abc.SocketStream.aclose": half_closed,
    "anyio.abc.SocketStream.__aexit__": half_closed,
    "anyio.abc.SocketStream.send_eof": half_closed,
    "anyio.streams.tls.TLSStream.aclose": secured(lambda stream: stream.aclose(), received),
    "anyio.streams.tls.TLSStream.__aexit__": secured(left, received),
    "anyio.streams.memory.MemoryObjectSendStream.aclose": lambda world: both_closed(),
    "anyio.streams.memory.MemoryObjectReceiveStream.aclose": lambda world: both_closed(),
}


async def left_made(made: Awaitable[Any]) -> None:
    await left(await made)


async def both_closed() -> None:
    for stream in anyio.create_memory_object_stream[int](0):
        await stream.aclose()


DOCUMENTED = {
    "Raises RuntimeError where a loop runs already (anyio/_core/_eventloop.py), so that no loop can be seen to stand still": (
        "anyio.run",
    ),
    "Needs a Python with interpreters inside one process, which the newest have; it hands the call to a thread (anyio/to_interpreter.py)": (
        "anyio.to_interpreter.run_sync",
    ),
}
