"""Clients of whole backends against a slow web server: Supabase, AWS, Hugging Face."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.config
import httpx
import huggingface_hub
import supabase
from evidence.subjects import anywhere, web
from evidence.sweep import Sweep
from evidence.world import World
from supabase.lib.client_options import AsyncClientOptions, SyncClientOptions

WORDS = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.x"


def base(url: str) -> Any:
    return supabase.Client(url, WORDS, SyncClientOptions())


def base_async(url: str) -> Any:
    return supabase.AsyncClient(url, WORDS, AsyncClientOptions())


def cloud(url: str, service: str = "s3") -> Any:
    config = botocore.config.Config(retries={"max_attempts": 0}, signature_version="s3v4" if service == "s3" else None)
    return boto3.client(
        service, endpoint_url=url, region_name="x", aws_access_key_id="x", aws_secret_access_key="x", config=config
    )


huggingface_hub.set_async_client_factory(lambda: httpx.AsyncClient(verify=False))

QUERIES = {
    "SelectRequestBuilder": lambda client: client.table("x").select("*"),
    "QueryRequestBuilder": lambda client: client.table("x").insert({}),
    "FilterRequestBuilder": lambda client: client.table("x").update({}),
    "SingleRequestBuilder": lambda client: client.table("x").select("*").single(),
    "RPCFilterRequestBuilder": lambda client: client.rpc("x", {}),
}
PARTS = {
    "storage3._{0}.file_api.{1}BucketProxy": lambda client: client.storage.from_("x"),
    "supabase_auth._{0}.gotrue_client.{1}GoTrueClient": lambda client: client.auth,
    "supabase_functions._{0}.functions_client.{1}FunctionsClient": lambda client: client.functions,
    **{f"postgrest._{{0}}.request_builder.{{1}}{name}": make for name, make in QUERIES.items()},
}
SIGN_IN = {
    "credentials": {"email": "x@example.org", "password": "x"},
    "attributes": {"password": "x"},
    "path": "x",
    "jwt": "x",
}


def paged(world: World) -> Iterator[Any]:
    with world.http(body=b"<x/>") as (host, port):
        pages = cloud(f"http://{host}:{port}").get_paginator("list_objects_v2").paginate(Bucket="x")
        yield lambda: next(iter(pages), None)


def waited(world: World) -> Iterator[Any]:
    with world.http(body=b"<x/>") as (host, port):
        yield functools.partial(cloud(f"http://{host}:{port}").get_waiter("bucket_exists").wait, Bucket="x")


BLOCKING = {"botocore.paginate.PageIterator.__iter__": paged, "botocore.waiter.Waiter.wait": waited}
SWEEPS = [
    *(
        Sweep(on.format("sync", "Sync"), web(lambda url, make=make: make(base(url))), SIGN_IN)
        for on, make in PARTS.items()
    ),
    *(
        Sweep(on.format("async", "Async"), web(lambda url, make=make: make(base_async(url))), SIGN_IN)
        for on, make in PARTS.items()
    ),
    Sweep("huggingface_hub.HfApi", anywhere(lambda: huggingface_hub.HfApi(token="x")), {"repo_id": "x/y"}),
    Sweep(
        "huggingface_hub.InferenceClient", web(lambda url: huggingface_hub.InferenceClient(base_url=url, api_key="x"))
    ),
    Sweep(
        "huggingface_hub.AsyncInferenceClient",
        web(lambda url: huggingface_hub.AsyncInferenceClient(base_url=url, api_key="x")),
    ),
    Sweep(
        "huggingface_hub.inference._client.ProxyClientChatCompletions",
        web(lambda url: huggingface_hub.InferenceClient(base_url=url, api_key="x").chat.completions),
    ),
    Sweep(
        "huggingface_hub.inference._generated._async_client.ProxyClientChatCompletions",
        web(lambda url: huggingface_hub.AsyncInferenceClient(base_url=url, api_key="x").chat.completions),
    ),
]
