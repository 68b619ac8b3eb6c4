"""Cases: small projects as text files.

``# file: app/main.py`` starts a file of the project. A line that ends in ``# blocks: time.sleep`` is a loop site whose
blocker has that public name; every other line must be silent.
"""

from __future__ import annotations

import re
from pathlib import Path

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

FILE = re.compile(r"^# file: (\S+)$", re.MULTILINE)
EXPECTED = re.compile(r"# blocks: (\S+)$")


def unpack(text: str, root: Path) -> set[tuple[str, int, str]]:
    """Write the case's files; the expected (file, row, blocker) triples."""
    parts = FILE.split(text)
    expected = set()
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body)
        for row, line in enumerate(body.split("\n"), 1):
            found = EXPECTED.search(line)
            if found:
                expected.add((name, row, found[1]))
    return expected


def reported(root: Path) -> set[tuple[str, int, str]]:
    """What the default run reports: (file, row, blocker)."""
    settings = Settings(root=root, select=("FAL1", "FAL2"), cache=False, jobs=1)
    return {
        (d.place.path.relative_to(root).as_posix(), d.place.start.row, d.blocker.name if d.blocker else "")
        for d in check_project(settings, [root]).diagnostics
    }
