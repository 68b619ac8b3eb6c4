"""Task groups of the standard library."""

# needs: python>=3.11
# request: GET /x

import asyncio
import time

from fastapi import FastAPI

app = FastAPI()


async def grouped():
    time.sleep(0.001)  # runs: `asyncio.TaskGroup.create_task`


@app.get("/x")
async def x():
    async with asyncio.TaskGroup() as group:
        group.create_task(grouped())
