"""Classes and callable objects as dependencies."""

# request: GET /class
# request: GET /object
# request: GET /method

import time
from dataclasses import dataclass

from fastapi import Depends, FastAPI

app = FastAPI()


class Parameters:
    def __init__(self, q: str = ""):
        time.sleep(0.001)  # runs: class as dependency, `__init__`


class Shared:
    def __init__(self):
        time.sleep(0.001)  # runs: class as dependency by annotation, `__init__`

    def use(self):
        time.sleep(0.001)  # runs: method of a dependency, called in an `async def` endpoint


@dataclass
class Options:
    q: str = ""

    def __post_init__(self):
        time.sleep(0.001)  # runs: dataclass as dependency, `__post_init__`


@app.get("/class")
async def by_class(a: Parameters = Depends(Parameters), b: Shared = Depends(), c: Options = Depends()):
    b.use()


class Checker:
    def __call__(self, q: str = ""):
        time.sleep(0.001)  # runs: callable object as dependency, `def __call__`


class AsyncChecker:
    def __init__(self):
        time.sleep(0.001)  # runs: constructor of a callable object, called where the endpoint is defined

    async def __call__(self, q: str = ""):
        time.sleep(0.001)  # runs: callable object as dependency, `async def __call__`


@app.get("/object")
async def by_object(a=Depends(Checker()), b=Depends(AsyncChecker())):
    return None


class Service:
    async def user(self):
        time.sleep(0.001)  # runs: bound method as dependency, `async def`

    def tenant(self):
        time.sleep(0.001)  # runs: bound method as dependency, `def`


service = Service()


@app.get("/method")
async def by_method(a=Depends(service.user), b=Depends(service.tenant)):
    return None
