"""Clients of messaging services against a slow web server: Slack, Twilio, SendGrid, Mailchimp, Telegram, X, Web Push."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import mailchimp_marketing
import sendgrid
import slack_sdk
import tweepy
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from evidence.subjects import anywhere, find, sweeps, web, web_inside
from evidence.sweep import Subject, Sweep
from evidence.world import World
from py_vapid import b64urlencode
from pywebpush import webpush, webpush_async
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client
from twilio.rest.lookups.v2.query import QueryList
from twilio.rest.verify.v2.service import ServiceContext

from fastapi_async_lint.catalog import reality

SID = "AC" + "0" * 32
PHONE = {"uri": "http://x/", "method": "GET", "lookup_request": QueryList.LookupRequest({"phone_numbers": []})}


def phone(on: str) -> Any:
    return held(Client(SID, "x"), on)


def phone_inside(on: str) -> Subject:
    """Its asynchronous methods need another connection."""
    return anywhere(lambda: lambda: held(Client(SID, "x", http_client=AsyncTwilioHttpClient()), on))


def held(client: Client, on: str) -> Any:
    kind = reality.resolve(on)
    service: ServiceContext = client.verify.v2.services("VA" + "0" * 32)
    return find(client, kind) or find(service, kind)


def campaigns() -> mailchimp_marketing.Client:
    client = mailchimp_marketing.Client()
    client.set_config({"api_key": "x-us1", "server": "us1"})
    return client


def subscription(url: str) -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": url, "keys": {"p256dh": b64urlencode(point), "auth": b64urlencode(b"x" * 16)}}


def pushed(send: Any, world: World) -> Iterator[Any]:
    with world.http(body=b"{}") as (host, port):
        yield functools.partial(send, subscription(f"http://{host}:{port}/"), "x")


BLOCKING = {"pywebpush.webpush": functools.partial(pushed, webpush)}
ASYNC = {"pywebpush.webpush_async": functools.partial(pushed, webpush_async)}

TWILIO = [sweep.on for sweep in sweeps("twilio", anywhere(lambda: None))]
X = {"consumer_key": "x", "consumer_secret": "x", "access_token": "x", "access_token_secret": "x"}

SWEEPS = [
    *(
        Sweep(
            on,
            anywhere(functools.partial(phone, on)),
            PHONE,
            kinds=("BLOCKING", "SILENT"),
            apart={"get_page_async": "asynchronous"},
        )
        for on in TWILIO
    ),
    *(Sweep(on, phone_inside(on), PHONE, kinds=("ASYNC",)) for on in TWILIO),
    Sweep("slack_sdk.web.client.WebClient", web(lambda url: slack_sdk.WebClient("x", base_url=f"{url}/"))),
    Sweep(
        "slack_sdk.web.async_client.AsyncWebClient",
        web_inside(lambda url: AsyncWebClient("x", base_url=f"{url}/")),
        prompt=("chat_stream",),
    ),
    Sweep("slack_sdk.webhook.client.WebhookClient", web(slack_sdk.WebhookClient)),
    Sweep("slack_sdk.webhook.async_client.AsyncWebhookClient", web_inside(AsyncWebhookClient)),
    Sweep("sendgrid.SendGridAPIClient", web(lambda url: sendgrid.SendGridAPIClient("x", host=url))),
    *sweeps("mailchimp_marketing", anywhere(campaigns)),
    Sweep("tweepy.API", anywhere(lambda: tweepy.API(tweepy.OAuth1UserHandler("x", "x", "x", "x")))),
    Sweep("tweepy.Client", anywhere(lambda: tweepy.Client("x", **X))),
]
