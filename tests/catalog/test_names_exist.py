"""Every name of the built-in catalog exists in the real library, spelled as it is there."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path

import pytest

from fastapi_async_lint.catalog import reality
from fastapi_async_lint.catalog.load import builtin_files, parse_file, read_file
from fastapi_async_lint.catalog.schema import Library

INSTALL = ".ci/catalog makes environments with the libraries"


def installed_version(library: Library) -> str:
    """Version of the library here; skips the test where it is not installed."""
    if library.name == "python":
        return platform.python_version()
    try:
        return importlib.metadata.version(library.name)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{library.name} is not installed: {INSTALL}")


@pytest.mark.parametrize("path", builtin_files(), ids=lambda path: path.stem)
def test_every_name_exists_in_the_library(path: Path) -> None:
    file = read_file(path)
    if file.library.check != "installed":
        pytest.skip(f"not checked against an installed library, but {file.library.check}")
    version = installed_version(file.library)
    if not reality.speaks_of(file.library.versions, version):
        pytest.skip(f"speaks of {file.library.name} {file.library.versions}; here is {version}")
    try:
        differences = reality.differences(file, version)
    except reality.NotInstalled as error:
        pytest.skip(f"cannot import {error}: {INSTALL}")
    assert not differences, f"{path.name}, {file.library.name} {version}:\n" + "\n".join(differences[:20])


def found_in(text: str) -> list[str]:
    return reality.differences(parse_file('[library]\nname = "python"\nmodules = ["queue"]\n' + text, None), "3.11")


def test_a_misspelled_method_is_named_with_the_likely_spelling() -> None:
    text = '[[effect]]\nkind = "blocking"\ncategory = "wait"\non = "queue.Queue"\nmethods = ["gett"]\n'
    assert found_in(text) == ["queue.Queue.gett: queue.Queue has no 'gett'; did you mean 'get'?"]


def test_a_module_that_is_not_there_is_named() -> None:
    assert found_in('[returns]\n"quiu.Queue" = "none"\n') == ["quiu.Queue: there is no module 'quiu'"]


def test_an_alias_of_another_object_is_refused() -> None:
    assert found_in('[aliases]\n"queue.LifoQueue" = "queue.Queue"\n') == [
        "alias queue.LifoQueue is not the same object as queue.Queue"
    ]


def test_an_argument_at_the_wrong_position_is_refused() -> None:
    text = (
        '[[effect]]\nkind = "blocking"\ncategory = "wait"\non = "queue.Queue"\nmethods = ["get"]\n'
        'unless = [{argument = "timeout", position = 0, equals = [0]}]\n'
    )
    assert found_in(text) == ["queue.Queue.get: parameter 'timeout' is at position 1, not 0"]


def test_an_unknown_parameter_is_refused() -> None:
    text = (
        '[[callback]]\nnames = ["threading.Thread"]\nkind = "offload"\nsync = "thread"\nasynchronous = "never"\n'
        'argument = {keyword = "tarket"}\n'
    )
    assert found_in(text) == ["threading.Thread has no parameter 'tarket'; did you mean 'target'?"]


def test_a_module_that_an_attribute_of_its_package_hides_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "hiding"
    package.mkdir()
    (package / "__init__.py").write_text("from hiding.part import part\n")
    (package / "part.py").write_text("def part(): ...\nclass Part: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert found_in('[returns]\n"hiding.part" = "none"\n"hiding.part.Part" = "none"\n') == []
    assert found_in('[returns]\n"hiding.part.Prat" = "none"\n') == ["hiding.part.Prat: hiding.part has no 'Prat'"]


def test_a_base_that_is_none_is_refused() -> None:
    assert found_in('[[class]]\nname = "queue.Queue"\nbases = ["threading.Thread"]\n') == [
        "queue.Queue is no subclass of threading.Thread"
    ]


def test_attributes_set_by_the_constructor_count_as_existing() -> None:
    assert found_in('[[class]]\nname = "queue.Queue"\nattributes = { mutex = "threading.Lock" }\n') == []


def test_right_names_are_silent() -> None:
    text = (
        '[aliases]\n"multiprocessing.queues.Queue" = "multiprocessing.queues.Queue"\n'
        '[[effect]]\nkind = "blocking"\ncategory = "wait"\non = ["queue.Queue", "threading.Lock"]\nmethods = ["__init__"]\n'
        'names = ["open", "time.sleep"]\n'
    )
    assert found_in(text.partition("\n[[")[1] + text.partition("\n[[")[2]) == []


def test_entries_about_other_versions_are_left_out() -> None:
    text = '[[effect]]\nkind = "blocking"\ncategory = "wait"\non = "queue.Queue"\nmethods = ["gett"]\nversions = "<3"\n'
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("versions", "version", "expected"),
    [
        ("", "1", True),
        (">=1.4,<3", "1.10.2", True),
        (">=1.4,<3", "3.0.0", False),
        ("<3", "2.9rc1", True),
        ("<=3", "3.0", True),
        ("!=2.1", "2.1.0", False),
    ],
)
def test_version_ranges_compare_numbers_not_text(versions: str, version: str, expected: bool) -> None:
    assert reality.speaks_of(versions, version) is expected


def test_an_unreadable_version_range_says_how_to_write_it() -> None:
    with pytest.raises(ValueError, match="write it like"):
        reality.speaks_of("~=3", "1")
