"""Decorators and helpers of the project that off-load."""

# request: GET /x

import asyncio
import functools
import time

import anyio.to_thread
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


def offloaded(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        return await run_in_threadpool(function, *args, **kwargs)

    return wrapper


def in_executor(executor=None):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args):
            loop = asyncio.get_running_loop()
            return loop.run_in_executor(executor, functools.partial(function, *args))

        return wrapper

    return decorate


class Offload:
    def __init__(self, function):
        self.function = function

    async def __call__(self, *args):
        return await anyio.to_thread.run_sync(self.function, *args)


async def in_thread(function, *args):
    return await asyncio.to_thread(function, *args)


@offloaded
def decorated():
    time.sleep(0.001)  # runs: function under an off-loading decorator of the project


@in_executor()
def configured():
    time.sleep(0.001)  # runs: function under an off-loading decorator with arguments


@Offload
def by_class():
    time.sleep(0.001)  # runs: function under an off-loading class as decorator


def helped():
    time.sleep(0.001)  # runs: function handed to an off-loading helper of the project


def evaluated():
    time.sleep(0.001)  # runs: argument of an off-loading helper of the project


def helped_with(number):
    return None


class Store:
    @offloaded
    def load(self):
        time.sleep(0.001)  # runs: method under an off-loading decorator of the project


def twice(function):
    @functools.wraps(function)
    async def wrapper():
        function()
        await run_in_threadpool(function)

    return wrapper


@twice
def both():
    time.sleep(0.001)  # runs: function that a decorator calls directly and off-loads


@app.get("/x")
async def x():
    await decorated()
    await configured()
    await by_class()
    await in_thread(helped)
    await in_thread(helped_with, evaluated())
    await Store().load()
    await both()
