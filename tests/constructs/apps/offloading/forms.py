"""Off-loading to threads."""

# request: GET /x
# request: GET /arguments

import asyncio
import functools
import time
from concurrent.futures import ThreadPoolExecutor

import anyio.to_thread
import starlette.concurrency
from fastapi import FastAPI
from fastapi.concurrency import iterate_in_threadpool, run_in_threadpool

app = FastAPI()
executor = ThreadPoolExecutor(1)


def default_executor():
    time.sleep(0.001)  # runs: `loop.run_in_executor(None, function)`


def own_executor():
    time.sleep(0.001)  # runs: `loop.run_in_executor(executor, function)`


def partially(number):
    time.sleep(0.001)  # runs: `loop.run_in_executor(None, functools.partial(…))`


def in_lambda():
    time.sleep(0.001)  # runs: `loop.run_in_executor(None, lambda: …)`


def to_thread():
    time.sleep(0.001)  # runs: `asyncio.to_thread`


def threadpool():
    time.sleep(0.001)  # runs: `run_in_threadpool`


def starlettes():
    time.sleep(0.001)  # runs: `starlette.concurrency.run_in_threadpool`


def anyios():
    time.sleep(0.001)  # runs: `anyio.to_thread.run_sync`


def rows():
    time.sleep(0.001)  # runs: `iterate_in_threadpool`
    yield 1


class Client:
    def load(self):
        time.sleep(0.001)  # runs: `asyncio.to_thread(self.method)`


@app.get("/x")
async def x():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, default_executor)
    await loop.run_in_executor(executor, own_executor)
    await loop.run_in_executor(None, functools.partial(partially, 1))
    await loop.run_in_executor(None, lambda: in_lambda())
    await asyncio.to_thread(to_thread)
    await asyncio.to_thread(Client().load)
    await run_in_threadpool(threadpool)
    await starlette.concurrency.run_in_threadpool(starlettes)
    await anyio.to_thread.run_sync(anyios)
    async for _ in iterate_in_threadpool(rows()):
        pass


def argument():
    time.sleep(0.001)  # runs: argument of `run_in_threadpool`
    return 1


def executor_argument():
    time.sleep(0.001)  # runs: argument of `loop.run_in_executor`
    return 1


def work(number):
    time.sleep(0.001)  # runs: function that is off-loaded with arguments


def called_instead():
    time.sleep(0.001)  # runs: function that is called instead of passed to `asyncio.to_thread`
    return work


@app.get("/arguments")
async def arguments():
    await run_in_threadpool(work, argument())
    await asyncio.get_running_loop().run_in_executor(None, work, executor_argument())
    await asyncio.to_thread(called_instead(), 1)
