"""Elasticsearch, OpenSearch and Meilisearch: helpers, queries that are built, and clients that are closed."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any

import elasticsearch
import elasticsearch.dsl
import elasticsearch.helpers
import meilisearch
import opensearchpy
import opensearchpy.helpers
from evidence import late
from evidence.subjects import web, web_inside
from evidence.sweep import Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
PRODUCT = f"{late.JSON}X-Elastic-Product: Elasticsearch\r\n"
HIT = {"_index": "x", "_id": "1", "_source": {"a": 1}, "sort": [1]}
FOUND = {
    "hits": {"hits": [HIT], "total": {"value": 1, "relation": "eq"}}, "_scroll_id": "s", "_shards": {"successful": 1, "total": 1, "skipped": 0},
    "count": 1, "deleted": 1, "pit_id": "p", "id": "p", "took": 1, "timed_out": False,
    "items": [{"index": {"status": 200, "_id": "1"}}], "errors": False,
}  # fmt: skip
ACTIONS = [{"_index": "x", "_id": "1", "a": 1}]


def page(method: str, path: str) -> bytes:
    return json.dumps({**FOUND, "hits": {"hits": []}} if "/scroll" in path else FOUND).encode()


def at(make: Callable[[str], Any], use: Callable[[Any], Any]) -> Case:
    """What is done with a client, in its thread."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with late.http(world, page, PRODUCT) as (host, port):
            client = make(f"http://{host}:{port}")
            yield lambda: use(client)

    return case


def inside(make: Callable[[str], Any], use: Callable[[Any], Any]) -> Case:
    """What is awaited."""

    async def call(url: str) -> None:
        client = make(url)
        try:
            await use(client)
        finally:
            await client.close()

    def case(world: World) -> Iterator[Callable[[], object]]:
        with late.http(world, page, PRODUCT) as (host, port):
            yield lambda: call(f"http://{host}:{port}")

    return case


def elastic(url: str) -> Any:
    return elasticsearch.Elasticsearch(url, max_retries=0)


def opensearch(url: str) -> Any:
    return opensearchpy.OpenSearch(url, max_retries=0)


def elastic_async(url: str) -> Any:
    return elasticsearch.AsyncElasticsearch(url, max_retries=0)


def opensearch_async(url: str) -> Any:
    return opensearchpy.AsyncOpenSearch(url, max_retries=0)


async def drained(rows: Any) -> None:
    async for _ in rows:
        pass


HELPERS: dict[str, Callable[[Any, Any], Any]] = {
    "parallel_bulk": lambda helpers, client: list(helpers.parallel_bulk(client, ACTIONS)),
    "streaming_bulk": lambda helpers, client: list(helpers.streaming_bulk(client, ACTIONS)),
    "reindex": lambda helpers, client: helpers.reindex(client, "x", "y"),
    "scan": lambda helpers, client: next(iter(helpers.scan(client))),
}
ASYNC_HELPERS: dict[str, Callable[[Any, Any], Any]] = {
    "async_bulk": lambda helpers, client: helpers.async_bulk(client, ACTIONS),
    "async_streaming_bulk": lambda helpers, client: drained(helpers.async_streaming_bulk(client, ACTIONS)),
    "async_reindex": lambda helpers, client: helpers.async_reindex(client, "x", "y"),
    "async_scan": lambda helpers, client: once(helpers.async_scan(client)),
}


async def once(rows: Any) -> None:
    async for _ in rows:
        break
    await rows.aclose()


KINDS = (
    ("elasticsearch.helpers", elasticsearch.helpers, elastic, elastic_async),
    ("opensearchpy.helpers", opensearchpy.helpers, opensearch, opensearch_async),
)
BLOCKING = {
    f"{module}.{name}": at(make, lambda client, use=use, helpers=helpers: use(helpers, client))
    for module, helpers, make, _ in KINDS
    for name, use in HELPERS.items()
}
ASYNC = {
    f"{module}.{name}": inside(make, lambda client, use=use, helpers=helpers: use(helpers, client))
    for module, helpers, _, make in KINDS
    for name, use in ASYNC_HELPERS.items()
}


def tenant_token(world: World) -> Iterator[Callable[[], object]]:
    client = meilisearch.Client("http://127.0.0.1:1", "x" * 32)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    yield lambda: client.generate_tenant_token("6062abda-a5aa-4414-ac91-ecd7944c0f8d", {"x": {}}, expires_at=until)


def in_loop(make: Callable[[str], Any]) -> Case:
    async def made(url: str) -> None:
        client = make(url)
        with contextlib.suppress(Exception):
            await client.close()

    def case(world: World) -> Iterator[Callable[[], object]]:
        yield lambda: made("http://127.0.0.1:1")

    return case


def after(world: World) -> Iterator[Callable[[], object]]:
    with late.http(world, page, PRODUCT) as (host, port):
        found = search(f"http://{host}:{port}").sort("a")
        found.execute()
        yield lambda: found.search_after()


def executed_async(world: World) -> Iterator[object]:
    with late.http(world, page, PRODUCT) as (host, port):

        async def make() -> Any:
            found = search_async(f"http://{host}:{port}").sort("a")
            await found.execute()
            return found

        yield lambda: make()


def creating(world: World) -> Iterator[Callable[[], object]]:
    with late.http(world, lambda method, path: b'{"taskUid": 1}') as (host, port):
        config = meilisearch.config.Config(f"http://{host}:{port}")
        yield lambda: meilisearch.index.Index.create(config, "x")


BLOCKING["meilisearch.index.Index.create"] = creating
BLOCKING["elasticsearch.dsl.Search.__iter__"] = at(
    elastic, lambda client: next(iter(elasticsearch.dsl.Search(using=client)))
)
SILENT = {
    "elasticsearch.dsl.Search.search_after": after,
    "meilisearch.Client.generate_tenant_token": tenant_token,
    "elasticsearch.AsyncElasticsearch": in_loop(elastic_async),
    "opensearchpy.AsyncOpenSearch": in_loop(opensearch_async),
}


def search(url: str) -> Any:
    return elasticsearch.dsl.Search(using=elastic(url), index="x")


def search_async(url: str) -> Any:
    return elasticsearch.dsl.AsyncSearch(using=elastic_async(url), index="x")


BUILT = {
    "rank": ((), {"rrf": {}}),
    "knn": (("v", 1, 1), {"query_vector": [1.0]}),
    "filter": (("term",), {"a": 1}),
    "exclude": (("term",), {"a": 1}),
    "suggest": (("x", "y"), {"term": {"field": "a"}}),
    "collapse": (("a",), {}),
    "highlight": (("a",), {}),
    "sort": (("a",), {}),
    "script_fields": ((), {"a": "x"}),
    "search_after": ((), {}),
    "extra": ((), {"explain": True}),
    "params": ((), {"routing": "x"}),
    "highlight_options": ((), {"order": "score"}),
    "point_in_time": ((), {}),
    "iterate": ((), {}),
    "scan": ((), {}),
}
BODY = json.dumps(FOUND).encode()
CLOSING = ("close", "__aenter__", "__aexit__")
SWEEPS = [
    Sweep(
        "elasticsearch.dsl.Search",
        web(search, BODY, PRODUCT),
        {},
        BUILT,
        {"search_after": "needs an answer", "__iter__": "has a case"},
    ),
    Sweep(
        "elasticsearch.dsl.AsyncSearch",
        web_inside(search_async, BODY, PRODUCT),
        {},
        BUILT,
        kinds=("ASYNC",),
    ),
    Sweep("elasticsearch.dsl.AsyncSearch", executed_async, {}, BUILT, kinds=("SILENT",)),
    Sweep("elasticsearch.AsyncElasticsearch", web_inside(elastic_async), prompt=CLOSING),
    Sweep("opensearchpy.AsyncOpenSearch", web_inside(opensearch_async), prompt=CLOSING),
    Sweep(
        "meilisearch.index.Index",
        web(lambda url: meilisearch.Client(url).index("x"), b'{"taskUid": 1}'),
        apart={"create": "has a case"},
    ),
]
