"""Every rule file is complete: its code, its name, its manual page."""

from __future__ import annotations

import re

import pytest

from fastapi_async_lint.rules import HEADINGS, OPTIONAL_HEADINGS, load_rules

RULES = load_rules()
KINDS = {"blocking-io", "cpu", "async-misuse", "thread-pool", "tool"}
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.meta.name)


def test_rules_are_found_in_the_order_of_their_codes():
    codes = [rule.meta.code for rule in RULES]
    assert "FAL101" in codes
    assert codes == sorted(codes)


@pytest.mark.parametrize("field", ["code", "name", "summary"])
def test_no_two_rules_share_an_identity(field):
    values = [getattr(rule.meta, field) for rule in RULES]
    assert sorted(set(values)) == sorted(values)


@every_rule
def test_rule_says_who_it_is(rule):
    assert re.fullmatch(r"FAL\d{3}", rule.meta.code)
    assert rule.module.rpartition(".")[2].replace("_", "-") == rule.meta.name
    assert rule.meta.kind in KINDS
    assert rule.meta.summary and not rule.meta.summary.endswith(".") and "\n" not in rule.meta.summary


@every_rule
def test_manual_page_has_all_headings_in_order(rule):
    headings = list(rule.sections)
    wanted = [heading for heading in HEADINGS if heading in headings or heading not in OPTIONAL_HEADINGS]
    assert headings == wanted
    assert all(rule.sections.values())
    assert rule.page.partition("\n\n")[0].endswith(".")


@every_rule
def test_manual_page_shows_a_reported_line_and_none_in_the_cure(rule):
    assert "# error" in rule.sections["Example"]
    assert "# error" not in rule.sections["Use instead"]
