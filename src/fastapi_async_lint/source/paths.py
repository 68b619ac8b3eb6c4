"""Absolute paths as plain texts: thousands of files are compared, and ``pathlib`` takes its time."""

from __future__ import annotations

import os
from collections.abc import Iterator


def within(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or lies below it, by its text."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def folders_above(folder: str, top: str) -> Iterator[str]:
    """The folders above ``folder`` up to and including ``top``, the nearest first; none where it does not lie below it."""
    if not within(folder, top):
        return
    while folder != top:
        folder = os.path.dirname(folder)
        yield folder


def parts_below(path: str, folder: str) -> tuple[str, ...]:
    """The names on the way from ``folder`` down to ``path``; ``folder`` is at or above it."""
    relative = path[len(folder) :].strip(os.sep)
    return tuple(relative.split(os.sep)) if relative else ()


def relative_to(path: str, folder: str) -> str:
    """``path`` below ``folder`` with ``/`` as globs want it; a path elsewhere, without drive and leading slash."""
    rest = path[len(folder) :] if within(path, folder) else os.path.splitdrive(path)[1]
    return rest.lstrip(os.sep).replace(os.sep, "/")
