"""Supabase: making clients, and what they do for a user who has signed in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import supabase
from evidence import late
from evidence.sweep import Sweep
from evidence.world import World
from supabase.lib.client_options import AsyncClientOptions, SyncClientOptions

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4IiwiZXhwIjoxfQ.eA"
USER = {
    "id": "u", "aud": "x", "app_metadata": {}, "user_metadata": {}, "created_at": "2030-01-01T00:00:00Z", "role": "x",
}  # fmt: skip
SESSION = {
    "access_token": TOKEN, "refresh_token": "r", "expires_in": 1, "token_type": "bearer", "user": USER, **USER,
}  # fmt: skip
"""Expired at once, so that whoever wants it must have it renewed."""


def page(method: str, path: str) -> bytes:
    return json.dumps(SESSION).encode()


def signed_in(world: World) -> Iterator[object]:
    with late.http(world, page) as (host, port):
        client = supabase.Client(f"http://{host}:{port}", TOKEN, SyncClientOptions(auto_refresh_token=False))
        client.auth.sign_in_with_password({"email": "x@y.z", "password": "x"})
        yield client.auth


def signed_in_async(world: World) -> Iterator[object]:
    with late.http(world, page) as (host, port):

        async def make() -> Any:
            options = AsyncClientOptions(auto_refresh_token=False)
            client = supabase.AsyncClient(f"http://{host}:{port}", TOKEN, options)
            await client.auth.sign_in_with_password({"email": "x@y.z", "password": "x"})
            return client.auth

        yield lambda: make()


URL = "http://127.0.0.1:1"
CPU = {
    "supabase.create_client": lambda world: supabase.create_client(URL, TOKEN),
    "supabase._sync.client.Client": lambda world: supabase.Client(URL, TOKEN, SyncClientOptions()),
    "supabase._async.client.AsyncClient": lambda world: supabase.AsyncClient(URL, TOKEN, AsyncClientOptions()),
}
COROUTINE = {
    "supabase.create_async_client": lambda world: supabase.create_async_client(URL, TOKEN),
    "supabase.acreate_client": lambda world: supabase.acreate_client(URL, TOKEN),
}
GIVEN = {"attributes": {"password": "y"}}
SWEEPS = [
    Sweep("supabase_auth._sync.gotrue_client.SyncGoTrueClient", signed_in, GIVEN),
    Sweep("supabase_auth._async.gotrue_client.AsyncGoTrueClient", signed_in_async, GIVEN),
]
