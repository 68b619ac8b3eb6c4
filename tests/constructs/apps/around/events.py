"""Start-up and shut-down handlers."""

import time

from fastapi import APIRouter, FastAPI


async def listed():
    time.sleep(0.001)  # runs: `FastAPI(on_startup=[…])`, `async def`


def listed_plain():
    time.sleep(0.001)  # runs: `FastAPI(on_startup=[…])`, `def`


def listed_shutdown():
    time.sleep(0.001)  # runs: `FastAPI(on_shutdown=[…])`, `def`


app = FastAPI(on_startup=[listed, listed_plain], on_shutdown=[listed_shutdown])
router = APIRouter()


@app.on_event("startup")
async def start():
    time.sleep(0.001)  # runs: `@app.on_event("startup")`, `async def`


@app.on_event("startup")
def start_plain():
    time.sleep(0.001)  # runs: `@app.on_event("startup")`, `def`


@app.on_event("shutdown")
async def stop():
    time.sleep(0.001)  # runs: `@app.on_event("shutdown")`, `async def`


@app.on_event("shutdown")
def stop_plain():
    time.sleep(0.001)  # runs: `@app.on_event("shutdown")`, `def`


@router.on_event("startup")
def of_router():
    time.sleep(0.001)  # runs: `@router.on_event("startup")`, `def`


def added():
    time.sleep(0.001)  # runs: `app.router.add_event_handler`, `def`


app.router.add_event_handler("startup", added)
app.include_router(router)
