"""Background tasks."""

# request: GET /parameter
# request: GET /response
# request: GET /response/many
# request: GET /dependency
# request: GET /pool

import functools
import time

from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.responses import PlainTextResponse
from starlette.background import BackgroundTask

app = FastAPI()


async def written(text):
    time.sleep(0.001)  # runs: `BackgroundTasks.add_task`, `async def`


def written_pool(text):
    time.sleep(0.001)  # runs: `BackgroundTasks.add_task`, `def`


class Mailer:
    async def send(self):
        time.sleep(0.001)  # runs: `BackgroundTasks.add_task(self.method)`, `async def`

    def send_pool(self):
        time.sleep(0.001)  # runs: `BackgroundTasks.add_task(self.method)`, `def`


def fixed(text):
    time.sleep(0.001)  # runs: `BackgroundTasks.add_task(functools.partial(…))`, `def`


@app.get("/parameter")
async def parameter(tasks: BackgroundTasks):
    mailer = Mailer()
    tasks.add_task(written, "x")
    tasks.add_task(written_pool, text="x")
    tasks.add_task(mailer.send)
    tasks.add_task(mailer.send_pool)
    tasks.add_task(functools.partial(fixed, "x"))


async def after():
    time.sleep(0.001)  # runs: `Response(background=BackgroundTask(…))`, `async def`


def after_pool():
    time.sleep(0.001)  # runs: `Response(background=BackgroundTask(…))`, `def`


@app.get("/response")
async def response():
    return PlainTextResponse("", background=BackgroundTask(after))


@app.get("/response/many")
async def many():
    return PlainTextResponse("", background=BackgroundTask(after_pool))


def of_dependency():
    time.sleep(0.001)  # runs: `add_task` in a dependency, `def`


async def of_dependency_async():
    time.sleep(0.001)  # runs: `add_task` in a dependency, `async def`


def depending(tasks: BackgroundTasks):
    tasks.add_task(of_dependency)
    tasks.add_task(of_dependency_async)


@app.get("/dependency")
async def dependency(a=Depends(depending)):
    return None


async def of_def():
    time.sleep(0.001)  # runs: `add_task` in a `def` endpoint, `async def`


def of_def_pool():
    time.sleep(0.001)  # runs: `add_task` in a `def` endpoint, `def`


@app.get("/pool")
def pool(tasks: BackgroundTasks):
    tasks.add_task(of_def)
    tasks.add_task(of_def_pool)
