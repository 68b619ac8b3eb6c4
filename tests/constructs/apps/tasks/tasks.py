"""Tasks."""

# request: GET /x
# request: GET /anyio

import asyncio
import time

import anyio
from fastapi import FastAPI

app = FastAPI()


async def created():
    time.sleep(0.001)  # runs: `asyncio.create_task`


async def ensured():
    time.sleep(0.001)  # runs: `asyncio.ensure_future`


async def of_loop():
    time.sleep(0.001)  # runs: `loop.create_task`


async def gathered():
    time.sleep(0.001)  # runs: `asyncio.gather`


async def starred():
    time.sleep(0.001)  # runs: `asyncio.gather(*[…])`


async def waited():
    time.sleep(0.001)  # runs: `asyncio.wait`


async def timed():
    time.sleep(0.001)  # runs: `asyncio.wait_for`


async def shielded():
    time.sleep(0.001)  # runs: `asyncio.shield`


async def completed():
    time.sleep(0.001)  # runs: `asyncio.as_completed`


@app.get("/x")
async def x():
    task = asyncio.create_task(created())
    await asyncio.ensure_future(ensured())
    await asyncio.get_running_loop().create_task(of_loop())
    await asyncio.gather(gathered(), gathered())
    await asyncio.gather(*[starred() for _ in range(1)])
    await asyncio.wait([asyncio.create_task(waited())])
    await asyncio.wait_for(timed(), 1)
    await asyncio.shield(shielded())
    for each in asyncio.as_completed([completed()]):
        await each
    await task


async def started():
    time.sleep(0.001)  # runs: AnyIO `TaskGroup.start_soon`


async def ready(task_status):
    time.sleep(0.001)  # runs: AnyIO `TaskGroup.start`
    task_status.started()


@app.get("/anyio")
async def of_anyio():
    async with anyio.create_task_group() as group:
        group.start_soon(started)
        await group.start(ready)
