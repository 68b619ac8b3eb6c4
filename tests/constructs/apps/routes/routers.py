"""Routers in routers, subclasses, factories."""

# request: GET /outer/inner/nested
# request: GET /own/subclass
# request: GET /own/constructor
# request: GET /application
# request: GET /made/factory

import time

from fastapi import APIRouter, FastAPI


class OwnRouter(APIRouter):
    """Nothing of its own."""


class PrefixedRouter(APIRouter):
    def __init__(self):
        super().__init__(prefix="/own")
        self.add_api_route("/constructor", self.endpoint)

    async def endpoint(self):
        time.sleep(0.001)  # runs: method registered in the constructor of an `APIRouter` subclass


class OwnApplication(FastAPI):
    def __init__(self):
        super().__init__()
        self.add_api_route("/application", self.endpoint)

    async def endpoint(self):
        time.sleep(0.001)  # runs: method registered in the constructor of a `FastAPI` subclass


app = OwnApplication()
outer = APIRouter(prefix="/outer")
inner = APIRouter(prefix="/inner")


@inner.get("/nested")
async def nested():
    time.sleep(0.001)  # runs: router included in an included router


outer.include_router(inner)
app.include_router(outer)

own = OwnRouter(prefix="/own")


@own.get("/subclass")
async def subclass():
    time.sleep(0.001)  # runs: router of an `APIRouter` subclass


app.include_router(own)
app.include_router(PrefixedRouter())


def make_router():
    router = APIRouter()

    @router.get("/factory")
    async def endpoint():
        time.sleep(0.001)  # runs: endpoint defined in a function that makes a router

    return router


app.include_router(make_router(), prefix="/made")
