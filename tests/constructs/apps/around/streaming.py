"""Streamed responses."""

# request: GET /async
# request: GET /sync
# request: GET /expression
# request: GET /list
# request: GET /object
# request: GET /object/pool
# request: GET /def
# request: GET /def/async

import time

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


async def rows():
    time.sleep(0.001)  # runs: `StreamingResponse` with an `async def` generator
    yield b""


def rows_pool():
    time.sleep(0.001)  # runs: `StreamingResponse` with a `def` generator
    yield b""


@app.get("/async")
async def from_async():
    return StreamingResponse(rows())


@app.get("/sync")
async def from_sync():
    return StreamingResponse(rows_pool())


def cell(number):
    time.sleep(0.001)  # runs: `StreamingResponse` with a generator expression
    return b""


@app.get("/expression")
async def expression():
    return StreamingResponse(cell(number) for number in range(1))


def line():
    time.sleep(0.001)  # runs: `StreamingResponse` with a list, while the list is made
    return b""


@app.get("/list")
async def from_list():
    return StreamingResponse([line() for _ in range(1)])


class Rows:
    def __init__(self):
        self.left = 1

    def __aiter__(self):
        return self

    async def __anext__(self):
        time.sleep(0.001)  # runs: `StreamingResponse` with an object, `async def __anext__`
        self.left -= 1
        if self.left < 0:
            raise StopAsyncIteration
        return b""


class PoolRows:
    def __init__(self):
        self.left = 1

    def __iter__(self):
        return self

    def __next__(self):
        time.sleep(0.001)  # runs: `StreamingResponse` with an object, `def __next__`
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return b""


@app.get("/object")
async def from_object():
    return StreamingResponse(Rows())


@app.get("/object/pool")
async def from_pool_object():
    return StreamingResponse(PoolRows())


def rows_of_def():
    time.sleep(0.001)  # runs: `StreamingResponse` with a `def` generator, made in a `def` endpoint
    yield b""


async def async_rows_of_def():
    time.sleep(0.001)  # runs: `StreamingResponse` with an `async def` generator, made in a `def` endpoint
    yield b""


@app.get("/def")
def of_def():
    return StreamingResponse(rows_of_def())


@app.get("/def/async")
def async_of_def():
    return StreamingResponse(async_rows_of_def())
