"""What renders responses."""

# request: GET /class
# request: GET /class/pool
# request: GET /made
# request: GET /made/pool
# request: GET /default
# request: GET /default/pool

import json
import time

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, Response

app = FastAPI()


class OfClass(JSONResponse):
    def render(self, content):
        time.sleep(0.001)  # runs: `response_class=` of an `async def` endpoint, `render`
        return super().render(content)


class OfClassPool(JSONResponse):
    def render(self, content):
        time.sleep(0.001)  # runs: `response_class=` of a `def` endpoint, `render`
        return super().render(content)


@app.get("/class", response_class=OfClass)
async def of_class():
    return {}


@app.get("/class/pool", response_class=OfClassPool)
def of_class_pool():
    return {}


class Made(Response):
    def render(self, content):
        time.sleep(0.001)  # runs: response made in an `async def` endpoint, `render`
        return b""


class MadePool(Response):
    def render(self, content):
        time.sleep(0.001)  # runs: response made in a `def` endpoint, `render`
        return b""


@app.get("/made")
async def made():
    return Made("")


@app.get("/made/pool")
def made_pool():
    return MadePool("")


class Encoder(json.JSONEncoder):
    def default(self, value):
        time.sleep(0.001)  # runs: `JSONEncoder.default`, `json.dumps` in an `async def` endpoint
        return ""


class PoolEncoder(json.JSONEncoder):
    def default(self, value):
        time.sleep(0.001)  # runs: `JSONEncoder.default`, `json.dumps` in a `def` endpoint
        return ""


def text(value):
    time.sleep(0.001)  # runs: `json.dumps(default=function)` in an `async def` endpoint
    return ""


def custom(value):
    time.sleep(0.001)  # runs: `jsonable_encoder(custom_encoder={…})` in an `async def` endpoint
    return ""


@app.get("/default")
async def default():
    json.dumps(object(), cls=Encoder)
    json.dumps(object(), default=text)
    jsonable_encoder(set, custom_encoder={type: custom})


@app.get("/default/pool")
def default_pool():
    json.dumps(object(), cls=PoolEncoder)
