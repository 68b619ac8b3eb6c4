"""Redis, Valkey and memcached clients against real servers that answer late."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import pymemcache
import redis
import redis.asyncio
import redis.asyncio.lock
import redis.lock
import valkey
import valkey.asyncio
import valkey.asyncio.lock
import valkey.lock
from evidence import servers
from evidence.arguments import Arguments
from evidence.servers import slowly
from evidence.subjects import served, served_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]

COMMANDS: dict[str, tuple[object, ...]] = {
    "append": ("x", "y"), "bitcount": ("x",), "blpop": ("nothing", 1), "brpop": ("nothing", 1), "config_get": ("save",), "dbsize": (),
    "decr": ("n",), "delete": ("x",), "eval": ("return 1", 0), "execute_command": ("PING",), "exists": ("x",), "expire": ("x", 9),
    "flushdb": (), "get": ("x",), "getdel": ("x",), "getset": ("x", "y"), "hdel": ("h", "f"), "hexists": ("h", "f"), "hget": ("h", "f"),
    "hgetall": ("h",), "hincrby": ("h", "n"), "hkeys": ("h",), "hlen": ("h",), "hmget": ("h", ["f"]), "hscan": ("h",),
    "hset": ("h", "f", "v"), "hvals": ("h",), "incr": ("n",), "info": (), "keys": ("*",), "llen": ("l",), "lpop": ("l",), "lpush": ("l", 1),
    "lrange": ("l", 0, 1), "mget": ("x", "y"), "mset": ({"x": 1},), "persist": ("x",), "pfadd": ("p", 1), "ping": (), "publish": ("c", "x"),
    "rename": ("x", "y"), "rpop": ("l",), "rpush": ("l", 1), "sadd": ("s", 1), "scan": (), "scard": ("s",), "script_load": ("return 1",),
    "set": ("x", 1), "setex": ("x", 9, 1), "setnx": ("x", 1), "sismember": ("s", 1), "smembers": ("s",), "spop": ("s",), "srem": ("s", 1),
    "strlen": ("x",), "ttl": ("x",), "type": ("x",), "unlink": ("x",), "xadd": ("t", {"a": 1}), "xlen": ("t",), "xread": ({"t": 0},),
    "zadd": ("z", {"a": 1}), "zcard": ("z",), "zrange": ("z", 0, 1), "zscore": ("z", "a"),
}  # fmt: skip


def client_class(library: ModuleType) -> Any:
    return getattr(library, "Redis", None) or library.Valkey


def with_client(
    library: ModuleType, use: Callable[[Any], object], ready: Callable[[Any], Any] = lambda client: client
) -> Case:
    """A case that has a connection already, and then waits for an answer. ``ready`` makes what is used, before."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.redis()) as (host, port):
            client = client_class(library)(host=host, port=port)
            client.ping()
            prepared = ready(client)
            yield lambda: use(prepared)
            with contextlib.suppress(Exception):
                client.close()

    return case


def with_async(library: ModuleType, use: Callable[[Any], Any]) -> Case:
    """A case that connects and waits, asynchronously."""

    async def call(host: str, port: int) -> None:
        async with client_class(library.asyncio)(host=host, port=port) as client:
            await use(client)

    def case(world: World) -> Iterator[Callable[[], object]]:
        with slowly(world, servers.redis()) as (host, port):
            yield lambda: call(host, port)

    return case


def command(name: str, arguments: tuple[object, ...]) -> Callable[[Any], Any]:
    return lambda client: getattr(client, name)(*arguments)


def entered(manager: Any) -> None:
    with manager:
        pass


def fresh(pool: Any) -> Any:
    pool.disconnect()
    return pool


def unconnected(client: Any) -> Any:
    fresh(client.connection_pool)
    return client.pubsub()


def subscribed(client: Any) -> Any:
    channel = client.pubsub(ignore_subscribe_messages=True)
    channel.subscribe("c")
    channel.get_message(timeout=1)
    return channel


def acquired(client: Any) -> Any:
    lock = client.lock("lock", timeout=9)
    client.delete("lock")
    lock.acquire()
    return lock


async def locked(client: Any) -> None:
    async with client.lock("asynchronous", timeout=9):
        pass


async def piped(client: Any) -> None:
    async with client.pipeline() as pipeline:
        await pipeline.set("x", 1).get("x").execute()


async def heard(client: Any) -> None:
    async with client.pubsub() as channel:
        await channel.subscribe("c")


async def scanned(client: Any) -> None:
    async for _ in client.scan_iter():
        pass


async def scripted(client: Any) -> None:
    await client.register_script("return 1")()


BLOCKING: dict[str, Case] = {}
ASYNC: dict[str, Case] = {}
SILENT: dict[str, Case] = {}
for library, kind in ((redis, "Redis"), (valkey, "Valkey")):
    name = library.__name__
    for verb, given in list(COMMANDS.items())[:: 1 if library is redis else 6]:  # The fork shares the machinery.
        BLOCKING[f"{name}.{kind}.{verb}"] = with_client(library, command(verb, given))
        ASYNC[f"{name}.asyncio.{kind}.{verb}"] = with_async(library, command(verb, given))
        if verb not in ("execute_command", "unlink", "publish"):
            SILENT[f"{name}.client.Pipeline.{verb}"] = with_client(
                library, command(verb, given), lambda client: client.pipeline()
            )
    BLOCKING |= {
        f"{name}.{kind}.__getitem__": with_client(library, lambda client: client["x"]),
        f"{name}.{kind}.__setitem__": with_client(library, lambda client: client.__setitem__("x", 1)),
        f"{name}.{kind}.__delitem__": with_client(library, lambda client: client.__delitem__("x")),
        f"{name}.{kind}.__contains__": with_client(library, lambda client: "x" in client),
        f"{name}.{kind}.scan_iter": with_client(library, lambda client: list(client.scan_iter())),
        f"{name}.{kind}.hscan_iter": with_client(library, lambda client: list(client.hscan_iter("h"))),
        f"{name}.{kind}.sscan_iter": with_client(library, lambda client: list(client.sscan_iter("s"))),
        f"{name}.{kind}.zscan_iter": with_client(library, lambda client: list(client.zscan_iter("z"))),
        f"{name}.{kind}.transaction": with_client(
            library, lambda client: client.transaction(lambda pipe: pipe.get("x"))
        ),
        f"{name}.client.Pipeline.execute": with_client(
            library, lambda pipe: pipe.execute(), lambda c: c.pipeline().get("x")
        ),
        f"{name}.client.Pipeline.watch": with_client(library, lambda pipe: pipe.watch("x"), lambda c: c.pipeline()),
        f"{name}.client.PubSub.subscribe": with_client(library, lambda channel: channel.subscribe("c"), unconnected),
        f"{name}.client.PubSub.get_message": with_client(
            library, lambda channel: channel.get_message(timeout=0.1), subscribed
        ),
        f"{name}.lock.Lock.acquire": with_client(
            library, lambda lock: lock.acquire(), lambda c: c.lock("free", timeout=1)
        ),
        f"{name}.lock.Lock.__enter__": with_client(library, entered, lambda c: c.lock("entered", timeout=1)),
        f"{name}.lock.Lock.release": with_client(library, lambda lock: lock.release(), acquired),
        f"{name}.lock.Lock.locked": with_client(library, lambda lock: lock.locked(), acquired),
        f"{name}.lock.Lock.owned": with_client(library, lambda lock: lock.owned(), acquired),
        f"{name}.lock.Lock.extend": with_client(library, lambda lock: lock.extend(1), acquired),
        f"{name}.lock.Lock.reacquire": with_client(library, lambda lock: lock.reacquire(), acquired),
        f"{name}.commands.core.Script.__call__": with_client(
            library, lambda script: script(), lambda c: c.register_script("return 1")
        ),
        f"{name}.ConnectionPool.get_connection": with_client(
            library, lambda pool: pool.get_connection("PING"), lambda c: fresh(c.connection_pool)
        ),
    }
    ASYNC |= {
        f"{name}.asyncio.{kind}.scan_iter": with_async(library, scanned),
        f"{name}.asyncio.client.Pipeline.execute": with_async(library, piped),
        f"{name}.asyncio.client.PubSub.subscribe": with_async(library, heard),
        f"{name}.asyncio.lock.Lock.__aenter__": with_async(library, locked),
        f"{name}.commands.core.AsyncScript.__call__": with_async(library, scripted),
    }
    SILENT |= {
        f"{name}.{kind}": lambda world, library=library: client_class(library)(port=1),
        f"{name}.from_url": lambda world, library=library: library.from_url("redis://127.0.0.1:1"),
        f"{name}.asyncio.{kind}": lambda world, library=library: client_class(library.asyncio)(port=1),
        f"{name}.{kind}.pipeline": with_client(library, lambda client: client.pipeline()),
        f"{name}.{kind}.pubsub": with_client(library, lambda client: client.pubsub()),
        f"{name}.{kind}.lock": with_client(library, lambda client: client.lock("x")),
        f"{name}.{kind}.close": with_client(library, lambda client: client.close()),
        f"{name}.client.PubSub.get_message": with_client(library, lambda channel: channel.get_message(), subscribed),
    }


VERBS: dict[str, tuple[object, ...]] = {
    "get": ("x",), "set": ("x", "y", 0), "add": ("x", "y", 0), "replace": ("x", "y", 0), "append": ("x", "y", 0), "prepend": ("x", "y", 0),
    "cas": ("x", "y", "1", 0), "decr": ("x", 1), "incr": ("x", 1), "delete": ("x",), "delete_many": (["x"],), "get_many": (["x"],),
    "gets": ("x",), "gets_many": (["x"],), "gets_multi": (["x"],), "set_many": ({"x": "y"}, 0), "touch": ("x", 1), "flush_all": (0,), "stats": (), "version": (),
    "__getitem__": ("x",), "get_multi": (["x"],), "set_multi": ({"x": "y"}, 0), "delete_multi": (["x"],),
}  # fmt: skip
ASKED = ("get", "get_many", "get_multi", "gets", "gets_many", "gets_multi", "stats", "version", "__getitem__")
REMEMBER: dict[str, Arguments] = {
    verb: (given, {} if verb in ASKED else {"noreply": False}) for verb, given in VERBS.items()
}


def busy(make: Callable[[tuple[str, int]], Any], use: Callable[[Any], object]) -> Case:
    """A case that connects to a server which is too busy to accept."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.busy() as address:
            client = make(address)
            yield lambda: use(client)
            client.close()

    return case


for kind in (pymemcache.Client, pymemcache.PooledClient):
    name = f"{kind.__module__}.{kind.__name__}"
    BLOCKING |= {
        f"{name}.__setitem__": busy(kind, lambda client: client.__setitem__("x", "y")),
        f"{name}.__delitem__": busy(kind, lambda client: client.__delitem__("x")),
    }
SILENT |= {
    "pymemcache.client.base.Client": lambda world: pymemcache.Client(("127.0.0.1", 1)),
    "pymemcache.client.base.PooledClient": lambda world: pymemcache.PooledClient(("127.0.0.1", 1)),
    "pymemcache.client.hash.HashClient": lambda world: pymemcache.HashClient([("127.0.0.1", 1)]),
}


def connected(library: ModuleType, then: Callable[[Any], Any] = lambda client: client) -> Subject:
    def make(host: str, port: int) -> Any:
        client = client_class(library)(host=host, port=port, socket_timeout=2)
        client.ping()
        return then(client)

    return served(servers.redis, make)


def connected_inside(library: ModuleType, then: Callable[[Any], Any] = lambda client: client) -> Subject:
    async def make(host: str, port: int) -> Any:
        client = client_class(library.asyncio)(host=host, port=port)
        await client.ping()
        return then(client)

    return served_inside(servers.redis, make)


def clustered(library: ModuleType, then: Callable[[Any], Any] = lambda client: client) -> Subject:
    """The client believes that the cluster's node is where the relay is."""

    def make(host: str, port: int) -> Any:
        kind = getattr(library, "RedisCluster", None) or library.ValkeyCluster
        client = kind(host=host, port=port, address_remap=lambda address: (host, port))
        client.ping()
        return then(client)

    return served(servers.redis_cluster, make)


def clustered_inside(library: ModuleType, then: Callable[[Any], Any] = lambda client: client) -> Subject:
    async def make(host: str, port: int) -> Any:
        kind = getattr(library.asyncio, "RedisCluster", None) or library.asyncio.ValkeyCluster
        client = kind(host=host, port=port, address_remap=lambda address: (host, port))
        await client.ping()
        return then(client)

    return served_inside(servers.redis_cluster, make)


APART = {"debug_segfault": "leaves a server that answers nobody any more", "run": "never ends"}
GIVEN = {"keys": ["x"], "mapping": {"x": "1"}, "numkeys": 1, "values": (1.0, 1.0, "x")}
CALLS = {
    "bzmpop": ((1, 1, ["z"]), {"min": True}),
    "zmpop": ((1, ["z"]), {"min": True}),
    "geosearch": (("g",), {"member": "m", "radius": 1, "unit": "m"}),
    "geosearchstore": (("h", "g"), {"member": "m", "radius": 1, "unit": "m"}),
    "client_kill_filter": ((), {"_id": "1"}),
    "hsetex": (("h", "f", "v"), {"ex": 1}),
    "geoadd": (("g", (1.0, 1.0, "m")), {}),
    "shutdown": ((), {"abort": True}),
    "slaveof": ((), {}),
    "replicaof": (("NO", "ONE"), {}),
    "client_pause": ((1,), {}),
    "acl_setuser": (("x",), {}),
    "config_set": (("maxmemory-policy", "noeviction"), {}),
    "auth": (("x",), {}),
    "config_rewrite": ((), {}),
    "tfunction_list": ((), {"verbose": 1}),
}

CLUSTER_CALLS = CALLS | {
    "execute_command": (("PING",), {"target_nodes": "random"}),
    "geosearchstore": (("{g}h", "{g}"), {"member": "m", "radius": 1, "unit": "m"}),
}
ELSEWHERE = dict.fromkeys(
    ("__aenter__", "__aexit__", "__await__", "initialize", "aclose", "close", "execute", "unwatch", "reset"),
    "in redis_parts",
)


def swept(on: str, subject: Subject, calls: Mapping[str, Arguments] = CALLS) -> Sweep:
    apart = dict(APART)
    if ".asyncio." in on:
        apart |= ELSEWHERE | {"command": "the answer is so long that reading it holds up the loop"}
    if on.endswith("asyncio.RedisCluster"):
        apart["blmovem"] = "unknown to the server, after which the client asks the whole cluster anew"
    return Sweep(on, subject, GIVEN, calls, apart=apart)


SWEEPS = []
for library, kind in ((redis, "Redis"), (valkey, "Valkey")):
    name = library.__name__
    SWEEPS += [
        swept(f"{name}.{kind}", connected(library)),
        swept(f"{name}.asyncio.{kind}", connected_inside(library)),
        swept(f"{name}.client.Pipeline", connected(library, lambda client: client.pipeline())),
        swept(f"{name}.asyncio.client.Pipeline", connected_inside(library, lambda client: client.pipeline())),
        swept(f"{name}.{kind}Cluster", clustered(library), CLUSTER_CALLS),
        swept(f"{name}.asyncio.{kind}Cluster", clustered_inside(library), CLUSTER_CALLS),
        swept(f"{name}.cluster.ClusterPipeline", clustered(library, lambda client: client.pipeline())),
        swept(f"{name}.asyncio.cluster.ClusterPipeline", clustered_inside(library, lambda client: client.pipeline())),
        swept(f"{name}.client.PubSub", connected(library, lambda client: client.pubsub())),
    ]


def remembering(kind: type) -> Subject:
    return served(servers.memcached, lambda host, port: kind((host, port), timeout=2))


SWEEPS += [
    Sweep("pymemcache.client.base.Client", remembering(pymemcache.Client), {"noreply": False}, REMEMBER),
    Sweep("pymemcache.client.base.PooledClient", remembering(pymemcache.PooledClient), {"noreply": False}, REMEMBER),
    Sweep(
        "pymemcache.client.hash.HashClient",
        served(servers.memcached, lambda host, port: pymemcache.HashClient([(host, port)], timeout=2)),
        {"noreply": False},
        REMEMBER,
    ),
]
