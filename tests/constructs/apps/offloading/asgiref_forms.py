"""asgiref's adapters."""

# needs: asgiref
# request: GET /x

import time

from asgiref.sync import async_to_sync, sync_to_async
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


def wrapped():
    time.sleep(0.001)  # runs: `sync_to_async(function)`


@sync_to_async
def decorated():
    time.sleep(0.001)  # runs: `@sync_to_async`


@sync_to_async(thread_sensitive=False)
def configured():
    time.sleep(0.001)  # runs: `@sync_to_async(thread_sensitive=False)`


async def back():
    time.sleep(0.001)  # runs: `async_to_sync` in a thread of the pool


@app.get("/x")
async def x():
    await sync_to_async(wrapped)()
    await decorated()
    await configured()
    await run_in_threadpool(async_to_sync(back))
