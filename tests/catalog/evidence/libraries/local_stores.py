"""diskcache while another process writes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import diskcache
from evidence.slow_disk import on_slow_disk
from evidence.sweep import Subject, Sweep
from evidence.world import World


def locked(make: Callable[[str], Any]) -> Subject:
    """A cache whose file another connection has locked; it lets go late."""

    def subject(world: World) -> Iterator[object]:
        cache = make(str(world.folder))
        others = [
            sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for path in sorted(world.folder.rglob("cache.db"))
        ]
        for other in others:
            other.execute("begin exclusive")

        def let_go() -> None:
            world.reached.set()
            for other in others:
                other.execute("rollback")

        world.later(let_go)
        yield cache

    return subject


def cache_in(folder: str) -> Any:
    """A cache without write-ahead log: readers wait, too."""
    cache = diskcache.Cache(folder, sqlite_journal_mode="delete")
    cache["x"] = 1
    return cache


def fanout_in(folder: str) -> Any:
    cache = diskcache.FanoutCache(folder, shards=2, timeout=1, sqlite_journal_mode="delete")
    cache["x"] = 1
    return cache


CACHE = {
    "key": "x",
    "value": 1,
    "default": 1,
    "tag": "x",
    "index": 0,
    "steps": 1,
    "iterable": [1],
    "args": ({"x": 1},),
    "expire": 1,
    "other": {"x": 1},
}


def listed(world: World) -> Iterator[Callable[[], object]]:
    with contextlib.contextmanager(locked(fanout_in))(world) as cache:
        yield lambda: list(cache)


BLOCKING = {
    "diskcache.Cache": on_slow_disk(lambda folder: diskcache.Cache(str(folder))),
    "diskcache.FanoutCache": on_slow_disk(lambda folder: diskcache.FanoutCache(str(folder))),
    "diskcache.Deque": on_slow_disk(lambda folder: diskcache.Deque(directory=str(folder))),
    "diskcache.Index": on_slow_disk(lambda folder: diskcache.Index(str(folder))),
    "diskcache.FanoutCache.__iter__": listed,
}

SWEEPS = [
    Sweep("diskcache.Cache", locked(cache_in), CACHE),
    Sweep("diskcache.FanoutCache", locked(fanout_in), CACHE),
    Sweep("diskcache.Deque", locked(lambda folder: diskcache.Deque.fromcache(cache_in(folder), [1, 2])), CACHE),
    Sweep("diskcache.Index", locked(lambda folder: diskcache.Index.fromcache(cache_in(folder), {"x": 1})), CACHE),
]
