"""The SDK of Stripe against a slow web server: its services, and the older resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import stripe
from evidence.claims import owners
from evidence.subjects import part, web
from evidence.sweep import Subject, Sweep

from fastapi_async_lint.catalog import reality

BODY = b'{"object": "list", "data": [], "has_more": false}'


def client(url: str) -> stripe.StripeClient:
    """All of Stripe's hosts are the slow server."""
    addresses: Any = {"api": url, "files": url, "connect": url, "meter_events": url}
    return stripe.StripeClient("sk_test_x", base_addresses=addresses, max_network_retries=0)


def resource(name: str) -> Subject:
    """A resource as it comes out of an answer; its class methods are requests, too."""

    def make(url: str) -> Any:
        kind = reality.resolve(name)
        stripe.api_key = "sk_test_x"
        stripe.api_base = stripe.upload_api_base = stripe.connect_api_base = url
        return kind.construct_from({"id": "x", "object": getattr(kind, "OBJECT_NAME", "x")}, "sk_test_x")

    return web(make, BODY)


def every() -> Iterator[Sweep]:
    for on in owners("stripe"):
        kind = reality.resolve(on)
        if isinstance(kind, type) and issubclass(kind, stripe.StripeObject):
            yield Sweep(on, resource(on), {"api_key": "sk_test_x", "params": {"x": "1"}})
        elif isinstance(kind, type) and kind is not stripe.Webhook:
            yield Sweep(on, part(web(client, BODY), on), {"params": {"x": "1"}, "options": {}})


SWEEPS = list(every())
