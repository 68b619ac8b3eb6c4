"""fastapi-restful: repeated tasks and class-based views."""

# needs: fastapi-restful>=0.6
# needs: typing-inspect
# request: GET /view

import time
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi_restful.cbv import cbv
from fastapi_restful.tasks import repeat_every


@repeat_every(seconds=0.01, max_repetitions=1)
async def repeated():
    time.sleep(0.001)  # runs: fastapi-restful `@repeat_every`, `async def`


@repeat_every(seconds=0.01, max_repetitions=1)
def repeated_pool():
    time.sleep(0.001)  # runs: fastapi-restful `@repeat_every`, `def`


@asynccontextmanager
async def lifespan(app):
    await repeated()
    await repeated_pool()
    yield


app = FastAPI(lifespan=lifespan)
router = APIRouter()


@cbv(router)
class Views:
    @router.get("/view")
    async def view(self):
        time.sleep(0.001)  # runs: fastapi-restful `@cbv`, endpoint, `async def`


app.include_router(router)
