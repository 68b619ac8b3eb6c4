"""Pinecone and Chroma: what needs a client that is asynchronous, a collection, or a certain answer."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import chromadb
import chromadb.api.async_client
import chromadb.config
import pandas
import pinecone
from evidence import late
from evidence.subjects import anywhere, web, web_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
ID = "00000000-0000-0000-0000-000000000001"
COLLECTION = {
    "id": ID, "name": "x", "configuration_json": {}, "schema": None, "metadata": None, "dimension": None,
    "tenant": "default_tenant", "database": "default_database", "version": 0, "log_position": 0,
}  # fmt: skip
IDENTITY = {"user_id": "u", "tenant": "default_tenant", "databases": ["default_database"]}
ROWS = {"ids": [["a"]], "embeddings": None, "documents": None, "metadatas": None, "distances": None, "include": []}


def chroma_page(method: str, path: str) -> bytes:
    if path.endswith("/identity"):
        return json.dumps(IDENTITY).encode()
    if path.endswith("/pre-flight-checks"):
        return b'{"max_batch_size": 100}'
    if path.endswith(("/get", "/query")):
        return json.dumps(ROWS).encode()
    return json.dumps(COLLECTION).encode()


def settings() -> Any:
    """Clients write into what they are given."""
    return chromadb.config.Settings(anonymized_telemetry=False)


def chroma(use: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with late.http(world, chroma_page) as (host, port):
            yield use(chromadb.HttpClient(host, port, settings=settings()))

    return subject


def chroma_inside(use: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with late.http(world, chroma_page) as (host, port):

            async def make() -> Any:
                return await use(await chromadb.AsyncHttpClient(host, port, settings=settings()))

            yield lambda: make()

    return subject


async def itself(client: Any) -> Any:
    return client


FRAME = pandas.DataFrame({"id": ["a"], "values": [[1.0]]})
GIVEN = {"ids": ["a"], "embeddings": [[1.0]], "query_embeddings": [[1.0]], "tenant": "default_tenant", "database": "x"}
VECTORS = [{"id": "a", "values": [1.0]}]
PINECONE: dict[str, Any] = {
    "vectors": VECTORS,
    "df": FRAME,
    "records": [{"_id": "a", "text": "x"}],
    "namespace": "x",
    "namespaces": ["x"],
    "metric": "cosine",
    "vector": [1.0],
    "top_k": 1,
    "ids": ["a"],
    "id": "a",
    "uri": "s3://x",
    "name": "x",
    "cloud": "aws",
    "region": "us-east-1",
    "embed": {"model": "multilingual-e5-large", "field_map": {"text": "text"}},
    "spec": {"serverless": {"cloud": "aws", "region": "us-east-1"}},
    "dimension": 1,
    "show_progress": False,
}
PINECONE_CALLS: dict[str, Any] = {
    "describe_index_stats": ((), {}),
    "list_paginated": ((), {}),
    "query": ((), {"vector": [1.0], "top_k": 1}),
    "query_namespaces": ((), {"vector": [1.0], "namespaces": ["x"], "metric": "cosine", "top_k": 1}),
    "upsert": ((), {"vectors": VECTORS}),
    "upsert_from_dataframe": ((FRAME,), {"show_progress": False}),
    "upsert_records": ((), {"records": PINECONE["records"], "namespace": "x"}),
    "configure_index": (("x",), {"deletion_protection": "disabled"}),
}


def index_by_name(world: World) -> Iterator[Callable[[], object]]:
    with late.http(world, lambda method, path: b"{}") as (host, port):
        client = pinecone.Pinecone("key", host=f"http://{host}:{port}")
        yield lambda: client.Index("x")


def cloud(world: World) -> Iterator[Callable[[], object]]:
    with contextlib.contextmanager(anywhere(lambda: None))(world):
        yield lambda: chromadb.CloudClient("tenant", "database", "key")


def embedded(make: Callable[[World], object]) -> Case:
    """An embedded database is made, in memory or in a folder."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        yield lambda: make(world)

    return case


BLOCKING = {
    "pinecone.Pinecone.Index": index_by_name,
    "chromadb.CloudClient": cloud,
}
SHORT = {
    "chromadb.Client": embedded(lambda world: chromadb.Client(settings())),
    "chromadb.EphemeralClient": embedded(lambda world: chromadb.EphemeralClient(settings())),
    "chromadb.PersistentClient": embedded(lambda world: chromadb.PersistentClient(world.folder, settings())),
}
CPU = {
    "pinecone.Pinecone": lambda world: pinecone.Pinecone("key"),
}
SILENT = {
    "pinecone.AsyncPinecone": lambda world: pinecone.AsyncPinecone("key"),
}
INFERENCE = {"model": "x", "inputs": ["x"], "query": "x", "documents": ["x"], "parameters": {"input_type": "query"}}
CLOSING = ("close", "__aexit__", "__aenter__")
SWEEPS = [
    Sweep("chromadb.api.ClientAPI", chroma(lambda client: client), GIVEN),
    Sweep("chromadb.api.AsyncClientAPI", chroma_inside(itself), GIVEN),
    Sweep("chromadb.Collection", chroma(lambda client: client.get_collection("x")), GIVEN),
    Sweep(
        "chromadb.api.models.AsyncCollection.AsyncCollection",
        chroma_inside(lambda client: client.get_collection("x")),
        GIVEN,
    ),
    Sweep(
        "pinecone.client.inference.Inference", web(lambda url: pinecone.Pinecone("key", host=url).inference), INFERENCE
    ),
    Sweep(
        "pinecone.async_client.inference.AsyncInference",
        web_inside(lambda url: pinecone.AsyncPinecone("key", host=url).inference),
        INFERENCE,
    ),
    Sweep(
        "pinecone.Pinecone",
        web(lambda url: pinecone.Pinecone("key", host=url)),
        PINECONE,
        PINECONE_CALLS,
        {"Index": "has a case"},
    ),
    Sweep("pinecone.Index", web(lambda url: pinecone.Pinecone("key").Index(host=url)), PINECONE, PINECONE_CALLS),
    Sweep(
        "pinecone.AsyncPinecone",
        web_inside(lambda url: pinecone.AsyncPinecone("key", host=url)),
        PINECONE,
        PINECONE_CALLS,
        prompt=CLOSING,
    ),
    Sweep(
        "pinecone.AsyncIndex",
        web_inside(lambda url: pinecone.AsyncPinecone("key").index(host=url)),
        PINECONE,
        PINECONE_CALLS,
        prompt=CLOSING,
    ),
]
