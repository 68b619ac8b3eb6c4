"""What resources of Stripe had until version 14, as dictionaries."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import stripe
from evidence.claims import owners
from evidence.world import World

from fastapi_async_lint.catalog import reality

if not issubclass(stripe.StripeObject, dict):
    raise ImportError(name="stripe<15")

DICTIONARY: dict[str, tuple[object, ...]] = {
    "clear": (), "get": ("id",), "items": (), "keys": (), "pop": ("id",), "setdefault": ("x", 1), "to_dict_recursive": (), "values": (),
}  # fmt: skip


def resources() -> Iterator[str]:
    """Those that this version has."""
    for on in owners("stripe"):
        try:
            kind = reality.resolve(on)
        except LookupError:
            continue
        if isinstance(kind, type) and issubclass(kind, stripe.StripeObject):
            yield on


def called(on: str, method: str, world: World) -> Any:
    kind = reality.resolve(on)
    received = kind.construct_from({"id": "x", "object": kind.OBJECT_NAME}, "sk_test_x")
    return getattr(received, method)(*DICTIONARY[method])


SILENT = {f"{on}.{method}": functools.partial(called, on, method) for on in resources() for method in DICTIONARY}
