"""``*`` among an effect's methods: any public method that nothing else names."""

from __future__ import annotations

import pytest

from fastapi_async_lint.catalog import reality
from fastapi_async_lint.catalog.compile import Tables, add_files
from fastapi_async_lint.catalog.load import parse_file
from fastapi_async_lint.catalog.match import Catalog

TEXT = """
[library]
name = "sdk"
modules = ["sdk"]

[[effect]]
kind = "blocking"
on = "sdk.Base"
methods = ["*"]
category = "sdk"

[[effect]]
kind = "silent"
on = "sdk.Base"
methods = ["close"]

[[class]]
name = "sdk.Base"
attributes = { "meta" = "sdk.Meta" }

[[class]]
name = "sdk.Client"
bases = ["sdk.Base"]
returns = { "paginator" = "sdk.Paginator" }

[[class]]
name = "sdk.Meta"

[[effect]]
kind = "async"
on = "sdk.Base"
methods = ["*_async"]

[[effect]]
kind = "async"
on = "sdk.Twin"
methods = ["*"]

[[class]]
name = "sdk.Twin"
bases = ["sdk.Base"]
"""


@pytest.fixture
def catalog() -> Catalog:
    tables = Tables()
    add_files(tables, [parse_file(TEXT, None)])
    return Catalog(tables)


def kinds(catalog: Catalog, name: str) -> list[str]:
    return [effect.kind for effect in catalog.effects(name)]


@pytest.mark.parametrize("name", ["sdk.Base.put", "sdk.Client.put", "sdk.Client.list_things"])
def test_it_stands_for_methods_of_the_class_and_of_its_subclasses(catalog: Catalog, name: str) -> None:
    assert kinds(catalog, name) == ["blocking"]


def test_an_ending_goes_before_all_others(catalog: Catalog) -> None:
    assert kinds(catalog, "sdk.Client.list_things_async") == ["async"]
    assert kinds(catalog, "sdk.Client.list_async_things") == ["blocking"]


def test_the_nearest_class_decides(catalog: Catalog) -> None:
    assert kinds(catalog, "sdk.Twin.put") == ["async"]


def test_a_named_method_of_a_base_goes_first(catalog: Catalog) -> None:
    assert kinds(catalog, "sdk.Client.close") == ["silent"]


@pytest.mark.parametrize(
    "name", ["sdk.Client.meta", "sdk.Client.paginator", "sdk.Client._private", "sdk.Client.__enter__", "sdk.Client"]
)
def test_named_attributes_and_private_names_and_the_class_itself_are_left_out(catalog: Catalog, name: str) -> None:
    assert kinds(catalog, name) == []


@pytest.mark.parametrize("name", ["sdk.Meta.put", "sdk.Other.put", "sdk.put", "sdk.Client.meta.put"])
def test_other_classes_are_left_out(catalog: Catalog, name: str) -> None:
    assert kinds(catalog, name) == []


def test_what_an_asynchronous_one_gives_is_to_be_awaited(catalog: Catalog) -> None:
    assert str(catalog.returns("sdk.Twin.put")).startswith("Named(name='awaitable'")


def test_only_its_class_must_exist() -> None:
    text = '[library]\nname = "python"\nmodules = ["queue"]\n[[effect]]\nkind = "async"\non = "queue.{}"\nmethods = ["*"]\n'
    assert reality.differences(parse_file(text.format("Queue"), None), "3.11") == []
    assert reality.differences(parse_file(text.format("Quue"), None), "3.11") == [
        "queue.Quue: queue has no 'Quue'; did you mean 'Queue'?"
    ]
