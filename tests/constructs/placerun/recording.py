"""Serves applications in a process of their own and reads where their constructs ran."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from placerun.rows import FOLDER, App, Row

HERE = Path(__file__).resolve().parent
TIMEOUT = 60


def observe(apps: list[App]) -> dict[str, str]:
    """Where each construct of the applications ran: ``loop``, ``thread``, ``process``, ``other loop``, ``import``, or several
    of them; ``never`` where it did not run; ``held up`` or ``free``, where it is asked what became of the loop. By the row's key; without applications that are not installed.

    Raises :class:`RuntimeError` when an application cannot be served.
    """
    present = [app for app in apps if app.is_installed]
    if not present:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "record")
        record.touch()
        path = [HERE / "patch", HERE.parent, *dict.fromkeys(app.path.parent for app in present)]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(each) for each in path),
            "PLACES_FOLDER": str(FOLDER),
            "PLACES_RECORD": str(record),
        }
        command = [sys.executable, "-m", "placerun.serve", *(str(app.path) for app in present)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        seen = read(record)
    return {row.key: _place(row, seen) for app in present for row in app.rows}


def _place(row: Row, seen: dict[tuple[str, int], set[str]]) -> str:
    places = seen.get((str(row.app.path), row.line), set())
    return " and ".join(sorted(places or {"free" if row.waits else "never"}))


def read(record: Path) -> dict[tuple[str, int], set[str]]:
    """The places written down so far, by file and line."""
    seen: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for line in record.read_bytes().splitlines():
        entry = json.loads(line)
        seen[entry["file"], entry["line"]].add(entry["place"])
    return seen
