"""Starlette, FastAPI and uvicorn with a server or a client that takes its time; tenacity, limits, asgiref, and rendering."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio.to_thread
import jinja2
import limits
import limits.aio.storage
import limits.aio.strategies
import limits.storage
import limits.strategies
import tenacity
import uvicorn
from evidence.servers import redis, slowly
from evidence.sweep import Subject, Sweep
from evidence.world import World
from fastapi.concurrency import contextmanager_in_threadpool
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool, run_until_first_complete
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

Case = Callable[[World], Awaitable[object]]
Application = Callable[[World], Any]
WORDS = {"type": "websocket.receive", "text": "{}", "bytes": b"{}"}


# --- requests and sockets ---


def spoken(world: World, messages: list[dict[str, Any]]) -> tuple[Any, Any]:
    """What a server gives to an application: both directions take their time once the measured call has begun."""

    async def wait() -> None:
        if world.begun.is_set():
            world.reached.set()
            await asyncio.sleep(world.delay)

    async def receive() -> dict[str, Any]:
        await wait()
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send(message: dict[str, Any]) -> None:
        await wait()

    return receive, send


def request(body: bytes, kind: bytes = b"application/json") -> Subject:
    def subject(world: World) -> Iterator[object]:
        scope = {
            "type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [(b"content-type", kind)],
            "extensions": {"http.response.push": {}},
        }  # fmt: skip
        receive, send = spoken(world, [{"type": "http.request", "body": body, "more_body": False}])
        yield lambda: Request(scope, receive, send)

    return subject


def websocket(accepted: bool) -> Subject:
    def subject(world: World) -> Iterator[object]:
        async def ready() -> WebSocket:
            receive, send = spoken(world, [{"type": "websocket.connect"}, WORDS])
            scope = {
                "type": "websocket", "path": "/", "headers": [], "subprotocols": [],
                "extensions": {"websocket.http.response": {}},
            }  # fmt: skip
            found = WebSocket(scope, receive, send)
            if accepted:
                await found.accept()
            return found

        yield lambda: ready()

    return subject


async def denied(world: World) -> None:
    from starlette.responses import Response

    for found in websocket(accepted=False)(world):
        made = found()  # type: ignore[operator]
        await (await made).send_denial_response(Response(status_code=403))


async def asked_whether_gone(world: World) -> None:
    for found in request(b"")(world):
        await found().is_disconnected()  # type: ignore[operator]


# --- the client for tests ---


async def slow_application(world: World, scope: Any, receive: Any, send: Any) -> None:
    """Waits in its loop before every answer, so that nothing else happens there either."""
    if scope["type"] == "lifespan":
        for phase in ("startup", "shutdown"):
            await receive()
            world.pause()
            await send({"type": f"lifespan.{phase}.complete"})
    elif scope["type"] == "http":
        world.pause()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.sleep(0.05)  # Until the client has heard it.
        world.pause()
        while True:
            await send({"type": "websocket.send", **{key: WORDS[key] for key in ("text", "bytes")}})
            if (await receive())["type"] == "websocket.disconnect":
                break


def client(world: World) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await slow_application(world, scope, receive, send)

    return TestClient(application)


def test_client(world: World) -> Iterator[object]:
    yield client(world)


def left(world: World) -> Iterator[Callable[[], object]]:
    """A client whose application takes its time to shut down."""
    world.begun.set()
    found = client(world)
    found.__enter__()
    yield lambda: found.__exit__(None, None, None)


def session(world: World) -> Iterator[object]:
    with client(world).websocket_connect("/") as found:
        world.reached.set()
        time.sleep(0.1)  # Until the application has nothing else to do.
        yield found


def entered_session(world: World) -> Iterator[Callable[[], object]]:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        world.pause()
        await send({"type": "websocket.accept"})
        await receive()

    found = TestClient(application).websocket_connect("/")
    yield found.__enter__
    found.__exit__(None, None, None)


# --- threads ---


def work(world: World) -> None:
    world.begun.wait(10)
    world.reached.set()
    time.sleep(world.delay)


def behind(make: Callable[[Path], Any]) -> Subject:
    """Something that needs a thread, where there is one only, and that one is taken."""

    def subject(world: World) -> Iterator[object]:
        async def ready() -> object:
            found = make(world.folder)
            anyio.to_thread.current_default_thread_limiter().total_tokens = 1
            asyncio.ensure_future(anyio.to_thread.run_sync(work, world))
            await asyncio.sleep(0.01)
            return found

        yield lambda: ready()

    return subject


def upload(folder: Path) -> UploadFile:
    (folder / "file").write_bytes(b"x")
    return UploadFile((folder / "file").open("r+b"))


async def iterated(world: World) -> None:
    def numbers() -> Iterator[int]:
        time.sleep(world.delay)
        yield 1

    async for _ in iterate_in_threadpool(numbers()):
        pass


@contextlib.contextmanager
def slow_context(delay: float) -> Iterator[None]:
    time.sleep(delay)
    yield


async def entered(world: World) -> None:
    async with contextmanager_in_threadpool(slow_context(world.delay)):
        pass


# --- servers ---


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """An application that is never asked."""


def server() -> uvicorn.Server:
    found = uvicorn.Server(uvicorn.Config(nothing, port=0, lifespan="off", log_level="critical"))
    found.config.load()
    found.lifespan = found.config.lifespan_class(found.config)
    return found


async def served(world: World) -> None:
    found = server()
    asyncio.get_running_loop().call_later(world.delay, setattr, found, "should_exit", True)
    await found.serve()


async def started_and_ended(world: World) -> None:
    found = server()
    await found.startup()
    await found.shutdown()


async def main_loop(world: World) -> None:
    found = server()
    await found.startup()
    asyncio.get_running_loop().call_later(world.delay, setattr, found, "should_exit", True)
    await found.main_loop()
    await found.shutdown()


# --- retries and limits ---


def second_time() -> Callable[[], None]:
    answers = iter((OSError(),))

    def call() -> None:
        for error in answers:
            raise error

    return call


def retried(world: World) -> None:
    tenacity.Retrying(wait=tenacity.wait_fixed(world.delay))(second_time())


def retried_in_blocks(world: World) -> None:
    call = second_time()
    for attempt in tenacity.Retrying(wait=tenacity.wait_fixed(world.delay)):
        with attempt:
            call()


async def retried_asynchronously(world: World) -> None:
    call = second_time()

    async def once() -> None:
        call()

    await tenacity.AsyncRetrying(wait=tenacity.wait_fixed(world.delay))(once)


LIMIT = limits.parse("9/minute")
LIMITERS = ("FixedWindow", "MovingWindow")


def limited(name: str, method: str) -> Callable[[World], object]:
    limiter = getattr(limits.strategies, f"{name}RateLimiter")
    return lambda world: getattr(limiter(limits.storage.MemoryStorage()), method)(LIMIT, "x")


def limited_by_redis(name: str, method: str) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, redis()) as (host, port):
            storage = limits.storage.RedisStorage(f"redis://{host}:{port}")
            limiter = getattr(limits.strategies, f"{name}RateLimiter")(storage)
            yield lambda: getattr(limiter, method)(LIMIT, "x")

    return case


def limited_asynchronously(name: str, method: str) -> Case:
    limiter = getattr(limits.aio.strategies, f"{name}RateLimiter")

    async def case(world: World) -> None:
        await getattr(limiter(limits.aio.storage.MemoryStorage()), method)(LIMIT, "x")

    return case


METHODS = ("hit", "test", "get_window_stats", "clear")


def templates() -> jinja2.Environment:
    return jinja2.Environment(loader=jinja2.DictLoader({"x": "{{ y }}"}), enable_async=True)


async def slow_value(delay: float) -> int:
    await asyncio.sleep(delay)
    return 1


async def generated(world: World) -> None:
    template = templates().from_string("{{ y() }}")
    async for _ in template.generate_async(y=lambda: slow_value(world.delay)):
        pass


async def rendered(world: World) -> None:
    await templates().from_string("{{ y() }}").render_async(y=lambda: slow_value(world.delay))


BLOCKING = {
    **{
        f"limits.strategies.{name}RateLimiter.{method}": limited_by_redis(name, method)
        for name in LIMITERS
        for method in METHODS
    },
    "starlette.testclient.TestClient.__exit__": left,
    "starlette.testclient.WebSocketTestSession.__enter__": entered_session,
    "tenacity.Retrying.__call__": retried,
    "tenacity.Retrying.__iter__": retried_in_blocks,
}

SILENT = {
    **{
        f"limits.strategies.{name}RateLimiter.{method}": limited(name, method)
        for name in LIMITERS
        for method in METHODS
    },
    "jinja2.Environment.from_string": lambda world: templates().from_string("{{ y }}"),
    "jinja2.Environment.get_template": lambda world: templates().get_template("x"),
    "jinja2.Environment.select_template": lambda world: templates().select_template(["x"]),
    "jinja2.Template.render": lambda world: jinja2.Template("{{ y }}").render(y=1),
}

ASYNC: dict[str, Any] = {
    "starlette.concurrency.run_in_threadpool": lambda world: run_in_threadpool(world.pause),
    "starlette.concurrency.iterate_in_threadpool": iterated,
    "starlette.concurrency.run_until_first_complete": lambda world: run_until_first_complete(
        (asyncio.sleep, {"delay": world.delay})
    ),
    "starlette.websockets.WebSocket.send_denial_response": denied,
    "fastapi.concurrency.contextmanager_in_threadpool": entered,
    "uvicorn.Server.serve": served,
    "uvicorn.Server.main_loop": main_loop,
    "tenacity.AsyncRetrying.__call__": retried_asynchronously,
    "jinja2.Template.generate_async": generated,
    "jinja2.Template.render_async": rendered,
}

COROUTINE: dict[str, Any] = {
    "starlette.requests.Request.is_disconnected": asked_whether_gone,
    "uvicorn.Server.startup": started_and_ended,
    "uvicorn.Server.shutdown": started_and_ended,
    **{
        f"limits.aio.strategies.{name}RateLimiter.{method}": limited_asynchronously(name, method)
        for name in LIMITERS
        for method in METHODS
    },
}

SWEEPS = [
    Sweep(
        "starlette.requests.Request",
        request(b"{}"),
        apart={"is_disconnected": "asks without waiting", "form": "another kind of body", "close": "nothing open"},
        calls={"send_push_promise": (("/",), {})},
    ),
    Sweep(
        "starlette.requests.Request",
        request(b"a=b", b"application/x-www-form-urlencoded"),
        apart={"is_disconnected": "asks without waiting"},
        prompt=("close",),
        calls={"send_push_promise": (("/",), {})},
    ),
    Sweep(
        "starlette.websockets.WebSocket",
        websocket(accepted=True),
        calls={"send": (({"type": "websocket.send", "text": "x"},), {})},
        apart=dict.fromkeys(("accept", "send_denial_response"), "comes first"),
    ),
    Sweep(
        "starlette.websockets.WebSocket",
        websocket(accepted=False),
        apart={"send_denial_response": "needs a response"},
    ),
    Sweep("starlette.datastructures.UploadFile", behind(upload)),
    Sweep("starlette.datastructures.FormData", behind(lambda folder: FormData([("x", upload(folder))]))),
    Sweep("starlette.testclient.TestClient", test_client, {"url": "/"}, apart={"__exit__": "ends it"}),
    Sweep(
        "starlette.testclient.WebSocketTestSession",
        session,
        {"message": WORDS},
        apart=dict.fromkeys(("__enter__",), "comes first"),
        calls={"__exit__": ((None, None, None), {})},
    ),
]

DOCUMENTED = {
    "Raises RuntimeError where a loop runs already (asyncio/runners.py), so that no loop can be seen to stand still": (
        "uvicorn.run", "uvicorn.Server.run",
    ),
    "Refuses to run in a thread whose event loop runs (AsyncToSync.__call__ in asgiref/sync.py), so that no loop can be seen to stand still": (
        "asgiref.sync.AsyncToSync.__call__",
    ),
}  # fmt: skip
