"""Callbacks of the event loop."""

# request: GET /x

import asyncio
import functools
import os
import signal
import socket
import time

from fastapi import FastAPI

app = FastAPI()


def soon():
    time.sleep(0.001)  # runs: `loop.call_soon`


def later():
    time.sleep(0.001)  # runs: `loop.call_later`


def at():
    time.sleep(0.001)  # runs: `loop.call_at`


def threadsafe():
    time.sleep(0.001)  # runs: `loop.call_soon_threadsafe`


def partially(number):
    time.sleep(0.001)  # runs: `loop.call_soon(functools.partial(…))`


def done(task):
    time.sleep(0.001)  # runs: `task.add_done_callback`


def future_done(future):
    time.sleep(0.001)  # runs: `future.add_done_callback` of an asyncio future


def signalled():
    time.sleep(0.001)  # runs: `loop.add_signal_handler`
    asyncio.get_running_loop().remove_signal_handler(signal.SIGUSR1)


async def nothing():
    return None


@app.get("/x")
async def x():
    loop = asyncio.get_running_loop()
    loop.call_soon(soon)
    loop.call_soon(functools.partial(partially, 1))
    loop.call_later(0, later)
    loop.call_at(loop.time(), at)
    loop.call_soon_threadsafe(threadsafe)
    task = asyncio.create_task(nothing())
    task.add_done_callback(done)
    future = loop.create_future()
    future.add_done_callback(future_done)
    future.set_result(None)
    first, second = socket.socketpair()

    def readable():
        time.sleep(0.001)  # runs: `loop.add_reader`
        loop.remove_reader(first)

    loop.add_reader(first, readable)
    second.send(b"x")
    loop.add_signal_handler(signal.SIGUSR1, signalled)
    os.kill(os.getpid(), signal.SIGUSR1)
    await asyncio.sleep(0.02)
    first.close()
    second.close()
