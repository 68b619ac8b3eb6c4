"""Qdrant: making clients, and what earlier releases had."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator

import qdrant_client
import qdrant_client.models
from evidence.subjects import web, web_inside
from evidence.sweep import Sweep
from evidence.world import World

from fastapi_async_lint.catalog.reality import numbers

Case = Callable[[World], Iterator[Callable[[], object]]]
POINT = qdrant_client.models.PointStruct(id=1, vector=[1.0])
GIVEN = {
    "update_operations": [qdrant_client.models.ClearPayloadOperation(clear_payload={"points": [1]})],
    "query_vector": [1.0],
    "positive": [1],
    "requests": [],
    "target": 1,
    "group_by": "x",
    "records": [POINT],
}


def checking(make: Callable[..., object]) -> Case:
    """The server is late; the version of the server is asked for by a thread."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            yield lambda: make(url=f"http://{host}:{port}", verify=False)  # Else it reads CA certificates, too.

    return case


CPU = {
    "qdrant_client.QdrantClient": lambda world: qdrant_client.QdrantClient(
        "http://127.0.0.1:1", check_compatibility=False
    ),
    "qdrant_client.AsyncQdrantClient": lambda world: qdrant_client.AsyncQdrantClient(
        "http://127.0.0.1:1", check_compatibility=False
    ),
}
FIRST_SILENT = (1, 18)
"""Before, the constructor itself asked for the version."""
SILENT = {
    "qdrant_client.QdrantClient": checking(qdrant_client.QdrantClient),
    "qdrant_client.AsyncQdrantClient": checking(qdrant_client.AsyncQdrantClient),
}
if numbers(importlib.metadata.version("qdrant-client")) < FIRST_SILENT:
    SILENT = {}
SWEEPS = [
    Sweep(
        "qdrant_client.QdrantClient",
        web(lambda url: qdrant_client.QdrantClient(url, check_compatibility=False)),
        GIVEN,
    ),
    Sweep(
        "qdrant_client.AsyncQdrantClient",
        web_inside(lambda url: qdrant_client.AsyncQdrantClient(url, check_compatibility=False)),
        GIVEN,
        prompt=("close",),
        kinds=("ASYNC",),
    ),
]
