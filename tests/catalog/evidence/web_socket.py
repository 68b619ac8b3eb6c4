"""The other side of a WebSocket (RFC 6455), which says and reads nothing after the handshake before the delay is over."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
from contextlib import AbstractContextManager

from evidence.world import Address, World

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SAID = b"\x81\x02{}" * 3 + b"\x88\x02\x03\xe8"
"""Three texts that are JSON, and the end."""
MASKED = b"\x81\x82\0\0\0\0{}" * 3 + b"\x88\x82\0\0\0\0\x03\xe8"
ASK = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def server(
    world: World, greets: bool = True, early: bytes = b"", late: bytes = SAID
) -> AbstractContextManager[Address]:
    """A server that shakes hands at once (or late, too, if it does not greet). ``early`` and ``late``: what it says then."""

    def talk(connection: socket.socket) -> None:
        answer(connection) if greets else None
        connection.sendall(early)
        world.pause()
        None if greets else answer(connection)
        with contextlib.suppress(OSError):
            connection.sendall(late)
        drain(connection)

    return world.server(talk)


def text(words: bytes) -> bytes:
    """A message from a server, shorter than 126 bytes."""
    return b"\x81" + bytes([len(words)]) + words


def answer(connection: socket.socket) -> None:
    """Shake hands with a client."""
    asked = head(connection)
    key = next(
        line.partition(b":")[2].strip() for line in asked.splitlines() if line.lower().startswith(b"sec-websocket-key")
    )
    accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accept
        + b"\r\n\r\n"
    )


def visit(address: Address | str, world: World) -> None:
    """Be the client of a server; for a thread. ``address``: of a local socket, if it is a path."""
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as connection:
        connection.connect(address)
        connection.sendall(ASK)
        head(connection)
        world.pause()
        with contextlib.suppress(OSError):
            connection.sendall(MASKED)
        drain(connection)


def head(connection: socket.socket) -> bytes:
    """What is said before the first empty line."""
    found = b""
    while b"\r\n\r\n" not in found and (more := connection.recv(65536)):
        found += more
    return found


def drain(connection: socket.socket) -> None:
    """Read until the end."""
    with contextlib.suppress(OSError):
        while connection.recv(1 << 20):
            pass
