"""aiocache against a Redis that answers late."""

from __future__ import annotations

from typing import Any

import aiocache
from evidence.servers import redis
from evidence.subjects import served_inside
from evidence.sweep import Sweep

CALLS: dict[str, Any] = {
    "raw": (("get", "x"), {}),
    "multi_set": (([("x", "1")],), {}),
    "increment": (("n",), {}),
    "__aexit__": ((None, None, None), {}),
}


def cache(host: str, port: int) -> Any:
    return aiocache.RedisCache(endpoint=host, port=port)


SWEEPS = [
    Sweep(
        "aiocache.base.BaseCache",
        served_inside(redis, cache),
        {"key": "x", "keys": ["x"], "value": "1", "ttl": 9},
        calls=CALLS,
        prompt=("__aenter__", "__aexit__", "close"),
    )
]
