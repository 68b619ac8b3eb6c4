"""Objects with ``__call__`` as endpoints."""

# request: GET /object
# request: GET /object/async

import time

from fastapi import FastAPI

app = FastAPI()


class Callable:
    def __call__(self):
        time.sleep(0.001)  # runs: callable object as endpoint, `def __call__`


class AsyncCallable:
    async def __call__(self):
        time.sleep(0.001)  # runs: callable object as endpoint, `async def __call__`


app.add_api_route("/object", Callable())
app.add_api_route("/object/async", AsyncCallable())
