"""The draft of a catalog file that ``catalog scaffold`` makes of an installed library, and ``catalog check``."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fastapi_async_lint.catalog import draft, inspection, reality
from fastapi_async_lint.catalog.compile import Tables, add_files
from fastapi_async_lint.catalog.inspection import Inventory
from fastapi_async_lint.catalog.load import parse_file
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.cli import main
from fastapi_async_lint.errors import ConfigError

LIBRARY = """
import contextlib
import enum
import json
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Optional

from scaffolded._core import Base, fetch


class Colour(enum.Enum):
    RED = 1


class Problem(Exception):
    def retry(self): ...


class Answer:
    def text(self) -> str: ...


class Client(Base):
    @property
    def closed(self) -> bool: ...

    def __enter__(self) -> "Client": ...

    def get(self, url) -> Answer: ...

    def find(self) -> "Optional[Answer]": ...

    def all(self) -> list[Answer]: ...

    def scan(self) -> Iterator[Answer]: ...

    @contextlib.contextmanager
    def stream(self) -> Iterator[Answer]:
        yield

    @classmethod
    def made(cls): ...

    def _hidden(self): ...


class AsyncClient(Base):
    async def __aenter__(self) -> "AsyncClient": ...

    async def get(self, url) -> Answer: ...

    def later(self) -> Awaitable[Answer]: ...

    async def scan(self) -> AsyncIterator[Answer]:
        yield

    @contextlib.asynccontextmanager
    async def stream(self) -> AsyncIterator[Answer]:
        yield


async def afetch(url) -> Answer: ...


def helper(x: "Missing") -> "Answer": ...
"""

CORE = "class Base:\n    def ping(self): ...\n    def _private(self): ...\n\n\ndef fetch(url): ...\n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    package = tmp_path / "scaffolded"
    package.mkdir()
    (package / "__init__.py").write_text(LIBRARY)
    (package / "_core.py").write_text(CORE)
    (package / "more.py").write_text("def extra(): ...\n")
    metadata = tmp_path / "scaffolded_lib-1.2.3.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: scaffolded-lib\nVersion: 1.2.3\nProject-URL: Documentation, https://docs.example\n"
    )
    (metadata / "top_level.txt").write_text("scaffolded\n")
    (metadata / "RECORD").write_text("scaffolded/__init__.py,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    reality._module.cache_clear()
    reality._longest_module.cache_clear()
    yield "scaffolded-lib"
    for name in [name for name in sys.modules if name.partition(".")[0] == "scaffolded"]:
        del sys.modules[name]


@pytest.fixture
def found(library: str) -> Inventory:
    return inspection.inventory(library)


def text(found: Inventory) -> str:
    return "\n".join(draft.toml(found)) + "\n"


def drafted(found: Inventory) -> Catalog:
    tables = Tables()
    add_files(tables, [parse_file(text(found), None)])
    return Catalog(tables)


def decided(draft: str) -> str:
    """All that was left to be decided, decided the same way."""
    lines = [line.removeprefix("# ") for line in draft.split("\n")]
    return "\n".join(lines).replace('category = ""', 'category = "http"')


def test_the_library_is_described(found: Inventory) -> None:
    library = parse_file(text(found), None).library
    assert (library.name, library.modules, library.versions) == ("scaffolded-lib", ("scaffolded",), ">=1.2")
    assert (library.checked, library.documentation) == ("1.2.3", "https://docs.example")


def test_every_name_of_a_draft_exists(found: Inventory) -> None:
    assert reality.differences(parse_file(text(found), None), "1.2.3") == []


@pytest.mark.parametrize(
    ("name", "gives"),
    [
        ("scaffolded.AsyncClient.get", "scaffolded.Answer"),
        ("scaffolded.AsyncClient.later", "scaffolded.Answer"),
        ("scaffolded.AsyncClient.scan", "async_iterator[scaffolded.Answer]"),
        ("scaffolded.AsyncClient.stream", "async_context[scaffolded.Answer]"),
        ("scaffolded.AsyncClient.__aenter__", "self"),
        ("scaffolded.afetch", "scaffolded.Answer"),
    ],
)
def test_asynchronous_functions_are_entered_with_what_they_give(found: Inventory, name: str, gives: str) -> None:
    catalog = drafted(found)
    assert [effect.kind for effect in catalog.effects(name)] == ["async"]
    assert catalog.returns_text(name) == gives


@pytest.mark.parametrize(
    ("name", "gives"),
    [
        ("scaffolded.Client.get", "scaffolded.Answer"),
        ("scaffolded.Client.find", "scaffolded.Answer"),
        ("scaffolded.Client.all", "list[scaffolded.Answer]"),
        ("scaffolded.Client.scan", "iterator[scaffolded.Answer]"),
        ("scaffolded.Client.stream", "context[scaffolded.Answer]"),
        ("scaffolded.Client.__enter__", "self"),
        ("scaffolded.helper", "scaffolded.Answer"),
    ],
)
def test_of_the_others_only_what_they_give_is_entered(found: Inventory, name: str, gives: str) -> None:
    catalog = drafted(found)
    assert catalog.effects(name) == ()
    assert catalog.returns_text(name) == gives


def test_what_is_to_be_decided_can_be_uncommented(found: Inventory) -> None:
    tables = Tables()
    add_files(tables, [parse_file(decided(text(found)), None)])
    catalog = Catalog(tables)
    (get,) = catalog.effects("scaffolded.Client.get")
    assert (get.kind, get.category, get.replacement) == ("blocking", "http", "scaffolded.AsyncClient.{method}")
    (fetch,) = catalog.effects("scaffolded.fetch")
    assert fetch.replacement == "scaffolded.afetch"
    assert catalog.effects("scaffolded.Client.ping"), "stated once, of the base"
    assert catalog.property_effects("scaffolded.Client.closed")


@pytest.mark.parametrize("hidden", ["_hidden", "_private", "Colour", "Problem", "json", "scaffolded._core", "extra"])
def test_what_is_private_or_somebody_else_s_or_no_call_is_left_out(found: Inventory, hidden: str) -> None:
    assert hidden not in text(found)


def test_submodules_are_looked_at_when_asked_for(library: str) -> None:
    assert "scaffolded.more.extra" in text(inspection.inventory(library, ["scaffolded.more"]))


@pytest.mark.parametrize("name", ["scaffolded-lib", "scaffolded"])
def test_a_library_goes_by_its_name_on_pypi_or_of_its_module(library: str, name: str) -> None:
    assert inspection.inventory(name).library == "scaffolded-lib"


def test_a_module_of_the_project_needs_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "our_own_sdk.py").write_text("async def fetch(): ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = inspection.inventory("our_own_sdk")
    assert parse_file(text(found), None).library.versions == ""
    assert drafted(found).effects("our_own_sdk.fetch")


def test_a_library_that_is_not_installed_is_refused() -> None:
    with pytest.raises(ConfigError, match="no_such_library is not installed for"):
        inspection.inventory("no_such_library")


@pytest.mark.parametrize("library", ["queue", "msgspec", "libcst", "pytest"])
def test_drafts_of_real_libraries_are_valid_and_true(library: str) -> None:
    found = inspection.inventory(library)
    assert found.functions or found.classes
    assert reality.differences(parse_file(text(found), None), found.version) == []
    parse_file(decided(text(found)), None)


def test_the_evidence_file_has_a_place_for_every_name(found: Inventory) -> None:
    code = "\n".join(draft.evidence(found))
    compile(code, "evidence", "exec")
    assert '    # "scaffolded.AsyncClient.get": lambda world: scaffolded.AsyncClient.get(),' in code
    space: dict[str, object] = {}
    exec(code.replace("from evidence.world import World", "World = object"), space)
    assert all(space[table] == {} for table in ("BLOCKING", "ASYNC", "SHORT", "CPU", "SILENT", "DOCUMENTED"))
    filled = code.replace("    # ", "    ")
    exec(filled.replace("from evidence.world import World", "World = object"), space)
    assert "scaffolded.Client.get" in space["BLOCKING"] and "scaffolded.afetch" in space["ASYNC"]  # type: ignore[operator]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        status = main(["catalog", *words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_the_command_writes_both_files_and_overwrites_none(
    library: str, run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    words = ["scaffold", library, "--output-file", "a/lib.toml", "--evidence-file", "b/lib.py"]
    assert run(*words)[0] == 0
    assert 'name = "scaffolded-lib"' in (tmp_path / "a/lib.toml").read_text()
    assert "BLOCKING: dict[str, Case]" in (tmp_path / "b/lib.py").read_text()
    status, _, err = run(*words)
    assert status == 2 and "exists already" in err


def test_the_command_shows_the_draft(library: str, run: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = run("scaffold", library)
    assert status == 0
    parse_file(out, None)


def test_check_says_which_names_the_library_does_not_have(
    library: str, run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    run("scaffold", library, "--output-file", "lib.toml")
    assert run("check", "lib.toml")[:2] == (0, "lib.toml: every name exists in scaffolded-lib 1.2.3\n")
    path = tmp_path / "lib.toml"
    path.write_text(path.read_text().replace('"scaffolded.afetch"]', '"scaffolded.afetsch"]'))
    status, out, _ = run("check", "lib.toml")
    assert status == 1
    assert "scaffolded has no 'afetsch'; did you mean 'afetch'?" in out


@pytest.mark.parametrize("words", [["scaffold"], ["scaffold", "a", "b"], ["check"], ["check", "absent.toml"]])
def test_the_commands_refuse_what_makes_no_sense(run: Callable[..., tuple[int, str, str]], words: list[str]) -> None:
    status, out, _ = run(*words)
    assert (status, out) == (2, "")
