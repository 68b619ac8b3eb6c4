"""What a finding says of the way in, where no route leads to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

CASES = {
    "class H(logging.Handler):\n    def emit(self, record):\n        time.sleep(1)\n": "in callback H.emit;",
    "class P(asyncio.Protocol):\n    def data_received(self, data):\n        time.sleep(1)\n": "in callback P.data_received;",
    "async def alone():\n    time.sleep(1)\n": "in async def alone;",
}


@pytest.mark.parametrize(("code", "expected"), CASES.items())
def test_the_message_names_the_way_in(code: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import asyncio\nimport logging\nimport time\n\n\n" + code, encoding="utf-8")
    (found,) = check_project(Settings(root=tmp_path, cache=False, jobs=1)).diagnostics
    assert expected in found.message
