"""What belongs to a Redis or Valkey client: pools, clusters, pipelines about to be sent, locks, sentinels."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any

import redis
import redis.asyncio
import redis.asyncio.lock
import redis.lock
import redis.sentinel
import valkey
import valkey.asyncio
import valkey.asyncio.lock
import valkey.lock
import valkey.sentinel
from evidence import servers
from evidence.libraries.caches import (
    client_class,
    clustered,
    clustered_inside,
    connected,
    connected_inside,
    with_client,
)
from evidence.servers import slowly
from evidence.subjects import served_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
GIVEN = {"exc_type": None, "exc_value": None, "traceback": None, "exc_tb": None, "tb": None}
"""What ``__aexit__`` gets, whatever it calls it."""
LIBRARIES = ((redis, "Redis"), (valkey, "Valkey"))


def cluster_class(library: ModuleType) -> Any:
    return getattr(library, "RedisCluster", None) or library.ValkeyCluster


def address_of(library: ModuleType, host: str, port: int) -> str:
    return f"{library.__name__}://{host}:{port}"


def to_cluster(library: ModuleType, make: Callable[..., object]) -> Case:
    """A case that connects to a cluster whose first answer comes late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.redis_cluster()) as (host, port):
            yield lambda: make(host, port, lambda address: (host, port))

    return case


def coroutine(library: ModuleType, use: Callable[[Any], Awaitable[object]], cluster: bool = False) -> Case:
    """A case that makes an asynchronous client and awaits something of it."""

    async def call(host: str, port: int) -> None:
        if cluster:
            client = cluster_class(library.asyncio)(host=host, port=port, address_remap=lambda address: (host, port))
        else:
            client = client_class(library.asyncio)(host=host, port=port)
        await use(client)
        await client.aclose()

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.redis_cluster() if cluster else servers.redis()) as (host, port):
            yield lambda: call(host, port)

    return case


def in_turn(*steps: str) -> Callable[[Any], Awaitable[object]]:
    """Await methods without arguments (``__aexit__`` gets its three), one after the other."""

    async def use(one: Any) -> None:
        for step in steps:
            await getattr(one, step)(*((None, None, None) if step == "__aexit__" else ()))

    return use


async def pooled(client: Any) -> None:
    pool = client.connection_pool
    await pool.release(await pool.get_connection("PING"))
    await pool.disconnect()


async def awaited(client: Any) -> None:
    await client


def kept(library: ModuleType) -> Subject:
    """A client that keeps one connection, which it has not made yet."""

    async def make(host: str, port: int) -> Any:
        return client_class(library.asyncio)(host=host, port=port, single_connection_client=True)

    return served_inside(servers.redis, make)


def unconnected(library: ModuleType, then: Callable[[Any], Any]) -> Subject:
    async def make(host: str, port: int) -> Any:
        return then(client_class(library.asyncio)(host=host, port=port))

    return served_inside(servers.redis, make)


def unconnected_cluster(library: ModuleType) -> Subject:
    async def make(host: str, port: int) -> Any:
        return cluster_class(library.asyncio)(host=host, port=port, address_remap=lambda address: (host, port))

    return served_inside(servers.redis_cluster, make)


def using(subject: Any, use: Callable[[Any], object]) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        with contextlib.contextmanager(subject)(world) as made:
            yield lambda: use(made)

    return case


def watched(client: Any) -> Any:
    pipe = client.pipeline()
    pipe.watch("x")
    return pipe


async def watched_inside(client: Any) -> Any:
    pipe = client.pipeline()
    await pipe.watch("x")
    return pipe


async def discarded(client: Any) -> None:
    pipe = await watched_inside(client)
    pipe.multi()
    with contextlib.suppress(Exception):
        await pipe.discard()


def inside(library: ModuleType, make: Callable[[Any], Awaitable[Any]]) -> Subject:
    """What is made of a connected asynchronous client, by awaiting."""

    async def connect(host: str, port: int) -> Any:
        client = client_class(library.asyncio)(host=host, port=port)
        await client.ping()
        return await make(client)

    return served_inside(servers.redis, connect)


def held(client: Any) -> Any:
    lock = client.lock("held", timeout=9)
    client.delete("held")
    lock.__enter__()
    return lock


async def held_inside(client: Any) -> Any:
    lock = client.lock("held inside", timeout=9)
    await client.delete("held inside")
    await lock.acquire()
    return lock


async def free_inside(client: Any) -> Any:
    await client.delete("free inside")
    return client.lock("free inside", timeout=9)


def guard(library: ModuleType, then: Callable[[Any], Any] = lambda sentinel: sentinel) -> Subject:
    """A sentinel, for which a plain server stands: it knows no masters, and says so late."""

    def subject(world: World) -> Iterator[Any]:
        with slowly(world, servers.redis()) as address:
            yield then(library.sentinel.Sentinel([address], socket_timeout=2))

    return subject


def guard_inside(library: ModuleType) -> Subject:
    def subject(world: World) -> Iterator[Any]:
        with slowly(world, servers.redis()) as address:
            yield lambda: library.asyncio.Sentinel([address])

    return subject


def to_a_node(method: str) -> Callable[[Any], object]:
    parameter = "target_nodes" if method == "bgrewriteaof" else "target_node"
    return lambda client: getattr(client, method)(**{parameter: client.get_primaries()[0]})


def to_a_node_inside(method: str) -> Callable[[Any], Awaitable[object]]:
    ask = to_a_node(method)

    async def use(client: Any) -> None:
        await client.initialize()
        await ask(client)  # type: ignore[misc]

    return use


def dropped(client: Any) -> Any:
    """The client, its connections cut."""
    if hasattr(client, "disconnect_connection_pools"):
        client.disconnect_connection_pools()
    else:
        client.connection_pool.disconnect()
    return client


def exited(manager: Any) -> object:
    return manager.__exit__(None, None, None)


BLOCKING: dict[str, Any] = {}
ASYNC: dict[str, Any] = {}
SILENT: dict[str, Any] = {}
COROUTINE: dict[str, Any] = {}
SWEEPS: list[Sweep] = []
for library, kind in LIBRARIES:
    name = library.__name__
    BLOCKING |= {
        f"{name}.{kind}Cluster": to_cluster(
            library,
            lambda host, port, remap, library=library: cluster_class(library)(
                host=host, port=port, address_remap=remap
            ),
        ),
        f"{name}.{kind}Cluster.from_url": to_cluster(
            library,
            lambda host, port, remap, library=library: cluster_class(library).from_url(
                address_of(library, host, port), address_remap=remap
            ),
        ),
        f"{name}.client.Pipeline.unwatch": with_client(library, lambda pipe: pipe.unwatch(), watched),
        f"{name}.cluster.ClusterPipeline.execute": using(
            clustered(library, lambda client: client.pipeline().get("x")), lambda pipe: pipe.execute()
        ),
        f"{name}.{kind}.monitor": with_client(library, lambda client: client.monitor(), dropped),
        f"{name}.{kind}Cluster.monitor": using(clustered(library, dropped), lambda client: client.monitor()),
        f"{name}.lock.Lock.__exit__": with_client(library, exited, held),
        f"{name}.commands.core.BitFieldOperation.execute": with_client(
            library, lambda bits: bits.execute(), lambda client: client.bitfield("b").incrby("u8", 0, 1)
        ),
    }
    SILENT |= {
        f"{name}.ConnectionPool": lambda world, library=library: library.ConnectionPool(port=1),
        f"{name}.BlockingConnectionPool": lambda world, library=library: library.BlockingConnectionPool(port=1),
        f"{name}.ConnectionPool.from_url": lambda world, library=library: library.ConnectionPool.from_url(
            address_of(library, "127.0.0.1", 1)
        ),
        f"{name}.ConnectionPool.make_connection": with_client(
            library, lambda pool: pool.make_connection(), lambda client: client.connection_pool
        ),
        f"{name}.ConnectionPool.release": with_client(
            library,
            lambda connection: connection[0].release(connection[1]),
            lambda client: (client.connection_pool, client.connection_pool.get_connection("PING")),
        ),
        **{
            f"{name}.ConnectionPool.{method}": with_client(
                library, lambda pool, method=method: getattr(pool, method)(), lambda client: client.connection_pool
            )
            for method in ("close", "disconnect", "reset")
        },
        f"{name}.{kind}.from_url": lambda world, library=library: client_class(library).from_url(
            address_of(library, "127.0.0.1", 1)
        ),
        f"{name}.{kind}.from_pool": lambda world, library=library: client_class(library).from_pool(
            library.ConnectionPool(port=1)
        ),
        f"{name}.asyncio.ConnectionPool": lambda world, library=library: library.asyncio.ConnectionPool(port=1),
        f"{name}.asyncio.from_url": lambda world, library=library: library.asyncio.from_url(
            address_of(library, "127.0.0.1", 1)
        ),
        f"{name}.asyncio.{kind}.from_url": lambda world, library=library: client_class(library.asyncio).from_url(
            address_of(library, "127.0.0.1", 1)
        ),
        f"{name}.asyncio.{kind}.from_pool": lambda world, library=library: client_class(library.asyncio).from_pool(
            library.asyncio.ConnectionPool(port=1)
        ),
        f"{name}.asyncio.{kind}Cluster": lambda world, library=library: cluster_class(library.asyncio)(
            host="127.0.0.1", port=1
        ),
        f"{name}.asyncio.{kind}Cluster.from_url": lambda world, library=library: cluster_class(
            library.asyncio
        ).from_url(address_of(library, "127.0.0.1", 1)),
        f"{name}.sentinel.Sentinel": lambda world, library=library: library.sentinel.Sentinel([("127.0.0.1", 1)]),
        f"{name}.asyncio.Sentinel": lambda world, library=library: library.asyncio.Sentinel([("127.0.0.1", 1)]),
    }
    ASYNC |= {
        f"{name}.asyncio.{kind}Cluster.__await__": coroutine(library, awaited, cluster=True),
    }
    COROUTINE |= {
        f"{name}.asyncio.{kind}.__await__": coroutine(library, awaited),
        f"{name}.asyncio.{kind}.aclose": coroutine(library, in_turn("ping", "aclose")),
        f"{name}.asyncio.{kind}.close": coroutine(library, in_turn("ping", "close")),
        f"{name}.asyncio.{kind}.__aexit__": coroutine(library, in_turn("__aenter__", "ping", "__aexit__")),
        f"{name}.asyncio.{kind}Cluster.aclose": coroutine(library, in_turn("initialize", "aclose"), cluster=True),
        f"{name}.asyncio.{kind}Cluster.close": coroutine(library, in_turn("initialize", "close"), cluster=True),
        f"{name}.asyncio.{kind}Cluster.__aexit__": coroutine(library, in_turn("__aenter__", "__aexit__"), cluster=True),
        f"{name}.asyncio.ConnectionPool.release": coroutine(library, pooled),
        f"{name}.asyncio.client.Pipeline.discard": coroutine(library, discarded),
    }
    for method in ("bgrewriteaof", "cluster_links", "cluster_myid"):
        BLOCKING[f"{name}.{kind}Cluster.{method}"] = using(clustered(library), to_a_node(method))
        ASYNC[f"{name}.asyncio.{kind}Cluster.{method}"] = coroutine(library, to_a_node_inside(method), cluster=True)
    PIPE = f"{name}.asyncio.client.Pipeline"
    SWEEPS += [
        Sweep(
            PIPE,
            inside(library, watched_inside),
            GIVEN,
            only=(
                "__aexit__",
                "unwatch",
                "reset",
            ),
        ),
        Sweep(
            PIPE,
            connected_inside(library, lambda c: c.pipeline()),
            only=("__aenter__",),
            prompt=["__aenter__"],
        ),
        Sweep(
            f"{name}.asyncio.cluster.ClusterPipeline",
            clustered_inside(library, lambda client: client.pipeline().get("x")),
            only=("execute",),
        ),
        Sweep(
            f"{name}.asyncio.cluster.ClusterPipeline",
            clustered_inside(library, lambda client: client.pipeline()),
            GIVEN,
            only=(
                "__aenter__",
                "__aexit__",
            ),
            prompt=("__aenter__", "__aexit__"),
        ),
        Sweep(
            f"{name}.asyncio.{kind}Cluster",
            unconnected_cluster(library),
            only=(
                "initialize",
                "__aenter__",
            ),
        ),
        Sweep(
            f"{name}.asyncio.{kind}",
            kept(library),
            only=(
                "initialize",
                "__aenter__",
            ),
        ),
        Sweep(
            f"{name}.asyncio.lock.Lock",
            inside(library, held_inside),
            {"additional_time": 1, **GIVEN},
            apart={"__aenter__": "another sweep's", "acquire": "another sweep's"},
        ),
        Sweep(
            f"{name}.asyncio.lock.Lock",
            inside(library, free_inside),
            only=(
                "acquire",
                "__aenter__",
            ),
        ),
        Sweep(
            f"{name}.asyncio.ConnectionPool",
            unconnected(library, lambda client: client.connection_pool),
            apart={"release": "a case"},
            prompt=("aclose", "disconnect"),
        ),
        Sweep(f"{name}.sentinel.Sentinel", guard(library)),
        Sweep(f"{name}.asyncio.Sentinel", guard_inside(library)),
        Sweep(
            f"{name}.commands.core.BitFieldOperation",
            connected(library, lambda client: client.bitfield("b")),
            {"fmt": "u8", "offset": 0, "overflow": "WRAP"},
            apart={"execute": "a case"},
        ),
    ]

SILENT["redis.cluster.ClusterPipeline.multi"] = using(
    clustered(redis, lambda client: client.pipeline(transaction=True)), lambda pipe: pipe.multi()
)

DOCUMENTED = {
    "Redis 7.0 does not know the command, after which the client asks the whole cluster anew": [
        "redis.asyncio.RedisCluster.blmovem"
    ],
    "The answer describes every command; it is so long that reading it holds up the loop": [
        "redis.asyncio.Redis.command",
        "valkey.asyncio.Valkey.command",
    ],
}
