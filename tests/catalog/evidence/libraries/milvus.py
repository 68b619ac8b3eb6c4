"""Milvus: a gRPC server that knows one collection and answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pymilvus
from evidence import late
from evidence.sweep import Subject, Sweep
from evidence.world import World
from pymilvus.grpc_gen import milvus_pb2, schema_pb2

SCHEMA = schema_pb2.CollectionSchema(
    name="x",
    fields=[
        schema_pb2.FieldSchema(fieldID=100, name="id", is_primary_key=True, data_type=schema_pb2.Int64),
        schema_pb2.FieldSchema(
            fieldID=101, name="vector", data_type=schema_pb2.FloatVector, type_params=[{"key": "dim", "value": "1"}]
        ),
    ],
)
KNOWN = {
    "DescribeCollection": milvus_pb2.DescribeCollectionResponse(schema=SCHEMA, collectionID=1, collection_name="x"),
    "GetFlushState": milvus_pb2.GetFlushStateResponse(flushed=True),
    "GetFlushAllState": milvus_pb2.GetFlushAllStateResponse(flushed=True),
    "GetLoadingProgress": milvus_pb2.GetLoadingProgressResponse(progress=100, refresh_progress=100),
    "Query": milvus_pb2.QueryResults(
        fields_data=[
            schema_pb2.FieldData(
                field_name="id", type=schema_pb2.Int64, scalars={"long_data": schema_pb2.LongArray(data=[1])}
            )
        ],
        output_fields=["id"],
        primary_field_name="id",
    ),
    "Search": milvus_pb2.SearchResults(
        results=schema_pb2.SearchResultData(search_iterator_v2_results={"token": "t", "last_bound": 1.0})
    ),
    "GetLoadState": milvus_pb2.GetLoadStateResponse(state="LoadStateLoaded"),
}


def answer(path: str) -> bytes:
    found = KNOWN.get(path.rpartition("/")[2])
    return found.SerializeToString() if found else b""


def at(make: Callable[[str], Any]) -> Subject:
    """A client that is connected already."""

    def subject(world: World) -> Iterator[object]:
        with late.grpc(world, answer) as (host, port):
            yield make(f"http://{host}:{port}")

    return subject


def inside(make: Callable[[str], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with late.grpc(world, answer) as (host, port):
            yield lambda: make(f"http://{host}:{port}")

    return subject


def connect(url: str) -> None:
    pymilvus.connections.remove_connection("default")
    pymilvus.connections.connect(uri=url)


def orm(then: Callable[[], Any]) -> Subject:
    """What uses the connection named "default"."""

    def make(url: str) -> Any:
        connect(url)
        return then()

    return at(make)


def making(call: Callable[[str], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with late.grpc(world, answer) as (host, port):
            yield lambda: call(f"http://{host}:{port}")

    return case


def with_orm(call: Callable[[], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with late.grpc(world, answer) as (host, port):
            connect(f"http://{host}:{port}")
            yield call

    return case


def entities(world: World) -> Iterator[Callable[[], object]]:
    with late.grpc(world, answer) as (host, port):
        connect(f"http://{host}:{port}")
        held = pymilvus.Collection("x")
        yield lambda: held.num_entities


def compacting() -> pymilvus.Collection:
    held = pymilvus.Collection("x")
    held.compact()
    return held


BLOCKING = {
    "pymilvus.MilvusClient": making(pymilvus.MilvusClient),
    "pymilvus.connections.connect": making(connect),
    "pymilvus.Collection": with_orm(lambda: pymilvus.Collection("x")),
    "pymilvus.Collection.num_entities": entities,
}
SILENT = {"pymilvus.AsyncMilvusClient": making(pymilvus.AsyncMilvusClient)}


def sparse() -> tuple[tuple[object, ...], dict[str, object]]:
    """A field that the server computes from a text."""
    index = pymilvus.MilvusClient.prepare_index_params("words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    field = pymilvus.FieldSchema("words", pymilvus.DataType.SPARSE_FLOAT_VECTOR)
    function = pymilvus.Function("f", pymilvus.FunctionType.BM25, ["text"], ["words"])
    return (), {"collection_name": "x", "field_schema": field, "func": function, "index_params": index}


def struct() -> pymilvus.StructFieldSchema:
    schema = pymilvus.MilvusClient.create_struct_field_schema()
    schema.add_field("number", pymilvus.DataType.INT64)
    return schema


CALLS = {
    "add_function_field": sparse(),
    "add_collection_struct_field": (("x", "s", struct(), 1), {}),
    "create_index": (("x", pymilvus.MilvusClient.prepare_index_params("vector", index_type="FLAT")), {}),
    "delete": (("x",), {"ids": [1]}),
    "query": (("x",), {"filter": "id > 0"}),
    "search": (("x", [[1.0]]), {"anns_field": "vector"}),
    "get_flush_all_state": ((), {"flush_all_ts": 1}),
    "update_resource_groups": (({"x": pymilvus.client.types.ResourceGroupConfig()},), {}),
    "update_replicate_configuration": (
        ([{"cluster_id": "x", "connection_param": {"uri": "http://x", "token": "x"}}],),
        {},
    ),
}
OF_COLLECTION = {
    "delete": (("id in [1]",), {}),
    "search": (([[1.0]], "vector", {}, 1), {}),
    "hybrid_search": (
        ([pymilvus.AnnSearchRequest([[1.0]], "vector", {}, 1)], pymilvus.RRFRanker(), 1),
        {},
    ),
}
ROWS = {
    "collection_name": "x",
    "data": [{"id": 1, "vector": [1.0]}],
    "ids": [1],
    "filter": "id > 0",
    "expr": "id > 0",
    "anns_field": "vector",
    "field_name": "vector",
    "index_name": "vector",
    "limit": 1,
    "param": {},
    "timeout": 1,
}
SWEEPS = [
    Sweep("pymilvus.MilvusClient", at(pymilvus.MilvusClient), ROWS, CALLS),
    Sweep(
        "pymilvus.AsyncMilvusClient",
        inside(pymilvus.AsyncMilvusClient),
        ROWS,
        CALLS,
        prompt=("close", "__aexit__"),
    ),
    Sweep("pymilvus.Collection", orm(compacting), ROWS, OF_COLLECTION),
    Sweep(
        "pymilvus.orm.iterator.QueryIterator", at(lambda url: pymilvus.MilvusClient(url).query_iterator("x", filter=""))
    ),
    Sweep(
        "pymilvus.client.search_iterator.SearchIteratorV2",
        at(lambda url: pymilvus.MilvusClient(url).search_iterator("x", [[1.0]], batch_size=1, limit=9)),
    ),
    Sweep("pymilvus.utility", orm(lambda: pymilvus.utility), ROWS),
]
