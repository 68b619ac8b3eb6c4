"""What is shown and what is held back."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import pytest
from flake8.style_guide import Decision, DecisionEngine
from hypothesis import given
from hypothesis import strategies as st

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence, Diagnostic, Place, Position, Severity
from fastapi_async_lint.selection import Selection, apply, select_codes, unused
from fastapi_async_lint.source.suppressions import NOTHING, Suppressions, suppressions_of

ROOT = Path("/p")
KNOWN = {"FAL101": True, "FAL102": True, "FAL110": False, "FAL201": True, "FAL900": False, "FAL999": True}
A = ROOT / "app/a.py"


def finding(
    code: str = "FAL101", path: Path = A, row: int = 1, last: int | None = None, sure: str = "certain"
) -> Diagnostic:
    place = Place(path, Position(row, 5), Position(row, 9))
    return Diagnostic(
        code, "name", "message", place, (row, last or row), Severity.CRITICAL, Confidence(sure), "blocking-io", "sleep"
    )


def choose(found: Iterable[Diagnostic], text: str = "", **settings: object) -> Selection:
    chosen = Settings(ROOT, **settings)  # type: ignore[arg-type]
    return apply(found, chosen, select_codes(chosen, KNOWN), lambda path: suppressions_of(text))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"FAL101", "FAL102", "FAL201", "FAL999"}),
        ({"select": ("FAL1",)}, {"FAL101", "FAL102", "FAL110"}),
        ({"select": ("ALL",)}, set(KNOWN)),
        ({"extend_select": ("FAL110",)}, {"FAL101", "FAL102", "FAL110", "FAL201", "FAL999"}),
        ({"extend_select": ("ALL",)}, set(KNOWN)),
        ({"ignore": ("FAL1",)}, {"FAL201", "FAL999"}),
        ({"ignore": ("ALL",)}, set()),
        ({"ignore": ("FAL",), "select": ("FAL1",)}, {"FAL101", "FAL102", "FAL110"}),
        ({"ignore": ("FAL101",), "select": ("FAL1",)}, {"FAL102", "FAL110"}),
        ({"ignore": ("FAL1",), "extend_select": ("FAL101",)}, {"FAL101", "FAL201", "FAL999"}),
        ({"ignore": ("FAL101",), "select": ("FAL101",)}, set()),
        ({"ignore": ("ALL",), "select": ("FAL101",)}, {"FAL101"}),
        ({"select": ("FAL101",), "extend_select": ("FAL2",)}, {"FAL101", "FAL201"}),
    ],
)
def test_longest_prefix_decides(settings: dict[str, tuple[str, ...]], expected: set[str]) -> None:
    assert select_codes(Settings(ROOT, **settings), KNOWN) == expected  # type: ignore[arg-type]


def test_code_that_is_always_on_needs_to_be_ignored_by_name() -> None:
    always = {"FAL999"}
    assert select_codes(Settings(ROOT, select=("FAL101",)), KNOWN, always) == {"FAL101", "FAL999"}
    assert select_codes(Settings(ROOT, select=("FAL101",), ignore=("FAL999",)), KNOWN, always) == {"FAL101"}


_PREFIXES = st.lists(
    st.sampled_from(["F", "FAL", "FAL1", "FAL10", "FAL101", "FAL2", "FAL201", "FAL9", "E"]), max_size=3, unique=True
)


@given(select=_PREFIXES.filter(bool), extend=_PREFIXES, ignore=_PREFIXES.filter(bool))
def test_selection_is_that_of_flake8(select: list[str], extend: list[str], ignore: list[str]) -> None:
    engine = DecisionEngine(
        argparse.Namespace(
            select=select,
            extend_select=extend,
            ignore=ignore,
            extend_ignore=[],
            extended_default_select=["FAL"],
            extended_default_ignore=[],
        )
    )
    theirs = {code for code in KNOWN if engine.decision_for(code) is Decision.Selected}
    settings = Settings(ROOT, select=tuple(select), extend_select=tuple(extend), ignore=tuple(ignore))
    assert select_codes(settings, KNOWN) == theirs


def test_findings_are_shown_by_place_and_code() -> None:
    found = [
        finding("FAL201", row=3),
        finding("FAL102", ROOT / "b.py"),
        finding("FAL102", row=3),
        finding(row=20),
        finding(row=3),
    ]
    shown = choose(found).shown
    assert [(one.place.path.name, one.place.start.row, one.code) for one in shown] == [
        ("a.py", 3, "FAL101"), ("a.py", 3, "FAL102"), ("a.py", 3, "FAL201"), ("a.py", 20, "FAL101"), ("b.py", 1, "FAL102"),
    ]  # fmt: skip


def test_code_that_is_off_is_neither_shown_nor_counted() -> None:
    assert choose([finding("FAL110")]) == Selection(())


def test_file_nobody_asked_about_is_neither_shown_nor_counted() -> None:
    settings = Settings(ROOT)
    found = apply(
        [finding(), finding(path=ROOT / "b.py")],
        settings,
        frozenset(KNOWN),
        lambda path: NOTHING,
        lambda path: path != A,
    )
    assert [one.place.path.name for one in found.shown] == ["b.py"]
    assert (found.suppressed, found.ignored, found.unsure) == (0, 0, 0)


@pytest.mark.parametrize(
    ("least", "shown"),
    [
        ("possible", ["certain", "probable", "possible"]),
        ("probable", ["certain", "probable"]),
        ("certain", ["certain"]),
    ],
)
def test_findings_that_are_not_sure_enough_are_counted(least: str, shown: list[str]) -> None:
    found = [finding(row=row, sure=sure) for row, sure in enumerate(("certain", "probable", "possible"), 1)]
    result = choose(found, min_confidence=Confidence(least))
    assert [one.confidence.value for one in result.shown] == shown
    assert result.unsure == 3 - len(shown)


@pytest.mark.parametrize(
    ("glob", "ignored"),
    [
        ("app/a.py", True),
        ("a.py", True),
        ("./app/a.py", True),
        ("app", True),
        ("app/", True),
        ("app/*", True),
        ("*.py", True),
        ("**/a.py", True),
        ("!tests/*", True),
        ("!app/*", False),
        ("/a.py", False),
        ("b.py", False),
        ("ap", False),
        ("tests/*", False),
        ("", False),
    ],
)
def test_codes_are_ignored_in_the_files_of_a_glob(glob: str, ignored: bool) -> None:
    result = choose([finding(), finding("FAL201")], per_file_ignores=((glob, ("FAL1",)),))
    assert [one.code for one in result.shown] == (["FAL201"] if ignored else ["FAL101", "FAL201"])
    assert result.ignored == ignored


def test_all_may_be_ignored_in_a_file() -> None:
    assert choose([finding(), finding("FAL999")], per_file_ignores=(("app", ("ALL",)),)).ignored == 2


def test_file_outside_the_root_is_matched_by_its_name() -> None:
    outside = finding(path=Path("/elsewhere/tests/a.py"))
    assert choose([outside], per_file_ignores=(("tests/", ("FAL",)),)).ignored == 1
    assert choose([outside], per_file_ignores=(("/tests/", ("FAL",)),)).ignored == 0


def test_suppressed_findings_are_counted() -> None:
    text = "f(\n)  # noqa: E501, FAL1\ng()\n"
    result = choose([finding(row=1, last=2), finding("FAL201", row=1, last=2), finding(row=3)], text)
    assert [(one.code, one.place.start.row) for one in result.shown] == [("FAL201", 1), ("FAL101", 3)]
    assert result.suppressed == 1


def test_suppressions_may_be_set_aside() -> None:
    result = choose([finding()], "f()  # noqa\n", noqa=False)
    assert (len(result.shown), result.suppressed) == (1, 0)


def test_finding_is_counted_once_though_several_reasons_hold_it_back() -> None:
    result = choose([finding(sure="possible")], "f()  # noqa\n", per_file_ignores=(("app", ("FAL",)),))
    assert (result.ignored, result.unsure, result.suppressed) == (1, 0, 0)
    result = choose([finding(sure="possible")], "f()  # noqa\n")
    assert (result.ignored, result.unsure, result.suppressed) == (0, 1, 0)


def test_suppressions_of_a_file_are_asked_for_once_and_only_where_it_has_findings() -> None:
    asked: list[Path] = []

    def ask(path: Path) -> Suppressions:
        asked.append(path)
        return NOTHING

    apply([finding(), finding(row=2), finding("FAL110", ROOT / "b.py")], Settings(ROOT), frozenset({"FAL101"}), ask)
    assert asked == [A]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# noqa: FAL101", []),
        ("# noqa: FAL1", []),
        ("# noqa: FAL101, FAL1", []),
        ("# noqa: FAL102", ["FAL102"]),
        ("# noqa: FAL2", ["FAL2"]),
        ("# noqa: FAL101, FAL102, E501", ["FAL102"]),
        ("# noqa: FAL201 FAL102 E501", ["FAL201", "FAL102"]),
        ("# noqa: FAL101, FAL101", ["FAL101"]),
        ("# noqa: FAL102, FAL102", ["FAL102", "FAL102"]),
        ("# noqa: FAL110", ["FAL110"]),
        ("# noqa: FAL555", ["FAL555"]),
        ("# noqa: FAL1011", ["FAL1011"]),
        ("# noqa: FAL999", ["FAL999"]),
        ("# noqa", []),
        ("# noqa: FAL", []),
        ("# noqa : FAL102", []),
        ("# noqa FAL102", []),
        ("#noqa: FAL102", []),
        ("# noqa: E501, F401, FA102, FALL102, XFAL102, fal102", []),
        ("# noqa: FAL102FAL201", []),
        ("# noqa: FAL900", []),
        ("# noqa: FAL9", []),
        ("# noqa: FAL102, FAL900", ["FAL102"]),
        ("# flake8: noqa: FAL102", []),
    ],
)
def test_codes_that_suppress_nothing_are_told(comment: str, expected: list[str]) -> None:
    suppressions = suppressions_of(f"f()  {comment}\n")
    found = list(unused(suppressions, [finding(row=1)], KNOWN, "FAL900"))
    assert [code.code for _, idle in found for code in idle] == expected
    assert len(found) == bool(expected)


def test_code_is_in_use_on_any_row_of_the_statement_and_on_no_other() -> None:
    suppressions = suppressions_of("f(  # noqa: FAL101\n)  # noqa: FAL1\ng()  # noqa: FAL101\n")
    found = unused(suppressions, [finding(row=1, last=2)], KNOWN, "FAL900")
    assert [(comment.start.row, [code.code for code in idle]) for comment, idle in found] == [(3, ["FAL101"])]


def test_finding_that_is_unsure_keeps_its_suppression() -> None:
    assert not list(unused(suppressions_of("f()  # noqa: FAL101\n"), [finding(sure="possible")], KNOWN, "FAL900"))
