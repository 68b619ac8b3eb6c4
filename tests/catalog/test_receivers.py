"""What the catalog makes of typical code, library by library: the calls that block, and their asynchronous twins that do not.

A case is the text of one module. A line that ends in ``# blocks: requests.get`` must be reported with that blocker;
every other line must be silent. The libraries need not be installed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

CASES = sorted((Path(__file__).parent / "receivers").glob("*.txt"))
EXPECTED = re.compile(r"# blocks: (\S+)$")


def expected(text: str) -> dict[int, str]:
    """Row → public name of the blocker."""
    found = {row: EXPECTED.search(line) for row, line in enumerate(text.split("\n"), 1)}
    return {row: match[1] for row, match in found.items() if match}


def reported(text: str, root: Path) -> dict[int, str]:
    """What holds up the event loop in the module: row → blocker. (FAL203 is about threads.)"""
    (root / "main.py").write_text(text)
    settings = Settings(root=root, select=("FAL1", "FAL2"), ignore=("FAL203",), cache=False, jobs=1)
    diagnostics = check_project(settings, [root]).diagnostics
    return {d.place.start.row: d.blocker.name if d.blocker else "" for d in diagnostics}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_blocking_calls_are_reported_and_their_twins_are_not(case: Path, tmp_path: Path) -> None:
    text = case.read_text()
    assert reported(text, tmp_path) == expected(text)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_same_code_in_the_thread_pool_is_silent(case: Path, tmp_path: Path) -> None:
    text = re.sub(r"^( *)async (def|with|for)\b", r"\1\2", case.read_text(), flags=re.MULTILINE)
    text = re.sub(r"\bawait ", "", text)
    assert reported(text, tmp_path) == {}
