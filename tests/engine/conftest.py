from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

MakeProject = Callable[[dict[str, str]], Path]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Writes files by relative path into a project folder, and gives that."""

    def make(files: dict[str, str]) -> Path:
        root = tmp_path / "project"
        for name, content in {"pyproject.toml": "[tool.fastapi-async-lint]\n", **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content))
        return root

    return make
