"""The linter's verdict about each endpoint of the fixture application, against its run under uvicorn."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from stallrun import Case, Measurement, RealRoute, verdicts
from stallrun.cases import load_toml


@pytest.fixture(scope="module")
def checked(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the fixture application for the linter, which may leave its cache there."""
    copy = tmp_path_factory.mktemp("checked") / "shop"
    return Path(shutil.copytree(shop, copy, ignore=shutil.ignore_patterns(".*", "__pycache__")))


@pytest.fixture(scope="module")
def findings(checked: Path) -> list[verdicts.Finding]:
    """What ``check`` says."""
    return verdicts.check(checked)


@pytest.fixture(scope="module")
def listing(checked: Path) -> list[dict[str, Any]]:
    """What ``routes`` says."""
    return verdicts.routes(checked)


@pytest.fixture(scope="module")
def endpoints(shop_routes: list[RealRoute]) -> dict[tuple[str, str], str]:
    """The endpoint function of each (method, path)."""
    return {(method, route.path): route.function for route in shop_routes for method in route.methods}


def expected_counts(shop: Path, table: str) -> Counter[tuple[str, str, str]]:
    """(path, function, code) of the findings that the data file promises."""
    document = load_toml(shop.with_name("shop_expected.toml"))
    return Counter(
        {(entry["path"], entry["function"], entry["code"]): entry.get("count", 1) for entry in document[table]}
    )


def test_request_that_stalls_is_reported_and_one_that_does_not_is_not(
    case: Case,
    measurements: dict[str, Measurement],
    findings: list[verdicts.Finding],
    endpoints: dict[tuple[str, str], str],
) -> None:
    endpoint = endpoints[case.method, case.route]
    measurement = measurements[case.name]
    if measurement.stalled:
        assert verdicts.claims(findings, case, endpoint), f"missed alarm: {case.why}"
    else:
        assert not verdicts.accusations(findings, case, endpoint), f"false alarm: {case.why}"


def test_finding_in_an_endpoint_names_its_route(
    findings: list[verdicts.Finding], endpoints: dict[tuple[str, str], str]
) -> None:
    named = {
        (finding.function, route)
        for finding in findings
        if finding.stalls and finding.function in endpoints.values()
        for route in finding.entry_points
    }
    functions = {function for function, _ in named}
    assert len(functions) > 20
    assert named == {(function, route) for route, function in endpoints.items() if function in functions}


def test_chain_of_a_finding_starts_in_the_function_that_holds_its_place(findings: list[verdicts.Finding]) -> None:
    chained = [finding for finding in findings if finding.chain_start]
    assert len(chained) >= len([finding for finding in findings if finding.stalls])
    assert [finding.chain_start for finding in chained] == [finding.function for finding in chained]


def test_routes_lists_every_endpoint_as_the_application_does(
    listing: list[dict[str, Any]], shop_routes: list[RealRoute]
) -> None:
    assert verdicts.listed_routes(listing) == shop_routes


def test_verdict_of_routes_agrees_with_the_run(
    case: Case, listing: list[dict[str, Any]], measurements: dict[str, Measurement], cases: list[Case]
) -> None:
    (entry,) = [entry for entry in listing if entry["path"] == case.route and case.method in entry["methods"]]
    blamed = entry["verdict"] in verdicts.STALLING_VERDICTS
    siblings = [other for other in cases if (other.method, other.route) == (case.method, case.route)]
    stalls = [bool(measurements[other.name].stalled) for other in siblings]
    if case.culprit is None and measurements[case.name].stalled:
        assert entry["verdict"] == ("CPU on the loop" if case.kind == "cpu" else "blocks the loop")
    elif not any(stalls):
        assert not blamed, f"routes says {entry['verdict']!r}: {case.why}"


def test_routes_says_where_each_endpoint_runs(listing: list[dict[str, Any]], shop_routes: list[RealRoute]) -> None:
    runs_on = {(entry["path"], method): entry["runs_on"] for entry in listing for method in entry["methods"]}
    assert runs_on == {
        (route.path, method): "event-loop" if route.is_async else "thread-pool"
        for route in shop_routes
        for method in route.methods
    }


def test_check_finds_exactly_what_the_data_file_promises(shop: Path, findings: list[verdicts.Finding]) -> None:
    found = Counter((finding.path, finding.function, finding.code) for finding in findings if finding.stalls)
    assert found == expected_counts(shop, "finding")


def test_check_finds_the_misuse_that_the_data_file_promises(shop: Path, findings: list[verdicts.Finding]) -> None:
    """Compared for the rules that this version has."""
    promised = expected_counts(shop, "misuse")
    codes = {code for _, _, code in promised}
    explain = [sys.executable, "-m", "fastapi_async_lint", "explain"]
    known = {code for code in codes if subprocess.run([*explain, code], capture_output=True).returncode == 0}
    found = Counter((finding.path, finding.function, finding.code) for finding in findings if not finding.stalls)
    assert found == Counter({key: count for key, count in promised.items() if key[2] in known})


def test_the_function_around_a_row_is_found_in_the_text(shop: Path) -> None:
    """Guards the referee of the tests above."""
    path = "shop/services/reporting.py"
    rows = (shop / path).read_text(encoding="utf-8").splitlines()
    row = rows.index("            self._warm_up()") + 1
    assert verdicts.function_at(shop, path, row) == "shop.services.reporting.Renderer.page"
    assert verdicts.function_at(shop, path, 1) == "shop.services.reporting"
