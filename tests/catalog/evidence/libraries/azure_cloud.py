"""Clients of Azure against a slow server; where they insist on TLS, they wait for it to begin."""

from __future__ import annotations

import time
from typing import Any

import azure.identity
import azure.identity.aio
import azure.keyvault.secrets
import azure.keyvault.secrets.aio
import azure.storage.blob
import azure.storage.blob.aio
from azure.core.credentials import AccessToken
from evidence.subjects import anywhere, web, web_inside
from evidence.sweep import Sweep

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


def identity(module: Any, kind: str) -> Any:
    arguments = {
        "ClientSecretCredential": ("t", "c", "s"),
        "OnBehalfOfCredential": ("t", "c"),
    }.get(kind, ())
    options = {"OnBehalfOfCredential": {"client_secret": "s", "user_assertion": "x"}}.get(kind, {})
    return getattr(module, kind)(*arguments, **options)


CONTAINERS = {
    "BlobServiceClient": lambda client: client,
    "ContainerClient": lambda client: client.get_container_client("x"),
    "BlobClient": lambda client: client.get_blob_client("x", "y"),
}
SCOPE = {"get_token": (("https://x/.default",), {})}

SWEEPS = [
    *(
        Sweep(f"azure.storage.blob.{name}", web(lambda url, then=then: then(store(azure.storage.blob, url))))
        for name, then in CONTAINERS.items()
    ),
    *(
        Sweep(
            f"azure.storage.blob.aio.{name}",
            web_inside(lambda url, then=then: then(store(azure.storage.blob.aio, url))),
        )
        for name, then in CONTAINERS.items()
    ),
    Sweep("azure.keyvault.secrets.SecretClient", anywhere(lambda: vault(azure.keyvault.secrets, Token))),
    Sweep(
        "azure.keyvault.secrets.aio.SecretClient",
        anywhere(lambda: lambda: vault(azure.keyvault.secrets.aio, AsyncToken)),
    ),
    *(
        Sweep(f"azure.identity.{kind}", anywhere(lambda kind=kind: identity(azure.identity, kind)), calls=SCOPE)
        for kind in ("ClientSecretCredential", "OnBehalfOfCredential")
    ),
    *(
        Sweep(
            f"azure.identity.aio.{kind}",
            anywhere(lambda kind=kind: lambda: identity(azure.identity.aio, kind)),
            calls=SCOPE,
        )
        for kind in ("ClientSecretCredential", "OnBehalfOfCredential")
    ),
]
