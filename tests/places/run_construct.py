"""Runs constructs and prints, as JSON, where each called ``time.sleep``: ``event loop``, ``thread`` or ``process``.

Reads a JSON object {name: source} from the standard input. Every application runs in a process of its own, forked after the
frameworks have been imported; ``GET /`` and ``POST /`` are requested once between start-up and shut-down.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
import traceback
import types
from pathlib import Path
from typing import Any

AT_ONCE = 4


def place(loop_thread: int, process: int) -> str:
    if os.getpid() != process:
        return "process"
    if threading.get_ident() != loop_thread:
        return "thread"
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "import"
    return "event loop"


async def serve(app: Any) -> None:
    import httpx

    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://construct") as client:
            await client.get("/")
            await visit_websocket(app)
            await client.post("/", json={"name": "x", "parts": [{"name": "y"}]})
        await asyncio.sleep(0.01)


async def visit_websocket(app: Any) -> None:
    """Connect to a WebSocket at ``/`` and go away again; nothing where there is none."""
    messages = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        pass

    scope = {"type": "websocket", "path": "/", "raw_path": b"/", "root_path": "", "scheme": "ws", "query_string": b"",
             "headers": [], "subprotocols": [], "client": ("test", 1), "server": ("test", 80), "app": app}  # fmt: skip
    with contextlib.suppress(Exception):
        await app(scope, receive, send)


def run(source: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        thread, process = threading.get_ident(), os.getpid()

        def noted(seconds: float) -> None:
            with log.open("a") as file:
                file.write(place(thread, process) + "\n")

        time.sleep = noted
        sys.stdout = io.StringIO()  # ours is for the answer
        try:
            module = sys.modules["construct"] = types.ModuleType("construct")
            exec(compile(source, "construct.py", "exec"), vars(module))
            asyncio.run(serve(vars(module)["app"]))
        except BaseException:
            return ["error: " + traceback.format_exc(limit=-3)]
        return sorted(set(log.read_text().split("\n")) - {""}) if log.exists() else []


def main() -> None:
    import fastapi
    import httpx  # noqa: F401
    import starlette

    constructs = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        answers = [Path(folder) / str(number) for number in range(len(constructs))]
        context = multiprocessing.get_context("fork")
        waiting = [context.Process(target=answer, args=pair) for pair in zip(constructs.values(), answers, strict=True)]
        while waiting:
            batch, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            for process in batch:
                process.start()
            for process in batch:
                process.join()
        places = [json.loads(path.read_text()) for path in answers]
    found = dict(zip(constructs, places, strict=True))
    json.dump({"fastapi": fastapi.__version__, "starlette": starlette.__version__, "places": found}, sys.stdout)


def answer(source: str, path: Path) -> None:
    """Run one construct, write down its places, and end with all that it has started."""
    path.write_text(json.dumps(run(source)))
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(0)


if __name__ == "__main__":
    main()
