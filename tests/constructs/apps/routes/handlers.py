"""``APIRoute`` subclasses."""

# request: POST /timed {"name": "x"}
# request: POST /timed/pool {"name": "x"}

import time
from collections.abc import Callable

from fastapi import APIRouter, Body, FastAPI, Request, Response
from fastapi.routing import APIRoute


class OwnRequest(Request):
    async def body(self) -> bytes:
        time.sleep(0.001)  # runs: method of a `Request` subclass that FastAPI calls
        return await super().body()


class TimedRoute(APIRoute):
    def get_route_handler(self) -> Callable:
        original = super().get_route_handler()

        async def handler(request: Request) -> Response:
            time.sleep(0.001)  # runs: what `APIRoute.get_route_handler` returns
            return await original(OwnRequest(request.scope, request.receive))

        return handler


app = FastAPI()
router = APIRouter(route_class=TimedRoute)


@router.post("/timed")
async def timed(name: str = Body(embed=True)):
    time.sleep(0.001)  # runs: endpoint of a route with its own handler, `async def`


@router.post("/timed/pool")
def timed_pool(name: str = Body(embed=True)):
    time.sleep(0.001)  # runs: endpoint of a route with its own handler, `def`


app.include_router(router)
