"""The golden files: what each format makes of the sample report. After a wanted change, and never by hand:

python tests/reporters/golden.py

writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path
from typing import get_args

from fastapi_async_lint.reporters import Kind, format_names, load_format

HERE = Path(__file__).parent
FOLDER = HERE / "golden"
SAMPLE = runpy.run_path(str(HERE / "sample.py"))

CONTEXTS = {
    "plain": SAMPLE["CONTEXT"],
    "terminal": replace(SAMPLE["CONTEXT"], details=True, colour=True, show_unresolved=True, show_fixes=True),
}


def outputs() -> dict[str, str]:
    """Golden file name → what the format prints now; no second file for a terminal where it makes no difference."""
    found: dict[str, str] = {}
    for kind in get_args(Kind):
        for name in format_names(kind):
            for state in ("REPORT", "CLEAN"):
                label = f"{kind}-{name}-{state.lower()}"
                plain, terminal = (printed(kind, name, state, variant) for variant in CONTEXTS)
                found[f"{label}.txt"] = plain
                if terminal != plain:
                    found[f"{label}-terminal.txt"] = terminal
    return found


def printed(kind: Kind, name: str, state: str, variant: str) -> str:
    """The whole output of one format."""
    return "".join(f"{line}\n" for line in load_format(kind, name)(SAMPLE[state], CONTEXTS[variant]))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for label, text in outputs().items():
        (FOLDER / label).write_bytes(text.encode())
