"""The same markers, confirmed by running: what a case marks is what stalls the loop, and nothing else does.

Every application in ``executed`` is analysed and served. ``time.sleep`` tells from which line of a coroutine it was reached
on the loop's thread; both sets of lines must be the ones that the case marks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from resolution_cases import reported, unpack

HERE = Path(__file__).parent
EXECUTED = sorted((HERE / "executed").glob("*.txt"))


@pytest.mark.parametrize("case", EXECUTED, ids=lambda path: path.stem)
def test_marked_lines_are_those_reported_and_those_that_block_the_loop(case: Path, tmp_path: Path) -> None:
    marked = unpack(case.read_text(), tmp_path)
    assert reported(tmp_path) == marked
    module = "app.main" if (tmp_path / "app" / "main.py").exists() else "main"
    run = subprocess.run(
        [sys.executable, str(HERE / "run_case.py"), module], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    stalled = {(name, row) for name, row in json.loads(run.stdout.splitlines()[-1])}
    assert stalled == {(name, row) for name, row, _ in marked}
