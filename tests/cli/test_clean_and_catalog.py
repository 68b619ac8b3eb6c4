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


def show(run, *words):
    return json.loads(run("catalog", "show", *words, "--output-format", "json").out)


def test_catalog_shows_what_a_name_does_and_what_to_use_instead(project, run):
    (item,) = show(run, "requests.api.get")
    assert (item["asked"], item["name"], item["kind"]) == ("requests.api.get", "requests.get", "function")
    (claim,) = item["claims"]
    assert (claim["kind"], claim["category"], claim["severity"]) == ("blocking", "http", "critical")
    assert claim["replacement"] == "httpx.AsyncClient.get"
    assert claim["file"] == "requests.toml"
    assert item["returns"] == "requests.Response"
    assert item["library"]["name"] == "requests"
    assert item["evidence"][0].endswith("/docs/evidence/requests.md")


def test_catalog_shows_in_text_what_it_shows_as_json(project, run):
    lines = [" ".join(line.split()) for line in run("catalog", "show", "queue.Queue.put").out.splitlines()]
    assert lines[:2] == ["queue.Queue.put (method)", "blocking, wait, critical"]
    assert "it blocks its thread: waits for another thread, process or lock" in lines
    assert "instead asyncio.Queue.put" in lines
    assert any(line.startswith("not if `block` is False or 0, or `timeout` is 0, or `maxsize`") for line in lines)
    assert any(line.startswith("stated in stdlib_threading.toml:") for line in lines)


def test_catalog_shows_several_names(project, run):
    assert [item["name"] for item in show(run, "time.sleep", "asyncio.sleep")] == ["time.sleep", "asyncio.sleep"]


def test_catalog_shows_the_names_of_a_library(project, run):
    lines = run("catalog", "show", "requests").out.splitlines()
    assert lines[0].split()[:3] == ["library", "requests", ">=2.25;"]
    assert "blocking  requests.get" in lines


def test_catalog_shows_names_that_fit_a_pattern(project, run):
    (item,) = show(run, "time.sl*")
    assert item["names"] == [{"kind": "blocking", "name": "time.sleep"}]


def test_catalog_lists_names_that_contain_a_word(project, run):
    assert "blocking  sqlite3.Cursor.fetchone" in run("catalog", "list", "FETCHONE").out.splitlines()


def test_a_name_of_which_nothing_is_stated_counts_as_harmless_and_that_is_said(project, run):
    outcome = run("catalog", "show", "requests.Session.gett")
    assert outcome.status == 0
    text = " ".join(outcome.out.split())
    assert "no entry speaks of this name: calls of it count as harmless" in text
    assert "did you mean requests.Session.get," in text


def test_catalog_includes_the_project_s_own(project, run):
    (project / "own.toml").write_text(
        '[library]\nname = "acme"\nmodules = ["acme"]\ncheck = "documented"\n\n'
        '[[effect]]\nkind = "blocking"\ncategory = "custom"\nnames = ["acme.fetch"]\n'
    )
    assert "nothing is known about 'acme.fetch'" in run("catalog", "show", "acme.fetch").err
    out = run("catalog", "show", "acme.fetch", "--catalog", "own.toml").out
    assert "blocking, custom, critical" in out
    assert f"{project / 'own.toml'}:6" in out
    assert "evidence" not in out


def test_an_unknown_library_is_refused_with_what_may_have_been_meant(project, run):
    outcome = run("catalog", "show", "reqests")
    assert (outcome.status, outcome.out) == (2, "")
    assert "did you mean requests" in outcome.err


@pytest.mark.parametrize(
    "words", [["show"], ["list", "no-such-name"], ["show", "nothing.like.this"], ["show", "zzz.*"]]
)
def test_catalog_refuses_what_makes_no_sense(project, run, words):
    outcome = run("catalog", *words)
    assert (outcome.status, outcome.out) == (2, "")
