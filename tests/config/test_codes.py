"""Codes as users write them."""

from __future__ import annotations

import pytest

from fastapi_async_lint.config.codes import covers, split_list, suggestion, unknown_code


@pytest.mark.parametrize("text", ["FAL1,FAL2", "FAL1, FAL2", " FAL1 FAL2 ", "FAL1,\n  FAL2,\n"])
def test_lists_are_split_at_commas_and_spaces(text: str) -> None:
    assert split_list(text) == ("FAL1", "FAL2")


def test_blank_list_is_empty() -> None:
    assert split_list(" ,\n") == ()


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("FAL101", True),
        ("FAL1", True),
        ("F", True),
        ("ALL", True),
        ("FAL2", False),
        ("fal", False),
        ("", False),
        ("FAL1011", False),
    ],
)
def test_prefix_stands_for_the_codes_that_begin_with_it(prefix: str, expected: bool) -> None:
    assert covers(prefix, "FAL101") is expected


def test_first_unknown_code_is_told_with_the_nearest() -> None:
    found = unknown_code(["FAL1", "FAL991", "X"], ["FAL101", "FAL999"])
    assert found == ("FAL991", "no rule has the code 'FAL991'; did you mean 'FAL999'?")
    assert unknown_code(["ALL", "FAL9"], ["FAL999"]) is None


def test_far_words_are_not_suggested() -> None:
    assert suggestion("zebra", ["select", "ignore"]) == ""
