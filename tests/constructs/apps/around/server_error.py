"""The handler of last resort, which answers before the server logs the error."""

# request: GET /fails

import time

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.exception_handler(Exception)
def on_any(request, error):
    time.sleep(0.001)  # runs: `@app.exception_handler(Exception)`, `def`
    return PlainTextResponse("", status_code=503)


@app.get("/fails")
async def fails():
    raise RuntimeError
