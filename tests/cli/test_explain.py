"""``explain``: the manual pages."""

from __future__ import annotations

import json

import pytest

from fastapi_async_lint.rules import load_rules

CODES = [rule.meta.code for rule in load_rules()]


def test_page_of_a_code(project, run):
    outcome = run("explain", "FAL102")
    assert outcome.status == 0
    assert outcome.out.startswith("FAL102: blocking-http-call\nblocking-io, on by default\n")
    assert "\nWhy is this bad?\n" in outcome.out
    assert "```" not in outcome.out and "## " not in outcome.out


@pytest.mark.parametrize("word", ["fal102", "blocking-http-call"])
def test_rule_may_be_named_in_other_ways(project, run, word):
    assert run("explain", word).out == run("explain", "FAL102").out


def test_without_code_the_rules_are_listed(project, run):
    lines = run("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == CODES
    assert next(line for line in lines if "FAL110" in line).split()[2] == "off"


def test_prefix_stands_for_its_rules(project, run):
    items = json.loads(run("explain", "FAL10", "--output-format", "json").out)
    assert [item["code"] for item in items] == [code for code in CODES if code.startswith("FAL10")]


def test_all_as_json_and_markdown(project, run):
    items = json.loads(run("explain", "--all", "--output-format", "json").out)
    assert [item["code"] for item in items] == CODES
    markdown = run("explain", "--all", "--output-format", "markdown").out
    assert markdown.count("\n## What it does\n") == len(CODES)


def test_one_rule_as_json_is_an_object(project, run):
    item = json.loads(run("explain", "FAL110", "--output-format", "json").out)
    assert (item["code"], item["on_by_default"]) == ("FAL110", False)
    assert item["sections"]["What it does"] in item["explanation"]


def test_unknown_rule_is_refused_with_a_suggestion(project, run):
    outcome = run("explain", "bloking-sleep")
    assert outcome.status == 2
    assert "did you mean 'blocking-sleep'?" in outcome.err
