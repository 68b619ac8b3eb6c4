"""What the kept results depend on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi_async_lint import __version__
from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.facts.build import Text
from fastapi_async_lint.facts.cache import digest
from fastapi_async_lint.source import SourceFile

PACKAGE = Path(__file__).parent.parent
PARSER = "libcst"
FACTS_CODE = ("facts", "syntax", "source")
"""The packages whose code decides what the facts of a text are."""


def analysis_settings(settings: Settings) -> Settings:
    """The settings with all that only decides what is shown set to one value: what the analysis may depend on."""
    return replace(
        settings,
        select=(),
        extend_select=(),
        ignore=(),
        per_file_ignores=(),
        min_confidence=Confidence.POSSIBLE,
        noqa=True,
        cache=True,
        cache_dir=None,
        jobs=0,
        exclude=(),
        force_exclude=False,
        respect_gitignore=True,
        config_file=None,
        follow_libraries=False,
        python=None,
    )


@cache
def facts_version() -> bytes:
    """Hash of the code that makes facts, so that neither a new version nor an edit of it meets old facts."""
    files = [file for part in FACTS_CODE for file in sorted((PACKAGE / part).rglob("*.py"))]
    return digest(__version__.encode(), *(file.name.encode() + file.read_bytes() for file in files))


@cache
def report_version() -> bytes:
    """Hash over this tool's files, the parser's and the Python that runs them, by size and time."""
    parser = find_spec(PARSER)
    origins = [parser.origin] if parser is not None and parser.origin else []
    files = (_stamp(path) for path in (*_package_files(str(PACKAGE)), *origins))
    return digest(__version__.encode(), sys.version.encode(), *files)


def report_key(settings: Settings, files: Sequence[SourceFile], texts: Mapping[Path, Text]) -> bytes:
    """Hash of everything that a finished analysis depends on. Raises nothing for a catalog that cannot be read."""
    neutral = analysis_settings(settings)
    parts = [report_version()]
    parts.extend(repr(getattr(neutral, field.name)).encode("utf-8", "surrogatepass") for field in fields(neutral))
    for catalog in settings.catalogs:
        parts.append(_stamp(str(catalog)))
    for file in files:
        if file.path in texts:
            names = repr((str(file.path), file.names, [str(root) for root in file.roots], file.is_package))
            parts += (names.encode("utf-8", "surrogatepass"), texts[file.path].digest)
    return digest(*parts)


def _package_files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _package_files(entry.path)
            elif entry.name.endswith((".py", ".toml")):
                yield entry.path


def _stamp(path: str) -> bytes:
    try:
        status = os.stat(path)
    except OSError:
        return path.encode("utf-8", "surrogatepass")
    return f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}".encode("utf-8", "surrogatepass")
