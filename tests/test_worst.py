"""One finding for each loop site."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fastapi_async_lint.diagnostics import Blocker, Confidence, Diagnostic, Place, Position, Severity
from fastapi_async_lint.engine.worst import worst_of_each_site

PLACE = Place(Path("/p/app.py"), Position(3, 5), Position(3, 20))


def finding(code: str, severity: Severity = Severity.MINOR, category: str = "file", place: Place = PLACE) -> Diagnostic:
    return Diagnostic(
        code=code,
        name="n",
        message="m",
        place=place,
        noqa_rows=(3, 3),
        severity=severity,
        confidence=Confidence.CERTAIN,
        kind="blocking-io",
        category=category,
        blocker=Blocker(f"lib.{code}", place),
    )


def test_the_critical_blocker_speaks_and_names_the_other() -> None:
    path, http = finding("FAL110", category="path"), finding("FAL102", Severity.CRITICAL, "http")
    (shown,) = worst_of_each_site([path, http], {"FAL110", "FAL102"})
    assert shown.code == "FAL102"
    assert shown.also == (path.blocker,)


def test_a_blocker_of_a_rule_that_is_off_does_not_hide_the_other() -> None:
    path, http = finding("FAL110", category="path"), finding("FAL102", Severity.CRITICAL, "http")
    (shown,) = worst_of_each_site([path, http], {"FAL110"})
    assert shown.code == "FAL110"


def test_metadata_speaks_last_among_equals() -> None:
    path, file = finding("FAL110", category="path"), finding("FAL199", category="file")
    (shown,) = worst_of_each_site([path, file], {"FAL110", "FAL199"})
    assert shown.code == "FAL199"


@pytest.mark.parametrize(
    "other",
    [
        finding("FAL102", place=replace(PLACE, end=Position(3, 30))),
        replace(finding("FAL301"), kind="async-misuse"),
    ],
    ids=["another place", "another kind"],
)
def test_findings_that_are_not_of_one_loop_site_stay_apart(other: Diagnostic) -> None:
    assert len(worst_of_each_site([finding("FAL105"), other], {"FAL105", other.code})) == 2
