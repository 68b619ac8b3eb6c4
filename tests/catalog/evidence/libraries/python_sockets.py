"""Standard library: sockets as files, TLS, servers that end, connections that are slow to come about, and HTTP piece by piece."""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import io
import os
import selectors
import socket
import socketserver
import ssl
import sys
import urllib.parse
import urllib.request
import urllib.robotparser
import warnings
import xmlrpc.client
import xmlrpc.server
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evidence.libraries.python_network import connected, drain, filled
from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]
LARGE = b"x" * 30_000_000


# --- sockets ---


def as_file(use: Callable[[socket.SocketIO], object]) -> Callable[[World], Cases]:
    """A case that reads, without a buffer, what comes late."""

    def case(world: World) -> Cases:
        with (
            world.says(b"late\n") as address,
            socket.create_connection(address) as connection,
            connection.makefile("rb", buffering=0) as file,
        ):
            yield lambda: use(file)

    return case


def to_file(use: Callable[[socket.SocketIO], object]) -> Callable[[World], Cases]:
    return filled(lambda connection: use(connection.makefile("wb", buffering=0)))


def crowded(use: Callable[[str, int], object]) -> Callable[[World], Cases]:
    """A case that connects to a server which has no time for it yet."""

    def case(world: World) -> Cases:
        with world.busy() as (host, port):
            yield lambda: use(host, port)

    return case


def datagram(world: World) -> Cases:
    """A local socket whose queue is full until the delay is over."""
    path = str(world.folder / "s")
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one,
    ):
        other.bind(path)
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                one.sendto(b"x", path)
        one.setblocking(True)
        world.later(lambda: [other.recv(9) for _ in range(9)])
        yield lambda: one.sendto(b"x", path)


def selected(connection: socket.socket) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        selector.select()


def with_handlers(world: World) -> Cases:
    """A server that waits for the threads of its requests."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            world.pause()

    with (
        socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server,
        socket.create_connection(server.server_address),
    ):
        server.handle_request()
        yield server.server_close


# --- TLS ---


def server_side() -> ssl.SSLContext:
    """TLS without certificates, which TLS 1.2 still knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


def client_side() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


def secured(
    use: Callable[[ssl.SSLSocket], object], late: Callable[[ssl.SSLSocket], object]
) -> Callable[[World], Cases]:
    """A case that uses a secured connection, of which the other side does something late."""

    def case(world: World) -> Cases:
        def talk(connection: socket.socket) -> None:
            with server_side().wrap_socket(connection, server_side=True) as other:
                world.pause()
                with contextlib.suppress(OSError):
                    late(other)

        with (
            world.server(talk) as address,
            socket.create_connection(address) as connection,
            client_side().wrap_socket(connection) as one,
        ):
            yield lambda: use(one)

    return case


def old_handshake(connection: socket.socket) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ssl.wrap_socket(connection)  # type: ignore[attr-defined]


def from_slow_disk(use: Callable[[ssl.SSLContext, Path], object]) -> Callable[[World], Cases]:
    """A case that has OpenSSL read a file (a named pipe) whose content comes late."""

    def case(world: World) -> Cases:
        path = world.fifo(b"nonsense\n")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        yield lambda: use(context, path)

    return case


def in_memory(use: Callable[[ssl.SSLObject], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        def tried() -> None:
            with contextlib.suppress(ssl.SSLError):  # There is nothing to read, which it says at once.
                use(client_side().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO()))

        yield tried

    return case


# --- HTTP ---


def request(use: Callable[[http.client.HTTPConnection], object]) -> Callable[[World], Cases]:
    """A case that sends more than a connection takes before the delay is over."""

    def case(world: World) -> Cases:
        def talk(connection: socket.socket) -> None:
            world.pause()
            drain(connection)

        with (
            world.server(talk) as (host, port),
            contextlib.closing(http.client.HTTPConnection(host, port)) as connection,
        ):
            connection.connect()
            yield lambda: use(connection)

    return case


def ended(connection: http.client.HTTPConnection) -> None:
    connection.putrequest("POST", "/")
    connection.endheaders(LARGE)


def begun(world: World) -> Cases:
    with world.http() as address, socket.create_connection(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with contextlib.closing(http.client.HTTPResponse(connection)) as response:
            yield response.begin


def body(use: Callable[[http.client.HTTPResponse], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.http(body_late=True) as (host, port):
            connection = http.client.HTTPConnection(host, port)
            connection.request("GET", "/")
            with contextlib.closing(connection), connection.getresponse() as response:
                yield lambda: use(response)

    return case


def url(use: Callable[[str], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.http() as (host, port):
            yield lambda: use(f"http://{host}:{port}/")

    return case


def old_opener(use: Callable[[Any, str], object]) -> Callable[[World], Cases]:
    def call(address: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opener = urllib.request.FancyURLopener()  # type: ignore[attr-defined]
        use(opener, address)

    return url(call)


def robots(address: str) -> None:
    urllib.robotparser.RobotFileParser(address).read()


def many_calls(address: str) -> None:
    calls = xmlrpc.client.MultiCall(xmlrpc.client.ServerProxy(address))
    calls.ping()
    calls()


def transport(method: str) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.http() as (host, port):
            yield lambda: getattr(xmlrpc.client.Transport(), method)(f"{host}:{port}", "/", b"x")

    return case


def jar(use: Callable[[http.cookiejar.FileCookieJar, str], object], content: bytes) -> Callable[[World], Cases]:
    """A case that reads or writes a file (a named pipe) which takes its time."""

    def case(world: World) -> Cases:
        path = str(world.fifo(content))
        yield lambda: use(http.cookiejar.MozillaCookieJar(), path)

    return case


def cgi(world: World) -> Cases:
    before, sys.stdin = sys.stdin, os.fdopen(world.pipe(b"<x/>"))
    said, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            handler = xmlrpc.server.CGIXMLRPCRequestHandler()
        yield handler.handle_request
    finally:
        sys.stdin.close()
        sys.stdin, sys.stdout = before, said


BLOCKING = {
    "socket.create_connection": crowded(lambda host, port: socket.create_connection((host, port)).close()),
    "http.client.HTTPConnection.connect": crowded(lambda host, port: http.client.HTTPConnection(host, port).connect()),
    "http.client.HTTPConnection.request": crowded(
        lambda host, port: http.client.HTTPConnection(host, port).request("GET", "/")
    ),
    "socket.SocketIO.readall": as_file(lambda file: file.readall()),
    "socket.SocketIO.readinto": as_file(lambda file: file.readinto(bytearray(4))),
    "socket.SocketIO.readlines": as_file(lambda file: file.readlines()),
    "socket.SocketIO.__next__": as_file(lambda file: next(file)),
    "socket.SocketIO.write": to_file(lambda file: file.write(b"x")),
    "socket.SocketIO.writelines": to_file(lambda file: file.writelines([b"x"])),
    "socket.send_fds": filled(lambda connection: socket.send_fds(connection, [b"x"], [2])),
    "socket.socket.sendto": datagram,
    "selectors.BaseSelector.select": connected(selected),
    "socketserver.ThreadingMixIn.server_close": with_handlers,
    "ssl.SSLSocket.read": secured(lambda one: one.read(4), lambda other: other.write(b"late")),
    "ssl.SSLSocket.write": secured(lambda one: one.write(LARGE), drain),
    "ssl.SSLSocket.unwrap": secured(lambda one: one.unwrap(), lambda other: other.unwrap()),
    "ssl.SSLContext.load_cert_chain": from_slow_disk(lambda context, path: context.load_cert_chain(path)),
    "ssl.SSLContext.load_dh_params": from_slow_disk(lambda context, path: context.load_dh_params(path)),
    "ssl.SSLContext.load_verify_locations": from_slow_disk(lambda context, path: context.load_verify_locations(path)),
    "http.client.HTTPConnection.send": request(lambda connection: connection.send(LARGE)),
    "http.client.HTTPConnection.endheaders": request(ended),
    "http.client.HTTPResponse.begin": begun,
    "http.client.HTTPResponse.__next__": body(lambda response: next(response)),
    "http.client.HTTPResponse.readinto1": body(lambda response: response.readinto1(bytearray(9))),
    "urllib.robotparser.RobotFileParser.read": url(robots),
    "xmlrpc.client.MultiCall.__call__": url(many_calls),
    "xmlrpc.client.Transport.request": transport("request"),
    "xmlrpc.client.Transport.single_request": transport("single_request"),
    "xmlrpc.server.CGIXMLRPCRequestHandler.handle_request": cgi,
    "http.cookiejar.FileCookieJar.load": jar(
        lambda cookies, path: cookies.load(path), b"# Netscape HTTP Cookie File\n"
    ),
    "http.cookiejar.FileCookieJar.revert": jar(
        lambda cookies, path: cookies.revert(path), b"# Netscape HTTP Cookie File\n"
    ),
    "http.cookiejar.FileCookieJar.save": jar(lambda cookies, path: cookies.save(path), b""),
}
if hasattr(ssl, "wrap_socket"):
    BLOCKING["ssl.wrap_socket"] = connected(old_handshake)
if hasattr(urllib.request, "URLopener"):
    BLOCKING["urllib.request.URLopener.open"] = old_opener(lambda opener, address: opener.open(address))
    BLOCKING["urllib.request.URLopener.retrieve"] = old_opener(lambda opener, address: opener.retrieve(address))

SHORT = {
    "ssl.SSLContext.load_default_certs": lambda world: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_default_certs(),
}

ADDRESS = "http://user@example.org:80/a/b?c=d&e=f#g"


def pair() -> None:
    for one in socket.socketpair():
        one.close()


def bound(use: Callable[[socket.socket], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with socket.socket() as one:
            yield lambda: use(one)

    return case


def installed(world: World) -> Cases:
    before = urllib.request._opener  # type: ignore[attr-defined]
    yield lambda: urllib.request.install_opener(urllib.request.build_opener())
    urllib.request._opener = before  # type: ignore[attr-defined]


SILENT = {
    "socket.socketpair": lambda world: pair(),
    "socket.fromfd": bound(lambda one: socket.fromfd(one.fileno(), one.family, one.type).close()),
    "socket.create_server": lambda world: socket.create_server(("127.0.0.1", 0)).close(),
    "socket.inet_aton": lambda world: socket.inet_aton("127.0.0.1"),
    "socket.inet_ntoa": lambda world: socket.inet_ntoa(b"\x7f\0\0\1"),
    "socket.inet_pton": lambda world: socket.inet_pton(socket.AF_INET6, "::1"),
    "socket.inet_ntop": lambda world: socket.inet_ntop(socket.AF_INET, b"\x7f\0\0\1"),
    "socket.if_nameindex": lambda world: socket.if_nameindex(),
    "socket.socket.bind": bound(lambda one: one.bind(("127.0.0.1", 0))),
    "socket.socket.listen": bound(lambda one: one.listen()),
    "ssl.SSLContext": lambda world: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    "ssl.SSLContext.wrap_bio": lambda world: client_side().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO()),
    "ssl.SSLObject.do_handshake": in_memory(lambda one: one.do_handshake()),
    "ssl.SSLObject.read": in_memory(lambda one: one.read()),
    "ssl.SSLObject.write": in_memory(lambda one: one.write(b"x")),
    "ssl.SSLObject.unwrap": in_memory(lambda one: one.unwrap()),
    "urllib.parse.parse_qs": lambda world: urllib.parse.parse_qs("c=d&e=f"),
    "urllib.parse.quote": lambda world: urllib.parse.quote(ADDRESS),
    "urllib.parse.quote_plus": lambda world: urllib.parse.quote_plus(ADDRESS),
    "urllib.parse.unquote": lambda world: urllib.parse.unquote("a%20b"),
    "urllib.parse.urlencode": lambda world: urllib.parse.urlencode({"c": "d"}),
    "urllib.parse.urljoin": lambda world: urllib.parse.urljoin(ADDRESS, "../h"),
    "urllib.parse.urlparse": lambda world: urllib.parse.urlparse(ADDRESS),
    "urllib.parse.urlsplit": lambda world: urllib.parse.urlsplit(ADDRESS),
    "urllib.request.build_opener": lambda world: urllib.request.build_opener(),
    "urllib.request.install_opener": installed,
    "urllib.request.getproxies": lambda world: urllib.request.getproxies(),
    "urllib.request.pathname2url": lambda world: urllib.request.pathname2url("/a/b c"),
    "urllib.request.url2pathname": lambda world: urllib.request.url2pathname("/a/b%20c"),
}

DOCUMENTED = {
    "Looks in one small local file, which is too short to time; other sources are the system's to configure (getservbyname(3), nsswitch.conf(5))": (
        "socket.getservbyname", "socket.getservbyport", "socket.getprotobyname",
    ),
}  # fmt: skip
