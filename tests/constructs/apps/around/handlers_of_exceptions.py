"""Exception handlers."""

# request: GET /value
# request: GET /key
# request: GET /added
# request: GET /added/pool
# request: GET /given
# request: GET /given/pool
# request: GET /status
# request: GET /validation?number=x

import time

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse


class Given(Exception):
    pass


class GivenPool(Exception):
    pass


class Added(Exception):
    pass


class AddedPool(Exception):
    pass


async def given(request, error):
    time.sleep(0.001)  # runs: `FastAPI(exception_handlers={…})`, `async def`
    return PlainTextResponse("")


def given_pool(request, error):
    time.sleep(0.001)  # runs: `FastAPI(exception_handlers={…})`, `def`
    return PlainTextResponse("")


app = FastAPI(exception_handlers={Given: given, GivenPool: given_pool})


@app.exception_handler(ValueError)
async def on_value(request, error):
    time.sleep(0.001)  # runs: `@app.exception_handler`, `async def`
    return PlainTextResponse("")


@app.exception_handler(KeyError)
def on_key(request, error):
    time.sleep(0.001)  # runs: `@app.exception_handler`, `def`
    return PlainTextResponse("")


async def on_added(request, error):
    time.sleep(0.001)  # runs: `app.add_exception_handler`, `async def`
    return PlainTextResponse("")


def on_added_pool(request, error):
    time.sleep(0.001)  # runs: `app.add_exception_handler`, `def`
    return PlainTextResponse("")


app.add_exception_handler(Added, on_added)
app.add_exception_handler(AddedPool, on_added_pool)


@app.exception_handler(418)
def on_status(request, error):
    time.sleep(0.001)  # runs: `@app.exception_handler(418)`, `def`
    return PlainTextResponse("")


@app.exception_handler(RequestValidationError)
async def on_validation(request, error):
    time.sleep(0.001)  # runs: `@app.exception_handler(RequestValidationError)`, `async def`
    return PlainTextResponse("")


@app.get("/value")
async def value():
    raise ValueError


@app.get("/key")
async def key():
    raise KeyError


@app.get("/added")
async def added():
    raise Added


@app.get("/added/pool")
async def added_pool():
    raise AddedPool


@app.get("/given")
async def raising():
    raise Given


@app.get("/given/pool")
async def raising_pool():
    raise GivenPool


@app.get("/status")
async def status():
    raise HTTPException(418)


@app.get("/validation")
async def validation(number: int):
    return None
