"""Functions as dependencies."""

# request: GET /loop
# request: GET /pool
# request: GET /partial
# request: GET /security
# request: GET /router/x
# request: GET /nothing

import functools
import time
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Security


async def of_app():
    time.sleep(0.001)  # runs: dependency of the application, `async def`


def of_app_pool():
    time.sleep(0.001)  # runs: dependency of the application, `def`


app = FastAPI(dependencies=[Depends(of_app), Depends(of_app_pool)])


async def on_the_loop():
    time.sleep(0.001)  # runs: dependency, `async def`, of an `async def` endpoint


def in_the_pool():
    time.sleep(0.001)  # runs: dependency, `def`, of an `async def` endpoint


async def on_the_loop_annotated():
    time.sleep(0.001)  # runs: dependency in `Annotated`, `async def`


def in_the_pool_annotated():
    time.sleep(0.001)  # runs: dependency in `Annotated`, `def`


@app.get("/loop")
async def loop(
    c: Annotated[None, Depends(on_the_loop_annotated)],
    d: Annotated[None, Depends(in_the_pool_annotated)],
    a=Depends(on_the_loop),
    b=Depends(in_the_pool),
):
    return None


async def below():
    time.sleep(0.001)  # runs: dependency of a `def` dependency, `async def`


def below_pool():
    time.sleep(0.001)  # runs: dependency of an `async def` dependency, `def`


async def async_of_def(a=Depends(below_pool)):
    time.sleep(0.001)  # runs: dependency, `async def`, of a `def` endpoint


def def_of_def(a=Depends(below)):
    time.sleep(0.001)  # runs: dependency, `def`, of a `def` endpoint


@app.get("/pool")
def pool(a=Depends(async_of_def), b=Depends(def_of_def)):
    return None


async def limited(limit: int):
    time.sleep(0.001)  # runs: `functools.partial` as dependency, `async def`


def limited_pool(limit: int):
    time.sleep(0.001)  # runs: `functools.partial` as dependency, `def`


@app.get("/partial")
async def partial(
    a=Depends(functools.partial(limited, limit=1)),
    b=Depends(functools.partial(limited_pool, limit=1)),
):
    return None


async def secured():
    time.sleep(0.001)  # runs: `Security` dependency, `async def`


def secured_pool():
    time.sleep(0.001)  # runs: `Security` dependency, `def`


@app.get("/security")
async def security(a=Security(secured, scopes=["x"]), b=Security(secured_pool, scopes=["x"])):
    return None


async def of_router():
    time.sleep(0.001)  # runs: dependency of a router, `async def`


def of_router_pool():
    time.sleep(0.001)  # runs: dependency of a router, `def`


async def of_inclusion():
    time.sleep(0.001)  # runs: dependency given to `include_router`, `async def`


async def of_route():
    time.sleep(0.001)  # runs: dependency in `dependencies=` of a route, `async def`


def of_route_pool():
    time.sleep(0.001)  # runs: dependency in `dependencies=` of a route, `def`


router = APIRouter(prefix="/router", dependencies=[Depends(of_router), Depends(of_router_pool)])


@router.get("/x", dependencies=[Depends(of_route), Depends(of_route_pool)])
async def x():
    return None


app.include_router(router, dependencies=[Depends(of_inclusion)])


def make_dependency(role):
    async def checked():
        time.sleep(0.001)  # runs: closure as dependency, `async def`

    return checked


@app.get("/nothing", dependencies=[Depends(make_dependency("admin"))])
async def nothing():
    return None
