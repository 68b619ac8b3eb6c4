"""Models of requests: parsed by FastAPI, for `def` endpoints as well."""

# request: POST /async {"name": "x", "inner": {"x": 1}}
# request: POST /pool {"name": "x"}
# request: GET /query?q=x
# request: POST /dependency {"name": "x"}
# request: GET /annotated?q=x
# request: POST /dataclass {"name": "x"}

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainValidator, field_validator, model_validator

app = FastAPI()


def stamp():
    time.sleep(0.001)  # runs: `Field(default_factory=…)` of a request model
    return 1


def annotated(value: str) -> str:
    time.sleep(0.001)  # runs: `AfterValidator` of a request model's field
    return value


class Inner(BaseModel):
    x: int

    @field_validator("x")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `@field_validator` of a model in a request model
        return value


class Base(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check_base(cls, value):
        time.sleep(0.001)  # runs: `@field_validator` of a request model's base class
        return value


class Order(Base):
    name: Annotated[str, AfterValidator(annotated)]
    inner: Inner
    made: int = Field(default_factory=stamp)

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `@field_validator` of an `async def` endpoint's request model
        return value

    @model_validator(mode="before")
    @classmethod
    def before(cls, data):
        time.sleep(0.001)  # runs: `@model_validator(mode="before")` of a request model
        return data

    @model_validator(mode="after")
    def after(self):
        time.sleep(0.001)  # runs: `@model_validator(mode="after")` of a request model
        return self

    def model_post_init(self, context):
        time.sleep(0.001)  # runs: `model_post_init` of a request model


@app.post("/async")
async def on_the_loop(order: Order):
    return None


class PoolOrder(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `@field_validator` of a `def` endpoint's request model
        return value


@app.post("/pool")
def in_the_pool(order: PoolOrder):
    return None


def query_value(value: str) -> str:
    time.sleep(0.001)  # runs: `BeforeValidator` of a query parameter
    return value


@app.get("/query")
def query(q: Annotated[str, BeforeValidator(query_value), Query()]):
    return None


Checked = Annotated[str, PlainValidator(lambda value: slow(value))]


def slow(value):
    time.sleep(0.001)  # runs: `PlainValidator` in a type alias of a query parameter
    return value


@app.get("/annotated")
def of_alias(q: Checked):
    return None


class OfDependency(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value):
        time.sleep(0.001)  # runs: `@field_validator` of a `def` dependency's request model
        return value


def depending(order: OfDependency):
    return order


@app.post("/dependency")
def dependency(order=Depends(depending)):
    return None


@dataclass
class Plain:
    name: str

    def __post_init__(self):
        time.sleep(0.001)  # runs: `__post_init__` of a dataclass as request model


@app.post("/dataclass")
def of_dataclass(order: Plain):
    return None
