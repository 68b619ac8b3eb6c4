"""Endpoints registered in loops."""

# request: GET /functions/first
# request: GET /functions/second
# request: GET /tuples/third
# request: GET /tuples/fourth
# request: GET /dict/fifth
# request: GET /dict/sixth
# request: GET /rows/seventh
# request: GET /closure/0

import time

from fastapi import FastAPI

app = FastAPI()


async def first():
    time.sleep(0.001)  # runs: registered in a loop over functions, `async def`


def second():
    time.sleep(0.001)  # runs: registered in a loop over functions, `def`


for function in [first, second]:
    app.add_api_route(f"/functions/{function.__name__}", function)


async def third():
    time.sleep(0.001)  # runs: registered in a loop over tuples, `async def`


def fourth():
    time.sleep(0.001)  # runs: registered in a loop over tuples, `def`


ROUTES = [("/tuples/third", third, ["GET"]), ("/tuples/fourth", fourth, ["GET"])]
for path, endpoint, methods in ROUTES:
    app.add_api_route(path, endpoint, methods=methods)


async def fifth():
    time.sleep(0.001)  # runs: registered in a loop over a dict, `async def`


def sixth():
    time.sleep(0.001)  # runs: registered in a loop over a dict, `def`


for path, endpoint in {"/dict/fifth": fifth, "/dict/sixth": sixth}.items():
    app.get(path)(endpoint)


async def seventh():
    time.sleep(0.001)  # runs: registered in a loop over dicts


for row in [{"path": "/rows/seventh", "endpoint": seventh}]:
    app.add_api_route(**row)


def make(number):
    async def endpoint():
        time.sleep(0.001)  # runs: closure registered in a loop

    return endpoint


for number in range(2):
    app.get(f"/closure/{number}")(make(number))
