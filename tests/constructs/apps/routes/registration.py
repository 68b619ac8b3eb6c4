"""Other ways to register an endpoint."""

# request: GET /api-route
# request: POST /api-route/pool
# request: GET /added
# request: GET /added/pool
# request: GET /called
# request: GET /called/pool
# request: GET /router-added
# request: GET /router-called
# request: GET /router-api-route
# request: GET /api-route-object
# request: GET /add-route
# request: GET /add-route/pool
# request: GET /router-route
# request: GET /router-route/pool

import time

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute

app = FastAPI()
router = APIRouter()


@app.api_route("/api-route", methods=["GET", "POST"])
async def api_route():
    time.sleep(0.001)  # runs: `@app.api_route`, `async def`


@app.api_route("/api-route/pool", methods=["GET", "POST"])
def api_route_pool():
    time.sleep(0.001)  # runs: `@app.api_route`, `def`


async def added():
    time.sleep(0.001)  # runs: `app.add_api_route`, `async def`


def added_pool():
    time.sleep(0.001)  # runs: `app.add_api_route`, `def`


app.add_api_route("/added", added)
app.add_api_route("/added/pool", added_pool, methods=["GET"])


async def called():
    time.sleep(0.001)  # runs: `app.get("/path")(function)`, `async def`


def called_pool():
    time.sleep(0.001)  # runs: `app.get("/path")(function)`, `def`


app.get("/called")(called)
app.get("/called/pool")(called_pool)


async def router_added():
    time.sleep(0.001)  # runs: `router.add_api_route`


router.add_api_route("/router-added", endpoint=router_added)


async def router_called():
    time.sleep(0.001)  # runs: `router.get("/path")(function)`


router.get("/router-called")(router_called)


@router.api_route("/router-api-route")
async def router_api_route():
    time.sleep(0.001)  # runs: `@router.api_route`


async def route_object():
    time.sleep(0.001)  # runs: `APIRoute` object in `router.routes`


router.routes.append(APIRoute("/api-route-object", route_object))


async def add_route(request: Request):
    time.sleep(0.001)  # runs: `app.add_route`, `async def`
    return PlainTextResponse("")


def add_route_pool(request: Request):
    time.sleep(0.001)  # runs: `app.add_route`, `def`
    return PlainTextResponse("")


app.add_route("/add-route", add_route)
app.add_route("/add-route/pool", add_route_pool)


@router.route("/router-route")
async def router_route(request: Request):
    time.sleep(0.001)  # runs: `@router.route`, `async def`
    return PlainTextResponse("")


@router.route("/router-route/pool")
def router_route_pool(request: Request):
    time.sleep(0.001)  # runs: `@router.route`, `def`
    return PlainTextResponse("")


app.include_router(router)
