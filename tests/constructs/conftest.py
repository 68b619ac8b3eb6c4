"""The constructs are run once, group by group, and shared by all tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from placerun.recording import observe  # noqa: E402
from placerun.rows import Row, apps, rows  # noqa: E402


@cache
def _observed(group: str) -> dict[str, str]:
    return observe([app for app in apps() if app.group == group])


@pytest.fixture(scope="session")
def place_of() -> Callable[[Row], str]:
    """Where a construct ran just now."""
    return lambda row: _observed(row.app.group)[row.key]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each construct that this environment can run."""
    if "row" in metafunc.fixturenames:
        present = [row for row in rows() if row.app.is_installed]
        metafunc.parametrize("row", present, ids=lambda row: row.key)
