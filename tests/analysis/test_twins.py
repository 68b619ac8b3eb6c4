"""A blocking call whose result is entered by a coroutine: the library's asynchronous twin, or a call that blocks and gives such a thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project

SOURCE = """\
from fastapi import FastAPI
from store import Client

app = FastAPI()
client = Client()


@app.get("/")
async def index():
    async with client.open() as opened:
        return opened
"""


@pytest.mark.parametrize(
    ("returns", "reported"), [("", False), ("store.Opened", False), ("async_context[store.Opened]", True)]
)
def test_what_the_call_gives_decides(returns: str, reported: bool, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(SOURCE, encoding="utf-8")
    effect = {"kind": "blocking", "on": "store.Client", "methods": ["open"], "returns": returns}
    catalog = json.dumps({"effect": [effect], "class": [{"name": "store.Client"}, {"name": "store.Opened"}]})
    report = check_project(Settings(root=tmp_path, cache=False, jobs=1, inline_catalog=catalog))
    assert bool(report.diagnostics) is reported


@pytest.mark.parametrize(
    ("kinds", "reported"), [(["blocking"], False), (["async"], False), (["async", "blocking"], True)]
)
def test_what_is_awaited_and_blocks_for_all_that(kinds: list[str], reported: bool, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        SOURCE.replace("async with client.open() as opened:\n        return opened", "await client.open()")
    )
    effects = [{"kind": kind, "on": "store.Client", "methods": ["open"]} for kind in kinds]
    catalog = json.dumps({"effect": effects, "class": [{"name": "store.Client"}]})
    report = check_project(Settings(root=tmp_path, cache=False, jobs=1, inline_catalog=catalog))
    assert bool(report.diagnostics) is reported
