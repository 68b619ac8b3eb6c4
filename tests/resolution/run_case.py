"""Run a case's application and print the lines at which ``time.sleep`` was called on the event loop, as JSON.

Usage: ``python run_case.py MODULE`` in the folder of the unpacked case. The application is ``MODULE.app``; every GET route
without path parameters is requested once. ``time.sleep`` does not sleep but notes the innermost line of a coroutine that led
to it: that is the line the linter reports. Calls in other threads, or where no loop runs, are not on the loop.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
import threading
import time
from pathlib import Path
from types import FrameType

ROOT = Path.cwd()
COROUTINE = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
seen: set[tuple[str, int]] = set()
loop_thread: list[int] = []


def line_of(frame: FrameType | None) -> tuple[str, int] | None:
    """The innermost coroutine's line in the case's files; where a plain function is called by the loop itself, its own."""
    outermost = None
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT):
            outermost = (path.relative_to(ROOT).as_posix(), frame.f_lineno)
            if frame.f_code.co_flags & COROUTINE:
                return outermost
        frame = frame.f_back
    return outermost


def noted_sleep(seconds: float) -> None:
    if loop_thread and threading.get_ident() == loop_thread[0]:
        place = line_of(sys._getframe(1))
        if place is not None:
            seen.add(place)


async def main(name: str) -> None:
    import httpx

    sys.path.insert(0, str(ROOT))
    app = importlib.import_module(name).app
    loop_thread.append(threading.get_ident())
    async with app.router.lifespan_context(app) as state:
        transport = httpx.ASGITransport(app=with_state(app, state), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://case") as client:
            for path in dict.fromkeys(route.path for route in app.routes if "GET" in getattr(route, "methods", ())):
                if "{" not in path and path not in (
                    app.docs_url,
                    app.redoc_url,
                    app.openapi_url,
                    "/docs/oauth2-redirect",
                ):
                    await client.get(path)
        await asyncio.sleep(0.05)


def with_state(app, state):
    async def wrapped(scope, receive, send):
        await app({**scope, "state": dict(state or {})}, receive, send)

    return wrapped


if __name__ == "__main__":
    time.sleep = noted_sleep
    asyncio.run(main(sys.argv[1]))
    print(json.dumps(sorted(seen)))
