"""The sample report of the golden files, for other tests of formats."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fastapi_async_lint.reporters import Kind, load_format


@pytest.fixture(scope="session")
def sample() -> SimpleNamespace:
    """The names of ``sample.py``."""
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("sample.py"))))


@pytest.fixture
def show(sample: SimpleNamespace) -> Callable[..., str]:
    """Prints a report in a format; keyword arguments replace fields of the context."""

    def show(findings: Any, format_name: str, kind: Kind = "findings", **context: Any) -> str:
        return "\n".join(load_format(kind, format_name)(findings, replace(sample.CONTEXT, **context)))

    return show
