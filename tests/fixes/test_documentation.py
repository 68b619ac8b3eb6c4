"""The page about fixes knows every fix."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi_async_lint.fixes.propose import FIXES, OF_COMMENTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "fixes.md"


def test_every_fix_has_its_section_in_the_order_of_preference() -> None:
    headings = re.findall(r"^## (\S+)$", PAGE.read_text(), re.MULTILINE)
    assert headings == [fix.__module__.rpartition(".")[2].replace("_", "-") for fix in (*FIXES, *OF_COMMENTS)]
