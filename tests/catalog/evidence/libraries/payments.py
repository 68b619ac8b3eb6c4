"""The SDK of Stripe against a slow web server: its services, the older resources, and what only checks signatures."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from typing import Any

import stripe
from evidence.claims import owners
from evidence.subjects import part, web
from evidence.sweep import Subject, Sweep
from evidence.world import World

from fastapi_async_lint.catalog import reality

BODY = b'{"object": "list", "data": [], "has_more": false}'
EVENT = '{"id": "x", "object": "event", "type": "x"}'
NOTIFICATION = (
    '{"id": "x", "object": "v2.core.event", "type": "x", "created": "2030-01-01T00:00:00Z", "livemode": false}'
)
SECRET = "whsec_x"


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
        made = kind.construct_from({"id": "x", "object": getattr(kind, "OBJECT_NAME", "x")}, "sk_test_x")
        made.metadata = {"x": "1"}  # For what there is to save.
        return made

    return web(make, BODY)


def signed(payload: str) -> str:
    moment = int(time.time())
    return f"t={moment},v1={hmac.new(SECRET.encode(), f'{moment}.{payload}'.encode(), hashlib.sha256).hexdigest()}"


def construct_event(world: World) -> Iterator[Any]:
    signature = signed(EVENT)
    yield lambda: stripe.Webhook.construct_event(EVENT, signature, SECRET)


CALLS: dict[str, Any] = {
    **dict.fromkeys(
        ("search", "search_async", "search_auto_paging_iter", "search_auto_paging_iter_async"), ((), {"query": "x"})
    ),
    "raw_request": (("get", "/v1/x"), {}),
    "raw_request_async": (("get", "/v1/x"), {}),
    "construct_event": ((EVENT, signed(EVENT), SECRET), {"tolerance": 10**6}),
    "construct_event_without_verification": ((EVENT,), {}),
    "parse_event_notification": ((NOTIFICATION, signed(NOTIFICATION), SECRET), {"tolerance": 10**6}),
    "authorize_url": (({"client_id": "ca_x"},), {}),
    "parse_event_notification_without_verification": ((NOTIFICATION,), {}),
}


if issubclass(stripe.StripeObject, dict):
    raise ImportError(name="stripe>=15")


def every() -> Iterator[Sweep]:
    for on in owners("stripe"):
        try:
            kind = reality.resolve(on)
        except LookupError:  # Other versions have it.
            continue
        if isinstance(kind, type) and issubclass(kind, stripe.StripeObject):
            yield Sweep(
                on,
                resource(on),
                {"api_key": "sk_test_x", "params": {"x": "1"}, "url": "/v1/x", "method": "get"},
                CALLS,
            )
        elif isinstance(kind, type) and kind is not stripe.Webhook:
            yield Sweep(
                on, part(web(client, BODY), on), {"params": {"x": "1", "client_id": "ca_x"}, "options": {}}, CALLS
            )


SILENT = {
    "stripe._stripe_client.StripeClient": lambda world: stripe.StripeClient("sk_test_x"),
    "stripe.Webhook.construct_event": construct_event,
}
SWEEPS = list(every())
