"""Parameters of which only the name is known: possible findings, off by default, and only where one class fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.engine import check_project

HEAD = "from fastapi import FastAPI\nfrom somewhere import thing\n\napp = FastAPI()\n\n\n"


def found(tmp_path: Path, helper: str, confidence: Confidence = Confidence.POSSIBLE) -> list[tuple[str, str]]:
    """(blocker, confidence) of every finding where an endpoint passes an unknown thing to the helper."""
    text = f"{HEAD}{helper}\n\n\n@app.get('/')\nasync def index():\n    return work(thing())\n"
    (tmp_path / "main.py").write_text(text)
    settings = Settings(root=tmp_path, select=("FAL1",), min_confidence=confidence, cache=False, jobs=1)
    return [(d.blocker.name, d.confidence.value) for d in check_project(settings).diagnostics if d.blocker]


def test_name_and_methods_of_one_class_make_a_possible_finding(tmp_path: Path) -> None:
    helper = "def work(db):\n    return db.query(1).filter(2).first()"
    assert found(tmp_path, helper) == [("sqlalchemy.orm.Query.first", "possible")]


def test_it_is_off_by_default(tmp_path: Path) -> None:
    assert found(tmp_path, "def work(db):\n    db.commit()\n    db.add_all([])", Confidence.PROBABLE) == []


@pytest.mark.parametrize(
    "helper",
    [
        pytest.param("def work(db):\n    return db.frobnicate()", id="a method the class does not have"),
        pytest.param("def work(thing):\n    return thing.commit()", id="a name that says nothing"),
        pytest.param("def work(db):\n    return db", id="no method used"),
        pytest.param("def work(db: object):\n    return db.query(1).first()", id="an annotation, whatever it says"),
        pytest.param("def work(db=None):\n    return db.query(1).first()", id="a default that is known"),
        pytest.param("async def work(session):\n    return await session.execute(1)", id="what is awaited is asynchronous"),
        pytest.param("async def work(db):\n    async with db.begin():\n        pass", id="entered by async with"),
        pytest.param(
            "class Store:\n    def commit(self):\n        pass\n\n\ndef made(db):\n    db.commit()\n\n\n"
            "def work(thing):\n    made(Store())",
            id="a class of the project",
        ),
    ],
)  # fmt: skip
def test_silent(tmp_path: Path, helper: str) -> None:
    assert found(tmp_path, helper) == []
