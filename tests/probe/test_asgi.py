from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from fastapi_async_lint.probe.session import Session
from fastapi_async_lint.probe.target import ProbeError, Target


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/blocking/{seconds}")
    async def blocking(seconds: float):
        time.sleep(seconds)

    @app.get("/pool/{seconds}")
    def pool(seconds: float):
        time.sleep(seconds)

    @app.post("/echo")
    async def echo(request: Request):
        query = dict(request.query_params)
        return {"body": await request.json(), "query": query, "secret": request.headers.get("x-secret")}

    @app.get("/fails")
    async def fails():
        raise LookupError("not here")

    @app.get("/stream")
    async def stream():
        async def parts():
            for number in range(3):
                await asyncio.sleep(0)
                yield f"{number}"

        return StreamingResponse(parts())

    return app


def session(app: object, *words: str, body: str | None = None, headers: tuple[str, ...] = ()) -> Session:
    made = Session(Target("main:app", "main", "app", app), threshold=0.02, limit=10)
    made.prepare(words, body, headers)
    return made


def test_endpoint_that_blocks_and_one_in_the_pool():
    app = application()
    blocking, pool = session(app, "/blocking/0.1"), session(app, "/pool/0.1")
    (first,), (second, *_) = blocking.run(1), pool.run(2)

    assert first.pause > 0.09
    assert second.pause < 0.09
    assert second.elapsed > 0.09
    assert blocking.answer.status == pool.answer.status == 200
    assert blocking.answer.endpoint.__name__ == "blocking"


def test_body_query_and_headers_arrive():
    asked = session(application(), "/echo?a=b%20c", body='{"x": 1}', headers=("X-Secret: abc",))
    asked.run(1)
    assert asked.request.method == "POST"
    assert bytes(asked.answer.body) == b'{"body":{"x":1},"query":{"a":"b c"},"secret":"abc"}'


def test_streams_are_read_to_the_end():
    asked = session(application(), "GET", "/stream")
    asked.run(1)
    assert bytes(asked.answer.body) == b"012"


def test_error_of_the_endpoint_is_told_from_the_users_first_line():
    with pytest.raises(ProbeError) as raised:
        session(application(), "/fails").run(1)
    told = str(raised.value)
    assert told.startswith("GET /fails raised LookupError")
    assert told.count("File ") == 1
    assert "LookupError: not here" in told


def test_start_up_and_shut_down_surround_the_calls():
    happened = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            scope["state"]["pool"] = 5
            happened.append("up")
            await send({"type": "lifespan.startup.complete"})
            await receive()
            happened.append("down")
            await send({"type": "lifespan.shutdown.complete"})
            return
        happened.append((scope["path"] == "/", scope["state"]["pool"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    session(app, "/").run(2)
    assert happened == ["up", (False, 5), (True, 5), (True, 5), "down"]


def test_what_is_built_for_the_first_request_is_not_measured():
    built = []

    async def app(scope, receive, send):
        assert scope["type"] == "http"
        if not built:
            time.sleep(0.1)
            built.append(True)
        if scope["path"] != "/":
            raise LookupError(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    (seen,) = session(app, "/").run(1)
    assert built
    assert seen.pause < 0.09


def test_application_that_knows_no_lifespan():
    async def app(scope, receive, send):
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    asked = session(app, "/")
    asked.run(1)
    assert asked.answer.status == 204


def test_start_up_that_fails():
    app = FastAPI()

    async def lifespan(_):
        raise LookupError("no database")
        yield

    app.router.lifespan_context = asynccontextmanager(lifespan)
    with pytest.raises(ProbeError) as raised:
        session(app, "/").run(1)
    assert "the application's start-up failed" in str(raised.value)
    assert "LookupError: no database" in str(raised.value)


@pytest.mark.parametrize("words", [(), ("users",), ("/a", "/b"), ("FETCH", "/a"), ("GET", "/a", "3")])
def test_request_that_is_none(words):
    with pytest.raises(ProbeError, match=r"main:app \[METHOD\] /path"):
        session(application(), *words)


def test_header_without_a_colon():
    with pytest.raises(ProbeError, match="NAME:VALUE"):
        session(application(), "/", headers=("X-Secret",))


def test_request_options_for_a_function():
    with pytest.raises(ProbeError, match="go with an application"):
        session(time.sleep, "1", body="{}")
