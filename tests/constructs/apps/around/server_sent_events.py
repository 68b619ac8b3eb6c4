"""Server-sent events of sse-starlette."""

# needs: sse-starlette
# request: GET /async
# request: GET /sync

import time

from fastapi import FastAPI
from sse_starlette.sse import EventSourceResponse

app = FastAPI()


async def events():
    time.sleep(0.001)  # runs: sse-starlette's `EventSourceResponse` with an `async def` generator
    yield {"data": "x"}


def events_pool():
    time.sleep(0.001)  # runs: sse-starlette's `EventSourceResponse` with a `def` generator
    yield {"data": "x"}


@app.get("/async")
async def from_async():
    return EventSourceResponse(events())


@app.get("/sync")
async def from_sync():
    return EventSourceResponse(events_pool())
