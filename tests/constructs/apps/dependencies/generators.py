"""Dependencies that yield."""

# request: GET /loop
# request: GET /pool
# request: GET /objects

import time
from contextlib import asynccontextmanager, contextmanager

from fastapi import Depends, FastAPI

app = FastAPI()


async def opened():
    time.sleep(0.001)  # runs: `async def` dependency with `yield`, before it
    yield
    time.sleep(0.001)  # runs: `async def` dependency with `yield`, behind it


def opened_pool():
    time.sleep(0.001)  # runs: `def` dependency with `yield`, before it
    yield
    time.sleep(0.001)  # runs: `def` dependency with `yield`, behind it


@app.get("/loop")
async def loop(a=Depends(opened), b=Depends(opened_pool)):
    return None


async def of_def():
    time.sleep(0.001)  # runs: `async def` dependency with `yield` of a `def` endpoint, before it
    try:
        yield
    finally:
        time.sleep(0.001)  # runs: `async def` dependency with `yield` of a `def` endpoint, in `finally`


@app.get("/pool")
def pool(a=Depends(of_def)):
    return None


class Session:
    async def __call__(self):
        time.sleep(0.001)  # runs: callable object with `yield` as dependency, `async def __call__`
        yield


class PoolSession:
    def __call__(self):
        time.sleep(0.001)  # runs: callable object with `yield` as dependency, `def __call__`
        yield


@contextmanager
def connection():
    time.sleep(0.001)  # runs: `with` over a `@contextmanager` in an `async def` dependency
    yield


@asynccontextmanager
async def async_connection():
    time.sleep(0.001)  # runs: `async with` over an `@asynccontextmanager` in a dependency
    yield


@contextmanager
def pool_connection():
    time.sleep(0.001)  # runs: `with` over a `@contextmanager` in a `def` dependency
    yield


async def connected():
    with connection():
        async with async_connection():
            yield


def connected_pool():
    with pool_connection():
        yield


@app.get("/objects")
async def objects(a=Depends(Session()), b=Depends(PoolSession()), c=Depends(connected), d=Depends(connected_pool)):
    return None
