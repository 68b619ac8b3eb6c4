"""The other side of a measured call: slow servers, slow pipes, slow neighbours, all on this machine."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Address = tuple[str, int]
Talk = Callable[[socket.socket], None]


@dataclass(frozen=True)
class World:
    """What a case gets. ``delay``: seconds after which the other side moves; ``folder``: empty, the case's own."""

    delay: float
    folder: Path
    begun: threading.Event = field(default_factory=threading.Event)
    """Set when the measured call begins; the delay counts from there."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when the other side has been spoken to since then."""

    def pause(self) -> None:
        """Let the delay pass, once the measured call has begun. Who speaks earlier is not reached by it."""
        early = not self.begun.is_set()
        self.begun.wait(10)
        if not early:
            self.reached.set()
        time.sleep(self.delay)

    @contextlib.contextmanager
    def server(self, talk: Talk) -> Iterator[Address]:
        """Listen on a free port of loopback; every connection is given to ``talk``, then closed."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=self._serve, args=(listener, talk), daemon=True).start()
            try:
                yield listener.getsockname()[:2]
            finally:
                with contextlib.suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)

    def _serve(self, listener: socket.socket, talk: Talk) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection, talk), daemon=True).start()

    def _talk(self, connection: socket.socket, talk: Talk) -> None:
        with connection, contextlib.suppress(OSError):
            talk(connection)

    def says(
        self, late: bytes, early: bytes = b"", listens: bool = False, prompt: bool = False
    ) -> contextlib.AbstractContextManager[Address]:
        """A server that says ``early`` at once (after it was spoken to, if it ``listens``) and ``late`` after the delay; if it is
        ``prompt``, that too at once, until the measured call has begun."""

        def talk(connection: socket.socket) -> None:
            if listens:
                connection.recv(65536)
            connection.sendall(early)
            if self.begun.is_set() or not prompt:
                self.pause()
            connection.sendall(late)

        return self.server(talk)

    def answers(
        self, greeting: bytes, answer: Callable[[bytes], bytes], slow: bytes = b"\0"
    ) -> contextlib.AbstractContextManager[Address]:
        """A server of a line protocol: a greeting, an answer to every line; lines that hold ``slow`` are answered late."""

        def talk(connection: socket.socket) -> None:
            connection.sendall(greeting)
            for line in connection.makefile("rb"):
                if slow in line.upper():
                    self.pause()
                connection.sendall(answer(line))

        return self.server(talk)

    def http(
        self, body_late: bool = False, body: bytes = b"ok\n", headers: str = "", prompt: bool = False
    ) -> contextlib.AbstractContextManager[Address]:
        """A web server whose answers (or only their bodies) come late; if it is ``prompt``, not before the measured call has
        begun. ``headers``: additional ones, each ended by ``\\r\\n``."""
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n".encode()
        early, late = (head, body) if body_late else (b"", head + body)
        return self.says(late, early, listens=True, prompt=prompt)

    @contextlib.contextmanager
    def busy(self) -> Iterator[Address]:
        """A server that has so many connections waiting that another one is not taken before the delay is over.

        Who connects tries again after a second, as the protocol demands.
        """
        with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, socket.socket() as first:
            first.connect(listener.getsockname())

            def accept() -> None:
                self.reached.set()
                while True:
                    waiting.append(listener.accept()[0])

            waiting: list[socket.socket] = []
            self.later(accept)
            try:
                yield listener.getsockname()[:2]
            finally:
                with contextlib.suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)
                for connection in waiting:
                    connection.close()

    def later(self, action: Callable[[], object]) -> None:
        """Do it after the delay, in a thread."""

        def wait() -> None:
            self.pause()
            with contextlib.suppress(OSError):
                action()

        threading.Thread(target=wait, daemon=True).start()

    def fifo(self, content: bytes = b"", name: str = "slow.fifo") -> Path:
        """A named pipe, standing for a slow disk: it is opened and written late, or (without content) opened and read late."""
        path = self.folder / name
        os.mkfifo(path)
        self.later((lambda: path.write_bytes(content)) if content else path.read_bytes)
        return path

    def pipe(self, content: bytes) -> int:
        """The reading end of a pipe that is filled and closed late."""
        reading, writing = os.pipe()

        def fill() -> None:
            os.write(writing, content)
            os.close(writing)

        self.later(fill)
        return reading

    def full_pipe(self) -> int:
        """The writing end of a pipe that is full and is emptied late."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b"x" * 65536)
        os.set_blocking(writing, True)

        def drain() -> None:
            while os.read(reading, 1 << 20):
                pass

        self.later(drain)
        return writing

    def tree(self, files: int = 1500) -> Path:
        """A folder with that many small files."""
        root = self.folder / "tree"
        root.mkdir()
        for number in range(files):
            (root / f"{number}.txt").write_text("x")
        return root
