"""Finds the formats by looking into the packages."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Literal

from fastapi_async_lint.errors import ConfigError
from fastapi_async_lint.reporters._model import Context, Findings

Kind = Literal["findings", "routes", "statistics"]
Reporter = Callable[[Findings, Context], Iterator[str]]

PACKAGES: dict[Kind, str] = {
    "findings": "fastapi_async_lint.reporters",
    "routes": "fastapi_async_lint.reporters.routes",
    "statistics": "fastapi_async_lint.reporters.statistics",
}


@cache
def format_names(kind: Kind) -> tuple[str, ...]:
    """Names of the formats of this kind of report, sorted. Imports none of them."""
    package = importlib.import_module(PACKAGES[kind])
    modules = pkgutil.iter_modules(package.__path__)
    return tuple(sorted(m.name.replace("_", "-") for m in modules if not m.ispkg and not m.name.startswith("_")))


def load_format(kind: Kind, name: str) -> Reporter:
    """The reporter of that name. Raises ``ConfigError`` where this kind of report has no such format."""
    names = format_names(kind)
    if name not in names:
        raise ConfigError(f"no output format {name!r} for {kind}; there are: {', '.join(names)}")
    module = importlib.import_module(f"{PACKAGES[kind]}.{name.replace('-', '_')}")
    reporter: Reporter = module.report
    return reporter
