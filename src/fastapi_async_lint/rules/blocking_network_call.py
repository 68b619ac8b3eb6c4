"""Blocking network call on the event loop.

## What it does
Reports blocking sockets, DNS look-ups, and synchronous clients of mail, FTP, SSH, LDAP and message brokers in code
that runs on the event loop.

## Why is this bad?
The other side decides how long the call takes. Until then no other request of the worker process is served. DNS is
the usual surprise: a look-up that is mostly instant takes many seconds when a name server is down.

## Example
```python
import smtplib
import socket

from fastapi import FastAPI

app = FastAPI()


@app.post("/mail")
async def mail(text: str) -> None:
    server = smtplib.SMTP("mail.example")  # error
    server.sendmail("a@example.org", "b@example.org", text)  # error


@app.get("/resolve")
async def resolve(host: str) -> str:
    return socket.gethostbyname(host)  # error
```

## Use instead
```python
import asyncio
import smtplib
import socket

from fastapi import FastAPI

app = FastAPI()


def send(text: str) -> None:
    with smtplib.SMTP("mail.example") as server:
        server.sendmail("a@example.org", "b@example.org", text)


@app.post("/mail")
async def mail(text: str) -> None:
    await asyncio.to_thread(send, text)


@app.get("/resolve")
async def resolve(host: str) -> int:
    loop = asyncio.get_running_loop()
    return len(await loop.getaddrinfo(host, 443))


@app.get("/name")
async def name() -> str:
    return socket.inet_ntoa(b"\\x7f\\x00\\x00\\x01")
```

## Fix safety
Off-loading is unsafe: most of these clients must not be used by two threads at once.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
A socket that was switched to non-blocking mode somewhere else is still reported.

## References
- [loop.getaddrinfo](https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.getaddrinfo)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL106",
    name="blocking-network-call",
    on_by_default=True,
    kind="blocking-io",
    summary="Network traffic through a blocking socket or client",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Network calls on the loop."""
    return report_blocking(view, META, {"network"})
