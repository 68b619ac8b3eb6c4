"""Serves applications one after the other, each on an event loop of its own: start-up, requests, shut-down.

``python -m placerun.serve app.py …``, with the folders of the applications on the path.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from placerun.recording import read
from placerun.rows import App

PATIENCE = 0.25
"""Seconds without a construct that runs, after which no further one is expected before shut-down."""


LATE = 0.05
"""Seconds after which a loop that does not answer counts as held up."""


def main() -> None:
    """Serve the applications that the command line names."""
    os.environ["PLACES_PROCESS"] = str(os.getpid())
    for path in sys.argv[1:]:
        app = App(Path(path))
        time.sleep.loop = None  # type: ignore[attr-defined]
        module = importlib.import_module(app.path.stem)
        asyncio.run(_serve(app, module.app))
    sys.stdout.flush()
    os._exit(0)  # threads and timers of the applications may still be there


async def _serve(app: App, served: Any) -> None:
    time.sleep.loop = asyncio.get_running_loop()  # type: ignore[attr-defined]
    time.sleep.thread = threading.get_ident()  # type: ignore[attr-defined]
    if any(row.waits for row in app.rows):
        Heartbeat(asyncio.get_running_loop(), app).start()
    async with _lifespan(served):
        transport = httpx.ASGITransport(app=served, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            for kind, text in app.steps:
                await (_request(client, app, text) if kind == "request" else _websocket(served, text))
        await _patience(app)


class Heartbeat(threading.Thread):
    """Asks the loop every few milliseconds to answer, and writes down what line it is at when it does not."""

    def __init__(self, loop: asyncio.AbstractEventLoop, app: App) -> None:
        super().__init__(daemon=True)
        self.loop, self.app, self.thread = loop, app, threading.get_ident()

    def run(self) -> None:
        """Beat until the loop is closed."""
        with suppress(RuntimeError):
            while True:
                answered = threading.Event()
                self.loop.call_soon_threadsafe(answered.set)
                while not answered.wait(LATE):
                    self._write_down()
                time.sleep(LATE / 10)

    def _write_down(self) -> None:
        frame = sys._current_frames().get(self.thread)
        while frame is not None:
            if frame.f_code.co_filename == str(self.app.path):
                entry = {"file": str(self.app.path), "line": frame.f_lineno, "place": "held up"}
                with open(os.environ["PLACES_RECORD"], "ab", buffering=0) as record:
                    record.write(json.dumps(entry).encode() + b"\n")
            frame = frame.f_back


async def _request(client: httpx.AsyncClient, app: App, text: str) -> None:
    method, path, *body = text.split(" ", 2)
    response = await client.request(method, path, json=json.loads(body[0]) if body else None)
    if response.status_code in (404, 405, 422):
        raise AssertionError(f"{app.name}: {text}: {response.status_code} {response.text}")


async def _websocket(served: Any, path: str) -> None:
    messages: list[dict[str, Any]] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "hello"},
        {"type": "websocket.disconnect", "code": 1000},
    ]

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        await asyncio.sleep(0)

    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [], "client": ("testclient", 1),
        "server": ("testserver", 80), "subprotocols": [], "state": {}, "extensions": {},
    }  # fmt: skip
    await served(scope, receive, send)


@asynccontextmanager
async def _lifespan(served: Any) -> AsyncIterator[None]:
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    task = asyncio.create_task(served(scope, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    await _complete(task, outgoing, "lifespan.startup.complete")
    yield
    await incoming.put({"type": "lifespan.shutdown"})
    await _complete(task, outgoing, "lifespan.shutdown.complete")
    await task


async def _complete(task: asyncio.Task[None], outgoing: asyncio.Queue[dict[str, Any]], wanted: str) -> None:
    message = asyncio.create_task(outgoing.get())
    await asyncio.wait({task, message}, return_when=asyncio.FIRST_COMPLETED)
    if not message.done():
        message.cancel()
        raise AssertionError(f"the application ended before {wanted}") from task.exception()
    if message.result()["type"] != wanted:
        raise AssertionError(str(message.result()))


async def _patience(app: App) -> None:
    """Wait until every construct has run, or none runs any more. Those of shut-down are still to come."""
    record = Path(os.environ["PLACES_RECORD"])
    wanted = {(str(app.path), row.line) for row in app.rows if not row.waits}
    size, deadline = -1, 0.0
    while not wanted <= set(read(record)):
        if record.stat().st_size != size:
            size, deadline = record.stat().st_size, time.monotonic() + PATIENCE
        if time.monotonic() > deadline:
            return
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    main()
