"""``clean`` removes our cache and nothing else; ``catalog`` shows what is known."""

from __future__ import annotations

import json

import pytest

from fastapi_async_lint.facts.cache import FOLDER, Cache


def test_clean_removes_the_cache_of_the_project(project, run):
    Cache(project / FOLDER).close()
    assert (project / FOLDER).exists()
    outcome = run("clean")
    assert (outcome.status, outcome.out) == (0, f"removed {project / FOLDER}\n")
    assert not (project / FOLDER).exists()


def test_clean_without_cache_is_no_failure(project, run):
    outcome = run("clean")
    assert (outcome.status, outcome.out) == (0, f"no cache in {project / FOLDER}\n")


@pytest.mark.parametrize("tag", [None, "Signature: 8a477f597d28d172789f06886806bc55\n# another tool's\n"])
def test_clean_leaves_a_folder_that_is_not_ours(project, run, tag):
    (project / "precious").mkdir()
    if tag:
        (project / "precious" / "CACHEDIR.TAG").write_text(tag)
    outcome = run("clean", "--cache-dir", "precious")
    assert outcome.status == 2
    assert (project / "precious").exists()


def test_catalog_lists_libraries(project, run):
    items = json.loads(run("catalog", "list", "--output-format", "json").out)
    (requests,) = [item for item in items if item["library"] == "requests"]
    assert requests["blocking"] > 5


def test_catalog_shows_what_a_name_does_and_what_to_use_instead(project, run):
    (item,) = json.loads(run("catalog", "show", "requests.api.get", "--output-format", "json").out)
    assert item["name"] == "requests.get"
    (effect,) = item["effects"]
    assert (effect["kind"], effect["category"]) == ("blocking", "http")
    assert effect["replacement"] == "httpx.AsyncClient.get"


def test_catalog_shows_the_names_of_a_library(project, run):
    lines = run("catalog", "show", "requests").out.splitlines()
    assert "blocking  requests.get" in lines


def test_catalog_includes_the_project_s_own(project, run):
    (project / "own.toml").write_text(
        '[library]\nname = "acme"\nmodules = ["acme"]\ncheck = "documented"\n'
        '[[effect]]\nkind = "blocking"\ncategory = "custom"\nnames = ["acme.fetch"]\n'
    )
    assert "nothing is known about 'acme.fetch'" in run("catalog", "show", "acme.fetch").err
    assert "category: custom" in run("catalog", "show", "acme.fetch", "--catalog", "own.toml").out


@pytest.mark.parametrize("words", [["show"], ["list", "requests"], ["show", "nothing.like.this"]])
def test_catalog_refuses_what_makes_no_sense(project, run, words):
    outcome = run("catalog", *words)
    assert (outcome.status, outcome.out) == (2, "")
