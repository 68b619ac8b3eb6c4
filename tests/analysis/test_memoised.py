"""Short file work that is done once and remembered is only possible; the same work done each time is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.engine import check_project

SOURCE = """
_key = None
_other = None


class Keys:
    def __init__(self):
        self._key = None

    def key(self):
        {method}


def key():
    global _key, _other
{body}


async def use():
    return key() or Keys().key()
"""
REMEMBERED = {
    "tests and fills": "if _key is None:\n    _key = open('key').read()\nreturn _key",
    "returns early": "if _key:\n    return _key\n_key = open('key').read()\nreturn _key",
}
DONE_EACH_TIME = {
    "not remembered": "if _key is None:\n    return open('key').read()\nreturn _key",
    "another global": "if _key is None:\n    _other = open('key').read()\nreturn _other",
}


def confidences(tmp_path: Path, body: str = "return None", method: str = "return None") -> set[Confidence]:
    """Of all findings in the project whose function, or method, has the body."""
    indented = "\n".join(f"    {line}" for line in body.split("\n"))
    (tmp_path / "main.py").write_text(SOURCE.format(body=indented, method=method))
    settings = Settings(root=tmp_path, cache=False, jobs=1, min_confidence=Confidence.POSSIBLE, select=("FAL105",))
    return {finding.confidence for finding in check_project(settings, [tmp_path]).diagnostics}


@pytest.mark.parametrize("name", REMEMBERED)
def test_remembered_by_the_module_is_possible(tmp_path: Path, name: str) -> None:
    assert confidences(tmp_path, REMEMBERED[name]) == {Confidence.POSSIBLE}


@pytest.mark.parametrize("name", DONE_EACH_TIME)
def test_done_each_time_is_more(tmp_path: Path, name: str) -> None:
    (confidence,) = confidences(tmp_path, DONE_EACH_TIME[name])
    assert confidence is not Confidence.POSSIBLE


def test_remembered_by_an_object_is_done_for_every_object(tmp_path: Path) -> None:
    (confidence,) = confidences(tmp_path, method="self._key = self._key or open('key').read()")
    assert confidence is not Confidence.POSSIBLE


def test_a_flag_of_an_object_says_nothing_of_how_often(tmp_path: Path) -> None:
    method = "if self._key: return\n        open('key').read()\n        self._key = True"
    (confidence,) = confidences(tmp_path, method=method)
    assert confidence is not Confidence.POSSIBLE
