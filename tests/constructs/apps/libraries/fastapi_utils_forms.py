"""fastapi-utils: repeated tasks and class-based views."""

# needs: fastapi-utils>=0.8
# needs: typing-inspect
# request: GET /view
# request: GET /view/pool

import time
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from fastapi_utils.cbv import cbv
from fastapi_utils.tasks import repeat_every


@repeat_every(seconds=0.01, max_repetitions=1)
async def repeated():
    time.sleep(0.001)  # runs: fastapi-utils `@repeat_every`, `async def`


@repeat_every(seconds=0.01, max_repetitions=1)
def repeated_pool():
    time.sleep(0.001)  # runs: fastapi-utils `@repeat_every`, `def`


@asynccontextmanager
async def lifespan(app):
    await repeated()
    await repeated_pool()
    yield


app = FastAPI(lifespan=lifespan)
router = APIRouter()


def of_view():
    time.sleep(0.001)  # runs: fastapi-utils `@cbv`, dependency of the class, `def`


async def of_view_async():
    time.sleep(0.001)  # runs: fastapi-utils `@cbv`, dependency of the class, `async def`


@cbv(router)
class Views:
    first: None = Depends(of_view)
    second: None = Depends(of_view_async)

    @router.get("/view")
    async def view(self):
        time.sleep(0.001)  # runs: fastapi-utils `@cbv`, endpoint, `async def`

    @router.get("/view/pool")
    def view_pool(self):
        time.sleep(0.001)  # runs: fastapi-utils `@cbv`, endpoint, `def`


app.include_router(router)
