"""CPU work that holds the GIL, handed to a thread.

## What it does
Reports long computing that does not release the GIL, Python's global lock, in threads: pure-Python loops as `cpu-heavy-loop` finds
them, and library calls of which the catalog says so. It is reported where the work is handed over (`asyncio.to_thread()`,
`run_in_threadpool()`, `run_in_executor()` with a thread pool, a plain background task), and in plain `def` endpoints and
dependencies, which FastAPI runs in threads.

## Why is this bad?
Only one thread runs Python code at a time. The event loop waits for the GIL each time it has something to do, 5 ms as a rule and
more if several threads compute; all other requests become slower by that. The work itself gains nothing from the thread, for no
second core is used. Another process has a GIL of its own.

## Example
```python
import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def factorize(number: int) -> list[int]:
    factors, divisor = [], 2
    while divisor * divisor <= number:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    return factors


@app.get("/factors/{number}")
async def factors(number: int) -> list[int]:
    return await asyncio.to_thread(factorize, number)  # error


@app.get("/factors-of-the-square/{number}")
def factors_of_the_square(number: int) -> list[int]:
    return factorize(number * number)  # error


@app.post("/factors/{number}")
async def factors_later(number: int, background: BackgroundTasks) -> None:
    background.add_task(factorize, number)  # error
```

## Use instead
```python
import asyncio
import hashlib
from concurrent.futures import ProcessPoolExecutor

from fastapi import FastAPI

app = FastAPI()
processes = ProcessPoolExecutor()


def factorize(number: int) -> list[int]:
    factors, divisor = [], 2
    while divisor * divisor <= number:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    return factors


@app.get("/factors/{number}")
async def factors(number: int) -> list[int]:
    return await asyncio.get_running_loop().run_in_executor(processes, factorize, number)


@app.get("/key")
def key(password: str) -> str:  # releases the GIL: a thread is the right place
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 600_000).hex()
```

## Fix safety
There is only a hint: a process pool is made at start-up and shared, and its arguments and results must be picklable.

## Limits
- Only calls that compute for long with ordinary input are reported, those of which the catalog says that they are `critical`.
- What takes long and what releases the GIL is known of the catalog's libraries only, in the versions that it speaks of.
- Interpreters without a GIL (free-threaded builds) do not have the problem; the rule does not know which one will run the code.
- Threads that the application starts by hand, with `threading.Thread`, are reported where they are started by its own code.

## References
- [concurrent.futures: ProcessPoolExecutor](https://docs.python.org/3/library/concurrent.futures.html#processpoolexecutor)
- [sys.setswitchinterval](https://docs.python.org/3/library/sys.html#sys.setswitchinterval)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Confidence, Diagnostic
from fastapi_async_lint.rules._message import blocker_title
from fastapi_async_lint.rules._misuses import entry_titles, report_misuses, way
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL203",
    name="cpu-work-in-thread",
    on_by_default=False,
    kind="cpu",
    summary="CPU work that holds the GIL, handed to a thread",
)


def check(view: View) -> Iterator[Diagnostic]:
    """CPU work in threads that a process should do."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    where = entry_titles(misuse, "a thread")
    holds = "may hold" if misuse.confidence is Confidence.POSSIBLE else "holds"
    return (
        f"{blocker_title(misuse.subject, misuse.chain)} {holds} the GIL in a thread of {where}{way(misuse)}, "
        "which slows the event loop down; move it to a process pool"
    )
