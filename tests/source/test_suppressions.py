"""Requests for silence, refereed by flake8's own reading."""

from __future__ import annotations

import argparse
import textwrap

import pytest
from flake8 import defaults
from flake8.violation import Violation
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_async_lint.diagnostics import Position
from fastapi_async_lint.source.suppressions import NOTHING, Suppressions, read_suppressions, suppressions_of


def flake8_silences(code: str, line: str) -> bool:
    return Violation(code, "x.py", 1, 1, "", line).is_inline_ignored(False)


def silences(code: str, line: str) -> bool:
    return suppressions_of(line).suppresses(code, 1, 1)


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# NoQA",
        "# noqa: FAL101",
        "# noqa:FAL101",
        "# noqa: FAL1",
        "# noqa: FAL",
        "# noqa: F",
        "# noqa: FAL102",
        "# noqa: fal101",
        "# noqa: E501,FAL101",
        "# noqa: E501 FAL101",
        "# noqa: E501, FAL102",
        "# noqa : FAL101",
        "# noqa:  FAL101",
        "# noqa:\tFAL101",
        "# noqa: E501 because of FAL101",
        "# noqa: FAL101 - the loop is not running yet",
        "# noqa: FAL101FAL102",
        "# noqa:E501:FAL101",
        "# noqa E501",
        "# noqa; FAL102",
        "# noqa: ",
        "# noqa:",
        "# noqa,",
        "#noqa",
        "#  noqa",
        "# no qa",
        "# nosec # noqa: FAL101",
        "# noqa: E501 # noqa: FAL101",
        "# noqa: E501 # noqa",
        "# noqabcd",
        "# see noqa",
        "# type: ignore # noqa",
        "# flake8: noqa",
        "# noqa: FAL101,,E501",
        "# noqa: ,FAL101",
    ],
)
@pytest.mark.parametrize("code", ["FAL101", "FAL999"])
def test_comment_silences_what_flake8_lets_it_silence(comment: str, code: str) -> None:
    line = f"time.sleep(1)  {comment}\n"
    assert silences(code, line) == flake8_silences(code, line)


_WORDS = [
    "noqa",
    "NOQA",
    "# ",
    "#",
    ":",
    " ",
    ",",
    "\t",
    "FAL101",
    "FAL1",
    "FAL",
    "F",
    "fal101",
    "E501",
    "W6",
    "1",
    "x",
    "flake8",
    "=",
    "ſ",
    "K1",
]


@settings(max_examples=600)
@given(st.lists(st.sampled_from(_WORDS), max_size=10).map("".join), st.sampled_from(["FAL101", "FAL202"]))
def test_any_comment_means_what_it_means_to_flake8(words: str, code: str) -> None:
    line = f"f()  #{words}\n"
    assert silences(code, line) == flake8_silences(code, line)


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=30))
def test_any_text_behind_noqa_means_what_it_means_to_flake8(text: str) -> None:
    line = f"f()  # noqa{text}\n"
    assert silences("FAL101", line) == flake8_silences("FAL101", line)


@pytest.mark.parametrize(
    "line",
    [
        "# flake8: noqa",
        "  # flake8: noqa",
        "# flake8=noqa",
        "# FLAKE8:NoQA",
        "# flake8: noqa: FAL101",
        "# flake8: noqa: E501",
        "x = 1  # flake8: noqa",
        "# flake8 : noqa",
        "#flake8: noqa",
        "# pylint: x # flake8: noqa",
        "\f# flake8: noqa",
    ],
)
def test_comment_silences_the_file_where_flake8_lets_it(line: str) -> None:
    found = suppressions_of(f"import a\n{line}\nb()\n")
    assert bool(found.files) == bool(defaults.NOQA_FILE.match(line))
    assert found.suppresses("FAL101", 3, 3) == bool(found.files)


def test_any_row_of_the_statement_counts_and_no_other() -> None:
    found = suppressions_of("f(\n    1,  # noqa: FAL101\n)\ng()\n")
    assert found.suppresses("FAL101", 1, 3)
    assert found.suppresses("FAL101", 2, 2)
    assert not found.suppresses("FAL101", 1, 1)
    assert not found.suppresses("FAL101", 4, 4)
    assert not found.suppresses("FAL102", 1, 3)


@pytest.mark.parametrize(
    "text",
    [
        'f(); g("""\n""")  # noqa\n',
        "f(); g(\\\n)  # noqa\n",
        "f(); \\\n\\\ng()  # noqa\n",
        "f(); g('\\\n')  # noqa\n",
        'f("""\n"""); g("""\n""")  # noqa\n',
        'x = f(); y = f"""{\n1}\n"""; z = """\n"""  # noqa\n',
    ],
)
def test_continued_line_is_one_line_as_for_flake8(text: str) -> None:
    assert suppressions_of(text).suppresses("FAL101", 1, 1)
    assert suppressions_of(text.replace("\n", "\r\n")).suppresses("FAL101", 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "f()\ng()  # noqa\n",
        "f(\n)  # noqa\n",
        'f(); """a"""\n"""b\n"""  # noqa\n',
        "f()  # a \\\ng()  # noqa\n",
    ],
)
def test_line_that_is_not_continued_stays_alone(text: str) -> None:
    assert not suppressions_of(text).suppresses("FAL101", 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "x = '# noqa'\n",
        'def f():\n    """Say # noqa: FAL101 to be left alone.\n\n    # flake8: noqa\n    """\n',
        "x = f'{a}# noqa'\n",
        "noqa = 1\n",
    ],
)
def test_text_in_a_string_is_no_comment(text: str) -> None:
    found = suppressions_of(text)
    assert found == NOTHING


def test_comment_behind_a_string_that_looks_like_one_counts() -> None:
    found = suppressions_of("x = '# noqa: E501'  # noqa: FAL101\n")
    assert found.suppresses("FAL101", 1, 1)
    assert not found.suppresses("E501", 1, 1)


def test_places_of_comment_and_codes_are_told() -> None:
    (one,) = suppressions_of("é = 1\n  f()  # noqa: E501, FAL1  why\n").lines
    assert (one.start, one.end) == (Position(2, 8), Position(2, 26))
    assert one.codes is not None
    assert [(code.code, code.start, code.end) for code in one.codes] == [
        ("E501", Position(2, 16), Position(2, 20)),
        ("FAL1", Position(2, 22), Position(2, 26)),
    ]


def test_blanket_comment_has_no_codes() -> None:
    (one,) = suppressions_of("f()  # noqa\n").lines
    assert one.codes is None
    assert (one.start, one.end) == (Position(1, 6), Position(1, 12))


def test_matching_tells_which_comment_and_code() -> None:
    found = suppressions_of("f(  # noqa: FAL1,E501\n)  # noqa: FAL101\n")
    matches = found.matching("FAL101", 1, 2)
    assert [code.code for _, code in matches if code] == ["FAL1", "FAL101"]
    assert [comment.start.row for comment, _ in matches] == [1, 2]


def test_file_without_the_word_is_not_even_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(source: bytes) -> str:
        raise AssertionError("decoded")

    monkeypatch.setattr("fastapi_async_lint.source.suppressions.decode", never)
    assert read_suppressions(b"x = 1  # no request\n" * 100) == NOTHING
    with pytest.raises(AssertionError, match="decoded"):
        read_suppressions(b"x = 1  # NoQA\n")


def test_bytes_are_read_in_their_encoding() -> None:
    assert read_suppressions("# coding: latin-1\nx = 'é'  # noqa: FAL101\n".encode("latin-1")).lines[
        0
    ].start == Position(2, 10)
    assert read_suppressions(b"\xef\xbb\xbff()  # noqa\n").lines[0].start == Position(1, 6)


def test_undecodable_bytes_ask_for_nothing() -> None:
    assert read_suppressions(b"x = '\xff'  # noqa\n") == NOTHING


def test_nothing_silences_nothing() -> None:
    assert not Suppressions().suppresses("FAL101", 1, 10**6)


def test_agrees_with_flake8_on_every_row_of_a_file() -> None:
    from flake8.processor import FileProcessor

    text = textwrap.dedent('''\
        import time
        time.sleep(1)  # noqa: FAL101
        time.sleep(
            1  # noqa
        )
        x = """
        text
        """; time.sleep(1)  # noqa: FAL1, E501
        y = time.sleep(1) + \\
            time.sleep(2)  # noqa: FAL102
        if x:  # noqa : E501
            time.sleep(3)  # noqa: E501

            # noqa
            time.sleep(4)
    ''')
    options = argparse.Namespace(
        hang_closing=False, indent_size=4, max_line_length=79, max_doc_length=None, stdin_display_name="x.py", verbose=0
    )
    processor = FileProcessor("x.py", options, lines=text.splitlines(keepends=True))
    found = suppressions_of(text)
    for row in range(1, text.count("\n") + 1):
        line = processor.noqa_line_for(row)
        expected = line is not None and flake8_silences("FAL101", line)
        assert found.suppresses("FAL101", row, row) == expected, row
