"""passlib's hashes by bcrypt, with the last release of bcrypt that passlib works with."""

from __future__ import annotations

import functools
import importlib.metadata

import passlib.hash
from evidence.world import World

if not importlib.metadata.version("bcrypt").startswith("4.0."):
    raise ImportError(name="bcrypt==4.0")

SCHEMES = ("bcrypt", "bcrypt_sha256", "django_bcrypt_sha256")


def hashed(scheme: str, world: World) -> object:
    return getattr(passlib.hash, scheme).using(rounds=10).hash("x")


def verified(scheme: str, known: str, world: World) -> object:
    return getattr(passlib.hash, scheme).verify("x", known)


CPU = {
    **{f"passlib.hash.{scheme}.hash": functools.partial(hashed, scheme) for scheme in SCHEMES},
    **{
        f"passlib.hash.{scheme}.verify": functools.partial(
            verified, scheme, getattr(passlib.hash, scheme).using(rounds=10).hash("x")
        )
        for scheme in SCHEMES
    },
}
