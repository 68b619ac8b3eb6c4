"""Clients of Azure against a slow server; where they insist on TLS, they wait for it to begin."""

from __future__ import annotations

import functools
import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import azure.keyvault.secrets
import azure.keyvault.secrets.aio
import azure.storage.blob
import azure.storage.blob.aio
from azure.core.credentials import AccessToken
from evidence.subjects import anywhere, web, web_inside
from evidence.sweep import Sweep
from evidence.world import World

KEY = "x" * 86 + "=="


class Token:
    """A credential that has its token."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        return AccessToken("x", int(time.time()) + 3600)


class AsyncToken(Token):
    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # type: ignore[override]
        return AccessToken("x", int(time.time()) + 3600)


def store(module: Any, url: str) -> Any:
    text = f"DefaultEndpointsProtocol=http;AccountName=x;AccountKey={KEY};BlobEndpoint={url}/x;"
    return module.BlobServiceClient.from_connection_string(text, retry_total=0)


def vault(module: Any, token: Any) -> Any:
    return module.SecretClient("https://x.vault.azure.net", token(), retry_total=0)


CONTAINERS = {
    "BlobServiceClient": lambda client: client,
    "ContainerClient": lambda client: client.get_container_client("x"),
    "BlobClient": lambda client: client.get_blob_client("x", "y"),
}
CONNECTION = f"DefaultEndpointsProtocol=http;AccountName=x;AccountKey={KEY};BlobEndpoint=http://x/x;"
FROM = {
    "BlobServiceClient": {"from_connection_string": ((CONNECTION,), {})},
    "ContainerClient": {
        "from_connection_string": ((CONNECTION, "x"), {}),
        "from_container_url": (("http://x/x/y",), {}),
    },
    "BlobClient": {
        "from_connection_string": ((CONNECTION, "x", "y"), {}),
        "from_blob_url": (("http://x/x/y/z",), {}),
    },
}
SIZE = 1 << 25
"""More than what comes with the first answer."""
RANGE = f"Content-Type: text/plain\r\nContent-Range: bytes 0-3/{SIZE}\r\nETag: x\r\n"


def begun(world: World, use: Callable[[Any], Any]) -> Iterator[Any]:
    """A download whose first bytes are there."""
    with world.http(body=b"xxxx", headers=RANGE, prompt=True) as (host, port):
        blob = store(azure.storage.blob, f"http://{host}:{port}").get_blob_client("x", "y")
        download = blob.download_blob()
        yield lambda: use(download)


def begun_async(world: World, use: Callable[[Any], Any]) -> Iterator[Any]:
    """A download, the beginning of which comes late as well."""
    with world.http(body=b"xxxx", headers=RANGE, prompt=True) as (host, port):

        async def inside() -> None:
            async with store(azure.storage.blob.aio, f"http://{host}:{port}") as service:
                download = await service.get_blob_client("x", "y").download_blob()
                await use(download)

        yield inside


DOWNLOAD = "azure.storage.blob.StorageStreamDownloader"
DOWNLOAD_ASYNC = "azure.storage.blob.aio.StorageStreamDownloader"
BLOCKING = {
    f"{DOWNLOAD}.readall": functools.partial(begun, use=lambda download: download.readall()),
    f"{DOWNLOAD}.read": functools.partial(begun, use=lambda download: download.read()),
    f"{DOWNLOAD}.readinto": functools.partial(begun, use=lambda download: download.readinto(io.BytesIO())),
    f"{DOWNLOAD}.content_as_text": functools.partial(begun, use=lambda download: download.content_as_text()),
    f"{DOWNLOAD}.content_as_bytes": functools.partial(begun, use=lambda download: download.content_as_bytes()),
}
ASYNC = {
    f"{DOWNLOAD_ASYNC}.readall": functools.partial(begun_async, use=lambda download: download.readall()),
    f"{DOWNLOAD_ASYNC}.read": functools.partial(begun_async, use=lambda download: download.read()),
    f"{DOWNLOAD_ASYNC}.readinto": functools.partial(begun_async, use=lambda download: download.readinto(io.BytesIO())),
}

SWEEPS = [
    *(
        Sweep(
            f"azure.storage.blob.{name}",
            web(lambda url, then=then: then(store(azure.storage.blob, url))),
            calls=FROM[name],
        )
        for name, then in CONTAINERS.items()
    ),
    *(
        Sweep(
            f"azure.storage.blob.aio.{name}",
            web_inside(lambda url, then=then: then(store(azure.storage.blob.aio, url))),
            calls=FROM[name],
            prompt=("close",),
        )
        for name, then in CONTAINERS.items()
    ),
    Sweep("azure.keyvault.secrets.SecretClient", anywhere(lambda: vault(azure.keyvault.secrets, Token))),
    Sweep(
        "azure.keyvault.secrets.aio.SecretClient",
        anywhere(lambda: lambda: vault(azure.keyvault.secrets.aio, AsyncToken)),
        prompt=("close",),
    ),
]
