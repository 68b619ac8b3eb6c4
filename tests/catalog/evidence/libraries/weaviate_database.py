"""Weaviate: a web server and a gRPC server that answer at once while the client connects, and late from then on."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Callable, Iterator
from typing import Any, TypedDict

import weaviate
from evidence import late
from evidence.subjects import anywhere
from evidence.sweep import Subject, Sweep
from evidence.world import World
from weaviate.connect.v4 import health_weaviate_pb2

ID = "00000000-0000-0000-0000-000000000001"
META = b'{"version": "1.36.0", "href": "http://x", "classes": [], "class": "X", "vectorizer": "none", "nodes": []}'
HEALTHY = health_weaviate_pb2.WeaviateHealthCheckResponse(status=1).SerializeToString()


def page(method: str, path: str) -> bytes:
    return b"[]" if path.endswith("/shards") else META


def message(path: str) -> bytes:
    return HEALTHY if path.endswith("Check") else b""


@contextlib.contextmanager
def database(world: World) -> Iterator[tuple[int, int]]:
    """Ports of both servers."""
    with late.http(world, page) as (_, web), late.grpc(world, message) as (_, grpc):
        yield web, grpc


def connected(web: int, grpc: int) -> Any:
    return weaviate.connect_to_local("127.0.0.1", web, grpc_port=grpc, skip_init_checks=True)


async def connected_async(web: int, grpc: int) -> Any:
    client = weaviate.use_async_with_local("127.0.0.1", web, grpc_port=grpc, skip_init_checks=True)
    await client.connect()
    return client


def on(then: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with database(world) as (web, grpc), connected(web, grpc) as client:
            yield then(client)

    return subject


def inside(then: Callable[[Any], Any]) -> Subject:
    def subject(world: World) -> Iterator[object]:
        with database(world) as (web, grpc):

            async def make() -> Any:
                return then(await connected_async(web, grpc))

            yield lambda: make()

    return subject


def at(call: Callable[[int, int], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with database(world) as (web, grpc):
            yield lambda: call(web, grpc)

    return case


def unconnected(world: World) -> Iterator[object]:
    with database(world) as (web, grpc):
        yield weaviate.WeaviateClient(parameters(web, grpc), skip_init_checks=True)


def unconnected_async(world: World) -> Iterator[object]:
    with database(world) as (web, grpc):
        yield lambda: weaviate.WeaviateAsyncClient(parameters(web, grpc), skip_init_checks=True)


def parameters(web: int, grpc: int) -> Any:
    return weaviate.connect.ConnectionParams.from_params("127.0.0.1", web, False, "127.0.0.1", grpc, False)


def custom(web: int, grpc: int) -> Any:
    return weaviate.connect_to_custom("127.0.0.1", web, False, "127.0.0.1", grpc, False)


def custom_async(web: int, grpc: int) -> Any:
    return weaviate.use_async_with_custom("127.0.0.1", web, False, "127.0.0.1", grpc, False)


def cloud(connect: Callable[..., object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with contextlib.contextmanager(anywhere(lambda: None))(world):
            yield lambda: connect("x.weaviate.cloud", "key", skip_init_checks=True)

    return case


def embedded(connect: Callable[..., object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """A server that is to be downloaded first, which takes its time."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        folder = str(world.folder)
        with contextlib.contextmanager(anywhere(lambda: None))(world):
            yield lambda: connect(persistence_data_path=folder, binary_path=folder)

    return case


def batch(use: Callable[[Any, Any], object]) -> Callable[[World], Iterator[Callable[[], object]]]:
    """What waits until an object is sent. Adding it does not wait."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with database(world) as (web, grpc), connected(web, grpc) as client:
            manager = client.batch.fixed_size(1)
            entered = manager.__enter__()

            def call() -> None:
                entered.add_object("X", {"x": "1"})
                use(manager, entered)

            yield call

    return case


BATCH = "weaviate.collections.batch.batch_wrapper"
BLOCKING = {
    f"{BATCH}._ContextManagerSync.__exit__": batch(lambda manager, entered: manager.__exit__(None, None, None)),
    f"{BATCH}.BatchClientProtocol.flush": batch(lambda manager, entered: entered.flush()),
    "weaviate.connect_to_weaviate_cloud": cloud(weaviate.connect_to_weaviate_cloud),
    "weaviate.connect_to_wcs": cloud(weaviate.connect_to_wcs),
    "weaviate.use_async_with_embedded": embedded(weaviate.use_async_with_embedded),
    "weaviate.connect_to_embedded": embedded(weaviate.connect_to_embedded),
    "weaviate.connect_to_local": at(connected),
    "weaviate.connect_to_custom": at(custom),
}
SILENT = {
    "weaviate.use_async_with_local": at(
        lambda web, grpc: weaviate.use_async_with_local("127.0.0.1", web, grpc_port=grpc)
    ),
    "weaviate.use_async_with_custom": at(custom_async),
    "weaviate.use_async_with_weaviate_cloud": at(lambda web, grpc: weaviate.use_async_with_weaviate_cloud("x", "key")),
}
GIVEN = {
    "uuid": ID,
    "ids": [ID],
    "properties": {"x": "1"},
    "query": "x",
    "near_vector": [1.0],
    "near_object": ID,
    "near_image": "eA==",
    "media": "eA==",
    "media_type": weaviate.classes.query.NearMediaType.IMAGE,
    "objects": [{"x": "1"}],
    "objs": [{"x": "1"}],
    "name": "X",
    "from_uuid": ID,
    "from_property": "x",
    "to": ID,
    "vector": [1.0],
    "distance": 0.5,
    "object_limit": 1,
    "gql_query": "{ x }",
    "property_name": "x",
    "index_name": "searchable",
}
CONFIG = types.SimpleNamespace(to_dict=lambda: {"class": "X"})
SHARD = weaviate.collections.classes.batch.Shard(collection="X")
WHERE = weaviate.classes.query.Filter.by_property("x").equal("1")
REFERENCE = weaviate.classes.data.DataReference(from_property="x", from_uuid=ID, to_uuid=ID)
CALLS: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {
    "delete_many": ((WHERE,), {}),
    "reference_add_many": (([REFERENCE],), {}),
    "add_property": (
        (weaviate.classes.config.Property(name="x", data_type=weaviate.classes.config.DataType.TEXT),),
        {},
    ),
    "add_reference": ((weaviate.classes.config.ReferenceProperty(name="x", target_collection="Y"),), {}),
    "add_vector": ((), {"vector_config": weaviate.classes.config.Configure.Vectors.self_provided(name="v")}),
    "update": ((), {"description": "x"}),
    "update_shards": (("READY",), {}),
    "create_from_dict": (({"class": "X"},), {}),
    "get_shards": ((), {}),
    "wait_for_vector_indexing": (([SHARD],), {}),
    "create": (("X",), {}),
    "create_from_config": ((CONFIG,), {}),
}


class Typed(TypedDict):
    x: str


DATA = CALLS | {"update": ((ID, {"x": "1"}), {}), "with_data_model": ((Typed,), {})}
DOCUMENTED = {
    "downloads the server's program before it starts it (weaviate/embedded.py)": ["weaviate.connect_to_embedded"],
    "fails before anything is sent (4.23.1: collections/grpc/aggregate.py does not take the image)": [
        f"weaviate.collections.aggregate._AggregateCollection{kind}.near_image" for kind in ("", "Async")
    ],
}


def of(part: str) -> Callable[[Any], Any]:
    return lambda client: getattr(client.collections.use("X"), part)


TENANT = weaviate.classes.tenants.Tenant(name="t")
TENANTS: dict[str, Any] = {"tenants": TENANT, "tenant": "t"}
BACKUP = {"backup_id": "b", "backend": weaviate.backup.BackupStorage.FILESYSTEM, "include_collections": "X"}
SWEEPS = [
    Sweep("weaviate.WeaviateClient", on(lambda client: client), GIVEN, apart={"connect": "", "__enter__": ""}),
    Sweep("weaviate.WeaviateClient", unconnected),
    Sweep(
        "weaviate.WeaviateAsyncClient",
        inside(lambda client: client),
        GIVEN,
        apart={"connect": "", "__aenter__": ""},
        prompt=("close", "__aexit__"),
    ),
    Sweep("weaviate.WeaviateAsyncClient", unconnected_async, apart={"close": "", "__aexit__": ""}),
    Sweep("weaviate.collections.collections._Collections", on(lambda client: client.collections), GIVEN, CALLS),
    Sweep(
        "weaviate.collections.collections._CollectionsAsync", inside(lambda client: client.collections), GIVEN, CALLS
    ),
    Sweep("weaviate.collections.batch.client._BatchClientWrapper", on(lambda client: client.batch), GIVEN, CALLS),
    Sweep("weaviate.collections.batch.collection._BatchCollectionWrapper", on(of("batch")), GIVEN, CALLS),
    Sweep("weaviate.collections.Collection", on(lambda client: client.collections.use("X")), GIVEN),
    Sweep("weaviate.collections.CollectionAsync", inside(lambda client: client.collections.use("X")), GIVEN),
]
SWEEPS += [
    Sweep("weaviate.collections.tenants._Tenants", on(of("tenants")), TENANTS, {"get_by_names": ((["t"],), {})}),
    Sweep(
        "weaviate.collections.tenants._TenantsAsync", inside(of("tenants")), TENANTS, {"get_by_names": ((["t"],), {})}
    ),
    Sweep("weaviate.backup._Backup", on(lambda client: client.backup), BACKUP),
    Sweep("weaviate.backup._BackupAsync", inside(lambda client: client.backup), BACKUP),
    Sweep("weaviate.cluster._Cluster", on(lambda client: client.cluster)),
    Sweep("weaviate.cluster._ClusterAsync", inside(lambda client: client.cluster)),
]
for name in ("query", "data", "aggregate", "generate", "config"):
    of_kind = f"weaviate.collections.{name}._{name.title()}Collection"
    calls = DATA if name == "data" else CALLS
    apart = {"near_image": "fails before anything is sent"} if name == "aggregate" else {}
    SWEEPS.append(Sweep(of_kind, on(of(name)), GIVEN, calls, apart))
    SWEEPS.append(Sweep(f"{of_kind}Async", inside(of(name)), GIVEN, calls, apart))
