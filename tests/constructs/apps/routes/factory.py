"""An application that a function makes."""

# request: GET /defined
# request: GET /imported

import time

from fastapi import FastAPI


async def imported():
    time.sleep(0.001)  # runs: endpoint registered in `create_app()`


def create_app() -> FastAPI:
    made = FastAPI()

    @made.get("/defined")
    async def defined():
        time.sleep(0.001)  # runs: endpoint defined in `create_app()`

    made.add_api_route("/imported", imported)
    return made


app = create_app()
