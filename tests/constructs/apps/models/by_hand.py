"""Models that the project makes and dumps itself."""

# request: GET /async
# request: GET /pool
# request: GET /offloaded

import time

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field, TypeAdapter, computed_field, field_serializer, field_validator, model_validator

app = FastAPI()


class Made(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `Model(…)` in an `async def` endpoint: `@field_validator`
        return value


class Initialised(BaseModel):
    name: str

    def model_post_init(self, context):
        time.sleep(0.001)  # runs: `Model(…)` in an `async def` endpoint: `model_post_init`


def stamp_of_loop():
    time.sleep(0.001)  # runs: `Model(…)` in an `async def` endpoint: `default_factory`
    return 1


class Stamped(BaseModel):
    made: int = Field(default_factory=stamp_of_loop)


class Parsed(BaseModel):
    name: str

    @model_validator(mode="after")
    def check(self):
        time.sleep(0.001)  # runs: `Model.model_validate` in an `async def` endpoint: `@model_validator`
        return self


class Dumped(BaseModel):
    name: str = "x"

    @field_serializer("name")
    def dump(self, value):
        time.sleep(0.001)  # runs: `model.model_dump()` in an `async def` endpoint: `@field_serializer`
        return value


class Computed(BaseModel):
    @computed_field
    @property
    def total(self) -> int:
        time.sleep(0.001)  # runs: `model.model_dump()` in an `async def` endpoint: `@computed_field`
        return 1


class Adapted(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `TypeAdapter(…).validate_python` in an `async def` endpoint: `@field_validator`
        return value


@app.get("/async")
async def on_the_loop():
    Made(name="x")
    Initialised(name="x")
    Stamped()
    Parsed.model_validate({"name": "x"})
    Dumped().model_dump()
    Computed().model_dump()
    TypeAdapter(Adapted).validate_python({"name": "x"})
    return PlainTextResponse("")


class PoolMade(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `Model(…)` in a `def` endpoint: `@field_validator`
        return value


class PoolInitialised(BaseModel):
    name: str

    def model_post_init(self, context):
        time.sleep(0.001)  # runs: `Model(…)` in a `def` endpoint: `model_post_init`


def stamp():
    time.sleep(0.001)  # runs: `Model(…)` in a `def` endpoint: `default_factory`
    return 1


class PoolStamped(BaseModel):
    made: int = Field(default_factory=stamp)


class PoolParsed(BaseModel):
    name: str

    @model_validator(mode="after")
    def check(self):
        time.sleep(0.001)  # runs: `Model.model_validate` in a `def` endpoint: `@model_validator`
        return self


class PoolDumped(BaseModel):
    name: str = "x"

    @field_serializer("name")
    def dump(self, value):
        time.sleep(0.001)  # runs: `model.model_dump()` in a `def` endpoint: `@field_serializer`
        return value


class PoolComputed(BaseModel):
    @computed_field
    @property
    def total(self) -> int:
        time.sleep(0.001)  # runs: `model.model_dump()` in a `def` endpoint: `@computed_field`
        return 1


class PoolAdapted(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `TypeAdapter(…).validate_python` in a `def` endpoint: `@field_validator`
        return value


@app.get("/pool")
def in_the_pool():
    PoolMade(name="x")
    PoolInitialised(name="x")
    PoolStamped()
    PoolParsed.model_validate({"name": "x"})
    PoolDumped().model_dump()
    PoolComputed().model_dump()
    TypeAdapter(PoolAdapted).validate_python({"name": "x"})
    return PlainTextResponse("")


class Offloaded(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `run_in_threadpool(Model.model_validate, …)`: `@field_validator`
        return value


class OffloadedMade(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `run_in_threadpool(Model, …)`: `@field_validator`
        return value


@app.get("/offloaded")
async def offloaded():
    await run_in_threadpool(Offloaded.model_validate, {"name": "x"})
    await run_in_threadpool(OffloadedMade, name="x")
    return PlainTextResponse("")


class Settings(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: model made when the module is imported: `@field_validator`
        return value


settings = Settings(name="x")
