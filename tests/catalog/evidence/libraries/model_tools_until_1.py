"""The first version of the Model Context Protocol's library: a session with a server that does not answer in time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import anyio
import mcp
import mcp.server.fastmcp
import mcp.types as types
from evidence.sweep import Sweep
from evidence.world import World
from pydantic import AnyUrl

ADDRESS = AnyUrl("data://x")


def make(world: World) -> mcp.ClientSession:
    incoming: Any = anyio.create_memory_object_stream(9)
    outgoing: Any = anyio.create_memory_object_stream(9)
    patience = datetime.timedelta(seconds=world.delay)
    return mcp.ClientSession(incoming[1], outgoing[0], read_timeout_seconds=patience)


def session(world: World) -> Iterator[object]:
    async def ready() -> object:
        found = make(world)
        world.reached.set()
        return await found.__aenter__()

    yield lambda: ready()


async def entered(world: World) -> None:
    async with make(world):
        pass


COROUTINE = {"mcp.ClientSession.__aenter__": entered, "mcp.ClientSession.__aexit__": entered}
SWEEPS = [
    Sweep(
        "mcp.ClientSession",
        session,
        {"uri": ADDRESS, "name": "x", "level": "info"},
        calls={
            "complete": ((types.PromptReference(type="ref/prompt", name="x"), {"name": "x", "value": "x"}), {}),
            **dict.fromkeys(("list_tools", "list_resources", "list_resource_templates", "list_prompts"), ((), {})),
        },
        apart=dict.fromkeys(("__aenter__", "__aexit__"), "opens and ends it"),
    )
]
