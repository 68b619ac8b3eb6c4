"""Coroutines that are prepared first and then awaited one after the other.

## What it does
Reports two or more coroutines that are made before the first of them is awaited (in variables of their own, in a list,
tuple, set or dict, in a comprehension) and that are then awaited one by one, separately or in a loop.

A quieter variant, with confidence *possible*: requests of HTTP clients and SDKs that are awaited in consecutive
statements although none needs what an earlier one gave.

## Why is this bad?
It looks as if all of them ran at the same time, but a coroutine does nothing until it is awaited: calling `client.get()`
does not send the request. The second one starts when the first has ended, so the endpoint takes as long as all of them
together. Only a task runs by itself: `asyncio.gather()`, `asyncio.TaskGroup` and `asyncio.create_task()` make tasks.

## Example
```python
import httpx
from fastapi import FastAPI

app = FastAPI()
client = httpx.AsyncClient()


@app.get("/quotes")
async def quotes() -> list[int]:
    standard = client.get("https://courier.example/standard")  # error
    express = client.get("https://courier.example/express")
    first = await standard
    second = await express
    return [first.status_code, second.status_code]


@app.get("/all")
async def all_quotes(services: list[str]) -> list[int]:
    coming = [client.get(f"https://courier.example/{service}") for service in services]  # error
    return [(await response).status_code for response in coming]
```

## Use instead
```python
import asyncio

import httpx
from fastapi import FastAPI

app = FastAPI()
client = httpx.AsyncClient()


@app.get("/quotes")
async def quotes() -> list[int]:
    first, second = await asyncio.gather(
        client.get("https://courier.example/standard"),
        client.get("https://courier.example/express"),
    )
    return [first.status_code, second.status_code]


@app.get("/tasks")
async def tasks() -> int:
    standard = asyncio.create_task(client.get("https://courier.example/standard"))  # runs from here on
    express = asyncio.create_task(client.get("https://courier.example/express"))
    return (await standard).status_code + (await express).status_code


@app.get("/one")
async def one() -> int:
    account = await client.get("https://accounts.example/me")
    orders = await client.get(f"https://orders.example/{account.text}")  # needs the account
    return orders.status_code
```

## Fix safety
`asyncio.gather()` is unsafe: the coroutines run interleaved, all of them have started when one fails, and what they
share (a database session, a connection) must bear it. It is offered where the awaits are consecutive statements, each
with one variable or none to take the result; otherwise there is only a hint.

## Limits
- A database session or connection does one thing at a time. Coroutines that share one have to be awaited one by one;
  then make each where it is awaited.
- Coroutines that are passed on, returned, stored elsewhere or read by an inner function are not followed.
- The quieter variant knows requests by the catalog, and looks at consecutive statements of one block only. It does not
  know whether the second request relies on what the first did at the other end.

## References
- [asyncio.gather](https://docs.python.org/3/library/asyncio-task.html#asyncio.gather)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._misuses import report_misuses
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL302",
    name="sequential-awaits",
    on_by_default=True,
    kind="async-misuse",
    summary="Coroutines prepared together and awaited one after the other, as if they ran at the same time",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Awaits that could overlap."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    rows = list(dict.fromkeys(hop.place.start.row for hop in misuse.chain))
    where = f"line {rows[0]}" if len(rows) == 1 else f"lines {rows[0]} to {rows[-1]}"
    if misuse.note == "independent":
        return f"{misuse.subject}() and what follows are awaited one after the other ({where}), though none needs the other; use asyncio.gather()"
    return f"the coroutine of {misuse.subject}() does nothing until it is awaited, so these run one after the other ({where}); use asyncio.gather()"
