"""The fixture application after `--fix --unsafe-fixes`: the same answers, and `/health` no longer waits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from stallrun import Case, Measurement, RealRoute, measure, real_routes

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine.fixing import FixReport, fix_project


@pytest.fixture(scope="module")
def fixed(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FixReport]:
    """A fixed copy of the application, and what fixing it came to."""
    copy = tmp_path_factory.mktemp("fixed") / "shop"
    shutil.copytree(shop, copy, ignore=shutil.ignore_patterns("__pycache__", ".fal_cache"))
    return copy, fix_project(Settings(root=copy, cache=False), [copy], unsafe=True)


@pytest.fixture(scope="module")
def fixed_measurements(fixed: tuple[Path, FixReport], cases: list[Case]) -> dict[str, Measurement]:
    """What each request does in the fixed copy, those included that go on stalling."""
    mended = measure(fixed[0], [case for case in cases if case.fixable], stalls=False)
    return mended | measure(fixed[0], [case for case in cases if not case.fixable])


def test_most_findings_are_fixed_and_every_file_compiles(fixed: tuple[Path, FixReport]) -> None:
    folder, outcome = fixed
    assert sum(outcome.fixed.values()) >= 30
    assert len(outcome.report.diagnostics) <= 6
    assert outcome.problems == ()
    for path in folder.rglob("*.py"):
        compile(path.read_bytes(), str(path), "exec")


def test_endpoints_that_await_nothing_are_plain_functions(fixed: tuple[Path, FixReport]) -> None:
    """Routes, a dependency, an exception handler and a background task; what awaits or starts up stays as it is."""
    texts = {
        path.relative_to(fixed[0] / "shop").as_posix(): path.read_text() for path in fixed[0].rglob("shop/**/*.py")
    }
    for module, function in (
        ("routers/orders.py", "place_order"), ("routers/products.py", "cheapest"), ("routers/compute.py", "factors"), ("routers/users.py", "login"),
        ("security.py", "current_user"), ("errors.py", "order_not_found"), ("services/notifications.py", "send_confirmation"),
    ):  # fmt: skip
        assert f"\ndef {function}(" in texts[module]
    assert "async def dispatch(" in texts["middleware.py"]


def test_fixed_request_answers_as_before_and_stalls_nobody(
    case: Case, measurements: dict[str, Measurement], fixed_measurements: dict[str, Measurement]
) -> None:
    before, after = measurements[case.name], fixed_measurements[case.name]
    assert (after.status, after.body) == (before.status, before.body)
    if case.fixable:
        assert not after.stalled
    else:
        assert case.stalls, "only what stalls can be beyond fixing"
        assert after.stalled, "it can be fixed after all: take `fixable = false` away"


def test_fixing_changes_no_route(fixed: tuple[Path, FixReport], shop_routes: list[RealRoute], tmp_path: Path) -> None:
    after = real_routes(fixed[0], "shop.main:app", {"SHOP_DATA_DIR": str(tmp_path)})
    assert [(r.path, r.methods, r.function) for r in after] == [(r.path, r.methods, r.function) for r in shop_routes]
    assert {r.function for r in shop_routes if r.is_async} > {r.function for r in after if r.is_async}
