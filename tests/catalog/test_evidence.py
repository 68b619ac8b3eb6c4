"""Claims of the catalog, borne out by making the calls inside a running event loop."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fastapi_async_lint.catalog.load import load_catalog
from fastapi_async_lint.catalog.match import Catalog

sys.path.insert(0, str(Path(__file__).parent))

from evidence.cases import LIBRARIES, Case, absent, cases, complaint, documented, run, suite
from evidence.claims import KIND_OF
from evidence.servers import Unavailable

ATTEMPTS = 3
"""A busy machine stalls a loop, too."""
QUICKER = 4
"""Other machines and newer interpreters do the same work in less time."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize("case", suite(), ids=lambda case: f"{case.kind.lower()}-{case.name}")
def test_the_loop_stalls_as_the_catalog_says(case: Case, catalog: Catalog) -> None:
    name = catalog.canonical(case.name)
    known = catalog.effects(name) or catalog.property_effects(name)
    effects = [effect for effect in known if effect.kind == KIND_OF[case.kind]]
    if case.kind != "SILENT":
        assert effects, f"the catalog does not say that {case.name} is {KIND_OF[case.kind]}"
    gil = effects[0].releases_gil if effects else None
    complaints = []
    for _ in range(ATTEMPTS):
        try:
            seen = run(case)
        except Unavailable as error:
            pytest.skip(str(error))
        complaints.append(complaint(case, seen, gil, QUICKER))
        if not complaints[-1]:
            return
    pytest.fail(f"{case.name}: {'; '.join(complaints)}")


def test_claims_that_are_not_run_are_claims_of_the_catalog(catalog: Catalog) -> None:
    assert [
        name
        for name in map(catalog.canonical, documented())
        if not catalog.effects(name) and not catalog.property_effects(name)
    ] == []


def test_nothing_is_both_run_and_excused() -> None:
    assert {case.name for case in cases() if case.kind != "SILENT"} & set(documented()) == set()


@pytest.mark.parametrize("file", sorted(path.stem for path in LIBRARIES.glob("[a-z]*.py")))
def test_the_libraries_are_here(file: str) -> None:
    missing = absent().get(file)
    if missing:
        pytest.skip(f"{missing} is not installed: .ci/catalog makes environments with the libraries")
