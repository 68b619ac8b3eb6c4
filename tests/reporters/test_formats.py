"""Promises to the programs that read each format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fastapi_async_lint.diagnostics import Applicability, Edit, Fix, Position
from fastapi_async_lint.errors import ConfigError
from fastapi_async_lint.reporters import format_names, load_format

ESCAPE = "\x1b"


def test_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match="no output format 'xml' for routes; there are: html, json, markdown, text"):
        load_format("routes", "xml")


def test_machinery_is_no_format():
    assert not [name for name in format_names("findings") if name.startswith(("-", "_"))]
    assert "routes" not in format_names("findings")


@pytest.mark.parametrize("name", format_names("findings"))
def test_no_format_passes_control_characters_on(show, sample, name):
    assert ESCAPE not in show(sample.REPORT, name)


def test_concise_line_is_what_editors_parse(show, sample):
    lines = show(sample.REPORT, "concise", quiet=True).splitlines()
    assert len(lines) == len(sample.REPORT.diagnostics)
    assert all(re.fullmatch(r"[^:]+:\d+:\d+: FAL\d{3} \S.*", line) for line in lines)


def test_quiet_leaves_nothing_but_findings(show, sample):
    assert show(sample.CLEAN, "text", quiet=True) == ""
    assert " findings " not in show(sample.REPORT, "github", quiet=True)
    assert " findings " in show(sample.REPORT, "github")


def test_unresolved_calls_are_counted_and_listed_on_request(show, sample):
    assert "2 calls on the event loop could not be followed" in show(sample.REPORT, "concise")
    listed = show(sample.REPORT, "concise", show_unresolved=True)
    assert "app/main.py:15:5: unresolved plugin.run(): the type of plugin is not known" in listed
    assert "could not be followed" not in listed


def test_paths_in_text_are_relative_to_the_working_directory(show, sample):
    assert show(sample.REPORT, "concise", cwd=Path("/project/app")).startswith("main.py:12:5: ")
    assert show(sample.REPORT, "concise", cwd=Path("/elsewhere")).startswith("../project/app/main.py:12:5: ")


def test_fixes_that_are_asked_for_are_shown_in_a_pipe_too(show, sample):
    assert "unsafe fix: " not in show(sample.REPORT, "text")
    assert "    unsafe fix: run it in the thread pool" in show(sample.REPORT, "text", show_fixes=True)


def test_root_cause_of_three_findings_makes_a_group(show, sample):
    text = show(sample.REPORT, "full")
    assert text.count("app/http.py:41:5: requests.get is reached from 3 places") == 1


def test_root_cause_of_two_findings_makes_none(show, sample):
    two = replace(sample.REPORT, diagnostics=sample.REPORT.diagnostics[:3])
    text = show(two, "full")
    assert "is reached from" not in text
    assert text.count("app.http.fetch") == 2


def test_direct_calls_of_one_name_make_no_group(show, sample):
    same = replace(sample.REPORT, diagnostics=(sample.SLEEP,) * 4)
    assert "is reached from" not in show(same, "full")


def test_json_has_the_documented_keys(show, sample):
    items = json.loads(show(sample.REPORT, "json"))
    assert list(items[0]) == [
        "code", "name", "message", "url", "filename", "location", "end_location", "noqa_row", "fix", "severity",
        "confidence", "kind", "category", "blocker", "chain", "entry_points",
    ]  # fmt: skip
    assert items[0]["filename"] == "/project/app/main.py"
    assert items[0]["location"] == {"row": 12, "column": 5}
    assert items[0]["fix"]["applicability"] == "safe"
    assert list(items[0]["fix"]["edits"][0]) == ["location", "end_location", "content"]
    assert list(items[1]["blocker"]) == ["name", "filename", "location"]
    assert list(items[1]["chain"][0]) == ["function", "filename", "location", "text"]
    assert list(items[1]["entry_points"][0]) == ["kind", "name", "method", "path", "filename", "location"]
    assert items[-1]["fix"] is None and items[-1]["blocker"] is None and items[-1]["entry_points"] == []


def test_json_names_the_file_of_an_edit_elsewhere(show, sample):
    edit = Edit(Position(1, 1), Position(1, 1), "x")
    fix = Fix(Applicability.UNSAFE, "…", ((Path("/project/app/other.py"), (edit,)),))
    one = replace(sample.REPORT, diagnostics=(replace(sample.SLEEP, fixes=(fix,)),))
    assert json.loads(show(one, "json"))[0]["fix"]["edits"][0]["filename"] == "/project/app/other.py"


def test_json_of_nothing_is_an_empty_array(show, sample):
    assert json.loads(show(sample.CLEAN, "json")) == []


def test_json_lines_are_the_objects_of_json(show, sample):
    lines = show(sample.REPORT, "json-lines").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(show(sample.REPORT, "json"))


def test_github_shows_the_worst_and_surest_first(show, sample):
    lines = show(sample.REPORT, "github", quiet=True).splitlines()
    levels = [line.split()[0] for line in lines]
    assert levels == ["::error"] * 5 + ["::warning"]
    assert "app/users.py" not in lines[0] + lines[1]


def test_gitlab_fingerprints_differ_and_survive_moved_lines(show, sample):
    twice = replace(sample.REPORT, diagnostics=(sample.SLEEP, *sample.REPORT.diagnostics))
    prints = [issue["fingerprint"] for issue in json.loads(show(twice, "gitlab"))]
    assert len(set(prints)) == len(prints)
    place = sample.place("app/main.py", 99)
    moved = replace(sample.REPORT, diagnostics=(replace(sample.SLEEP, place=place),))
    assert json.loads(show(moved, "gitlab"))[0]["fingerprint"] == prints[0]


def test_sarif_code_flow_leads_from_the_loop_site_to_the_blocker(show, sample):
    (run,) = json.loads(show(sample.REPORT, "sarif"))["runs"]
    result = run["results"][1]
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    uris = [step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in steps]
    assert uris == ["app/users.py", "app/services.py", "app/http.py"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["results"][4]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "app/zoo%2C%20100%25.py"


def test_sarif_path_outside_the_working_directory_is_absolute(show, sample):
    (run,) = json.loads(show(sample.REPORT, "sarif", cwd=Path("/elsewhere")))["runs"]
    artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///project/app/main.py"}


@pytest.mark.parametrize(("state", "failures"), [("REPORT", 6), ("CLEAN", 0)])
def test_junit_is_xml_whose_counts_agree(show, sample, state, failures):
    document = ElementTree.fromstring(show(getattr(sample, state), "junit"))
    assert document.get("failures") == str(failures) == str(len(document.findall(".//failure")))
    assert len(document.findall(".//testcase")) == int(document.get("tests", ""))


@pytest.mark.parametrize(("kind", "state"), [("findings", "REPORT"), ("routes", "REPORT")])
def test_markdown_rows_have_as_many_cells_as_the_head(show, sample, kind, state):
    rows = [line for line in show(getattr(sample, state), "markdown", kind).splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


def test_statistics_count_rules_and_fixes(show, sample):
    counts = {item["code"]: item for item in json.loads(show(sample.REPORT, "json", "statistics"))}
    assert counts["FAL102"] == {
        "code": "FAL102", "name": "blocking-http-call", "count": 3, "safe_fixes": 0, "unsafe_fixes": 0,
    }  # fmt: skip
    assert (counts["FAL101"]["safe_fixes"], counts["FAL105"]["unsafe_fixes"]) == (1, 1)


def test_routes_json_has_the_documented_keys(show, sample):
    items = {item["path"]: item for item in json.loads(show(sample.REPORT, "json", "routes"))}
    assert {"methods", "path", "function", "filename", "location", "is_async", "runs_on", "calls", "verdict",
            "findings"} <= set(items["/report"])  # fmt: skip
    assert items["/report"]["calls"] == {"blocking_io": 1, "async_io": 0, "offloaded": 0, "cpu": 0}
    assert items["/report"]["findings"] == ["FAL101"]
    assert items["/feed/{a|b}"]["methods"] == ["WEBSOCKET"]
    assert items["/feed/{a|b}"]["findings"] == ["FAL105"]
    assert items["/health"]["findings"] == []


def test_routes_html_needs_nothing_from_elsewhere(show, sample):
    page = show(sample.REPORT, "html", "routes")

    class Links(HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag not in ("script", "link", "img")
            assert not {name for name, _ in attrs} & {"src", "href"}

    Links().feed(page)
    assert page.count("<tr") == 1 + len(sample.REPORT.endpoints)
