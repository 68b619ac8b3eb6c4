"""Use and definition inside one body, on facts of small functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.analysis.misuse.uses import depends, fate, source
from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.extract import extract
from fastapi_async_lint.project.index import Module, ScopeInfo


def body(text: str, name: str = "f") -> ScopeInfo:
    """The scope of a function of the text."""
    module = Module("m", ("m",), Path("/m.py"), Path("/"), False, extract(text.encode()))
    module.link()
    return next(scope for scope in module.scopes if scope.facts.name == name)


def made(scope: ScopeInfo, name: str = "make") -> int:
    """The first call of ``make()``."""
    for op, step in enumerate(scope.ops):
        if isinstance(step, ir.Call):
            function = scope.ops[step.function]
            if isinstance(function, ir.Free) and function.name == name:
                return op
    raise AssertionError(name)


def function(*lines: str) -> str:
    return "async def f(flag, items):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("make()",),
        ("x = make()",),
        ("x: int = make()",),
        ("x = y = make()",),
        ("flag and make()",),
        ("make() if flag else None",),
        ("(x := make())",),
        ("x = make()", "x = 1", "print(x)"),
        ("if flag:", "    x = make()", "else:", "    x = None"),
        ("for _ in items:", "    x = make()"),
        ("x = make()", "del x"),
        ("x = make()", "def inner(x):", "    return x"),
        ("return 1", "print(make())"),
    ],
    ids=lambda lines: "; ".join(lines),
)
def test_value_that_nothing_uses_is_dropped(lines: tuple[str, ...]) -> None:
    scope = body(function(*lines))
    assert fate(scope, made(scope)).dropped


@pytest.mark.parametrize(
    ("lines", "users"),
    [
        (("return make()",), [ir.Return]),
        (("await make()",), [ir.Await]),
        (("x = make()", "await x"), [ir.Await]),
        (("print(make())",), [ir.Call]),
        (("self.x = make()",), [ir.SetAttribute]),
        (("items[0] = make()",), [ir.SetSubscript]),
        (("x = [make()]",), [ir.Sequence]),
        (("x = {1: make()}",), [ir.Mapping]),
        (("yield make()",), [ir.Yield]),
        (("x = [make() for _ in items]",), [ir.Comprehension]),
        (("if make():", "    pass"), [ir.Truth]),
        (("if flag:", "    x = make()", "else:", "    x = None", "if x:", "    await x"), [ir.Truth, ir.Await]),
        (("x = None", "for _ in items:", "    if x:", "        await x", "    x = make()"), [ir.Truth, ir.Await]),
        (("try:", "    x = make()", "finally:", "    print(x)"), [ir.Call]),
        (("make().close()",), [ir.Attribute]),
        (("x = y = make()", "print(y)"), [ir.Call]),
    ],
    ids=lambda value: "; ".join(value) if isinstance(value, tuple) else "",
)
def test_users_are_what_does_something_with_the_value(lines: tuple[str, ...], users: list[type]) -> None:
    scope = body(function(*lines))
    end = fate(scope, made(scope))
    assert [type(scope.ops[user]) for user in end.users] == users
    assert not end.dropped


@pytest.mark.parametrize(
    "lines",
    [
        ("x = make()", "def inner():", "    return x"),
        ("x = make()", "return lambda: x"),
        ("global x", "x = make()"),
        ("x = make()", "return locals()"),
    ],
    ids=lambda lines: "; ".join(lines),
)
def test_value_that_other_code_can_read_escapes(lines: tuple[str, ...]) -> None:
    scope = body(function(*lines))
    end = fate(scope, made(scope))
    assert end.escapes
    assert not end.dropped


def test_names_of_modules_and_classes_escape() -> None:
    scope = body("x = make()\n", "")
    assert fate(scope, made(scope)).escapes
    scope = body("class C:\n    x = make()\n", "C")
    assert fate(scope, made(scope)).escapes


def test_variable_that_is_only_annotated_with_the_value_does_not_use_it() -> None:
    scope = body(function("T = make()", "x: T = 1", "return x"))
    assert fate(scope, made(scope)).dropped


def test_source_looks_through_names_and_tests_but_not_through_joined_branches() -> None:
    scope = body(function("x = make()", "if x:", "    y = x", "    return y"))
    (given,) = [op.value for op in scope.ops if isinstance(op, ir.Return)]
    assert source(scope, given) == made(scope)
    scope = body(function("x = make() if flag else None", "return x"))
    (given,) = [op.value for op in scope.ops if isinstance(op, ir.Return)]
    assert isinstance(scope.ops[source(scope, given)], ir.Phi)


def test_dependence_is_followed_through_calls_and_texts() -> None:
    scope = body(function("a = await make()", "b = f'{a.id}'", "c = other(b)", "d = other(1)"))
    awaited = next(i for i, op in enumerate(scope.ops) if isinstance(op, ir.Await))
    calls = [i for i, op in enumerate(scope.ops) if isinstance(op, ir.Call)]
    assert [depends(scope, call, awaited) for call in calls] == [False, True, False]
