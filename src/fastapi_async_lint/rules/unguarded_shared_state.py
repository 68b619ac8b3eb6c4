"""Threads of the pool change shared state in more than one step, without a lock.

## What it does
Reports changes of what outlives a request (module variables, class attributes, objects that module variables, applications or
cached factories hold) that take more than one step and run in a thread without a lock: a value that is read and written back, an
item that is looked for and then taken away, something that is made where it is missing. Threads run plain `def` endpoints and
dependencies, background tasks, and what `run_in_threadpool()`, `asyncio.to_thread()` and the like are given; everything that
these call counts.

## Why is this bad?
FastAPI runs plain functions in up to 40 threads at a time, and one thread may be stopped between any two steps. Two requests read
the same number and both write it back plus one: one of them is lost. Both see the item, and the second gets a `KeyError`. Both
find the cache empty, and both connect. It happens under load only, and no test shows it.

## Example
```python
import requests
from fastapi import FastAPI

app = FastAPI()
hits = 0
carts: dict[str, list[str]] = {}


class Stock:
    def __init__(self) -> None:
        self.left = {"book": 3}
        self.session: requests.Session | None = None

    def take(self, item: str) -> None:
        self.left[item] = self.left[item] - 1  # error

    def price(self, item: str) -> float:
        if self.session is None:
            self.session = requests.Session()  # error
        return float(self.session.get(f"https://prices.example/{item}").text)


stock = Stock()


@app.post("/carts/{cart}")
def buy(cart: str, item: str) -> float:
    global hits
    hits += 1  # error
    stock.take(item)
    return stock.price(item)


@app.delete("/carts/{cart}")
def forget(cart: str) -> None:
    if cart in carts:
        del carts[cart]  # error
```

## Use instead
```python
import threading

import requests
from fastapi import FastAPI

app = FastAPI()
lock = threading.Lock()
hits = 0
carts: dict[str, list[str]] = {}


class Stock:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.left = {"book": 3}
        self.session = requests.Session()

    def take(self, item: str) -> None:
        with self.lock:
            self.left[item] = self.left[item] - 1

    def price(self, item: str) -> float:
        return float(self.session.get(f"https://prices.example/{item}").text)


stock = Stock()


@app.post("/carts/{cart}")
def buy(cart: str, item: str) -> float:
    global hits
    with lock:
        hits += 1
    stock.take(item)
    return stock.price(item)


@app.delete("/carts/{cart}")
def forget(cart: str) -> None:
    carts.pop(cart, None)  # one step
```

A database that counts (`UPDATE … SET n = n + 1`) serves all worker processes as well. On the event loop nothing comes in between
where nothing is awaited: an `async def` that does not block needs no lock.

## Fix safety
There is no fix: how much belongs under one lock only the author knows.

## Limits
- A finding is critical where a change is lost or an exception raised, and minor where something is done twice at worst. It is minor,
  too, where nothing is called between the steps (`n += 1`, `if k in d: del d[k]`): CPython 3.10 to 3.13 with the GIL happen not to
  switch threads there. Nothing promises that, and free-threaded builds do.
- One step is never reported: `d[k] = v`, `x = v`, `items.append(v)`, `d.pop(k, None)`, `d.setdefault(k, v)`.
- What is made where it is missing is only reported where it matters that there are two: clients, connections, pools, locks, models,
  objects that change, empty containers, a flag for long work. Data that two threads work out, or ask a database for, is the same
  twice.
- What is kept in a dict for one key (`sessions[key].hits += 1`) is left alone: it is mostly one user's.
- An object is followed by its names, attributes and items, as an argument, and as what a function or a dependency returns. Those
  that come out of other calls are not followed.
- A `with` over a lock counts wherever it is on the way; so does one over something unknown that is kept in a variable. That it is
  the same lock everywhere is not proved. An `acquire()` counts to the end of its function.
- Changes made by threads that no request starts, and steps that lie in two functions, are not seen.

## References
- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/#path-operation-functions)
- [Python FAQ: what kinds of global value mutation are thread-safe?](https://docs.python.org/3/faq/library.html#what-kinds-of-global-value-mutation-are-thread-safe)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._misuses import entry_titles, report_misuses, way
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL402",
    name="unguarded-shared-state",
    on_by_default=True,
    kind="thread-pool",
    summary="Threads of the pool change shared state in more than one step, without a lock",
)
_STEPS = {
    "update": "is read and written back without a lock",
    "take": "is looked at and then taken from without a lock",
    "check": "is compared and then set without a lock",
    "make": "is filled where something is missing, without a lock",
}
_HARM = {
    "update": "changes of other threads are lost",
    "take": "another thread may have been faster",
    "check": "two threads may do so at once",
    "make": "two threads may do so at once",
}


def check(view: View) -> Iterator[Diagnostic]:
    """Shared state that threads change in more than one step."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    where = entry_titles(misuse, "the thread pool")
    return (
        f"`{misuse.subject}` {_STEPS[misuse.note]}, and requests share it: {_HARM[misuse.note]}; "
        f"{where} runs this in a thread{way(misuse)}"
    )
