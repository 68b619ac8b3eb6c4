"""Small projects, one per mechanism: what must be reported at which line, and what must stay silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolution_cases import reported, unpack

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_exactly_the_marked_lines_are_reported(case: Path, tmp_path: Path) -> None:
    expected = unpack(case.read_text(), tmp_path)
    assert expected, "a case reports at least one line"
    assert reported(tmp_path) == expected
