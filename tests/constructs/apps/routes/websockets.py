"""WebSockets."""

# websocket: /decorated
# websocket: /added
# websocket: /router
# websocket: /router-added
# websocket: /old
# websocket: /endpoint
# websocket: /dependency

import time

from fastapi import APIRouter, Depends, FastAPI, WebSocket
from starlette.endpoints import WebSocketEndpoint

app = FastAPI()
router = APIRouter()


@app.websocket("/decorated")
async def decorated(socket: WebSocket):
    time.sleep(0.001)  # runs: `@app.websocket`


async def added(socket: WebSocket):
    time.sleep(0.001)  # runs: `app.add_api_websocket_route`


app.add_api_websocket_route("/added", added)


@router.websocket("/router")
async def on_router(socket: WebSocket):
    time.sleep(0.001)  # runs: `@router.websocket`


async def router_added(socket: WebSocket):
    time.sleep(0.001)  # runs: `router.add_api_websocket_route`


router.add_api_websocket_route("/router-added", router_added)


async def old(socket: WebSocket):
    time.sleep(0.001)  # runs: `router.add_websocket_route`


router.add_websocket_route("/old", old)


class Echo(WebSocketEndpoint):
    encoding = "text"

    async def on_connect(self, websocket):
        time.sleep(0.001)  # runs: `WebSocketEndpoint.on_connect`
        await websocket.accept()

    async def on_receive(self, websocket, data):
        time.sleep(0.001)  # runs: `WebSocketEndpoint.on_receive`

    async def on_disconnect(self, websocket, close_code):
        time.sleep(0.001)  # runs: `WebSocketEndpoint.on_disconnect`


app.router.add_websocket_route("/endpoint", Echo)


def in_the_pool():
    time.sleep(0.001)  # runs: dependency of a WebSocket, `def`


async def on_the_loop():
    time.sleep(0.001)  # runs: dependency of a WebSocket, `async def`


@app.websocket("/dependency")
async def depending(socket: WebSocket, a=Depends(in_the_pool), b=Depends(on_the_loop)):
    await socket.accept()


app.include_router(router)
