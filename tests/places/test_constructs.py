"""Where each construct runs: the interpreter's answer and the linter's must agree."""

from __future__ import annotations

from pathlib import Path

import page
import pytest
from constructs import LOOP, constructs, executed, reported, runs

SOURCES = constructs()


@pytest.mark.parametrize("title", SOURCES)
def test_runs_in_one_kind_of_place(title: str) -> None:
    places = executed()["places"][title]
    if runs(title):
        assert len(places) == 1 and places[0] in (LOOP, "thread", "process", "import"), places
    else:
        assert not set(places) & set(page.WORDS), "runs here: to be taken out of SINCE or NEEDS"


@pytest.mark.parametrize("title", SOURCES)
def test_linter_reports_it_exactly_where_it_runs_on_the_loop(title: str, tmp_path: Path) -> None:
    if runs(title):
        assert reported(SOURCES[title], tmp_path) is (executed()["places"][title] == [LOOP])


def test_page_says_where_each_construct_runs() -> None:
    columns = page.columns(page.PAGE.read_text(encoding="utf-8"))
    installed = executed()
    release = f"FastAPI {installed['fastapi'].rpartition('.')[0]}."
    expected = {title: page.word(places) for title, places in installed["places"].items() if runs(title)}
    written = [cells for head, cells in columns.items() if head.startswith(release)]
    assert all(expected.items() <= cells.items() for cells in written), "run `python tests/places/page.py`"
    assert columns, "the page has a table"
    assert all(cells.keys() == installed["places"].keys() for cells in columns.values())
