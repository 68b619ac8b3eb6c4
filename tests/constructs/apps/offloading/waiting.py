"""Waiting for what was off-loaded holds up whoever waits."""

# request: GET /x
# request: GET /pool

import asyncio
import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()
executor = ThreadPoolExecutor(1)


def slow(number=0):
    time.sleep(0.15)


async def slow_too():
    await asyncio.sleep(0.15)


def submit_and_wait():
    executor.submit(slow).result()  # waits: `future.result()` in a thread


def start_loop(loop):
    asyncio.run_coroutine_threadsafe(
        slow_too(), loop
    ).result()  # waits: `run_coroutine_threadsafe(…).result()` in a thread


@app.get("/x")
async def x():
    executor.submit(slow).result()  # waits: `future.result()`
    wait([executor.submit(slow)])  # waits: `concurrent.futures.wait`
    list(executor.map(slow, [1]))  # waits: `list(executor.map(…))`
    with ThreadPoolExecutor(1) as pool:  # waits: leaving `with ThreadPoolExecutor()`
        pool.submit(slow)
    thread = threading.Thread(target=slow)
    thread.start()
    thread.join()  # waits: `thread.join()`
    process = multiprocessing.Process(target=slow)
    process.start()
    process.join()  # waits: `process.join()`
    await asyncio.wrap_future(executor.submit(slow))  # waits: `await asyncio.wrap_future(…)`
    await asyncio.get_running_loop().run_in_executor(executor, slow)  # waits: `await loop.run_in_executor(…)`
    await asyncio.to_thread(slow)  # waits: `await asyncio.to_thread(…)`
    await run_in_threadpool(submit_and_wait)
    await run_in_threadpool(start_loop, asyncio.get_running_loop())


@app.get("/pool")
def pool():
    with ThreadPoolExecutor(1) as pool:  # waits: leaving `with ThreadPoolExecutor()` in a `def` endpoint
        pool.submit(slow)
