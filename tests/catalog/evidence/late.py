"""Servers of ours that answer at once until the measured call begins, and late from then on: for clients that talk a while first."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from evidence.subjects import JSON
from evidence.world import Address, World

Pages = Callable[[str, str], bytes]
"""From a method and a path to the body of the answer."""

Messages = Callable[[str], bytes]
"""From the path of a gRPC method to the message that it answers."""


def hold(world: World) -> None:
    """Let the delay pass, if the measured call has begun."""
    if world.begun.is_set():
        world.reached.set()
        time.sleep(world.delay)


@contextlib.contextmanager
def http(world: World, pages: Pages, headers: str = JSON) -> Iterator[Address]:
    """A web server; its connections stay open. ``headers``: of every answer, each ended by ``\\r\\n``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = pages(self.command, self.path)
            hold(world)
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode()
            with contextlib.suppress(OSError):
                self.wfile.write(head + (b"" if self.command == "HEAD" else body))

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = answer

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_address[:2]
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def grpc(world: World, messages: Messages) -> Iterator[Address]:
    """A gRPC server that has every method there is; an empty message is the default one of any type."""
    import grpc as library

    def talk(path: str) -> Callable[[Iterator[bytes], object], Iterator[bytes]]:
        def answers(requests: Iterator[bytes], context: object) -> Iterator[bytes]:
            for _ in requests:
                hold(world)
                yield messages(path)

        return answers

    class Any_(library.GenericRpcHandler):
        def service(self, handler_call_details: Any) -> Any:
            return library.stream_stream_rpc_method_handler(talk(handler_call_details.method))

    server = library.server(ThreadPoolExecutor(8), handlers=[Any_()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield "127.0.0.1", port
    finally:
        server.stop(None)


@contextlib.contextmanager
def lines(world: World, talk: Callable[[socket.socket, Callable[[], None]], None]) -> Iterator[Address]:
    """A server of another protocol. ``talk`` gets the connection and what it must call before every answer."""
    with world.server(lambda connection: talk(connection, lambda: hold(world))) as address:
        yield address
