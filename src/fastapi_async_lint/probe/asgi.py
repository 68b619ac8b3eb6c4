"""One request to an ASGI application, in this process and without a network."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from fastapi_async_lint.probe.target import ProbeError, user_traceback

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Request:
    """``path`` may hold a query. ``headers``: as they are to be sent."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def scope(self, state: Message) -> Message:
        """What the application is called with."""
        path, _, query = self.path.partition("?")
        given = {name.lower(): value for name, value in self.headers}
        headers = {"host": "probe", **given}
        if self.body:
            headers.setdefault("content-type", "application/json")
            headers["content-length"] = str(len(self.body))
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("probe", 80),
            "state": dict(state),
        }


@dataclass
class Answer:
    """What came back; ``endpoint``: the function that the application's router chose, where it says so."""

    status: int = 0
    body: bytearray = field(default_factory=bytearray)
    endpoint: object = None


async def send_request(app: Application, request: Request, state: Message) -> Answer:
    """Send the request and take the whole answer. Raises what the application raises."""
    answer, scope = Answer(), request.scope(state)
    sent, finished = False, asyncio.Event()

    async def receive() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": request.body, "more_body": False}
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
            if not message.get("more_body", False):
                finished.set()

    try:
        await app(scope, receive, send)
    finally:
        answer.endpoint = scope.get("endpoint")
    return answer


@contextlib.asynccontextmanager
async def lifespan(app: Application) -> AsyncIterator[Message]:
    """Start the application up and, at the end, shut it down; gives the state that its requests see.

    Raises :class:`ProbeError` where the start-up fails. An application that knows no lifespan is used without.
    """
    state: Message = {}
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    running = asyncio.ensure_future(_quietly(app, scope, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    message = await _either(running, outgoing)
    if message is not None and message["type"] == "lifespan.startup.failed":
        error = await running
        told = user_traceback(error) if error is not None else message.get("message", "")
        raise ProbeError(f"the application's start-up failed\n\n{told}")
    try:
        yield state
    finally:
        if message is not None:
            await incoming.put({"type": "lifespan.shutdown"})
            await _either(running, outgoing)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _quietly(app: Application, *arguments: Any) -> Exception | None:
    try:
        await app(*arguments)
    except Exception as error:
        return error
    return None


async def _either(running: asyncio.Future[Any], outgoing: asyncio.Queue[Message]) -> Message | None:
    """The application's next message; None where it ended without."""
    waiting = asyncio.ensure_future(outgoing.get())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        return waiting.result()
    waiting.cancel()
    return None
