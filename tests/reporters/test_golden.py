"""What each format prints, compared with files that ``golden.py`` writes."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

GOLDEN = runpy.run_path(str(Path(__file__).with_name("golden.py")))
OUTPUTS = GOLDEN["outputs"]()


@pytest.mark.parametrize("label", OUTPUTS)
def test_output_is_the_golden_one(label):
    path = GOLDEN["FOLDER"] / label
    assert path.is_file(), "new output: run `python tests/reporters/golden.py` and read what it wrote"
    assert path.read_text(encoding="utf-8") == OUTPUTS[label]


def test_no_golden_file_is_left_over():
    assert {path.name for path in GOLDEN["FOLDER"].glob("*.txt")} == set(OUTPUTS)
