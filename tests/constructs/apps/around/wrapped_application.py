"""An ASGI application around the application."""

# request: GET /x

import time

from fastapi import FastAPI

inner = FastAPI()


class Wrapper:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        time.sleep(0.001)  # runs: class put around the application, `__call__`
        await self.app(scope, receive, send)


def logged(app):
    async def handle(scope, receive, send):
        time.sleep(0.001)  # runs: function put around the application
        await app(scope, receive, send)

    return handle


@inner.get("/x")
async def x():
    return None


app = logged(Wrapper(inner))
