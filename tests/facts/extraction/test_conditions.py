"""What a condition tells of a local name, and where it holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Listing = Callable[..., list[str]]


def narrows(lines: list[str]) -> list[str]:
    return [line.partition(" Narrow ")[2] for line in lines if " Narrow " in line]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("x", "truth -1 True"),
        ("not x", "truth -1 False"),
        ("x is None", "none -1 True"),
        ("x is not None", "none -1 False"),
        ("not x is None", "none -1 False"),
        ("callable(x)", "callable -1 True"),
        ("isinstance(x, A)", "isinstance 2 True"),
        ("not isinstance(x, (A, B))", "isinstance 4 False"),
        ("(x := g()) is None", "none -1 True"),
        ("(x := g())", "truth -1 True"),
    ],
)
def test_test_of_a_local_name_holds_in_the_branch(listing: Listing, condition: str, holds: str) -> None:
    found = narrows(listing(f"def f(x):\n    if {condition}: x.a"))
    assert [line.partition(" ")[2] for line in found] == [holds]


@pytest.mark.parametrize(
    "condition",
    ["y", "x.a", "x == None", "x is y", "x is None is None", "isinstance(x.a, A)", "isinstance(*x)", "g(x)", "x or y"],
)
def test_anything_else_tells_nothing_in_the_branch(listing: Listing, condition: str) -> None:
    lines = listing(f"def f(x):\n    if {condition}: x.found")
    (read,) = [line for line in lines if line.endswith(" found")]
    assert read.split()[2] == "0"


def test_shadowed_isinstance_tells_nothing(listing: Listing) -> None:
    assert narrows(listing("def f(x, isinstance):\n    if isinstance(x, A): x.a")) == []


def test_the_opposite_holds_behind_a_branch_that_ends(listing: Listing) -> None:
    lines = listing("def f(x):\n    if x is None: return\n    x.a")
    assert lines[-2:] == ["6 Narrow 0 none -1 False", "7 Attribute 6 a"]


def test_the_opposite_is_joined_with_what_the_branch_assigns(listing: Listing) -> None:
    lines = listing("def f(x):\n    if x is None: x = g()\n    x.a")
    assert lines[-3:] == ["8 Narrow 0 none -1 False", "9 Phi (6 8)", "10 Attribute 9 a"]


def test_nothing_is_known_any_more_where_the_branches_meet(listing: Listing) -> None:
    assert listing("def f(x):\n    if x: x.a\n    else: x.b\n    x.c")[-1] == "6 Attribute 0 c"


@pytest.mark.parametrize(
    ("code", "base"),
    [
        ("x and x.a", "Narrow 0 truth -1 True"),
        ("x or x.a", "Narrow 0 truth -1 False"),
        ("y and x and x.a", "Narrow 0 truth -1 True"),
        ("x.a if x else y", "Narrow 0 truth -1 True"),
        ("y if x else x.a", "Narrow 0 truth -1 False"),
        ("[x.a for x in y if x]", "Narrow 0 truth -1 True"),
        ("assert x is not None\n    x.a", "Narrow 0 none -1 False"),
        ("while x: x.a", "Narrow 0 truth -1 True"),
        ("while x: pass\n    x.a", "Narrow 0 truth -1 False"),
    ],
)
def test_it_holds_in_every_place_that_runs_only_then(listing: Listing, code: str, base: str) -> None:
    lines = listing(f"def f(x, y):\n    {code}")
    (read,) = [line for line in lines if line.endswith("Attribute " + line.split()[2] + " a")]
    narrow = lines[int(read.split()[2])].split()
    assert narrow[1] == "Narrow"
    assert narrow[3:] == base.split()[2:]


def test_both_sides_of_and_hold_in_the_branch(listing: Listing) -> None:
    found = narrows(listing("def f(x, y):\n    if x and y: pass"))
    assert found[-2:] == ["0 truth -1 True", "1 truth -1 True"]


def test_the_same_fact_is_not_repeated(listing: Listing) -> None:
    assert len(narrows(listing("def f(x):\n    assert x\n    assert x\n    x.a"))) == 1


def test_global_names_are_not_narrowed(listing: Listing) -> None:
    assert narrows(listing("def f():\n    if x is None: return\n    x.a")) == []


def test_and_is_one_of_its_operands(listing: Listing) -> None:
    lines = listing("def f(x, y, z):\n    return x and y and z")
    assert lines[-2:] == ["7 Phi (0 1 2)", "8 Return 7"]


def test_walrus_in_a_right_operand_may_not_have_run(listing: Listing) -> None:
    lines = listing("def f(x, y):\n    x and (y := g())\n    return y")
    assert lines[-3:] == ["7 Phi (5 1)", "8 Phi (0 5)", "9 Return 7"]
