"""Removing suppressions without a use: what goes, what stays, and when nothing is touched."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Applicability, Diagnostic
from fastapi_async_lint.engine.fixing import FixReport, fix_project
from fastapi_async_lint.fixes import Source, propose
from fastapi_async_lint.fixes.result import Proposal
from fastapi_async_lint.rules.unused_suppression import report_unused
from fastapi_async_lint.selection import unused
from fastapi_async_lint.source.suppressions import suppressions_of

KNOWN = ("FAL101", "FAL102", "FAL201", "FAL900", "FAL999")
PATH = Path("/p/main.py")


def findings(text: str, is_sure: bool = True) -> list[Diagnostic]:
    """The rule's findings in a file where no other rule finds anything."""
    idle = unused(suppressions_of(text), [], KNOWN, "FAL900")
    return [report_unused(PATH, comment, codes, KNOWN, is_sure=is_sure) for comment, codes in idle]


def proposals(text: str) -> list[Proposal]:
    source = Source(text.encode())
    return [proposal for finding in findings(text) for proposal in propose(source, finding)]


def fixed(text: str) -> str:
    """The text after all safe edits, which must be ones that can be made together."""
    edits = [edit for proposal in proposals(text) for edit in proposal.edits]
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.content + text[edit.end :]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: FAL101", "x = 1"),
        ("x = 1  # noqa:FAL101", "x = 1"),
        ("x = 1\t# NoQA: FAL101  \t", "x = 1"),
        ("x = 1# noqa: FAL101", "x = 1"),
        ("x = 1  # noqa: FAL1,", "x = 1"),
        ("x = 1  # noqa: FAL101, FAL102 FAL201,FAL555", "x = 1"),
        ("x = 1  # noqa: FAL101, E501", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: E501, FAL101", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: E501,FAL101,W605", "x = 1  # noqa: E501,W605"),
        ("x = 1  # noqa:E501 FAL101  W605", "x = 1  # noqa:E501  W605"),
        ("x = 1  # noqa: FAL101, E501, FAL102, W605, FAL201", "x = 1  # noqa: E501, W605"),
        ("x = 1  # noqa: E501,,FAL101", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: FAL101, E501: it is long", "x = 1  # noqa: E501: it is long"),
        ("x = 1  # noqa: E501, FAL101 it is long", "x = 1  # noqa: E501 it is long"),
        ("x = 1  # noqa: FAL101 it runs once", "x = 1  # it runs once"),
        ("x = 1  # noqa: FAL101: it runs once  ", "x = 1  # it runs once  "),
        ("x = 1  # noqa: FAL101 - it runs once", "x = 1  # it runs once"),
        ("x = 1  # noqa: FAL101, it runs once", "x = 1  # it runs once"),
        ("x = 1  # noqa: FAL101 -1", "x = 1  # -1"),
        ("x = 1  # noqa: FAL101  # type: ignore", "x = 1  # type: ignore"),
        ("x = 1  # type: ignore  # noqa: FAL101", "x = 1  # type: ignore"),
        ("x = 1  # type: ignore # noqa: FAL101  # nosec", "x = 1  # type: ignore # nosec"),
        ("x = 1  # see # noqa: FAL101 there", "x = 1  # see # there"),
        ("x = '# noqa: FAL101'  # noqa: FAL101", "x = '# noqa: FAL101'"),
        ("x = [  # noqa: FAL101\n    1,  # noqa: FAL102\n]", "x = [\n    1,\n]"),
        ("x = 1\n    # noqa: FAL101\ny = 2", "x = 1\ny = 2"),
        ("# noqa: FAL101\nx = 1", "x = 1"),
        ("x = 1\n# noqa: FAL101", "x = 1\n"),
        ("#!/bin/sh\n# noqa: FAL101\n# coding: utf-8", "#!/bin/sh\n\n# coding: utf-8"),
        ("x = 1 \\\n  # noqa: FAL101\ny = 2", "x = 1 \\\n  \ny = 2"),
        ("x = 1  # noqa: FAL101\r\ny = 2\r\n", "x = 1\r\ny = 2\r\n"),
        ("# noqa: FAL101\r\ny = 2\r\n", "y = 2\r\n"),
        ("x = 'é😀'  # noqa: FAL101 ‚é‘", "x = 'é😀'  # ‚é‘"),
        ("x = 1;\f# noqa: FAL101\ny = '\f'  # é", "x = 1;\ny = '\f'  # é"),
    ],
)
def test_codes_without_a_use_go_and_all_else_stays(before: str, after: str) -> None:
    assert fixed(before) == after
    assert ast.dump(ast.parse(before)) == ast.dump(ast.parse(after))
    assert findings(after) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: E501",
        "x = 1  # noqa: FAL9, FAL900",
        "x = 1  # flake8: noqa: FAL101",
        "x = '# noqa: FAL101'",
        "x = 1  # noqa FAL101",
    ],
)
def test_comment_of_another_meaning_is_left_alone(line: str) -> None:
    assert proposals(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa: FAL101 # noqa",
        "x = 1  # noqa: FAL101 # noqa: E501",
        "x = 1  # noqa: FAL101 noqa",
        "x = 1  # noqa: FAL101 # flake8: noqa",
        "x = 1  # noqa: FAL101 type: ignore",
        "x = 1  # noqa: FAL101: pragma: no cover",
        "x = 1  # noqa: FAL101 nosec",
    ],
)
def test_comment_is_kept_where_the_rest_of_it_would_come_to_mean_something(line: str) -> None:
    (proposal,) = proposals(line)
    assert (proposal.applicability, proposal.edits) == (Applicability.DISPLAY, ())
    assert "might mean something" in proposal.message or "suppress something else" in proposal.message


def test_comment_in_the_field_of_an_f_string_is_kept() -> None:
    source = 'f"""{x  # noqa: FAL101\n=}"""\n'
    finding = findings(source)[0]
    (proposal,) = propose(Source(source.encode()), finding)
    assert proposal.edits == ()


def test_edit_is_safe_only_while_every_file_can_be_read() -> None:
    source = Source(b"x = 1  # noqa: FAL101\n")
    for is_sure, expected in ((True, Applicability.SAFE), (False, Applicability.UNSAFE)):
        (finding,) = findings(source.text, is_sure)
        assert [proposal.applicability for proposal in propose(source, finding)] == [expected]


_PARTS = st.sampled_from(
    ["# noqa: ", "# noqa:", "#", " ", ", ", ",", ":", "-", "FAL101", "FAL102", "FAL1", "E501", "W6", "FAL900", "why", "é", "noqa", "flake8: noqa", "type: ignore"]
)  # fmt: skip
_OTHER = ("E501", "W605", "FAL900", "FAL999", "C9")


@settings(max_examples=600)
@given(st.lists(_PARTS, max_size=12).map("".join))
def test_any_comment_suppresses_afterwards_what_it_suppressed_for_others(parts: str) -> None:
    before = f"x = 1  # noqa: FAL101{parts}\ny = 2  # stays\n"
    after = fixed(before)
    assume(after != before)
    assert ast.dump(ast.parse(before)) == ast.dump(ast.parse(after))
    assert after.endswith("\ny = 2  # stays\n")
    for code in _OTHER:
        assert suppressions_of(after).suppresses(code, 1, 1) == suppressions_of(before).suppresses(code, 1, 1)
    for code in ("FAL101", "FAL102"):
        assert not suppressions_of(after).suppresses(code, 1, 1)
    assert fixed(after) == after, "a second run changes nothing"
    words = [word for word in ("why", "é", "E501", "W6") if before.count(word)]
    assert all(word in after for word in words)


HEAD = """\
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def main():
"""


def fix(
    tmp_path: Path, source: str | bytes, *, unsafe: bool = False, files: dict[str, str] | None = None
) -> tuple[str, FixReport]:
    """The text of ``main.py`` after fixing, which a second run does not change."""
    path = tmp_path / "main.py"
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    for name, text in (files or {}).items():
        (tmp_path / name).write_text(text)
    chosen = Settings(root=tmp_path, cache=False, jobs=1, extend_select=("FAL900",))
    outcome = fix_project(chosen, [tmp_path], unsafe=unsafe)
    assert fix_project(chosen, [tmp_path], unsafe=unsafe).changes == ()
    return path.read_bytes().decode("latin-1" if isinstance(source, bytes) else "utf-8"), outcome


def test_fixing_leaves_comments_in_use_and_removes_the_others(tmp_path: Path) -> None:
    body = "    time.sleep(1)  # noqa: FAL101, FAL102\n    print(1)  # noqa: FAL101\n"
    after, outcome = fix(tmp_path, HEAD + body)
    assert after == HEAD + "    time.sleep(1)  # noqa: FAL101\n    print(1)\n"
    assert outcome.fixed == {"FAL900": 2}
    assert outcome.report.diagnostics == ()


def test_other_fixes_are_made_in_the_same_run(tmp_path: Path) -> None:
    after, outcome = fix(tmp_path, HEAD + "    time.sleep(1)  # noqa: FAL102 once\n")
    assert after == "import asyncio\n" + HEAD + "    await asyncio.sleep(1)  # once\n"
    assert outcome.fixed == {"FAL101": 1, "FAL900": 1}
    assert outcome.report.diagnostics == ()


def test_comment_that_loses_its_finding_to_another_fix_goes_in_the_next_round(tmp_path: Path) -> None:
    body = "    open('a').read()\n    time.sleep(1)  # noqa: FAL101\n    open('b').read()  # noqa: FAL105\n"
    after, outcome = fix(tmp_path, HEAD + body, unsafe=True)
    assert after == HEAD.replace("async def", "def") + body.replace("  # noqa: FAL101", "").replace(
        "  # noqa: FAL105", ""
    )
    assert outcome.report.diagnostics == ()


def test_bytes_of_any_encoding_stay(tmp_path: Path) -> None:
    source = "# coding: latin-1\nx = 'é'  # noqa: FAL101, E501 é\n".encode("latin-1")
    after, _ = fix(tmp_path, source)
    assert after == "# coding: latin-1\nx = 'é'  # noqa: E501 é\n"


def test_byte_order_mark_stays(tmp_path: Path) -> None:
    after, _ = fix(tmp_path, "\ufeffx = 1  # noqa: FAL101\n")
    assert after == "\ufeffx = 1\n"


def test_unreadable_file_elsewhere_makes_the_edit_unsafe(tmp_path: Path) -> None:
    source = "x = 1  # noqa: FAL101\n"
    assert fix(tmp_path, source, files={"broken.py": "x = ("})[0] == source
    assert fix(tmp_path, source, files={"broken.py": "x = ("}, unsafe=True)[0] == "x = 1\n"
