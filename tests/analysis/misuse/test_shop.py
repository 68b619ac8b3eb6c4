"""The fixture applications: the misuse that the data file promises, and no other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project
from fastapi_async_lint.rules import load_rules

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

FIXTURES = Path(__file__).parents[2] / "fixtures"


def found(application: str) -> Counter[tuple[str, str]]:
    """How often each code is reported in each file."""
    root = FIXTURES / application
    report = check_project(Settings(root=root, select=("FAL3", "FAL401", "FAL402"), cache=False, jobs=1), [root])
    return Counter((d.place.path.relative_to(root).as_posix(), d.code) for d in report.diagnostics)


def test_shop_has_the_misuse_that_is_promised() -> None:
    known = {rule.meta.code for rule in load_rules()}
    with (FIXTURES / "shop_expected.toml").open("rb") as file:
        promised = tomllib.load(file)["misuse"]
    expected = Counter(
        (e["path"], e["code"]) for e in promised if e["code"] in known and e["code"].startswith(("FAL3", "FAL4"))
    )
    assert expected[("shop/routers/payments.py", "FAL302")] == 1
    assert found("shop") == expected


@pytest.mark.parametrize("application", ["ledger", "fleet", "notebook"])
def test_sound_applications_have_none(application: str) -> None:
    assert not found(application)
