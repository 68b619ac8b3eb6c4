"""The same comparison for applications of different layouts."""

from __future__ import annotations

from pathlib import Path

import pytest
from route_comparison import compare

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize(
    ("project", "folders", "modules", "routes"),
    [
        ("shop", ("",), ["shop.main"], 84),
        ("ledger", ("src",), ["ledger.application"], 14),
        ("notebook", ("",), ["app"], 8),
        ("fleet", ("libs", "services/billing", "services/tracking"), ["billing.main", "tracking.main"], 8),
        ("clinic", ("src",), ["clinic.app"], 10),
        ("harbour", ("",), ["harbour_web.main"], 11),
        ("kiosk", ("",), ["kiosk"], 16),
    ],
)
def test_routes_are_those_of_the_application(
    project: str, folders: tuple[str, ...], modules: list[str], routes: int
) -> None:
    comparison = compare(FIXTURES / project, modules, folders)
    assert comparison.failed == {}
    assert comparison.missing == []
    assert comparison.invented == []
    assert len(comparison.real) >= routes
