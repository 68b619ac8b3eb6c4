"""Suppressions without a use, in whole runs: what is reported does not depend on what else the run shows."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.engine import Report, check_project

HEAD = """\
import os
import time

import requests
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def main():
"""
FIRST = HEAD.count("\n") + 1


def run(root: Path, body: str, paths: tuple[str, ...] = (), files: dict[str, str] | None = None, **more: Any) -> Report:
    """The report on a project whose ``main.py`` has this body in an endpoint, FAL900 being on."""
    for name, text in {"main.py": HEAD + textwrap.indent(body, "    "), **(files or {})}.items():
        (root / name).write_text(text)
    settings = {"extend_select": ("FAL900",), **more}
    return check_project(Settings(root, cache=False, jobs=1, **settings), [root / path for path in paths])


def unused(report: Report) -> list[tuple[int, str]]:
    """Rows, counted from the body's first, and messages of the rule's findings."""
    return [(d.place.start.row - FIRST + 1, d.message) for d in report.diagnostics if d.code == "FAL900"]


def test_comment_without_a_finding_is_reported_at_its_place(tmp_path: Path) -> None:
    report = run(tmp_path, "print(1)  # noqa: FAL101\n")
    (found,) = report.diagnostics
    assert (found.code, found.message) == ("FAL900", "noqa for FAL101 suppresses nothing here")
    assert (found.place.start.column, found.place.end.column) == (15, 29)
    assert found.confidence is Confidence.CERTAIN


def test_messages_tell_the_ways_of_being_unused(tmp_path: Path) -> None:
    body = "time.sleep(1)  # noqa: FAL101, FAL102, E501, FAL201, FAL555, FAL101\n"
    assert unused(run(tmp_path, body)) == [
        (
            1,
            "noqa for FAL102 and FAL201 suppresses nothing here; no rule has the code FAL555; noqa for FAL101 stands here twice",
        )
    ]


@pytest.mark.parametrize(
    "line",
    [
        "time.sleep(1)  # noqa: FAL101",
        "time.sleep(1)  # noqa: E501, FAL1 why",
        "time.sleep(\n    1\n)  # noqa: FAL101",
        "print(1)  # noqa",
        "print(1)  # noqa: E501",
        "print(1)  # noqa: FAL101, FAL900",
        "print(1)  # noqa: FAL900",
        "print(1)  # noqa: FAL9",
        "print('# noqa: FAL101')",
        "os.path.exists('x')  # noqa: FAL110",
    ],
)
def test_comment_that_may_have_a_use_is_not_reported(tmp_path: Path, line: str) -> None:
    assert unused(run(tmp_path, line + "\n")) == []


def test_comment_at_the_blocking_call_in_a_helper_suppresses_nothing(tmp_path: Path) -> None:
    body = "helper()  # noqa: FAL101\n\n\ndef helper():\n    time.sleep(1)  # noqa: FAL101\n"
    report = run(tmp_path, "", files={"main.py": HEAD + "    " + body})
    assert unused(report) == [(5, "noqa for FAL101 suppresses nothing here")]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"select": ("FAL900",), "extend_select": ()},
        {"ignore": ("FAL1",)},
        {"extend_select": ("ALL",)},
        {"min_confidence": Confidence.CERTAIN},
        {"per_file_ignores": (("*.py", ("FAL1",)),)},
    ],
    ids=str,
)
def test_what_else_is_shown_makes_no_difference(tmp_path: Path, settings: dict[str, Any]) -> None:
    body = (
        "time.sleep(1)  # noqa: FAL101\n"
        "os.path.exists('x')  # noqa: FAL110\n"
        "time.sleep(1)  # noqa: FAL110\n"
        "requests.get(open('x').read())  # noqa: FAL105, FAL102, FAL103\n"
    )
    assert unused(run(tmp_path, body, **settings)) == [
        (3, "noqa for FAL110 suppresses nothing here"),
        (4, "noqa for FAL103 suppresses nothing here"),
    ]


def test_rule_is_off_by_default(tmp_path: Path) -> None:
    assert run(tmp_path, "print(1)  # noqa: FAL101\n", extend_select=()).diagnostics == ()


def test_nothing_is_reported_where_comments_do_not_count(tmp_path: Path) -> None:
    assert unused(run(tmp_path, "print(1)  # noqa: FAL101\n", noqa=False)) == []


def test_rule_is_suppressed_like_any_other(tmp_path: Path) -> None:
    body = "print(1)  # noqa: FAL101\n"
    assert unused(run(tmp_path, body, per_file_ignores=(("main.py", ("FAL900",)),))) == []
    assert unused(run(tmp_path, "", files={"main.py": f"# flake8: noqa\nx = 1  {body}"})) == []
    report = run(tmp_path, "f(1,  # noqa: FAL101\n  '''\n''')  # noqa: FAL900\n")
    assert unused(report) == [(1, "noqa for FAL101 suppresses nothing here")]
    report = run(tmp_path, "print(1)  # noqa: FAL101, FAL900\n")
    assert report.suppressed == {"noqa": 1}


def test_only_files_that_were_asked_about(tmp_path: Path) -> None:
    files = {"other.py": "x = 1  # noqa: FAL101\n"}
    report = run(tmp_path, "print(1)  # noqa: FAL102\n", ("other.py",), files)
    assert [(d.place.path.name, d.message) for d in report.diagnostics] == [
        ("other.py", "noqa for FAL101 suppresses nothing here")
    ]


def test_file_that_cannot_be_read_keeps_its_comments_and_makes_those_of_others_less_sure(tmp_path: Path) -> None:
    report = run(tmp_path, "print(1)  # noqa: FAL101\n", files={"broken.py": "x = (  # noqa: FAL101\n"})
    assert [(d.code, d.place.path.name, d.confidence.value) for d in report.diagnostics] == [
        ("FAL999", "broken.py", "certain"),
        ("FAL900", "main.py", "probable"),
    ]


def test_file_without_findings_of_any_kind_is_looked_at(tmp_path: Path) -> None:
    report = run(tmp_path, "", files={"main.py": "x = 1  # noqa: FAL101\n", "b.py": ""})
    assert len(report.diagnostics) == 1


def test_text_that_is_not_on_the_disk_counts(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    path.write_text("x = 1  # noqa: FAL101\n")
    settings = Settings(tmp_path, cache=False, jobs=1, extend_select=("FAL900",))
    assert check_project(settings, [path], overlay={path: b"x = 1\n"}).diagnostics == ()
