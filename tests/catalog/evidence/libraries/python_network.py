"""Standard library: sleeping, waiting for signals, sockets, HTTP, mail."""

from __future__ import annotations

import asyncio
import contextlib
import ftplib
import http.client
import imaplib
import logging.handlers
import os
import poplib
import sched
import select
import selectors
import signal
import smtplib
import socket
import socketserver
import ssl
import threading
import time
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Callable, Iterator

from evidence.world import World

Call = Callable[[], object]
Cases = Iterator[Call]


def connected(use: Callable[[socket.socket], object], early: bytes = b"") -> Callable[[World], Cases]:
    """A case that uses a connection on which the other side says something late."""

    def case(world: World) -> Cases:
        with world.says(b"late\n", early) as address, socket.create_connection(address) as connection:
            yield lambda: use(connection)

    return case


def filled(use: Callable[[socket.socket], object]) -> Callable[[World], Cases]:
    """A case that writes to a connection on which nothing is read before the delay is over."""

    def case(world: World) -> Cases:
        one, other = socket.socketpair()
        with one, other:
            one.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    one.send(b"x" * 65536)
            one.setblocking(True)
            world.later(lambda: drain(other))
            yield lambda: use(one)

    return case


def drain(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while connection.recv(1 << 20):
            pass


def accept(world: World) -> Cases:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        world.later(lambda: socket.create_connection(address).close())
        yield lambda: listener.accept()[0].close()


def unix_backlog(use: Callable[[socket.socket, str], object]) -> Callable[[World], Cases]:
    """A case that connects to a listener whose queue is full until the delay is over."""

    def case(world: World) -> Cases:
        path = str(world.folder / "s")
        with socket.socket(socket.AF_UNIX) as listener, contextlib.ExitStack() as stack:
            listener.bind(path)
            listener.listen(0)
            first = stack.enter_context(socket.socket(socket.AF_UNIX))
            first.connect(path)
            world.later(lambda: listener.accept()[0].close())
            connection = stack.enter_context(socket.socket(socket.AF_UNIX))
            yield lambda: use(connection, path)

    return case


def datagram(use: Callable[[socket.socket], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind(("127.0.0.1", 0))
            address = one.getsockname()
            world.later(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"late", address))
            yield lambda: use(one)

    return case


def handshake(use: Callable[[socket.socket], object]) -> Callable[[World], Cases]:
    """A case that starts TLS with a server that closes the connection late."""
    return connected(use)


def wrapped(connection: socket.socket, at_once: bool = True) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return context.wrap_socket(connection, server_hostname="localhost", do_handshake_on_connect=at_once)


def server_case(use: Callable[[socketserver.BaseServer], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
            address = server.server_address
            world.later(lambda: socket.create_connection(address).close())
            yield lambda: use(server)

    return case


def serve_forever(world: World) -> Cases:
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        world.later(server.shutdown)
        yield lambda: server.serve_forever(0.01)


def shutdown(world: World) -> Cases:
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(2 * world.delay,), daemon=True)
        thread.start()
        time.sleep(0.01)
        yield server.shutdown
        thread.join()


def ready_late(use: Callable[[socket.socket], object]) -> Callable[[World], Cases]:
    return connected(use)


def epoll(connection: socket.socket) -> None:
    with select.epoll() as poller:
        poller.register(connection, select.EPOLLIN)
        poller.poll()


def selector(kind: type[selectors.BaseSelector]) -> Callable[[World], Cases]:
    def wait(connection: socket.socket) -> None:
        with kind() as found:
            found.register(connection, selectors.EVENT_READ)
            found.select()

    return ready_late(wait)


def signalled(use: Callable[[], object], handled: bool = False) -> Callable[[World], Cases]:
    """A case that waits for a signal, sent late; blocked for the others unless it is ``handled``."""

    def case(world: World) -> Cases:
        before = signal.signal(signal.SIGUSR1, lambda *_: None)
        if not handled:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        thread = threading.main_thread().ident or 0
        world.later(lambda: signal.pthread_kill(thread, signal.SIGUSR1))
        try:
            yield use
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
            signal.signal(signal.SIGUSR1, before)

    return case


def scheduled(world: World) -> None:
    scheduler = sched.scheduler()
    scheduler.enter(world.delay, 1, lambda: None)
    scheduler.run()


# --- HTTP ---


def http_call(use: Callable[[http.client.HTTPConnection], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.http() as (host, port), contextlib.closing(http.client.HTTPConnection(host, port)) as connection:
            connection.request("GET", "/")
            yield lambda: use(connection)

    return case


def http_body(use: Callable[[http.client.HTTPResponse], object]) -> Callable[[World], Cases]:
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


def error_body(world: World) -> Cases:
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
    with world.says(b"gone", head, listens=True) as (host, port):
        try:
            urllib.request.urlopen(f"http://{host}:{port}/")
        except urllib.error.HTTPError as error:
            with error:
                yield error.read


def http_log(world: World) -> Cases:
    with world.http() as (host, port):
        handler = logging.handlers.HTTPHandler(f"{host}:{port}", "/")
        yield lambda: handler.emit(logging.makeLogRecord({"msg": "x"}))


def smtp_log(world: World) -> Cases:
    with world.answers(b"220 hello\r\n", smtp_answer, b"EHLO") as address:
        handler = logging.handlers.SMTPHandler(address, "a@example.org", ["b@example.org"], "x")
        yield lambda: handler.emit(logging.makeLogRecord({"msg": "x"}))


# --- mail and files over the network ---


def smtp_answer(line: bytes) -> bytes:
    return b"354 go on\r\n" if line.upper().startswith(b"DATA") else b"250 fine\r\n"


def smtp(use: Callable[[smtplib.SMTP], object], slow: bytes) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.answers(b"220 hello\r\n", smtp_answer, slow) as address:
            client = smtplib.SMTP(*address, local_hostname="localhost")
            yield lambda: use(client)
            client.close()

    return case


def ftp(use: Callable[[ftplib.FTP], object], slow: bytes) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.answers(b"220 hello\r\n", lambda line: b'257 "/" is fine\r\n', slow) as (host, port):
            client = ftplib.FTP()
            client.connect(host, port)
            yield lambda: use(client)
            client.close()

    return case


def imap_answer(line: bytes) -> bytes:
    tag = line.split(b" ")[0]
    early = b"* CAPABILITY IMAP4REV1\r\n" if b"CAPABILITY" in line.upper() else b""
    return early + tag + b" OK done\r\n"


def imap(use: Callable[[imaplib.IMAP4], object], slow: bytes) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.answers(b"* OK hello\r\n", imap_answer, slow) as address:
            client = imaplib.IMAP4(*address)
            yield lambda: use(client)
            with contextlib.suppress(OSError):
                client.shutdown()

    return case


def pop(use: Callable[[poplib.POP3], object], slow: bytes) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        with world.answers(b"+OK hello\r\n", lambda line: b"+OK 1 1\r\n", slow) as address:
            client = poplib.POP3(*address)
            yield lambda: use(client)
            client.close()

    return case


def greeting(connect: Callable[[str, int], object], text: bytes) -> Callable[[World], Cases]:
    """A case that connects to a server that greets late, and answers everything then."""

    def case(world: World) -> Cases:
        with world.says(text * 3) as address:
            yield lambda: connect(*address)

    return case


BLOCKING = {
    "time.sleep": lambda world: time.sleep(world.delay),
    "sched.scheduler.run": scheduled,
    "signal.pause": signalled(signal.pause, handled=True),
    "signal.sigwait": signalled(lambda: signal.sigwait({signal.SIGUSR1})),
    "signal.sigwaitinfo": signalled(lambda: signal.sigwaitinfo({signal.SIGUSR1})),
    "signal.sigtimedwait": signalled(lambda: signal.sigtimedwait({signal.SIGUSR1}, 5)),
    "socket.socket.accept": accept,
    "socket.socket.connect": unix_backlog(lambda connection, path: connection.connect(path)),
    "socket.socket.connect_ex": unix_backlog(lambda connection, path: connection.connect_ex(path)),
    "socket.socket.recv": connected(lambda connection: connection.recv(10)),
    "socket.socket.recv_into": connected(lambda connection: connection.recv_into(bytearray(10))),
    "socket.socket.recvfrom": datagram(lambda connection: connection.recvfrom(10)),
    "socket.socket.recvfrom_into": datagram(lambda connection: connection.recvfrom_into(bytearray(10))),
    "socket.socket.recvmsg": connected(lambda connection: connection.recvmsg(10)),
    "socket.socket.recvmsg_into": connected(lambda connection: connection.recvmsg_into([bytearray(10)])),
    "socket.recv_fds": connected(lambda connection: socket.recv_fds(connection, 10, 1)),
    "socket.socket.send": filled(lambda connection: connection.send(b"x")),
    "socket.socket.sendall": filled(lambda connection: connection.sendall(b"x" * 100)),
    "socket.socket.sendmsg": filled(lambda connection: connection.sendmsg([b"x"])),
    "socket.socket.sendfile": filled(lambda connection: connection.sendfile(open(__file__, "rb"))),  # noqa: SIM115
    "socket.SocketIO.read": connected(lambda connection: connection.makefile("rb", buffering=0).read(4)),
    "socket.SocketIO.readline": connected(lambda connection: connection.makefile("rb", buffering=0).readline()),
    "socket.SocketIO.__iter__": connected(lambda connection: next(iter(connection.makefile("rb")))),
    "ssl.SSLContext.wrap_socket": handshake(wrapped),
    "ssl.SSLSocket.do_handshake": handshake(lambda connection: wrapped(connection, at_once=False).do_handshake()),
    "ssl.get_server_certificate": greeting(lambda host, port: ssl.get_server_certificate((host, port)), b"no TLS"),
    "select.select": ready_late(lambda connection: select.select([connection], [], [])),
    "select.epoll.poll": ready_late(epoll),
    "selectors.DefaultSelector.select": selector(selectors.DefaultSelector),
    "selectors.SelectSelector.select": selector(selectors.SelectSelector),
    "selectors.PollSelector.select": selector(selectors.PollSelector),
    "selectors.EpollSelector.select": selector(selectors.EpollSelector),
    "socketserver.BaseServer.handle_request": server_case(lambda server: server.handle_request()),
    "socketserver.BaseServer.serve_forever": serve_forever,
    "socketserver.BaseServer.shutdown": shutdown,
    "http.client.HTTPConnection.getresponse": http_call(lambda connection: connection.getresponse()),
    "http.client.HTTPResponse.read": http_body(lambda response: response.read()),
    "http.client.HTTPResponse.read1": http_body(lambda response: response.read1()),
    "http.client.HTTPResponse.readinto": http_body(lambda response: response.readinto(bytearray(3))),
    "http.client.HTTPResponse.readline": http_body(lambda response: response.readline()),
    "http.client.HTTPResponse.readlines": http_body(lambda response: response.readlines()),
    "http.client.HTTPResponse.peek": http_body(lambda response: response.peek()),
    "http.client.HTTPResponse.__iter__": http_body(lambda response: next(iter(response))),
    "urllib.request.urlopen": url(urllib.request.urlopen),
    "urllib.request.OpenerDirector.open": url(lambda address: urllib.request.build_opener().open(address)),
    "urllib.request.urlretrieve": url(urllib.request.urlretrieve),
    "urllib.error.HTTPError.read": error_body,
    "xmlrpc.client._Method.__call__": url(lambda address: xmlrpc.client.ServerProxy(address).ping()),
    "logging.handlers.HTTPHandler.emit": http_log,
    "logging.handlers.SMTPHandler.emit": smtp_log,
    "smtplib.SMTP": greeting(smtplib.SMTP, b"220 hello\r\n"),
    "smtplib.SMTP.ehlo": smtp(lambda client: client.ehlo(), b"EHLO"),
    "smtplib.SMTP.noop": smtp(lambda client: client.noop(), b"NOOP"),
    "smtplib.SMTP.sendmail": smtp(lambda client: client.sendmail("a@example.org", ["b@example.org"], b"x"), b"MAIL"),
    "smtplib.SMTP.quit": smtp(lambda client: client.quit(), b"QUIT"),
    "smtplib.SMTP.__exit__": smtp(lambda client: client.__exit__(), b"QUIT"),
    "ftplib.FTP.connect": greeting(lambda host, port: ftplib.FTP().connect(host, port), b"220 hello\r\n"),
    "ftplib.FTP.login": ftp(lambda client: client.login(), b"USER"),
    "ftplib.FTP.pwd": ftp(lambda client: client.pwd(), b"PWD"),
    "ftplib.FTP.mkd": ftp(lambda client: client.mkd("x"), b"MKD"),
    "ftplib.FTP.quit": ftp(lambda client: client.quit(), b"QUIT"),
    "ftplib.FTP.__exit__": ftp(lambda client: client.__exit__(), b"QUIT"),
    "imaplib.IMAP4": greeting(imaplib.IMAP4, b"* OK hello\r\n"),
    "imaplib.IMAP4.noop": imap(lambda client: client.noop(), b"NOOP"),
    "imaplib.IMAP4.login": imap(lambda client: client.login("a", "b"), b"LOGIN"),
    "imaplib.IMAP4.logout": imap(lambda client: client.logout(), b"LOGOUT"),
    "imaplib.IMAP4.__exit__": imap(lambda client: client.__exit__(), b"LOGOUT"),
    "poplib.POP3": greeting(poplib.POP3, b"+OK hello\r\n"),
    "poplib.POP3.stat": pop(lambda client: client.stat(), b"STAT"),
    "poplib.POP3.user": pop(lambda client: client.user("a"), b"USER"),
    "poplib.POP3.quit": pop(lambda client: client.quit(), b"QUIT"),
}

SHORT = {
    "ssl.create_default_context": lambda world: ssl.create_default_context(),
    "http.client.HTTPSConnection": lambda world: http.client.HTTPSConnection("localhost"),
}

SILENT = {
    "time.monotonic": lambda world: time.monotonic(),
    "socket.socket": lambda world: socket.socket().close(),
    "socket.gethostname": lambda world: socket.gethostname(),
    "urllib.request.Request": lambda world: urllib.request.Request("http://localhost/"),
    "signal.alarm": lambda world: signal.alarm(0),
    "os.kill": lambda world: os.kill(os.getpid(), 0),
}

ASYNC = {
    "asyncio.sleep": lambda world: asyncio.sleep(world.delay),
}

DOCUMENTED = {
    "The system's resolver asks a DNS server, which cannot be replaced by a slow one for a single process": (
        "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyname_ex", "socket.gethostbyaddr",
        "socket.getnameinfo", "socket.getfqdn", "logging.handlers.SysLogHandler",
    ),
}  # fmt: skip
