"""CPU-heavy library call on the event loop.

## What it does
Reports library calls that compute for long (password hashing, key derivation, compression, image and PDF work, data
frames, model inference, large serialization) in code that runs on the event loop.

## Why is this bad?
While the call computes, the event loop serves nobody. That nothing is waited for makes no difference to the other
requests of the worker process.

The message says where the work should go. Code that releases the GIL, Python's global lock, runs beside the event
loop in a *thread*. Code that holds it slows the loop down from a thread as well and belongs in another *process*.
A client that reads the CA bundle whenever one is made should be made once, at start-up, and be shared.

## Example
```python
import hashlib

from fastapi import FastAPI

app = FastAPI()


def derive(password: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 600_000)


@app.post("/login")
async def login(password: str) -> str:
    return derive(password).hex()  # error
```

## Use instead
```python
import hashlib

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


def derive(password: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 600_000)


@app.post("/login")
async def login(password: str) -> str:
    return (await run_in_threadpool(derive, password)).hex()


@app.get("/etag")
async def etag(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
```

## Fix safety
Off-loading to a thread is unsafe. It is also offered for Python code that holds the GIL, which gives it away every 5 ms, and says
that a process pool is better. It is not offered for compiled code that keeps the GIL from beginning to end (`gc.collect`,
`Tokenizer.encode`): from a thread it stops the event loop just as well.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
How much data a call gets is mostly unknown, so only calls that are slow for ordinary input are in the catalog.
Computing in the project's own loops is another rule, `cpu-heavy-loop`.

## References
- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_cpu
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL201",
    name="cpu-heavy-call",
    on_by_default=True,
    kind="cpu",
    summary="A library call that computes for long on the event loop",
)


def check(view: View) -> Iterator[Diagnostic]:
    """CPU-heavy library calls on the loop."""
    return report_cpu(view, META, lambda site: site.category != "loop")
