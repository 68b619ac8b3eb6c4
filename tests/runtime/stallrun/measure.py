"""Send one request at a time to a running application and time ``/health`` meanwhile."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

from stallrun.cases import Case, Pipe
from stallrun.servers import Application, Upstream

DELAY = 0.5
"""Seconds that every wait of the application takes: the other service, a slow query, a sleep, a late pipe."""
POLL_EVERY = 0.02
STALLED_FROM = 0.4
"""Share of the blocking time from which the worst ``/health`` counts as stalled."""
FINE_BELOW = 0.25
"""Share below which the loop counts as free; what lies between is measured again."""
LANES = 3
"""Applications, each with its own SQLite file, that are measured side by side; waiting needs no processor."""
PASSWORD_ITERATIONS = 2_500_000
"""Of PBKDF2: about half a second."""
ATTEMPTS = 3


@dataclass(frozen=True)
class Measurement:
    """What one request did. Times in seconds."""

    stalled: bool | None
    """None: too noisy to tell."""
    worst: float
    """The longest that ``/health`` took while the request was in flight."""
    polls: int
    seconds: float
    """How long the request itself took."""
    status: int
    body: Any
    """Decoded JSON, else text."""


@dataclass(frozen=True)
class Reply:
    """Status and body of a response; a WebSocket that was accepted has 200."""

    status: int
    body: Any
    seconds: float


class Poller(threading.Thread):
    """Asks ``/health`` every 20 ms over one connection until told to stop."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stopping = threading.Event()
        self.warm = threading.Event()
        self.polls: list[tuple[float, float]] = []
        """(when it was sent, how long it took)"""

    def run(self) -> None:
        """Poll; the connection is closed at the end."""
        while not self._stopping.is_set():
            sent = time.monotonic()
            self._connection.request("GET", "/health")
            response = self._connection.getresponse()
            response.read()
            took = time.monotonic() - sent
            self.polls.append((sent, took))
            if len(self.polls) == 3:
                self.warm.set()
            self._stopping.wait(max(0.0, POLL_EVERY - took))
        self._connection.close()

    def stop(self) -> None:
        """Let the poll that is under way end, then no more."""
        self._stopping.set()
        self.join()


def _other_end(path: Path, pipe: Pipe) -> None:
    """Come late to a named pipe, and feed or empty it."""
    time.sleep(DELAY)
    if pipe.content is not None:
        path.write_text(pipe.content)
    else:
        path.read_bytes()


def _call(application: Application, client: httpx.Client, case: Case) -> Reply:
    """Send the request of a case; the reply holds the whole body."""
    started = time.monotonic()
    if case.method == "WEBSOCKET":
        with connect(f"ws://127.0.0.1:{application.port}{case.target}") as websocket:
            websocket.send(case.send or "")
            body: Any = [str(message) for message in websocket]
        return Reply(200, body, time.monotonic() - started)
    files = {"picture": ("picture.png", case.upload.encode(), "image/png")} if case.upload is not None else None
    response = client.request(case.method, case.target, headers=case.headers, json=case.json, files=files)
    is_json = response.headers.get("content-type", "").startswith("application/json")
    return Reply(response.status_code, response.json() if is_json else response.text, time.monotonic() - started)


def _observe(application: Application, client: httpx.Client, case: Case) -> Measurement:
    """Run one case once."""
    helper = None
    if case.pipe is not None:
        path = application.data_dir / case.pipe.name
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        helper = threading.Thread(target=_other_end, args=(path, case.pipe), daemon=True)
    poller = Poller(application.port)
    poller.start()
    try:
        poller.warm.wait(10)
        started = time.monotonic()
        if helper is not None:
            helper.start()
        reply = _call(application, client, case)
        time.sleep(DELAY + 3 * POLL_EVERY if case.after else POLL_EVERY)
    finally:
        poller.stop()
    during = [took for sent, took in poller.polls if sent + took >= started]
    if not during:  # the machine was too busy to poll
        return Measurement(None, 0.0, 0, reply.seconds, reply.status, reply.body)
    worst = max(during)
    share = worst / (reply.seconds if case.kind == "cpu" else DELAY)
    stalled = True if share >= STALLED_FROM else False if share < FINE_BELOW else None
    return Measurement(stalled, worst, len(during), reply.seconds, reply.status, reply.body)


def _settle(application: Application, client: httpx.Client, case: Case, stalls: bool) -> Measurement:
    """Run one case until it does as expected, three times at most: a busy machine only ever adds delay."""
    measurement = _observe(application, client, case)
    for _ in range(ATTEMPTS - 1):
        if measurement.stalled is stalls:
            break
        measurement = _observe(application, client, case)
    return measurement


def _run(
    folder: Path, app: str, cases: Iterable[Case], environment: dict[str, str], stalls: bool | None
) -> dict[str, Measurement]:
    """Start the application and run the cases one after the other."""
    found = {}
    with (
        Application(folder, app, environment) as application,
        httpx.Client(base_url=f"http://127.0.0.1:{application.port}", timeout=30) as client,
    ):
        for case in cases:
            expected = case.stalls if stalls is None else stalls
            found[case.name] = _settle(application, client, case, expected)
    return found


def measure(
    folder: Path,
    cases: Sequence[Case],
    *,
    app: str = "shop.main:app",
    database_url: str | None = None,
    stalls: bool | None = None,
) -> dict[str, Measurement]:
    """Run every case against the application in ``folder`` and say, by the case's name, what it did.

    ``database_url``: an SQLAlchemy URL; None: an SQLite file per application process.
    ``stalls``: what is expected of every case instead of its own ``stalls`` (False after fixing); it only
    decides what is measured again. Cases that compute run last and alone, the others on three applications,
    or on one if they would share a database.
    Raises RuntimeError if the application does not start.
    """
    waiting = [case for case in cases if case.kind != "cpu"]
    computing = [case for case in cases if case.kind == "cpu"]
    width = LANES if database_url is None else 1
    environment = {"SHOP_DELAY": str(DELAY), "SHOP_PASSWORD_ITERATIONS": str(PASSWORD_ITERATIONS)}
    if database_url is not None:
        environment["SHOP_DATABASE_URL"] = database_url
    with Upstream(DELAY) as upstream, ThreadPoolExecutor(width) as lanes:
        environment["SHOP_UPSTREAM_URL"] = upstream.url
        parts = [waiting[lane::width] for lane in range(width)]
        runs = [lanes.submit(_run, folder, app, part, environment, stalls) for part in parts if part]
        found: dict[str, Measurement] = {}
        for run in runs:
            found.update(run.result())
        if computing:
            found.update(_run(folder, app, computing, environment, stalls))
    return {case.name: found[case.name] for case in cases}
