"""Strawberry in the same application."""

# needs: strawberry-graphql
# request: POST /graphql {"query": "{ plain asynchronous given user { name } }"}

import time

import strawberry
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter


def given() -> str:
    time.sleep(0.001)  # runs: Strawberry, `strawberry.field(resolver=…)`, `def`
    return ""


@strawberry.type
class User:
    @strawberry.field
    def name(self) -> str:
        time.sleep(0.001)  # runs: Strawberry, resolver of a nested type, `def`
        return ""


@strawberry.type
class Query:
    given: str = strawberry.field(resolver=given)

    @strawberry.field
    def plain(self) -> str:
        time.sleep(0.001)  # runs: Strawberry, `@strawberry.field`, `def`
        return ""

    @strawberry.field
    async def asynchronous(self) -> str:
        time.sleep(0.001)  # runs: Strawberry, `@strawberry.field`, `async def`
        return ""

    @strawberry.field
    def user(self) -> User:
        return User()


def context():
    time.sleep(0.001)  # runs: Strawberry, `context_getter`, `def`
    return {}


app = FastAPI()
app.include_router(GraphQLRouter(strawberry.Schema(Query), context_getter=context), prefix="/graphql")
