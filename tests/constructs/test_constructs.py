"""Where every construct runs: what happens, what the table says, what the linter thinks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from placerun.ledger import NAMES, Ledger, load, name_here, versions_here
from placerun.page import CHAPTERS, PAGE, page
from placerun.rows import App, Row, apps, rows

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.engine import check_project

ON_THE_LOOP = frozenset({"loop", "held up"})
PlaceOf = Callable[[Row], str]


@pytest.fixture(scope="session")
def table() -> Ledger:
    """What the table says of this environment."""
    return load(name_here())


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Callable[[App], tuple[Diagnostic, ...]]:
    """What the linter reports about blocking calls in one application alone."""
    known: dict[str, tuple[Diagnostic, ...]] = {}

    def check(app: App) -> tuple[Diagnostic, ...]:
        if app.name not in known:
            folder = tmp_path_factory.mktemp(app.path.stem)
            shutil.copy(app.path, folder)
            settings = Settings(root=folder, select=("FAL1",), cache=False, jobs=1)
            known[app.name] = check_project(settings, [folder]).diagnostics
        return known[app.name]

    return check


def blamed(diagnostics: tuple[Diagnostic, ...]) -> set[int]:
    """The lines of all calls that are said to block."""
    return {blocker.place.start.row for d in diagnostics for blocker in (d.blocker, *d.also) if blocker is not None}


def test_construct_runs_where_the_table_says(row: Row, place_of: PlaceOf, table: Ledger) -> None:
    assert place_of(row) == table.places[row.key]


def test_linter_reports_a_blocking_call_exactly_on_the_event_loop(
    row: Row, findings: Callable[[App], tuple[Diagnostic, ...]]
) -> None:
    """Compared with the newest version where the two differ."""
    place = load("newest").places[row.key] or load("oldest").places[row.key] or ""
    expected = not ON_THE_LOOP.isdisjoint(place.split(" and "))
    assert (row.line in blamed(findings(row.app))) == expected


def test_rows_are_told_apart() -> None:
    keys = [row.key for row in rows()]
    assert len(set(keys)) == len(keys) > 300


def test_every_row_was_run_with_one_of_the_two_versions() -> None:
    newest, oldest = (load(name) for name in NAMES)
    assert list(newest.places) == list(oldest.places) == [row.key for row in rows()]
    assert [key for key in newest.places if newest.places[key] is oldest.places[key] is None] == []


def test_versions_of_the_oldest_are_those_of_this_environment() -> None:
    """Only the oldest are pinned for good; the newest differ between interpreters."""
    if name_here() == "oldest":
        assert load("oldest").versions == versions_here()
    else:
        assert load("oldest").versions["fastapi"] != versions_here()["fastapi"]


def test_page_is_current() -> None:
    assert {app.group for app in apps()} == set(CHAPTERS)
    assert Path(PAGE).read_text(encoding="utf-8") == page(*(load(name) for name in NAMES))
