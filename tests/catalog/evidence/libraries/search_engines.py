"""Search engines, vector stores, SOAP and GraphQL clients: a web server that answers late, and nonsense, stands for the service."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import chromadb
import chromadb.api.async_fastapi
import chromadb.api.fastapi
import chromadb.config
import clickhouse_connect
import clickhouse_driver
import elasticsearch
import elasticsearch.dsl
import elasticsearch.helpers
import gql
import gql.transport.aiohttp
import gql.transport.requests
import meilisearch
import opensearchpy
import pinecone
import qdrant_client
import weaviate
import zeep
from evidence.subjects import web, web_inside
from evidence.sweep import Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
QUERY = gql.gql("{ a }")


def at(call: Callable[[str], object]) -> Case:
    """A case that asks the server; the answer is no good, but late it is."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            yield lambda: call(f"http://{host}:{port}")

    return case


def on(make: Callable[[str], Any], use: Callable[[Any], object]) -> Case:
    """A case that has a client, which must not have asked the server yet."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http() as (host, port):
            client = make(f"http://{host}:{port}")
            yield lambda: use(client)

    return case


def talking(call: Callable[[str, int], object]) -> Case:
    """A case that connects to a server which greets late, with nonsense."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.says(b"nonsense") as (host, port):
            yield lambda: call(host, port)

    return case


def elastic(url: str) -> Any:
    return elasticsearch.Elasticsearch(url, max_retries=0, retry_on_timeout=False)


def opensearch(url: str) -> Any:
    return opensearchpy.OpenSearch(url, max_retries=0)


def qdrant(url: str) -> Any:
    return qdrant_client.QdrantClient(url, check_compatibility=False)


def asynchronous(make: Callable[[str], Any], use: Callable[[Any], Any], close: str = "close") -> Case:
    """A case that awaits the twin."""

    async def call(url: str) -> None:
        client = make(url)
        try:
            await use(client)
        finally:
            with contextlib.suppress(Exception):
                await getattr(client, close)()

    return at(call)


def graphql(url: str) -> Any:
    return gql.Client(transport=gql.transport.requests.RequestsHTTPTransport(url))


async def async_graphql(url: str) -> None:
    transport = gql.transport.aiohttp.AIOHTTPTransport(url)
    async with gql.Client(transport=transport) as session:
        await session.execute(QUERY)


async def async_clickhouse(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    await clickhouse_connect.get_async_client(host=host, port=int(port))


def clickhouse(url: str) -> Any:
    host, port = url.removeprefix("http://").split(":")
    return clickhouse_connect.get_client(host=host, port=int(port))


def chroma(url: str) -> Any:
    host, port = url.removeprefix("http://").split(":")
    return chromadb.HttpClient(host, int(port))


async def async_chroma(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    await chromadb.AsyncHttpClient(host, int(port))


def weaviate_local(url: str) -> Any:
    host, port = url.removeprefix("http://").split(":")
    return weaviate.connect_to_local(host, int(port), grpc_port=1)


async def async_weaviate(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    async with weaviate.use_async_with_local(host, int(port), grpc_port=1):
        pass


ELASTIC: dict[str, dict[str, Any]] = {
    "search": {"index": "x"}, "index": {"index": "x", "document": {}}, "get": {"index": "x", "id": "1"}, "count": {}, "ping": {},
    "delete": {"index": "x", "id": "1"}, "bulk": {"operations": [{}]}, "exists": {"index": "x", "id": "1"}, "info": {},
    "update": {"index": "x", "id": "1", "doc": {}}, "mget": {"index": "x", "ids": ["1"]}, "delete_by_query": {"index": "x", "query": {}},
}  # fmt: skip
OPENSEARCH: dict[str, dict[str, Any]] = {
    "search": {}, "index": {"index": "x", "body": {}}, "get": {"index": "x", "id": "1"}, "count": {}, "ping": {}, "info": {},
    "delete": {"index": "x", "id": "1"}, "bulk": {"body": [{}]}, "exists": {"index": "x", "id": "1"},
}  # fmt: skip
QDRANT: dict[str, tuple[Any, ...]] = {
    "query_points": ("x",), "get_collections": (), "collection_exists": ("x",), "delete_collection": ("x",), "scroll": ("x",),
    "retrieve": ("x", [1]), "count": ("x",), "get_collection": ("x",), "info": (),
}  # fmt: skip
MEILISEARCH: dict[str, tuple[Any, ...]] = {
    "health": (), "get_indexes": (), "create_index": ("x",), "get_tasks": (), "get_version": (), "get_keys": (), "multi_search": ([],)
}  # fmt: skip

BLOCKING: dict[str, Case] = {
    "elasticsearch.client.IndicesClient.create": on(elastic, lambda client: client.indices.create(index="x")),
    "elasticsearch.client.ClusterClient.health": on(elastic, lambda client: client.cluster.health()),
    "elasticsearch.client.CatClient.indices": on(elastic, lambda client: client.cat.indices()),
    "elasticsearch.helpers.bulk": on(elastic, lambda client: elasticsearch.helpers.bulk(client, [{"_index": "x"}])),
    "elasticsearch.helpers.scan": on(elastic, lambda client: list(elasticsearch.helpers.scan(client))),
    "elasticsearch.dsl.Search.execute": on(elastic, lambda client: elasticsearch.dsl.Search(using=client).execute()),
    "opensearchpy.client.IndicesClient.create": on(opensearch, lambda client: client.indices.create(index="x")),
    "opensearchpy.helpers.bulk": on(opensearch, lambda client: opensearchpy.helpers.bulk(client, [{"_index": "x"}])),
    "meilisearch.index.Index.search": on(meilisearch.Client, lambda client: client.index("x").search("y")),
    "meilisearch.index.Index.add_documents": on(meilisearch.Client, lambda client: client.index("x").add_documents([])),
    "chromadb.HttpClient": at(chroma),
    "clickhouse_connect.get_client": at(clickhouse),
    "clickhouse_driver.Client.execute": talking(lambda host, port: clickhouse_driver.Client(host, port).execute("x")),
    "weaviate.connect_to_local": at(weaviate_local),
    "pinecone.Index.query": on(
        lambda url: pinecone.Pinecone("key").Index(host=url), lambda index: index.query(vector=[1.0], top_k=1)
    ),
    "zeep.Client": at(zeep.Client),
    "zeep.AsyncClient": at(zeep.AsyncClient),
    "gql.Client.execute": on(graphql, lambda client: client.execute(QUERY)),
    "gql.client.SyncClientSession.execute": on(
        lambda url: graphql(url).__enter__(), lambda session: session.execute(QUERY)
    ),
}
BLOCKING |= {
    f"elasticsearch.Elasticsearch.{name}": on(
        elastic, lambda client, name=name, given=given: getattr(client, name)(**given)
    )
    for name, given in ELASTIC.items()
}
BLOCKING |= {
    f"opensearchpy.OpenSearch.{name}": on(
        opensearch, lambda client, name=name, given=given: getattr(client, name)(**given)
    )
    for name, given in OPENSEARCH.items()
}
BLOCKING |= {
    f"qdrant_client.QdrantClient.{name}": on(
        qdrant, lambda client, name=name, given=given: getattr(client, name)(*given)
    )
    for name, given in QDRANT.items()
}
BLOCKING |= {
    f"meilisearch.Client.{name}": on(
        meilisearch.Client, lambda client, name=name, given=given: getattr(client, name)(*given)
    )
    for name, given in MEILISEARCH.items()
}

SILENT: dict[str, Case] = {
    "elasticsearch.Elasticsearch": at(elastic),
    "opensearchpy.OpenSearch": at(opensearch),
    "meilisearch.Client.index": on(meilisearch.Client, lambda client: client.index("x")),
    "clickhouse_driver.Client": talking(lambda host, port: clickhouse_driver.Client(host, port)),
    "elasticsearch.dsl.Search.filter": on(
        elastic, lambda client: elasticsearch.dsl.Search(using=client).filter("term", a=1).sort("a")
    ),
}

ASYNC: dict[str, Case] = {
    "chromadb.AsyncHttpClient": at(async_chroma),
    "clickhouse_connect.get_async_client": at(async_clickhouse),
    "weaviate.WeaviateAsyncClient.connect": at(async_weaviate),
    "gql.client.AsyncClientSession.execute": at(async_graphql),
    "elasticsearch._async.client.IndicesClient.create": asynchronous(
        lambda url: elasticsearch.AsyncElasticsearch(url, max_retries=0),
        lambda client: client.indices.create(index="x"),
    ),
}
ASYNC |= {
    f"elasticsearch.AsyncElasticsearch.{name}": asynchronous(
        lambda url: elasticsearch.AsyncElasticsearch(url, max_retries=0),
        lambda client, name=name, given=given: getattr(client, name)(**given),
    )
    for name, given in list(ELASTIC.items())[::3]
}
ASYNC |= {
    f"opensearchpy.AsyncOpenSearch.{name}": asynchronous(
        lambda url: opensearchpy.AsyncOpenSearch(url, max_retries=0),
        lambda client, name=name, given=given: getattr(client, name)(**given),
    )
    for name, given in list(OPENSEARCH.items())[::3]
}
ASYNC |= {
    f"qdrant_client.AsyncQdrantClient.{name}": asynchronous(
        lambda url: qdrant_client.AsyncQdrantClient(url, check_compatibility=False),
        lambda client, name=name, given=given: getattr(client, name)(*given),
    )
    for name, given in list(QDRANT.items())[::3]
}
DOCUMENTED: dict[str, list[str]] = {}


def product(name: str) -> str:
    """Header that Elasticsearch's client wants to see."""
    return f"Content-Type: application/json\r\nX-Elastic-Product: {name}\r\n"


def parts(on: str, pattern: str, make: Callable[[str], Any], wrap: Any = web) -> list[Sweep]:
    """Sweeps of the classes below ``on`` whose instances are attributes of the client; ``pattern``: end of the classes' names."""
    sweeps = []
    client = make("http://127.0.0.1:1")
    for name in vars(client):
        kind = type(getattr(client, name))
        if kind.__name__.endswith(pattern) and not name.startswith("_"):
            of = f"{on}.{kind.__name__}"
            sweeps.append(
                Sweep(of, wrap(lambda url, name=name: getattr(make(url), name), headers=product("Elasticsearch")))
            )
    return sweeps


def async_elastic(url: str) -> Any:
    return elasticsearch.AsyncElasticsearch(url, max_retries=0)


def async_opensearch(url: str) -> Any:
    return opensearchpy.AsyncOpenSearch(url, max_retries=0)


def async_qdrant(url: str) -> Any:
    return qdrant_client.AsyncQdrantClient(url, check_compatibility=False)


HEADERS = product("Elasticsearch")
SWEEPS = [
    Sweep("elasticsearch.Elasticsearch", web(elastic, headers=HEADERS)),
    Sweep("elasticsearch.AsyncElasticsearch", web_inside(async_elastic, headers=HEADERS)),
    *parts("elasticsearch.client", "Client", elastic),
    *parts("elasticsearch._async.client", "Client", async_elastic, web_inside),
    Sweep("opensearchpy.OpenSearch", web(opensearch)),
    Sweep("opensearchpy.AsyncOpenSearch", web_inside(async_opensearch)),
    *parts("opensearchpy.client", "Client", opensearch),
    *parts("opensearchpy._async.client", "Client", async_opensearch, web_inside),
    Sweep("qdrant_client.QdrantClient", web(qdrant)),
    Sweep("qdrant_client.AsyncQdrantClient", web_inside(async_qdrant)),
    Sweep("meilisearch.Client", web(meilisearch.Client)),
    Sweep("meilisearch.index.Index", web(lambda url: meilisearch.Client(url).index("x"))),
    Sweep("pinecone.Index", web(lambda url: pinecone.Pinecone("key").Index(host=url))),
    Sweep("pinecone.Pinecone", web(lambda url: pinecone.Pinecone("key", host=url))),
]


def address(url: str) -> tuple[str, int]:
    host, port = url.removeprefix("http://").split(":")
    return host, int(port)


def chroma_late(url: str) -> Any:
    """A client that has not asked yet; making one asks."""
    return chromadb.api.fastapi.FastAPI(chromadb.config.System(chroma_settings(url)))


def chroma_settings(url: str) -> Any:
    host, port = address(url)
    return chromadb.config.Settings(
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=host,
        chroma_server_http_port=port,
        anonymized_telemetry=False,
    )


async def with_chroma_async(url: str) -> Any:
    return chromadb.api.async_fastapi.AsyncFastAPI(chromadb.config.System(chroma_settings(url)))


SWEEPS += [
    Sweep("chromadb.api.ClientAPI", web(chroma_late)),
    Sweep("chromadb.api.AsyncClientAPI", web_inside(with_chroma_async)),
    Sweep(
        "gql.client.SyncClientSession",
        web(lambda url: graphql(url).__enter__()),
        {"request": QUERY, "requests": [QUERY]},
    ),
]
