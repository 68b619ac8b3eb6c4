"""Processes."""

# request: GET /x

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import anyio.to_process
from fastapi import FastAPI

app = FastAPI()


def submitted():
    time.sleep(0.001)  # runs: `ProcessPoolExecutor.submit`


def in_executor():
    time.sleep(0.001)  # runs: `loop.run_in_executor(process_pool, function)`


def target():
    time.sleep(0.001)  # runs: `multiprocessing.Process(target=…)`


def anyios():
    time.sleep(0.001)  # runs: `anyio.to_process.run_sync`


@app.get("/x")
async def x():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1) as pool:
        await asyncio.wrap_future(pool.submit(submitted))
        await loop.run_in_executor(pool, in_executor)
    process = multiprocessing.Process(target=target)
    process.start()
    await loop.run_in_executor(None, process.join)
    await anyio.to_process.run_sync(anyios)
