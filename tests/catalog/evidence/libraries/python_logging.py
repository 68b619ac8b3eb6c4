"""Standard library: logging to slow files, to slow servers, and to nobody."""

from __future__ import annotations

import contextlib
import logging
import logging.config
import logging.handlers
import os
import queue
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from evidence.world import World

IN_SUITE = False

Cases = Iterator[Callable[[], object]]
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
OLD_FILES = 1500


def record(text: str = "x") -> logging.LogRecord:
    return logging.makeLogRecord({"msg": text})


LARGE = record("x" * 30_000_000)


def to_file(make: Callable[[Path], logging.Handler]) -> Callable[[World], Cases]:
    """A case that opens a file (a named pipe) which takes its time."""

    def case(world: World) -> Cases:
        path = world.fifo()
        yield lambda: make(path).close()

    return case


def slowly_written(world: World) -> Cases:
    """A handler of a file that is full and is emptied late."""
    path = world.folder / "full.fifo"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    handler = logging.FileHandler(path, mode="w")
    handler.stream = os.fdopen(world.full_pipe(), "w")
    yield lambda: handler.emit(record())
    os.close(reader)
    with contextlib.suppress(OSError):
        handler.close()


def rolled_over(world: World) -> Cases:
    """Without old files to keep, it opens the same one anew."""
    path = world.fifo()
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=1, delay=True)
    handler.delay = False  # type: ignore[assignment]
    yield handler.doRollover
    handler.close()


def many_old_files(world: World) -> Cases:
    """It looks for the old files that are too many."""
    path = world.tree(OLD_FILES) / "log"
    handler = logging.handlers.TimedRotatingFileHandler(path, backupCount=1)
    yield handler.doRollover
    handler.close()


def configured(world: World) -> Cases:
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.handlers.clear()
    path = world.fifo()
    yield lambda: logging.basicConfig(filename=path)
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers


def read_configuration(world: World) -> Cases:
    with os.fdopen(world.pipe(b"[loggers]\n")) as file:
        yield lambda: logging.config.fileConfig(file)


def slow_server(use: Callable[[logging.handlers.SocketHandler], object]) -> Callable[[World], Cases]:
    """A case that sends more than a connection takes before the delay is over."""

    def case(world: World) -> Cases:
        def talk(connection: socket.socket) -> None:
            world.pause()
            while connection.recv(1 << 20):
                pass

        with world.server(talk) as (host, port):
            handler = logging.handlers.SocketHandler(host, port)
            yield lambda: use(handler)
            handler.close()

    return case


def connecting(world: World) -> Cases:
    with world.busy() as (host, port):
        handler = logging.handlers.SocketHandler(host, port)
        yield handler.createSocket
        handler.close()


def datagrams(use: Callable[[str], Callable[[], object]]) -> Callable[[World], Cases]:
    """A case that sends to a local socket whose queue is full until the delay is over."""

    def case(world: World) -> Cases:
        path = str(world.folder / "s")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.bind(path)
            send = use(path)
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one, contextlib.suppress(BlockingIOError):
                one.setblocking(False)
                while True:
                    one.sendto(b"x", path)
            world.later(lambda: [other.recv(9) for _ in range(9)])
            yield send

    return case


def datagram_handler(path: str) -> Callable[[], object]:
    handler = logging.handlers.DatagramHandler(path, None)
    return lambda: handler.send(b"x")


def system_log(method: str) -> Callable[[str], Callable[[], object]]:
    def use(path: str) -> Callable[[], object]:
        handler = logging.handlers.SysLogHandler(path)
        return lambda: getattr(handler, method)(record())

    return use


def http_log(world: World) -> Cases:
    with world.http() as (host, port):
        handler = logging.handlers.HTTPHandler(f"{host}:{port}", "/")
        yield lambda: handler.handle(record())


def mail_log(world: World) -> Cases:
    with world.says(b"220 hello\r\n" * 9) as address:
        handler = logging.handlers.SMTPHandler(address, "a@example.org", ["b@example.org"], "x")
        yield lambda: handler.handle(record())


class Slow(logging.Handler):
    """A handler that takes its time, which makes those wait that log directly."""

    def __init__(self, delay: float) -> None:
        super().__init__()
        self.delay = delay

    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(self.delay)


def listening(world: World) -> Cases:
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener = logging.handlers.QueueListener(waiting, Slow(world.delay + 0.1))
    listener.start()
    waiting.put(record())
    yield listener.stop


def queued(use: Callable[[logging.handlers.QueueHandler], object]) -> Callable[[World], Cases]:
    """A case that logs to a queue, behind which a slow handler works."""

    def case(world: World) -> Cases:
        waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
        listener = logging.handlers.QueueListener(waiting, Slow(world.delay))
        listener.start()
        handler = logging.handlers.QueueHandler(waiting)  # type: ignore[arg-type]
        yield lambda: use(handler)
        listener.stop()

    return case


def logger(world: World) -> logging.Logger:
    """One that writes to a file."""
    found = logging.Logger("evidence")
    found.addHandler(logging.FileHandler(world.folder / "log"))
    return found


def logged(use: Callable[[logging.Logger], object]) -> Callable[[World], Cases]:
    def case(world: World) -> Cases:
        found = logger(world)
        yield lambda: use(found)
        found.handlers[0].close()

    return case


BLOCKING = {
    "logging.FileHandler": to_file(logging.FileHandler),
    "logging.handlers.RotatingFileHandler": to_file(logging.handlers.RotatingFileHandler),
    "logging.handlers.TimedRotatingFileHandler": to_file(logging.handlers.TimedRotatingFileHandler),
    "logging.handlers.WatchedFileHandler": to_file(logging.handlers.WatchedFileHandler),
    "logging.FileHandler.emit": slowly_written,
    "logging.handlers.RotatingFileHandler.doRollover": rolled_over,
    "logging.basicConfig": configured,
    "logging.config.fileConfig": read_configuration,
    "logging.handlers.SocketHandler.createSocket": connecting,
    "logging.handlers.SocketHandler.emit": slow_server(lambda handler: handler.emit(LARGE)),
    "logging.handlers.SocketHandler.handle": slow_server(lambda handler: handler.handle(LARGE)),
    "logging.handlers.SocketHandler.send": slow_server(lambda handler: handler.send(b"x" * 30_000_000)),
    "logging.handlers.DatagramHandler.send": datagrams(datagram_handler),
    "logging.handlers.SysLogHandler.emit": datagrams(system_log("emit")),
    "logging.handlers.SysLogHandler.handle": datagrams(system_log("handle")),
    "logging.handlers.HTTPHandler.handle": http_log,
    "logging.handlers.SMTPHandler.handle": mail_log,
    "logging.handlers.QueueListener.stop": listening,
}

SHORT = {
    "logging.handlers.TimedRotatingFileHandler.doRollover": many_old_files,
}

SILENT = {
    "logging.FileHandler": lambda world: logging.FileHandler(world.fifo(), delay=True),
    "logging.getLogger": lambda world: logging.getLogger("evidence"),
    "logging.log": lambda world: logging.log(logging.DEBUG, "x"),
    "logging.Logger.log": logged(lambda found: found.log(logging.INFO, "x")),
    **{f"logging.{level}": lambda world, level=level: getattr(logging, level)("x") for level in LEVELS},
    **{f"logging.Logger.{level}": logged(lambda found, level=level: getattr(found, level)("x")) for level in LEVELS},
    "logging.handlers.QueueHandler.emit": queued(lambda handler: handler.emit(record())),
    "logging.handlers.QueueHandler.enqueue": queued(lambda handler: handler.enqueue(record())),
}

DOCUMENTED = {
    "Renames one file, a system call too short to time; a slow disk cannot be had here (BaseRotatingHandler.rotate in logging/handlers.py)": (
        "logging.handlers.BaseRotatingHandler.rotate",
    ),
    "Writes to the socket of the system's log daemon, which cannot be replaced for a single process (syslog(3))": ("syslog.syslog",),
}  # fmt: skip
