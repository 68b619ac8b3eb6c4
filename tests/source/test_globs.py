"""Globs, refereed by git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_async_lint.source.globs import compile_glob, gitignore, glob_list


@pytest.mark.parametrize(
    ("pattern", "path", "is_folder", "expected"),
    [
        ("*.py", "a.py", False, True),
        ("*.py", "x/y/a.py", False, True),
        ("*.py", "a.pyc", False, False),
        ("tests", "tests", True, True),
        ("tests", "x/tests", True, True),
        ("tests", "tests", False, True),
        ("tests/", "tests", False, False),
        ("tests/", "x/tests", True, True),
        ("/tests", "x/tests", True, False),
        ("./tests", "tests", True, True),
        ("./tests", "x/tests", True, False),
        ("x/tests", "x/tests", True, True),
        ("x/tests", "y/x/tests", True, False),
        ("x/*.py", "x/a.py", False, True),
        ("x/*.py", "x/y/a.py", False, False),
        ("x/**/a.py", "x/a.py", False, True),
        ("x/**/a.py", "x/y/z/a.py", False, True),
        ("**/a.py", "x/a.py", False, True),
        ("**/a.py", "a.py", False, True),
        ("x/**", "x/y/a.py", False, True),
        ("x/**", "x", True, False),
        ("a?.py", "ab.py", False, True),
        ("a?.py", "a/.py", False, False),
        ("[a-c].py", "b.py", False, True),
        ("[a-c].py", "d.py", False, False),
        ("[!a-c].py", "d.py", False, True),
        ("[^a-c].py", "a.py", False, False),
        ("[]].py", "].py", False, True),
        ("[a.py", "[a.py", False, True),
        ("[].py", "[].py", False, True),
        ("\\*.py", "a.py", False, False),
        ("\\*.py", "*.py", False, True),
        ("a.py ", "a.py", False, True),
        ("a+(b).py", "a+(b).py", False, True),
        ("A.py", "a.py", False, False),
        ("\udcff*", "\udcffx.py", False, True),
    ],
)
def test_pattern_names_what_git_says(pattern: str, path: str, is_folder: bool, expected: bool) -> None:
    glob = compile_glob(pattern)
    assert glob is not None
    assert glob.matches(path, is_folder) is expected


@pytest.mark.parametrize("blank", ["", "   ", "/", "!"])
def test_blank_pattern_is_none(blank: str) -> None:
    assert compile_glob(blank) is None


def test_last_pattern_that_matches_decides() -> None:
    patterns = glob_list(["*.py", "!keep.py"], Path("/p"))
    assert patterns.verdict("a.py", False) is True
    assert patterns.verdict("x/keep.py", False) is False
    assert patterns.verdict("a.txt", False) is None


def test_pattern_of_a_folder_covers_what_lies_in_it() -> None:
    glob = compile_glob("tests/")
    assert glob is not None
    assert glob.covers("x/tests/unit/test_a.py")
    assert not glob.covers("tests")
    assert not glob.covers("mytests/a.py")


def test_absolute_pattern_below_the_root_is_tied_to_it() -> None:
    patterns = glob_list(["/p/gen/*.py"], Path("/p"))
    assert patterns.verdict("gen/a.py", False)
    assert not patterns.verdict("x/gen/a.py", False)


def test_gitignore_comments_and_line_ends() -> None:
    patterns = gitignore("# a.py\r\n\r\nb.py\r\n\\#c.py\n")
    assert not patterns.verdict("a.py", False)
    assert patterns.verdict("b.py", False)
    assert patterns.verdict("#c.py", False)


def test_many_stars_take_no_time() -> None:
    glob = compile_glob("a*" * 12 + "b")
    assert glob is not None
    assert not glob.matches("a" * 40 + "/" + "a" * 12, False)


_PIECES = ["a", "b", "*", "**", "/", "?", "[ab]", "[!a]", "!", ".py"]
_PATHS = ["a", "b", "a.py", "ab", "a/b", "a/a.py", "a/b/a", "b/a", "b/b/b.py", "!a", "ba.py"]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def _is_plain(pattern: str) -> bool:
    """Git asks no negated pattern about what lies in a folder; three stars and two slashes it reads in ways of its own."""
    return not (pattern.startswith("!") or "***" in pattern or "//" in pattern)


@settings(max_examples=40, deadline=None)
@given(pattern=st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6).map("".join).filter(_is_plain))
def test_any_pattern_matches_what_git_matches(pattern: str, repository: Path) -> None:
    (repository / ".git/info/exclude").write_text(pattern + "\n")
    question = ["git", "-c", f"core.excludesFile={os.devnull}", "check-ignore", "--no-index", "-v", "-n", "--stdin"]
    answer = subprocess.run(question, cwd=repository, input="\n".join(_PATHS) + "\n", capture_output=True, text=True)
    rows = answer.stdout.splitlines()
    assert len(rows) == len(_PATHS)
    glob = compile_glob(pattern)
    for path, row in zip(_PATHS, rows, strict=True):
        assert (glob is not None and glob.covers(path)) == (not row.startswith("::")), path
