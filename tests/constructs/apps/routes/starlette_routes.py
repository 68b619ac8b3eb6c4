"""Starlette's own routes."""

# request: GET /route
# request: GET /route/pool
# request: GET /class
# request: POST /class
# request: GET /mount/inner
# request: GET /sub/inner
# request: GET /asgi/x
# websocket: /socket

import time

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute


async def route(request):
    time.sleep(0.001)  # runs: Starlette `Route`, `async def`
    return PlainTextResponse("")


def route_pool(request):
    time.sleep(0.001)  # runs: Starlette `Route`, `def`
    return PlainTextResponse("")


class Pages(HTTPEndpoint):
    async def get(self, request):
        time.sleep(0.001)  # runs: `HTTPEndpoint.get`, `async def`
        return PlainTextResponse("")

    def post(self, request):
        time.sleep(0.001)  # runs: `HTTPEndpoint.post`, `def`
        return PlainTextResponse("")


async def socket(websocket):
    time.sleep(0.001)  # runs: Starlette `WebSocketRoute`
    await websocket.accept()


async def mounted(request):
    time.sleep(0.001)  # runs: `Route` in a `Mount`
    return PlainTextResponse("")


sub = FastAPI()


@sub.get("/inner")
async def inner():
    time.sleep(0.001)  # runs: endpoint of a mounted `FastAPI`


class Raw:
    def __init__(self):
        time.sleep(0.001)  # runs: constructor of an ASGI application, called when the module is imported

    async def __call__(self, scope, receive, send):
        time.sleep(0.001)  # runs: mounted ASGI application, `async def __call__`
        await PlainTextResponse("")(scope, receive, send)


app = Starlette(
    routes=[
        Route("/route", route),
        Route("/route/pool", route_pool),
        Route("/class", Pages),
        WebSocketRoute("/socket", socket),
        Mount("/mount", routes=[Route("/inner", mounted)]),
        Mount("/sub", app=sub),
        Mount("/asgi", app=Raw()),
    ]
)
