"""ElevenLabs, of now and of release 1, against a slow web server."""

from __future__ import annotations

import enum
import os
from typing import Any

import elevenlabs.client
from elevenlabs.environment import ElevenLabsEnvironment
from evidence.subjects import sweeps, web

GIVEN = {"voice": "x", "files": [b"x"], "videos": [b"x"]}
CLONE = {"name": "x", "description": "x", "labels": "x", "files": [os.devnull]}


def at(url: str) -> dict[str, Any]:
    """Release 1 takes no port with ``base_url``, and release 2 no address of one's own with ``environment``."""
    if issubclass(ElevenLabsEnvironment, enum.Enum):
        return {"api_key": "x", "base_url": url}
    return {"api_key": "x", "environment": ElevenLabsEnvironment(base=url, wss=url.replace("http", "ws"))}


SWEEPS = sweeps(
    "elevenlabs",
    web(lambda url: elevenlabs.client.ElevenLabs(**at(url))),
    web(lambda url: elevenlabs.client.AsyncElevenLabs(**at(url))),
    given=GIVEN,
    calls={"clone": ((), CLONE)},
)
DOCUMENTED = {
    "Release 0.2, the last to have it, posts with requests and waits (elevenlabs 0.2.27, api/base.py); its text is read, it is not installed.": (
        "elevenlabs.generate",
    ),
}
