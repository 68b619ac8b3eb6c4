"""APScheduler's schedulers in the application's process."""

# needs: apscheduler>=3,<4

import time
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI

scheduler = AsyncIOScheduler()
threads = BackgroundScheduler()


async def job():
    time.sleep(0.001)  # runs: APScheduler, job of an `AsyncIOScheduler`, `async def`


def job_pool():
    time.sleep(0.001)  # runs: APScheduler, job of an `AsyncIOScheduler`, `def`


def job_thread():
    time.sleep(0.001)  # runs: APScheduler, job of a `BackgroundScheduler`


@scheduler.scheduled_job("interval", seconds=0.01)
async def decorated():
    time.sleep(0.001)  # runs: APScheduler, `@scheduler.scheduled_job`, `async def`


def listener(event):
    time.sleep(0.001)  # runs: APScheduler, listener of an `AsyncIOScheduler`


@asynccontextmanager
async def lifespan(app):
    soon = datetime.now() + timedelta(milliseconds=5)
    scheduler.add_job(job, "date", run_date=soon)
    scheduler.add_job(job_pool, "date", run_date=soon)
    threads.add_job(job_thread, "date", run_date=soon)
    scheduler.add_listener(listener)
    scheduler.start()
    threads.start()
    yield
    scheduler.shutdown(wait=False)
    threads.shutdown(wait=False)


app = FastAPI(lifespan=lifespan)
