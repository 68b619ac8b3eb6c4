"""The manual is the test: every example of every rule's page is checked as a project of its own.

In *Example*, the lines that end with ``# error`` must be reported by this rule, and no other line may be. *Use instead*
must be silent. A block that begins with ``# file: app/db.py`` is that file of the example; other Python blocks are
``main.py``. A TOML file is a catalog of the project's own.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.engine import check_project
from fastapi_async_lint.rules import LoadedRule, load_rules

BLOCK = re.compile(r"^```(?:python|toml)\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# file: (\S+)\n")
EXPECTED = "# error"


def files_of(section: str) -> dict[str, str]:
    """The files that a section of a manual page consists of."""
    files: dict[str, str] = {}
    for text in BLOCK.findall(section):
        marker = FILE.match(text)
        name = marker[1] if marker else "main.py"
        assert name not in files, f"{name} stands there twice"
        files[name] = text
    assert files, "no example"
    return files


def write(files: dict[str, str], root: Path) -> Settings:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    catalogs = tuple(root / name for name in files if name.endswith(".toml"))
    return Settings(root=root, catalogs=catalogs, cache=False, jobs=1)


def reported(rule: LoadedRule, files: dict[str, str], root: Path) -> set[tuple[str, int]]:
    """(file, line) of all that the rule reports, at the confidence of a run without options."""
    from dataclasses import replace

    settings = replace(write(files, root), select=(rule.meta.code,), min_confidence=Confidence.PROBABLE)
    report = check_project(settings, [root])
    assert {d.code for d in report.diagnostics} <= {rule.meta.code}
    return {(d.place.path.relative_to(root).as_posix(), d.place.start.row) for d in report.diagnostics}


def expected(files: dict[str, str]) -> set[tuple[str, int]]:
    return {
        (name, row)
        for name, text in files.items()
        for row, line in enumerate(text.splitlines(), 1)
        if line.rstrip().endswith(EXPECTED)
    }


every_rule = pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.meta.name)


@every_rule
def test_example_is_reported_where_the_page_says(rule: LoadedRule, tmp_path: Path) -> None:
    files = files_of(rule.sections["Example"])
    assert reported(rule, files, tmp_path) == expected(files)


@every_rule
def test_cure_is_silent(rule: LoadedRule, tmp_path: Path) -> None:
    assert reported(rule, files_of(rule.sections["Use instead"]), tmp_path) == set()


def test_blocks_become_files() -> None:
    section = "```python\n# file: app/db.py\nx = 1\n```\nand\n```python\ny = 2  # error\n```"
    files = files_of(section)
    assert files == {"app/db.py": "# file: app/db.py\nx = 1\n", "main.py": "y = 2  # error\n"}
    assert expected(files) == {("main.py", 1)}
