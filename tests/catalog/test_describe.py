"""What the catalog says of one name, and where that is stated."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.catalog import describe as module
from fastapi_async_lint.catalog.compile import Tables, add_files
from fastapi_async_lint.catalog.describe import Known
from fastapi_async_lint.catalog.load import builtin_files, load_catalog, parse_file
from fastapi_async_lint.catalog.match import Catalog

TEXT = """[library]
name = "sdk"
modules = ["sdk"]

[aliases]
"sdk.client.Base" = "sdk.Base"

[[effect]]
kind = "blocking"
on = "sdk.client.Base"
methods = ["get", "put"]
category = "sdk"
replacement = "sdk.Twin.{method}"
note = "One request."
unless = [
    { argument = "wait", position = 0, equals = [false, 0] },
    { argument = "pool", of = "constructor", missing = true },
    { argument = "file", type = ["io.BytesIO"] },
    { argument = "size", greater = 10 },
    { argument = "", position = 1, flags = ["sdk.LATER"] },
]

[[effect]]
kind = "cpu"
on = "sdk.Client"
properties = ["sum"]
category = "cpu"
severity = "minor"
releases_gil = false

[[effect]]
kind = "async"
on = "sdk.Twin"
methods = ["*"]

[[class]]
name = "sdk.Base"

[[class]]
name = "sdk.Client"
bases = ["sdk.Base"]
reuse = true
twin = "sdk.Twin"
attributes = { name = "str" }
returns = { get = "sdk.Answer" }

[[class]]
name = "sdk.Twin"

[[class]]
name = "sdk.Child"
bases = ["sdk.Twin"]

[[callback]]
names = ["sdk.later"]
kind = "offload"
sync = "thread"
asynchronous = "never"
argument = { position = 0, keyword = "target" }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sdk.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def catalog() -> Catalog:
    tables = Tables()
    add_files(tables, [parse_file(TEXT, None)])
    return Catalog(tables)


def test_an_inherited_method_is_told_from_the_entry_of_its_base(catalog: Catalog, path: Path) -> None:
    known = module.describe(catalog, "sdk.Client.put", [path])
    (claim,) = known.claims
    assert (known.kind, claim.kind, claim.category, claim.severity) == ("method", "blocking", "sdk", "critical")
    assert (claim.stated_of, claim.file, claim.line) == ("sdk.Base.put", str(path), 8)
    assert (claim.replacement, claim.note) == ("sdk.Twin.put", "One request.")


def test_conditions_are_told_in_words(catalog: Catalog, path: Path) -> None:
    (claim,) = module.describe(catalog, "sdk.Client.get", [path]).claims
    assert claim.not_if == (
        "`wait` is False or 0",
        "`pool` is not given where the object was made",
        "`file` is known to be an instance of io.BytesIO",
        "`size` is greater than 10",
        "argument 2 has sdk.LATER",
    )
    assert claim.only_if == ()


def test_what_a_call_gives(catalog: Catalog, path: Path) -> None:
    assert module.describe(catalog, "sdk.Client.get", [path]).returns == "sdk.Answer"


def test_a_property_says_whether_a_thread_helps(catalog: Catalog, path: Path) -> None:
    known = module.describe(catalog, "sdk.Client.sum", [path])
    assert known.kind == "property"
    assert known.claims[0].gil == "held: a thread does not help, another process does"
    assert known.claims[0].line == 23


def test_any_method_of_a_subclass_is_told_from_the_star(catalog: Catalog, path: Path) -> None:
    (claim,) = module.describe(catalog, "sdk.Child.anything", [path]).claims
    assert (claim.kind, claim.stated_of) == ("async", "sdk.Twin.*")
    assert claim.gil == "" and claim.severity == ""


def test_a_class_shows_its_family_and_what_its_methods_do(catalog: Catalog, path: Path) -> None:
    known = module.describe(catalog, "sdk.Client", [path])
    assert known.of_class is not None
    assert known.of_class.bases == ("sdk.Base",)
    assert known.of_class.methods == {"blocking, sdk": ("get", "put"), "cpu, cpu": ("sum",)}
    assert (known.of_class.twin, known.of_class.attributes) == ("sdk.Twin", {"name": "str"})
    assert known.of_class.traits == ("meant to be made once and shared",)
    assert module.describe(catalog, "sdk.Child", [path]).of_class.methods == {"async": ("*",)}  # type: ignore[union-attr]


def test_where_a_callable_runs(catalog: Catalog, path: Path) -> None:
    assert module.describe(catalog, "sdk.later", [path]).callables == (
        "offload: argument 1 (`target`): a plain function runs in another thread, an asynchronous one not at all",
    )


@pytest.mark.parametrize("name", ["sdk.Client.unknown", "sdk.nothing", "other.thing"])
def test_of_other_names_nothing_is_stated(catalog: Catalog, path: Path, name: str) -> None:
    assert not module.describe(catalog, name, [path]).stated


def test_names_that_may_have_been_meant(catalog: Catalog) -> None:
    assert module.suggestions(catalog, "sdk.Client.sums")[0] == "sdk.Client.sum"
    assert module.suggestions(catalog, "zzzz") == []


def test_names_of_a_library_of_a_class_and_of_a_pattern(catalog: Catalog) -> None:
    of_base = [("blocking", "sdk.Base.get"), ("blocking", "sdk.Base.put")]
    assert module.names_of(catalog, "sdk.Base") == of_base
    assert module.names_of(catalog, "sdk.*.?ut") == of_base[1:]
    assert len(module.names_of(catalog, "sdk")) == 4
    assert module.containing(catalog, "BASE.P") == of_base[1:]


def some_names() -> list[str]:
    return sorted(load_catalog().tables.effect_names)[::97]


@pytest.mark.parametrize("name", some_names())
def test_every_built_in_claim_is_found_in_a_file(name: str) -> None:
    known: Known = module.describe(load_catalog(), name, builtin_files())
    assert known.stated
    assert all(claim.file and claim.line and claim.does for claim in known.claims)
