"""Which rules are on: the longest prefix wins."""

from __future__ import annotations

import pytest

from fastapi_async_lint.rules import Rule, Selection

ON = Rule("FAL105", "blocking-file-io", True, "blocking-io", "…")
OFF = Rule("FAL110", "blocking-path-check", False, "blocking-io", "…")


@pytest.mark.parametrize(
    ("selection", "on", "off"),
    [
        (Selection(), True, False),
        (Selection(select=("FAL1",)), True, True),
        (Selection(select=("ALL",)), True, True),
        (Selection(select=("FAL2",)), False, False),
        (Selection(select=("FAL110",)), False, True),
        (Selection(extend_select=("FAL110",)), True, True),
        (Selection(extend_select=("FAL2",)), True, False),
        (Selection(ignore=("FAL105",)), False, False),
        (Selection(ignore=("FAL1",)), False, False),
        (Selection(ignore=("FAL2",)), True, False),
        (Selection(select=("FAL1",), ignore=("FAL105",)), False, True),
        (Selection(select=("FAL105",), ignore=("FAL1",)), True, False),
        (Selection(select=("FAL1",), ignore=("FAL1",)), False, False),
        (Selection(select=("FAL1",), ignore=("ALL",)), True, True),
        (Selection(select=("ALL",), ignore=("FAL1",)), False, False),
        (Selection(extend_select=("FAL110",), ignore=("FAL1",)), False, True),
        (Selection(select=("FAL2",), extend_select=("FAL105",)), True, False),
    ],
)
def test_longest_prefix_wins_and_ignore_wins_a_draw(selection, on, off):
    assert selection.is_on(ON) is on
    assert selection.is_on(OFF) is off
