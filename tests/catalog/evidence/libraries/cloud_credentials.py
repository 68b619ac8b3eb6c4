"""Clients that look for credentials when they are made."""

from __future__ import annotations

import functools

import gcsfs
from evidence.subjects import anywhere

BLOCKING = {
    "gcsfs.GCSFileSystem": anywhere(lambda: functools.partial(gcsfs.GCSFileSystem, skip_instance_cache=True)),
}
