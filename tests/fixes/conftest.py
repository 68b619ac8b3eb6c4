"""A project of one file that is fixed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine.fixing import FixReport, fix_project

Fixed = Callable[..., tuple[bytes, FixReport]]


@pytest.fixture
def fixed(tmp_path: Path) -> Fixed:
    """Write ``main.py``, fix it, give back what is there afterwards, and check that a second run changes nothing.

    ``also``: codes of rules that are off by default.
    """

    def run(source: str | bytes, unsafe: bool = True, also: tuple[str, ...] = ()) -> tuple[bytes, FixReport]:
        path = tmp_path / "main.py"
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        settings = Settings(root=tmp_path, cache=False, jobs=1, extend_select=also)
        outcome = fix_project(settings, [tmp_path], unsafe=unsafe)
        after = path.read_bytes()
        assert fix_project(settings, [tmp_path], unsafe=unsafe).changes == ()
        assert path.read_bytes() == after
        return after, outcome

    return run
