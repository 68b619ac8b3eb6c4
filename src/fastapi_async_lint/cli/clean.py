"""Remove the cache of a project."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from fastapi_async_lint.errors import FalError

TAG = "CACHEDIR.TAG"
OURS = "cache of fastapi-async-lint"
"""Stands in the tag file of a cache that this tool made."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The projects, and where their cache is."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="the project, or a path in it (default: the working folder)"
    )
    parser.add_argument("--cache-dir", type=Path, metavar="DIR", help="the cache is here (default: .fal_cache)")


def run(arguments: argparse.Namespace) -> int:
    """Remove the folder, if it is ours. Raises ``FalError`` where that is impossible."""
    from fastapi_async_lint.config import Overrides, load_settings
    from fastapi_async_lint.facts.cache import FOLDER

    settings = load_settings(arguments.paths, Overrides(cache_dir=arguments.cache_dir))
    folder = settings.cache_dir or settings.root / FOLDER
    if not folder.exists():
        print(f"no cache in {folder}")
        return 0
    try:
        if OURS not in (folder / TAG).read_text(encoding="utf-8"):
            raise FalError(f"{folder} is not a cache of this tool: {TAG} says otherwise")
        shutil.rmtree(folder)
    except OSError as error:
        raise FalError(f"cannot remove {folder}: {error.strerror or error}") from error
    print(f"removed {folder}")
    return 0
