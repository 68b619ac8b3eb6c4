"""Short file work that is done once and remembered is only possible; the same work done each time is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.engine import check_project

SOURCE = """
class Keys:
    def __init__(self):
        self._key = None
        self._other = None

    def key(self):
{body}

keys = Keys()


async def use():
    return keys.key()
"""
REMEMBERED = {
    "tests and fills": "if self._key is None:\n    self._key = open('key').read()\nreturn self._key",
    "returns early": "if self._key:\n    return self._key\nself._key = open('key').read()\nreturn self._key",
}
DONE_EACH_TIME = {
    "not remembered": "if self._key is None:\n    return open('key').read()\nreturn self._key",
    "another attribute": "if self._key is None:\n    self._other = open('key').read()\nreturn self._other",
    "of another object": "if keys._key is None:\n    self._key = open('key').read()\nreturn self._key",
}


def confidences(tmp_path: Path, body: str) -> set[Confidence]:
    """Of all findings in the project whose method has the body."""
    indented = "\n".join(f"        {line}" for line in body.split("\n"))
    (tmp_path / "main.py").write_text(SOURCE.format(body=indented))
    settings = Settings(root=tmp_path, cache=False, jobs=1, min_confidence=Confidence.POSSIBLE, select=("FAL105",))
    return {finding.confidence for finding in check_project(settings, [tmp_path]).diagnostics}


@pytest.mark.parametrize("name", REMEMBERED)
def test_remembered_by_the_object_is_possible(tmp_path: Path, name: str) -> None:
    assert confidences(tmp_path, REMEMBERED[name]) == {Confidence.POSSIBLE}


@pytest.mark.parametrize("name", DONE_EACH_TIME)
def test_done_each_time_is_more(tmp_path: Path, name: str) -> None:
    (confidence,) = confidences(tmp_path, DONE_EACH_TIME[name])
    assert confidence is not Confidence.POSSIBLE
