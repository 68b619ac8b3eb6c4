"""``dependency_overrides`` in the application itself."""

# request: GET /x

import time

from fastapi import Depends, FastAPI

app = FastAPI()


async def original():
    return None


async def override():
    time.sleep(0.001)  # runs: `app.dependency_overrides[…] =`, `async def`


def original_pool():
    return None


def override_pool():
    time.sleep(0.001)  # runs: `app.dependency_overrides[…] =`, `def`


async def updated():
    time.sleep(0.001)  # runs: `app.dependency_overrides.update({…})`


async def second():
    return None


app.dependency_overrides[original] = override
app.dependency_overrides[original_pool] = override_pool
app.dependency_overrides.update({second: updated})


@app.get("/x")
async def x(a=Depends(original), b=Depends(original_pool), c=Depends(second)):
    return None
