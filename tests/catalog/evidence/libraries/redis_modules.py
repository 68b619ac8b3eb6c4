"""Modules of Redis and Valkey: documents, search, time series, filters, vectors. The server knows none of them, and says so late."""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import redis
import redis.asyncio
import valkey
from evidence import servers
from evidence.libraries.caches import connected, connected_inside
from evidence.servers import slowly
from evidence.sweep import Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
LIBRARIES = (redis, valkey)

MODULES = {
    "ts": "timeseries.TimeSeries", "bf": "bf.BFBloom", "cf": "bf.CFBloom", "cms": "bf.CMSBloom", "topk": "bf.TOPKBloom",
    "tdigest": "bf.TDigestBloom", "vset": "vectorset.VectorSet",
}  # fmt: skip


def module(package: str, name: str) -> Any:
    return importlib.import_module(f"{package}.{name}")


def part(attribute: str) -> Callable[[Any], Any]:
    return lambda client: getattr(client, attribute)()


def stored(library: ModuleType, use: Callable[[Any, Path], object]) -> Case:
    """A case that stores a folder with one document."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        (world.folder / "x.json").write_text("{}")
        with contextlib.contextmanager(connected(library, part("json")))(world) as commands:
            yield lambda: use(commands, world.folder)

    return case


def stored_inside(world: World) -> Iterator[Callable[[], object]]:
    (world.folder / "x.json").write_text("{}")

    async def call(host: str, port: int) -> None:
        client = redis.asyncio.Redis(host=host, port=port)
        with contextlib.suppress(redis.ResponseError):
            await client.json().set_file("x", ".", str(world.folder / "x.json"))
        await client.aclose()

    with slowly(world, servers.redis()) as (host, port):
        yield lambda: call(host, port)


BLOCKING: dict[str, Case] = {}
ASYNC: dict[str, Case] = {"redis.commands.json.AsyncJSON.set_file": stored_inside}
SWEEPS = [Sweep("redis.commands.json.AsyncJSON", connected_inside(redis, part("json")))]
for attribute, place in MODULES.items():
    SWEEPS += [
        Sweep(f"redis.commands.{place}", connected(redis, part(attribute))),
        Sweep(f"redis.commands.{place.replace('.', '.Async')}", connected_inside(redis, part(attribute))),
    ]
for library in LIBRARIES:
    BLOCKING |= {
        f"{library.__name__}.commands.json.JSON.set_file": stored(
            library, lambda commands, folder: commands.set_file("x", ".", str(folder / "x.json"))
        ),
        f"{library.__name__}.commands.json.JSON.set_path": stored(
            library, lambda commands, folder: commands.set_path(".", str(folder))
        ),
    }
    words = functools.partial(module, f"{library.__name__}.commands.search")
    calls = {
        "sugadd": (("x", words("suggestion").Suggestion("x")), {}),
        "aggregate": ((words("aggregation").AggregateRequest("*"),), {}),
        "profile": ((words("query").Query("*"),), {}),
        "alter_schema_add": (([words("field").TextField("x")],), {}),
        "create_index": (([words("field").TextField("x")],), {}),
    }
    SWEEPS += [
        Sweep(f"{library.__name__}.commands.json.JSON", connected(library, part("json"))),
        Sweep(f"{library.__name__}.commands.search.Search", connected(library, part("ft")), calls=calls),
        Sweep(f"{library.__name__}.commands.search.AsyncSearch", connected_inside(library, part("ft")), calls=calls),
    ]
