"""Bodies of their own: functions, lambdas, generator expressions, classes; and comprehensions, which have none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.extract import extract

Listing = Callable[..., list[str]]


def test_variable_of_a_comprehension_is_seen_only_inside(listing: Listing) -> None:
    lines = listing("def f(x, y):\n    [x.a for x in y]\n    return x")
    assert lines == ["0 Parameter x", "1 Parameter y", "2 Iterate 1 False", "3 Attribute 2 a",
                     "4 Comprehension list 3 -1", "5 Return 0"]  # fmt: skip


def test_variable_of_a_comprehension_is_bound_where_a_nested_scope_may_read_it(listing: Listing) -> None:
    lines = listing("def f(y):\n    return {x: lambda: x for x in y}")
    assert lines[3:] == ["3 Bind x 1 -1 local", "4 Comprehension dict 2 1", "5 Return 4"]


def test_walrus_in_a_comprehension_binds_in_the_function(listing: Listing) -> None:
    lines = listing("def f(y):\n    [(n := x) for x in y]\n    return n")
    assert "2 Bind n 1 -1 local" in lines
    assert lines[-1] == "4 Return 1"


@pytest.mark.parametrize(("code", "qualname", "where"), [
    ("def f(y): any((n := x) for x in y)", "f.genexpr", "nonlocal"),
    ("any((n := x) for x in y)", "genexpr", "global"),
    ("any(any((n := x) for x in z) for z in y)", "genexpr.genexpr", "global"),
    ("f = lambda y: any((n := x) for x in y)", "lambda.genexpr", "nonlocal"),
])  # fmt: skip
def test_walrus_in_a_generator_expression_binds_around_it(
    listing: Listing, code: str, qualname: str, where: str
) -> None:
    assert any(line.endswith(where) and " Bind n " in line for line in listing(code, qualname))


def test_generator_expression_evaluates_its_first_iterable_where_it_stands(listing: Listing) -> None:
    code = "async def f(y):\n    return (await g(a, b) async for a in h(y) if a for b in a.c)"
    assert listing(code)[1:] == ["1 Free h", "2 Call 1 (0) False", "3 MakeGenerator 2 2", "4 Return 3"]
    assert listing(code, "f.genexpr") == [
        "0 Parameter .0", "1 Iterate 0 True", "2 Bind a 1 -1 local", "3 Truth 1", "4 Narrow 1 truth -1 True",
        "5 Attribute 4 c", "6 Iterate 5 False", "7 Bind b 6 -1 local", "8 Free g", "9 Call 8 (4 6) False", "10 Await 9",
        "11 Yield 10",
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "is_async", "is_generator"), [
    ("def f(): pass", False, False),
    ("async def f(): pass", True, False),
    ("def f(): x = yield", False, True),
    ("def f(): yield from x", False, True),
    ("async def f():\n    while x: yield 1", True, True),
    ("def f():\n    def g(): yield", False, False),
    ("def f(): return (x for x in y)", False, False),
])  # fmt: skip
def test_kind_of_function(code: str, is_async: bool, is_generator: bool) -> None:
    scope = extract(code.encode()).scopes[1]
    assert (scope.is_async, scope.is_generator) == (is_async, is_generator)


def test_parameters_come_first_and_in_order() -> None:
    scope = extract(b"def f(a, /, b, *c, d=1, **e): pass").scopes[1]
    kinds = ["positional-only", "positional", "star", "keyword-only", "star-star"]
    assert scope.parameters == tuple(map(ir.ParameterFacts, "abcde", kinds))
    assert scope.ops == tuple(map(ir.Parameter, "abcde"))


def test_definition_is_made_of_decorators_defaults_annotations(listing: Listing) -> None:
    code = "@d(1)\n@e\ndef f(a: A = 1, *b: B, c=2) -> C: pass"
    assert listing(code, "") == [
        "0 Free d", "1 Const int 1", "2 Call 0 (1) False", "3 Free e", "4 Const int 1", "5 Const int 2", "6 Free A",
        "7 Free B", "8 Free C", "9 MakeFunction 1 ((a 4) (c 5)) ((a 6) (b 7)) 8", "10 Call 3 (9) True",
        "11 Call 2 (10) True", "12 Bind f 11 -1 local",
    ]  # fmt: skip


def test_class_is_made_of_bases_and_keywords(listing: Listing) -> None:
    assert listing("@d\nclass C(A, *b, metaclass=M): x = 1; y = x", "")[-3:] == [
        "4 MakeClass 1 (1 *2 metaclass=3)", "5 Call 0 (4) True", "6 Bind C 5 -1 local",
    ]  # fmt: skip
    assert listing("class C:\n    x = 1\n    y = x", "C")[-1] == "2 Bind y 0 -1 local"


def test_names_of_scopes() -> None:
    code = b"class A:\n    def m(self):\n        def g(): return lambda: (x for x in y)\n    class B: pass\n"
    names = [(scope.kind, scope.qualname) for scope in extract(code).scopes]
    assert names == [
        ("module", ""), ("class", "A"), ("function", "A.m"), ("class", "A.B"), ("function", "A.m.g"),
        ("lambda", "A.m.g.lambda"), ("generator", "A.m.g.lambda.genexpr"),
    ]  # fmt: skip


def test_type_parameters_are_kept_by_name() -> None:
    facts = extract(b"def f[T: int, *Ts, **P](): pass\nclass C[U]: pass\n")
    assert [scope.type_parameters for scope in facts.scopes] == [(), ("T", "Ts", "P"), ("U",)]


def test_place_of_a_definition() -> None:
    text = "@d\nasync def f(): pass\n"
    scope = extract(text.encode()).scopes[1]
    assert text[scope.start : scope.end] == "async def f(): pass"
    assert text[scope.name_start] == "f"


@pytest.mark.parametrize(("code", "binds"), [
    ("global a\n    a = 1", ["a 1 -1 global"]),
    ("nonlocal a\n    a += 1", ["a 3 -1 nonlocal"]),
    ("global a\n    def a(): pass", ["a 1 -1 global"]),
    ("global a\n    for a in x: pass", ["a 1 -1 global"]),
])  # fmt: skip
def test_declared_names_are_bound_elsewhere_and_read_as_free(listing: Listing, code: str, binds: list[str]) -> None:
    lines = listing(f"def f(x):\n    {code}\n    return a")
    assert [line.split(" Bind ")[1] for line in lines if " Bind " in line] == binds
    assert lines[-2].endswith("Free a")
