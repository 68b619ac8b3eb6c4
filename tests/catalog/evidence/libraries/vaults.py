"""The client of Vault against a slow web server."""

from __future__ import annotations

from typing import Any

import hvac
from evidence.claims import owners
from evidence.subjects import web
from evidence.sweep import Subject, Sweep

from fastapi_async_lint.catalog import reality

GIVEN = {"hash_algorithm": "sha2-256", "credential_type": "iam_user", "raise_on_deleted_version": True}


def part(on: str) -> Subject:
    """The part of a client that is an instance of that class."""

    def make(url: str) -> Any:
        client = hvac.Client(url, token="x")
        return client if on == "hvac.Client" else reality.resolve(on)(client.adapter)

    return web(make)


SWEEPS = [Sweep(on, part(on), GIVEN) for on in owners("hvac")]
