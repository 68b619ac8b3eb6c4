"""Models of responses: validated and dumped by FastAPI."""

# request: GET /async
# request: GET /pool
# request: GET /model
# request: GET /model/pool
# request: GET /dict
# request: GET /dict/pool
# request: GET /list/pool
# request: GET /stamp
# request: GET /stamp/pool
# request: GET /annotated/pool

import time
from typing import Annotated

from fastapi import FastAPI
from pydantic import (
    BaseModel,
    Field,
    PlainSerializer,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
)

app = FastAPI()


class Item(BaseModel):
    name: str = "x"

    @computed_field
    @property
    def total(self) -> int:
        time.sleep(0.001)  # runs: `@computed_field` of an `async def` endpoint's response model
        return 1

    @field_serializer("name")
    def dump(self, value):
        time.sleep(0.001)  # runs: `@field_serializer` of an `async def` endpoint's response model
        return value


@app.get("/async")
async def on_the_loop() -> Item:
    return Item()


class PoolItem(BaseModel):
    name: str = "x"

    @computed_field
    @property
    def total(self) -> int:
        time.sleep(0.001)  # runs: `@computed_field` of a `def` endpoint's response model
        return 1

    @field_serializer("name")
    def dump(self, value):
        time.sleep(0.001)  # runs: `@field_serializer` of a `def` endpoint's response model
        return value


@app.get("/pool")
def in_the_pool() -> PoolItem:
    return PoolItem()


class Whole(BaseModel):
    name: str = "x"

    @model_serializer
    def dump(self):
        time.sleep(0.001)  # runs: `@model_serializer` of `response_model=`, `async def` endpoint
        return {}


@app.get("/model", response_model=Whole)
async def model():
    return Whole()


class PoolWhole(BaseModel):
    name: str = "x"

    @model_serializer
    def dump(self):
        time.sleep(0.001)  # runs: `@model_serializer` of `response_model=`, `def` endpoint
        return {}


@app.get("/model/pool", response_model=PoolWhole)
def model_pool():
    return PoolWhole()


class Checked(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `@field_validator` of `response_model=`, `async def` endpoint that returns a dict
        return value


@app.get("/dict", response_model=Checked)
async def of_dict():
    return {"name": "x"}


class PoolChecked(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `@field_validator` of `response_model=`, `def` endpoint that returns a dict
        return value


@app.get("/dict/pool", response_model=PoolChecked)
def of_dict_pool():
    return {"name": "x"}


class Listed(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `@field_validator` of `response_model=list[…]`, `def` endpoint that returns dicts
        return value

    @field_serializer("name")
    def dump(self, value):
        time.sleep(0.001)  # runs: `@field_serializer` of `response_model=list[…]`, `def` endpoint that returns dicts
        return value


@app.get("/list/pool", response_model=list[Listed])
def of_list_pool():
    return [{"name": "x"}]


def stamp():
    time.sleep(0.001)  # runs: `Field(default_factory=…)` of `response_model=`, `async def` endpoint that returns a dict
    return 1


class Stamped(BaseModel):
    made: int = Field(default_factory=stamp)


@app.get("/stamp", response_model=Stamped)
async def of_stamp():
    return {}


def stamp_pool():
    time.sleep(0.001)  # runs: `Field(default_factory=…)` of `response_model=`, `def` endpoint that returns a dict
    return 1


class PoolStamped(BaseModel):
    made: int = Field(default_factory=stamp_pool)


@app.get("/stamp/pool", response_model=PoolStamped)
def of_stamp_pool():
    return {}


def shown(value):
    time.sleep(0.001)  # runs: `PlainSerializer` of a `def` endpoint's response model
    return value


class Shown(BaseModel):
    name: Annotated[str, PlainSerializer(shown)] = "x"


@app.get("/annotated/pool")
def annotated_pool() -> Shown:
    return Shown()
