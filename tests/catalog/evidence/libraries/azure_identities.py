"""Azure's credentials: against a slow server under every name, a slow managed identity, and a slow program ``az``."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

import azure.identity
import azure.identity.aio
from evidence.encrypted import certificate
from evidence.subjects import anywhere, environment
from evidence.sweep import Subject, Sweep
from evidence.world import World

SCOPE: dict[str, Any] = dict.fromkeys(("get_token", "get_token_info"), (("https://x/.default",), {}))
PROMPT = ("close", "__aenter__", "__aexit__")
ENVIRONMENT = {
    "AZURE_TENANT_ID": "t",
    "AZURE_CLIENT_ID": "c",
    "AZURE_CLIENT_SECRET": "s",
    "SYSTEM_OIDCREQUESTURI": "https://x/",
}


def secret(module: Any) -> Any:
    return module.ClientSecretCredential("t", "c", "s")


def workload(module: Any, world: World) -> Any:
    path = world.folder / "token"
    path.write_text("x")
    return module.WorkloadIdentityCredential(tenant_id="t", client_id="c", token_file_path=str(path))


MAKE: dict[str, Callable[[Any, World], Any]] = {
    "AuthorizationCodeCredential": lambda module, world: module.AuthorizationCodeCredential("t", "c", "x", "http://x/"),
    "AzurePipelinesCredential": lambda module, world: module.AzurePipelinesCredential(
        tenant_id="t", client_id="c", service_connection_id="x", system_access_token="x"
    ),
    "ClientAssertionCredential": lambda module, world: module.ClientAssertionCredential("t", "c", lambda: "x"),
    "ClientSecretCredential": lambda module, world: secret(module),
    "DeviceCodeCredential": lambda module, world: module.DeviceCodeCredential("c", tenant_id="t"),
    "InteractiveBrowserCredential": lambda module, world: module.InteractiveBrowserCredential(tenant_id="t"),
    "OnBehalfOfCredential": lambda module, world: module.OnBehalfOfCredential(
        "t", "c", client_secret="s", user_assertion="x"
    ),
    "UsernamePasswordCredential": lambda module, world: module.UsernamePasswordCredential("c", "x", "x", tenant_id="t"),
    "CertificateCredential": lambda module, world: module.CertificateCredential(
        "t", "c", certificate_data=certificate()
    ),
    "ChainedTokenCredential": lambda module, world: module.ChainedTokenCredential(secret(module)),
    "DefaultAzureCredential": lambda module, world: module.DefaultAzureCredential(),
    "EnvironmentCredential": lambda module, world: module.EnvironmentCredential(),
    "WorkloadIdentityCredential": workload,
}


def abroad(module: Any, kind: str, inside: bool) -> Subject:
    """A credential whose authority is slow."""

    def subject(world: World) -> Iterator[object]:
        make = functools.partial(MAKE[kind], module, world)
        with environment(**ENVIRONMENT):
            yield from anywhere(lambda: (lambda: make()) if inside else make())(world)

    return subject


def managed(module: Any, inside: bool) -> Subject:
    """A managed identity, as an application in Azure's App Service has one."""

    def subject(world: World) -> Iterator[object]:
        with (
            world.http(body=b"{}", headers="Content-Type: application/json\r\n") as (host, port),
            environment(IDENTITY_ENDPOINT=f"http://{host}:{port}", IDENTITY_HEADER="x"),
        ):
            yield (lambda: module.ManagedIdentityCredential()) if inside else module.ManagedIdentityCredential()

    return subject


def program(module: Any, kind: str, inside: bool) -> Subject:
    """A program that takes its time."""

    def subject(world: World) -> Iterator[object]:
        for name in ("az", "azd", "pwsh"):
            path = world.folder / name
            path.write_text(f"#!/bin/sh\nsleep {world.delay}\n")
            path.chmod(0o755)
        world.reached.set()
        with environment(PATH=f"{world.folder}:{os.environ['PATH']}"):
            yield (lambda: getattr(module, kind)()) if inside else getattr(module, kind)()

    return subject


def every(module: Any, prefix: str, inside: bool) -> Iterator[Sweep]:
    subjects = {
        **{kind: abroad(module, kind, inside) for kind in MAKE if hasattr(module, kind)},
        "ManagedIdentityCredential": managed(module, inside),
        **{kind: program(module, kind, inside) for kind in PROGRAMS},
    }
    kinds = ("BLOCKING", "ASYNC", "COROUTINE")
    for kind, subject in subjects.items():
        yield Sweep(f"{prefix}.{kind}", subject, calls=SCOPE, prompt=PROMPT, kinds=kinds)


PROGRAMS = ("AzureCliCredential", "AzureDeveloperCliCredential", "AzurePowerShellCredential")

SILENT = {
    "azure.identity.DefaultAzureCredential": lambda world: azure.identity.DefaultAzureCredential(),
    "azure.identity.aio.DefaultAzureCredential": lambda world: azure.identity.aio.DefaultAzureCredential(),
}
SWEEPS = [
    *every(azure.identity, "azure.identity", False),
    *every(azure.identity.aio, "azure.identity.aio", True),
]
