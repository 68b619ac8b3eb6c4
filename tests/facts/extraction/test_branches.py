"""Values where paths meet: ``if``, loops, ``try``, ``with``, ``match``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Listing = Callable[..., list[str]]


def sources(lines: list[str]) -> str:
    """Of the value that the last line returns: the fields of its Phi, or the whole op."""
    value = lines[int(lines[-1].split()[2])].partition(" ")[2]
    return value.removeprefix("Phi ")


def test_value_comes_round_in_a_loop(listing: Listing) -> None:
    lines = listing("def f(x):\n    for i in x:\n        x = g(x)\n    return x")
    assert "2 Phi (0 6)" in lines
    assert sources(lines) == "(0 6)"


def test_value_that_a_loop_does_not_bind_stays_what_it_is(listing: Listing) -> None:
    assert sources(listing("def f(x):\n    for i in a: g(x)\n    return x")) == "Parameter x"


def test_target_of_a_loop_keeps_its_last_value(listing: Listing) -> None:
    assert sources(listing("def f(x):\n    for i in x: pass\n    return i")) == "(2)"


def test_endless_loop_is_left_only_by_break(listing: Listing) -> None:
    code = "def f(x):\n    while True:\n        x = a()\n        if x: break\n        x = b()\n    return x"
    lines = listing(code)
    assert sources(lines) == "Narrow 5 truth -1 True"
    assert lines[5] == "5 Call 4 () False"


def test_continue_brings_its_value_round(listing: Listing) -> None:
    code = (
        "def f(x):\n    while x:\n        if y:\n            x = 1\n            continue\n        x = 2\n    return x"
    )
    lines = listing(code)
    head = next(line for line in lines if " Phi (0 " in line)
    values = [lines[int(i)] for i in head.split("(")[1].rstrip(")").split()[1:]]
    assert sorted(value.split()[-1] for value in values) == ["1", "2"]


def test_else_of_a_loop_runs_unless_it_is_left_by_break(listing: Listing) -> None:
    code = (
        "def f(x):\n    for i in x:\n        if i:\n            r = 1\n            break\n    else: r = 2\n    return r"
    )
    lines = listing(code)
    values = [lines[int(i)].split()[-1] for i in sources(lines).strip("()").split()]
    assert sorted(values) == ["1", "2"]


def test_dead_break_does_not_count(listing: Listing) -> None:
    code = "def f(x):\n    r = 1\n    while x:\n        continue\n        r = 2\n        break\n    return r"
    assert sources(listing(code)) == "(1)"


def test_elif_ladder_meets_once(listing: Listing) -> None:
    code = "def f(x):\n    if x: r = 1\n    elif y: r = 2\n    elif z: r = 3\n    else: r = 4\n    return r"
    lines = listing(code)
    values = [lines[int(i)].split()[-1] for i in sources(lines).strip("()").split()]
    assert values == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("handler", "values"),
    [("r = 9", ["2", "9"]), ("pass", ["2", "0", "1"]), ("return", ["2"]), ("raise", ["2"])],
)
def test_handler_sees_every_value_the_try_may_have_left(listing: Listing, handler: str, values: list[str]) -> None:
    code = f"def f():\n    r = 0\n    try:\n        r = 1\n        g()\n        r = 2\n    except E: {handler}\n    return r"
    lines = listing(code)
    found: list[str] = []
    pending = [int(lines[-1].split()[2])]
    while pending:
        line = lines[pending.pop(0)]
        if " Phi " in line:
            pending.extend(int(i) for i in line.split("(")[1].rstrip(")").split())
        else:
            found.append(line.split()[-1])
    assert list(dict.fromkeys(found)) == values


def test_finally_sees_every_value_and_what_follows_only_the_last(listing: Listing) -> None:
    lines = listing("def f():\n    r = None\n    try: r = g()\n    finally: r.close()\n    return r")
    assert "5 Phi (0 3)" in lines
    assert "6 Attribute 5 close" in lines
    assert sources(lines) == "Call 2 () False"


def test_name_of_an_exception_is_an_instance_of_its_class_and_then_gone(listing: Listing) -> None:
    lines = listing("def f():\n    try: g()\n    except (A, B) as e: e.args\n    return e")
    assert "5 Narrow -1 isinstance 4 True" in lines
    assert "7 Attribute 5 args" in lines
    assert lines[-2:] == ["8 Unbound e", "9 Return 8"]


def test_code_behind_a_with_that_returns_is_not_dead(listing: Listing) -> None:
    lines = listing("def f():\n    with suppress(E): return g()\n    return 2")
    assert lines[-2:] == ["8 Const int 2", "9 Return 8"]
    assert "7 Exit 3 False" in lines


def test_exits_run_from_the_inside_out(listing: Listing) -> None:
    lines = listing("async def f():\n    async with a as x, b: pass")
    assert [line for line in lines if "Exit" in line] == ["5 Exit 4 True", "6 Exit 1 True"]


def test_match_binds_what_its_patterns_capture(listing: Listing) -> None:
    code = """
        def f(p):
            match p:
                case A(x, y=z): return p, x, z
                case [a, *b, c]: return a, b, c
                case {"k": v, **rest}: return v, rest
                case (B() as n) | (C() as n): return n
        """
    lines = listing(code)
    assert [line.split(" ", 1)[1] for line in lines if " Bind " not in line and " Return" not in line] == [
        "Parameter p",
        "Free A", "Narrow 0 class-pattern 1 True", "Unpack 2 0 1 False", "Attribute 2 y", "Sequence tuple (2 3 5) ()",
        "Unpack 0 0 3 False", "Unpack 0 1 3 True", "Unpack 0 -1 3 False", "Sequence tuple (9 11 13) ()",
        "Const str k", "Subscript 0 17", "Mapping (-1) (0)", "Sequence tuple (18 20) ()",
        "Free B", "Narrow 0 class-pattern 24 True", "Free C", "Narrow 0 class-pattern 27 True",
        "Phi (25 28)", "Phi (25 28)",
    ]  # fmt: skip


def test_match_without_a_last_resort_may_do_nothing(listing: Listing) -> None:
    assert sources(listing("def f(p):\n    r = 0\n    match p:\n        case 1: r = 1\n    return r")) == "(5 1)"


@pytest.mark.parametrize("end", ["return", "raise E", "while True: pass", "assert False"])
def test_what_follows_the_end_of_a_path_is_dead_and_does_not_count(listing: Listing, end: str) -> None:
    code = f"def f(x):\n    r = 1\n    if x:\n        {end}\n        r = 2\n    return r"
    assert sources(listing(code)) == "Const int 1"
