"""Start-up and shut-down in one function."""

import time
from contextlib import asynccontextmanager

from fastapi import FastAPI


def connect():
    time.sleep(0.001)  # runs: `def` helper called by the lifespan function


class Pool:
    async def __aenter__(self):
        time.sleep(0.001)  # runs: `__aenter__` in the lifespan function
        return self

    async def __aexit__(self, *error):
        time.sleep(0.001)  # runs: `__aexit__` in the lifespan function


@asynccontextmanager
async def lifespan(app):
    time.sleep(0.001)  # runs: lifespan function, start-up
    connect()
    async with Pool():
        yield
    time.sleep(0.001)  # runs: lifespan function, shut-down


app = FastAPI(lifespan=lifespan)
