"""Telling comments from strings, refereed by Python's own tokenizer."""

from __future__ import annotations

import ast
import io
import sys
import sysconfig
import tokenize
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_async_lint.source.comments import Comment, scan


def comments(text: str) -> list[str]:
    return [text[one.start : one.end] for one in scan(text) if isinstance(one, Comment)]


def tokenized(text: str) -> list[str]:
    lines = io.StringIO(text, newline=None).readline
    return [token.string for token in tokenize.generate_tokens(lines) if token.type == tokenize.COMMENT]


def is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # a\n# b\n",
        "x = '# no'  # yes\n",
        'x = "\\"# no"  # yes\n',
        "x = '''# no\n# no\n'''  # yes\n",
        "x = r'\\'  # no'  # yes\n",
        "x = '\\\n# no'  # yes\n",
        "x = '\\\r\n# no'  # yes\r\n",
        "x = 1 if'#'else'#'  # yes\n",
        "x = 1 if'{'else 2  # yes\n",
        "x = f'{a}# no'  # yes\n",
        "x = f'{{# no'  # yes\n",
        "x = f'{a:#x}'  # yes\n",
        "x = f'{a:\"^{b}}'  # yes\n",
        "x = f'{a!r:>{b}}'  # yes\n",
        "x = f'{d[\"#\"]}'  # yes\n",
        "x = f'{d[1:2]}{(lambda: 1)()}'  # yes\n",
        "x = f'\\N{NUMBER SIGN}'  # yes\n",
        "x = rf'\\{a}'  # yes\n",
        "x = Rb'\\''  # yes\n",
        'x = f"""{a}\n# no {b:\n}"""  # yes\n',
        "x = f''  # yes\n",
        "x = f'''a'b''c'''  # yes\n",
        "x = ''''# no'''  # yes\n",
        "x = '' '' \"\"  # yes\n",
        "é = '#'  # yes\n",
        "#\n",
        "# last",
        "x = {1: '#', 2: [3]}  # yes\n",
    ],
)
def test_comments_are_those_of_the_tokenizer(text: str) -> None:
    assert is_python(text)
    assert comments(text) == tokenized(text)


@pytest.mark.parametrize(
    "text",
    [
        "x = f'{d['#']}'  # yes\n",
        "x = f'{f'{f'#'}'}'  # yes\n",
        "x = f'''{\n  a  # inside\n}'''  # yes\n",
        "x = f'{'\\n'.join(a)}'  # yes\n",
        "x = f'{a:{b['#']}}'  # yes\n",
    ],
)
def test_newer_f_strings_are_understood_on_any_python(text: str) -> None:
    expected = ["# inside", "# yes"] if "inside" in text else ["# yes"]
    assert comments(text) == expected
    if sys.version_info >= (3, 12):
        assert tokenized(text) == expected


def test_template_strings_have_fields_like_f_strings() -> None:
    assert comments("x = t'{d['#']}'  # yes\n") == ["# yes"]


def test_strings_of_several_lines_are_given() -> None:
    text = "a = '''1\n2'''\nb = 'one'\nc = f'''{\n1}'''\nd = 'x\\\ny'\n"
    spans = [text[one[0] : one[1]] for one in scan(text) if not isinstance(one, Comment)]
    assert spans == ["'''1\n2'''", "f'''{\n1}'''", "'x\\\ny'"]


@pytest.mark.parametrize("text", ["x = '# no\ny = 1  # yes\n", "x = f'# no\ny = 1  # yes\n"])
def test_unclosed_string_ends_with_its_line(text: str) -> None:
    assert comments(text) == ["# yes"]


@pytest.mark.parametrize(
    "text", ["x = '''# no\n", "x = f'''{a", "x = f'{", "x = f'{a:", "f'{a:{'", "}'\"", "f'}'", "rf'\\N{"]
)
def test_broken_text_ends_without_an_error(text: str) -> None:
    assert comments(text) == []


_PIECES = [
    "'",
    '"',
    "'''",
    '"""',
    "f",
    "r",
    "rb",
    "F",
    "{",
    "}",
    "{{",
    "}}",
    ":",
    "!r",
    "#",
    "\\",
    "\n",
    "a",
    " ",
    "(",
    ")",
    "[",
    "]",
    "\\N{DASH}",
    "=",
    "if",
    "1",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_any_text_that_is_python_is_read_as_the_tokenizer_reads_it(text: str) -> None:
    found = comments(text)
    if is_python(text):
        assert found == tokenized(text)


def test_depth_costs_no_recursion() -> None:
    assert comments("x = " + "f'{" * 5000 + "1" + "}'" * 5000 + "  # yes\n") == ["# yes"]


def test_standard_library_is_read_as_the_tokenizer_reads_it() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    checked = 0
    for path in sorted(folder.glob("*.py"))[::4]:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if is_python(text):
            assert comments(text) == tokenized(text), path.name
            checked += 1
    assert checked > 20
