"""The same, as a coroutine function."""

# request: GET /fails

import time

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.exception_handler(500)
async def on_any(request, error):
    time.sleep(0.001)  # runs: `@app.exception_handler(500)`, `async def`
    return PlainTextResponse("", status_code=503)


@app.get("/fails")
async def fails():
    raise RuntimeError
