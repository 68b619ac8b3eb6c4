"""Executors and threads."""

# request: GET /x
# request: GET /coroutine

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI

app = FastAPI()
executor = ThreadPoolExecutor(2)


def submitted():
    time.sleep(0.001)  # runs: `executor.submit`


def mapped(number):
    time.sleep(0.001)  # runs: `executor.map`


def initialized():
    time.sleep(0.001)  # runs: `ThreadPoolExecutor(initializer=…)`


def finished(future):
    time.sleep(0.001)  # runs: `add_done_callback` of a `concurrent.futures.Future`


def slow():
    finish.wait(1)


def target():
    time.sleep(0.001)  # runs: `threading.Thread(target=…)`


def timer():
    time.sleep(0.001)  # runs: `threading.Timer`


class Worker(threading.Thread):
    def run(self):
        time.sleep(0.001)  # runs: `threading.Thread.run` of a subclass


class Prepared(threading.Thread):
    def __init__(self):
        super().__init__()
        time.sleep(0.001)  # runs: constructor of a `threading.Thread` subclass

    def run(self):
        return None


finish = threading.Event()


@app.get("/x")
async def x():
    executor.submit(submitted)
    list(executor.map(mapped, [1]))
    ThreadPoolExecutor(1, initializer=initialized).submit(print)
    executor.submit(slow).add_done_callback(finished)
    finish.set()
    threading.Thread(target=target).start()
    threading.Timer(0, timer).start()
    Worker().start()
    Prepared().start()


async def in_thread():
    time.sleep(0.001)  # runs: coroutine function handed to `asyncio.to_thread`


async def with_own_loop():
    time.sleep(0.001)  # runs: `asyncio.run` in a thread


def own_loop():
    asyncio.run(with_own_loop())


@app.get("/coroutine")
async def coroutine():
    (await asyncio.to_thread(in_thread)).close()
    threading.Thread(target=own_loop).start()
