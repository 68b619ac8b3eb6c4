"""Calls of every sort, each of about 0.1 s, that the tests measure. Its line numbers do not matter, its names do."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import hashlib
import os
import re
import threading
import time

SECONDS = 0.1
MICROSECONDS = int(SECONDS * 1e6)
C = ctypes.CDLL(None)
C_WITH_THE_GIL = ctypes.PyDLL(None)


def sleeps(seconds=SECONDS):
    time.sleep(seconds)


def waits_in_c():
    C.usleep(MICROSECONDS)


def holds_the_gil_in_c():
    C_WITH_THE_GIL.usleep(MICROSECONDS)


def computes_in_python():
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        sum(range(100))


def computes_in_c_with_the_gil():
    re.match(r"(a+)+$", "a" * 22 + "b")


def computes_without_the_gil():
    hashlib.pbkdf2_hmac("sha256", b"x", b"y", 400_000)


def waits_for_a_lock():
    threading.Event().wait(SECONDS)


def looks_at_a_file():
    os.stat(".")
    open(os.devnull).close()


def does_nothing():
    pass


def raises():
    time.sleep(SECONDS)
    raise LookupError("not here")


def exits():
    raise SystemExit(3)


def lines():
    time.sleep(SECONDS)
    yield 1


@contextlib.contextmanager
def manager():
    time.sleep(SECONDS)
    yield


def a_then_b():
    time.sleep(SECONDS * 0.6)
    time.sleep(SECONDS * 0.4)


async def sleeps_asynchronously():
    await asyncio.sleep(SECONDS)


async def off_loads():
    await asyncio.to_thread(time.sleep, SECONDS)


async def off_loads_what_holds_the_gil():
    await asyncio.to_thread(holds_the_gil_in_c)


async def blocks_later():
    await asyncio.sleep(0.01)
    sleeps()


async def blocks_often_but_briefly():
    for _ in range(50):
        time.sleep(0.002)
        await asyncio.sleep(0)


async def rows():
    sleeps()
    yield 1


async def rows_that_wait():
    await asyncio.sleep(SECONDS)
    yield 1


@contextlib.asynccontextmanager
async def asynchronous_manager():
    sleeps()
    yield


async def never_ends():
    await asyncio.sleep(60)


async def times_out_by_itself():
    await asyncio.wait_for(asyncio.sleep(60), 0.01)
