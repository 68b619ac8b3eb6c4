"""Calls as people write them, topic by topic, and what each does to the event loop: analysed as endpoints of an application.

``breadth/*.toml`` holds tables of ``call = what it does``. What it does is known from the libraries' documentation and
source, never from what the tool says:

- a category (``http``, ``data-frame``): blocks the loop, or computes on it; ``minor`` before it: for a short time only;
  ``gil`` before it: computes and lets no other Python thread run meanwhile; several are joined by `` + ``
- ``async``: waits while the loop goes on
- ``silent``: neither

``setup`` is the top of the module, ``parameters`` are those of the functions that make the calls.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from fastapi_async_lint.catalog.load import load_catalog
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Diagnostic, Severity
from fastapi_async_lint.engine import Report, check_project

FILES = sorted((Path(__file__).parent / "breadth").glob("*.toml"))


@dataclass(frozen=True)
class Topic:
    """One table. ``calls``: statement → what it does."""

    file: str
    name: str
    setup: str
    parameters: str
    calls: dict[str, str]

    @property
    def module(self) -> str:
        return f"{self.file}_{self.name}".replace("-", "_")

    def text(self) -> str:
        """The module with one endpoint per call, at ``/<module>/<number>``."""
        lines = ["from fastapi import FastAPI", self.setup.strip(), "", "app = FastAPI()", ""]
        for number, call in enumerate(self.calls):
            lines += [f'@app.get("/{self.module}/{number}")', f"async def call_{number}({self.parameters}):"]
            lines += [textwrap.indent(call, "    "), ""]
        return "\n".join(lines)


def topics() -> list[Topic]:
    """Every table of every file."""
    return [
        Topic(path.stem, name, str(table.pop("setup", "")), str(table.pop("parameters", "")), table)
        for path in FILES
        for name, table in msgspec.toml.decode(path.read_bytes(), type=dict[str, dict[str, str]]).items()
    ]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("breadth")
    for topic in topics():
        (folder / f"{topic.module}.py").write_text(topic.text())
    return folder


@pytest.fixture(scope="module")
def report(root: Path) -> Report:
    return check_project(Settings(root=root, select=("ALL",), cache=False), [root])


def seen(report: Report, topic: Topic, number: int, catalog: Catalog) -> str:
    """What the tool says of one call, in the words of the tables."""
    path = f"/{topic.module}/{number}"
    (endpoint,) = [endpoint for endpoint in report.endpoints if endpoint.path == path]
    first = endpoint.place.start.row
    rows = range(first, first + len(list(topic.calls)[number].split("\n")) + 1)
    found = {
        words(diagnostic, catalog)
        for diagnostic in report.diagnostics
        if diagnostic.place.path == endpoint.place.path
        and diagnostic.place.start.row in rows
        and (diagnostic.kind in ("blocking-io", "cpu") or diagnostic.category == "nested-loop")
    }
    if found:
        return " + ".join(sorted(found))
    return "async" if endpoint.async_io else "silent"


def words(diagnostic: Diagnostic, catalog: Catalog) -> str:
    blocker = diagnostic.blocker.name if diagnostic.blocker else ""
    effects = [
        effect for effect in (*catalog.effects(blocker), *catalog.property_effects(blocker)) if effect.kind == "cpu"
    ]
    holds = diagnostic.kind == "cpu" and any(effect.releases_gil is False for effect in effects)
    return "minor " * (diagnostic.severity is Severity.MINOR) + "gil " * holds + diagnostic.category


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: f"{topic.file}-{topic.name}")
def test_what_a_call_does(topic: Topic, report: Report, catalog: Catalog) -> None:
    said = {call: seen(report, topic, number, catalog) for number, call in enumerate(topic.calls)}
    wrong = [
        f"{call!r}: {said[call]}, not {does}" for call, does in topic.calls.items() if parts(said[call]) != parts(does)
    ]
    assert not wrong, "\n".join(wrong)


def parts(what: str) -> set[str]:
    return set(what.split(" + "))


def test_every_module_can_be_read(report: Report) -> None:
    assert [d.message for d in report.diagnostics if d.code == "FAL999"] == []


def test_names_in_the_modules_are_imported() -> None:
    for topic in topics():
        compile(topic.text(), topic.module, "exec")
