"""Endpoints that are methods, partials and decorated functions."""

# request: GET /method
# request: GET /method/pool
# request: GET /decorated
# request: GET /static
# request: GET /class-method
# request: GET /partial
# request: GET /partial/pool
# request: GET /wrapped
# request: GET /wrapped/pool

import functools
import time

from fastapi import APIRouter, FastAPI

app = FastAPI()


class Items:
    def __init__(self):
        self.router = APIRouter()
        self.router.add_api_route("/method", self.on_the_loop)
        self.router.add_api_route("/method/pool", self.in_the_pool)
        self.router.get("/decorated")(self.decorated)
        self.router.add_api_route("/static", self.static)
        self.router.add_api_route("/class-method", self.of_class)

    async def on_the_loop(self):
        time.sleep(0.001)  # runs: method of an object, `async def`

    def in_the_pool(self):
        time.sleep(0.001)  # runs: method of an object, `def`

    async def decorated(self):
        time.sleep(0.001)  # runs: `router.get("/path")(self.method)`

    @staticmethod
    async def static():
        time.sleep(0.001)  # runs: static method, `async def`

    @classmethod
    async def of_class(cls):
        time.sleep(0.001)  # runs: class method, `async def`


app.include_router(Items().router)


async def configured(limit: int):
    time.sleep(0.001)  # runs: `functools.partial` as endpoint, `async def`


def configured_pool(limit: int):
    time.sleep(0.001)  # runs: `functools.partial` as endpoint, `def`


app.add_api_route("/partial", functools.partial(configured, limit=1))
app.add_api_route("/partial/pool", functools.partial(configured_pool, limit=1))


def logged(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        time.sleep(0.001)  # runs: `async def` wrapper of the project around an endpoint
        return await function(*args, **kwargs)

    return wrapper


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        time.sleep(0.001)  # runs: `def` wrapper of the project around a `def` endpoint
        return function(*args, **kwargs)

    return wrapper


@app.get("/wrapped")
@logged
async def wrapped():
    time.sleep(0.001)  # runs: endpoint under a decorator of the project, `async def`


@app.get("/wrapped/pool")
@timed
def wrapped_pool():
    time.sleep(0.001)  # runs: endpoint under a decorator of the project, `def`
