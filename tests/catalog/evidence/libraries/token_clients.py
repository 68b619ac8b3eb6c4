"""Tokens: OAuth clients by Authlib under a name that stands for a slow server, and keys fetched by PyJWT."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuth2Client
from authlib.integrations.requests_client import OAuth2Session
from evidence.subjects import anywhere, web, web_inside
from evidence.sweep import Sweep

TOKEN = {"access_token": "x", "token_type": "bearer", "expires_at": time.time() + 10**8}
EXPIRED = {"access_token": "x", "token_type": "bearer", "expires_at": 1, "refresh_token": "x"}
GIVEN = {"url": "http://x/", "refresh_token": "x", "token": "x", "method": "GET"}
CALLS: dict[str, Any] = {"send": ((OAuth2Client().build_request("GET", "http://x/"),), {})}
SIGNED = jwt.encode({}, "x" * 32, headers={"kid": "x"})
KEYS = b'{"keys": [{"kty": "oct", "kid": "x", "k": "eA", "use": "sig"}]}'


def client(kind: Callable[..., Any]) -> Any:
    return kind("x", "x", token=TOKEN, token_endpoint="http://x/")


def nearby(url: str) -> AsyncOAuth2Client:
    return AsyncOAuth2Client("x", "x", token=TOKEN, token_endpoint=url, base_url=url)


def sent(url: str) -> Callable[[], Awaitable[object]]:
    client = nearby(url)
    return lambda: client.send(client.build_request("GET", url))


def renewed(url: str) -> Callable[[], Awaitable[object]]:
    client = AsyncOAuth2Client("x", "x", token=EXPIRED, token_endpoint=url)
    return lambda: client.ensure_active_token(client.token)


ASYNC = {
    "authlib.integrations.httpx_client.AsyncOAuth2Client.send": web(sent),
    "authlib.integrations.httpx_client.AsyncOAuth2Client.ensure_active_token": web(renewed),
}
CPU = {
    "authlib.integrations.httpx_client.OAuth2Client": lambda world: OAuth2Client("x", "x"),
    "authlib.integrations.httpx_client.AsyncOAuth2Client": lambda world: AsyncOAuth2Client("x", "x"),
}
SWEEPS = [
    Sweep("authlib.integrations.requests_client.OAuth2Session", anywhere(lambda: client(OAuth2Session)), GIVEN, CALLS),
    Sweep(
        "authlib.integrations.httpx_client.OAuth2Client",
        anywhere(lambda: client(OAuth2Client)),
        GIVEN,
        CALLS,
    ),
    Sweep(
        "authlib.integrations.httpx_client.AsyncOAuth2Client",
        web_inside(nearby),
        GIVEN | {"url": "/"},
        prompt=("aclose", "__aenter__", "__aexit__"),
    ),
    Sweep(
        "jwt.PyJWKClient",
        web(lambda url: jwt.PyJWKClient(url), KEYS),
        {"kid": "x", "token": SIGNED},
    ),
]
