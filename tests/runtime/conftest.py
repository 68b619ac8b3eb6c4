"""The run of the fixture application is made once and shared by all tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from stallrun import Case, Measurement, RealRoute, load_cases, measure, postgres, real_routes  # noqa: E402

SHOP = HERE.parent / "fixtures" / "shop"


@pytest.fixture(scope="session")
def shop() -> Path:
    """The folder of the fixture application."""
    return SHOP


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    """Every request that is sent to the fixture application."""
    return load_cases(HERE / "expectations.toml")


@pytest.fixture(scope="session")
def measurements(shop: Path, cases: list[Case]) -> dict[str, Measurement]:
    """What each request did, over SQLite."""
    return measure(shop, cases)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server's URL; skips where there is no server program."""
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip(postgres.INSTALL)
    with postgres.running(binaries) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_measurements(shop: Path, cases: list[Case], postgres_url: str) -> dict[str, Measurement]:
    """What each request that uses the database did, over PostgreSQL."""
    return measure(shop, [case for case in cases if case.database], database_url=postgres_url)


@pytest.fixture(scope="session")
def shop_routes(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> list[RealRoute]:
    """The routes of the fixture application, asked of the application."""
    scratch = tmp_path_factory.mktemp("routes")
    return real_routes(shop, "shop.main:app", {"SHOP_DATA_DIR": str(scratch)})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per case for ``case``, one per case that uses the database for ``database_case``."""
    if {"case", "database_case"} & set(metafunc.fixturenames):
        known = load_cases(HERE / "expectations.toml")
        if "case" in metafunc.fixturenames:
            metafunc.parametrize("case", known, ids=lambda case: case.name)
        else:
            stored = [case for case in known if case.database]
            metafunc.parametrize("database_case", stored, ids=lambda case: case.name)
