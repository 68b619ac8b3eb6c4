"""From threads back to the event loop."""

# request: GET /pool
# request: GET /threadsafe

import asyncio
import time

import anyio
import anyio.from_thread
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


async def from_thread():
    time.sleep(0.001)  # runs: `anyio.from_thread.run` in a `def` endpoint


def from_thread_sync():
    time.sleep(0.001)  # runs: `anyio.from_thread.run_sync` in a `def` endpoint


async def own_loop():
    time.sleep(0.001)  # runs: `asyncio.run` in a `def` endpoint


@app.get("/pool")
def pool():
    anyio.from_thread.run(from_thread)
    anyio.from_thread.run_sync(from_thread_sync)
    asyncio.run(own_loop())


async def threadsafe():
    time.sleep(0.001)  # runs: `asyncio.run_coroutine_threadsafe` in a thread


def called():
    time.sleep(0.001)  # runs: `loop.call_soon_threadsafe` in a thread


def in_thread(loop):
    asyncio.run_coroutine_threadsafe(threadsafe(), loop).result()
    loop.call_soon_threadsafe(called)


@app.get("/threadsafe")
async def handing_over():
    await run_in_threadpool(in_thread, asyncio.get_running_loop())
