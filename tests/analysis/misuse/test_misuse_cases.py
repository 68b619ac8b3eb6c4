"""Small projects, one for each kind of misuse: what must be reported at which line, and what must stay silent.

A case is a text file. ``# file: app/main.py`` starts a file of the project. A line that ends in ``# FAL301`` must be reported with
that code (``# FAL301, FAL303`` with both); ``# FAL301 possible`` only to those who ask for what is possible. Every other line must be
silent.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.engine import check_project

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
FILE = re.compile(r"^# file: (\S+)$", re.MULTILINE)
EXPECTED = re.compile(r"# (FAL\d{3}(?:, FAL\d{3})*)( possible)?$")
CODES = (
    "FAL301",
    "FAL302",
    "FAL305",
    "FAL306",
    "FAL307",
    "FAL308",
    "FAL303",
    "FAL304",
    "FAL401",
    "FAL402",
    "FAL203",
)
OWN = {"needless_thread_hop": ("FAL404",), "async_counterpart_available": ("FAL405",)}
"""Cases of rules that have something to say of many a plain function."""

Finding = tuple[str, int, str, bool]
"""File, row, code, whether it is more than possible."""


def unpack(text: str, root: Path) -> set[Finding]:
    """Write the case's files; what they promise."""
    parts = FILE.split(text)
    expected = set()
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body)
        for row, line in enumerate(body.split("\n"), 1):
            found = EXPECTED.search(line)
            if found:
                expected.update((name, row, code, found[2] is None) for code in found[1].split(", "))
    return expected


def reported(root: Path, codes: tuple[str, ...] = CODES) -> set[Finding]:
    """All that is reported when everything possible is asked for."""
    settings = Settings(root=root, select=codes, min_confidence=Confidence.POSSIBLE, cache=False, jobs=1)
    return {
        (d.place.path.relative_to(root).as_posix(), d.place.start.row, d.code, d.confidence is not Confidence.POSSIBLE)
        for d in check_project(settings, [root]).diagnostics
    }


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_exactly_the_marked_lines_are_reported(case: Path, tmp_path: Path) -> None:
    expected = unpack(case.read_text(), tmp_path)
    assert expected, "a case reports at least one line"
    assert reported(tmp_path, OWN.get(case.stem, CODES)) == expected
