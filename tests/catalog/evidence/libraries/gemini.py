"""Google's client of Gemini against a slow web server: what one has to have something else for first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from evidence.subjects import sweeps, web, web_inside
from evidence.sweep import Sweep
from evidence.world import World
from google import genai
from google.genai import types

KEPT: list[genai.Client] = []
"""A client that nobody holds any more closes its connections, though its parts live on."""


def client(url: str) -> genai.Client:
    KEPT.append(genai.Client(api_key="x", http_options={"base_url": url}))
    return KEPT[-1]


def first(call: Callable[[Any], Any]) -> Any:
    """What a chat's stream begins with."""

    def case(world: World) -> Iterator[Any]:
        with world.http(body=b"{}") as (host, port):
            chat = client(f"http://{host}:{port}").chats.create(model="x")
            yield lambda: next(call(chat), None)

    return case


def first_async(world: World) -> Iterator[Any]:
    with world.http(body=b"{}") as (host, port):
        made = client(f"http://{host}:{port}")

        async def inside() -> None:
            async for _ in await made.aio.chats.create(model="x").send_message_stream("x"):
                break

        yield inside


APART = (
    "google.genai.chats.Chat", "google.genai.chats.AsyncChat", "google.genai.operations.Operations",
    "google.genai.operations.AsyncOperations", "google.genai.client.AsyncClient",
)  # fmt: skip
VIDEO = {"get": ((types.GenerateVideosOperation(name="x"),), {})}

CPU = {"google.genai.client.Client": lambda world: genai.Client(api_key="x")}
BLOCKING = {"google.genai.chats.Chat.send_message_stream": first(lambda chat: chat.send_message_stream("x"))}
ASYNC = {"google.genai.chats.AsyncChat.send_message_stream": first_async}
SWEEPS = [
    *(
        sweep
        for sweep in sweeps("google_genai", web(client), given={"name": "batches/x", "file": __file__})
        if sweep.on not in APART
    ),
    Sweep("google.genai.chats.Chat", web(lambda url: client(url).chats.create(model="x"))),
    Sweep("google.genai.chats.AsyncChat", web_inside(lambda url: client(url).aio.chats.create(model="x"))),
    Sweep("google.genai.chats.Chats", web(lambda url: client(url).chats)),
    Sweep("google.genai.operations.Operations", web(lambda url: client(url).operations), calls=VIDEO),
    Sweep("google.genai.operations.AsyncOperations", web_inside(lambda url: client(url).aio.operations), calls=VIDEO),
    Sweep("google.genai.client.AsyncClient", web_inside(lambda url: client(url).aio), prompt=("aclose",)),
]
