"""Endpoints that yield: JSON lines and server-sent events."""

# needs: fastapi>=0.135
# request: GET /lines
# request: GET /lines/pool
# request: GET /events
# request: GET /events/pool

import time
from collections.abc import AsyncIterable, Iterable

from fastapi import FastAPI
from fastapi.sse import EventSourceResponse

app = FastAPI()


@app.get("/lines")
async def lines() -> AsyncIterable[int]:
    time.sleep(0.001)  # runs: endpoint that yields lines of JSON, `async def`
    yield 1


@app.get("/lines/pool")
def lines_pool() -> Iterable[int]:
    time.sleep(0.001)  # runs: endpoint that yields lines of JSON, `def`
    yield 1


@app.get("/events", response_class=EventSourceResponse)
async def events() -> AsyncIterable[int]:
    time.sleep(0.001)  # runs: endpoint that yields server-sent events, `async def`
    yield 1


@app.get("/events/pool", response_class=EventSourceResponse)
def events_pool() -> Iterable[int]:
    time.sleep(0.001)  # runs: endpoint that yields server-sent events, `def`
    yield 1
