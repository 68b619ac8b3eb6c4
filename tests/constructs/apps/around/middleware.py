"""Middleware."""

# request: GET /x

import time

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware


class Timing(BaseHTTPMiddleware):
    def __init__(self, app):
        time.sleep(0.001)  # runs: `BaseHTTPMiddleware`, `__init__`
        super().__init__(app)

    async def dispatch(self, request, call_next):
        time.sleep(0.001)  # runs: `BaseHTTPMiddleware.dispatch`
        return await call_next(request)


class Pure:
    def __init__(self, app):
        time.sleep(0.001)  # runs: pure ASGI middleware, `__init__`
        self.app = app

    async def __call__(self, scope, receive, send):
        time.sleep(0.001)  # runs: pure ASGI middleware, `__call__`

        async def sent(message):
            time.sleep(0.001)  # runs: `send` wrapped by a pure ASGI middleware
            await send(message)

        await self.app(scope, receive, sent)


class Listed:
    def __init__(self, app, factor):
        time.sleep(0.001)  # runs: `FastAPI(middleware=[Middleware(…)])`, `__init__`
        self.app = app

    async def __call__(self, scope, receive, send):
        time.sleep(0.001)  # runs: `FastAPI(middleware=[Middleware(…)])`, `__call__`
        await self.app(scope, receive, send)


async def given(request, call_next):
    time.sleep(0.001)  # runs: `BaseHTTPMiddleware` with `dispatch=function`
    return await call_next(request)


app = FastAPI(middleware=[Middleware(Listed, factor=2)])
app.add_middleware(Timing)
app.add_middleware(Pure)
app.add_middleware(BaseHTTPMiddleware, dispatch=given)


@app.middleware("http")
async def decorated(request, call_next):
    time.sleep(0.001)  # runs: `@app.middleware("http")`, before the endpoint
    response = await call_next(request)
    time.sleep(0.001)  # runs: `@app.middleware("http")`, behind the endpoint
    return response


@app.get("/x")
async def x():
    return None
