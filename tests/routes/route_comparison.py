"""The comparison of our routes with the frameworks' own, for whole folders of applications."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

HERE = Path(__file__).parent
Route = tuple[tuple[str, ...], str, str, bool]
"""Methods, full path, function with its module, whether it is ``async def``."""


@dataclass(frozen=True)
class Comparison:
    """Both sides, for the modules that could be imported; why the others could not, by module."""

    real: frozenset[Route]
    ours: frozenset[Route]
    compared: frozenset[str]
    """Modules that hold an application."""
    failed: dict[str, str]

    @property
    def missing(self) -> list[Route]:
        return sorted(self.real - self.ours)

    @property
    def invented(self) -> list[Route]:
        """Routes that are not real, in modules that were imported or belong to an application that was."""
        return sorted(r for r in self.ours - self.real if r[2].rpartition(".")[0] not in self.failed)


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def compare(root: Path, modules: Iterable[str], folders: tuple[str, ...] = ("",)) -> Comparison:
    """Import the modules from the folders below ``root``, and analyse ``root``; the routes of both."""
    roots = tuple(root / folder for folder in folders)
    run = subprocess.run(
        [sys.executable, str(HERE / "truth.py"), os.pathsep.join(map(str, roots)), *modules],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    answers = json.loads(run.stdout)
    real = {
        (tuple(sorted(route["methods"])), route["path"], route["function"], route["is_async"])
        for answer in answers
        for route in answer.get("routes", ())
    }
    settings = Settings(root=root, source_roots=roots, cache=False, jobs=1)
    ours = {(tuple(sorted(e.methods)), e.path, e.function, e.is_async) for e in check_project(settings).endpoints}
    failed = {a["module"]: a["error"] for a in answers if "error" in a and a["error"] != "holds no application"}
    compared = frozenset(a["module"] for a in answers if a.get("routes"))
    return Comparison(frozenset(real), frozenset(ours), compared, failed)
