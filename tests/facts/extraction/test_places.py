"""Where in the text each op stands."""

from __future__ import annotations

import pytest

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.extract import extract


@pytest.mark.parametrize(
    ("code", "kind", "texts"),
    [
        ("(a.b)(c, d=1).e()", ir.Call, ["(a.b)(c, d=1)", "(a.b)(c, d=1).e()"]),
        ("a.b.c", ir.Attribute, ["a.b", "a.b.c"]),
        ("a[b:c, 1]", ir.Subscript, ["a[b:c, 1]"]),
        ("with a() as b, c: pass", ir.Enter, ["a()", "c"]),
        ("with a() as b, c: pass", ir.Exit, ["c", "a()"]),
        ("with a() as b, c: pass", ir.Bind, ["b"]),
        ("for a, b in c(): pass", ir.Iterate, ["c()"]),
        ("for a, b in c(): pass", ir.Bind, ["a", "b"]),
        ("[a for a in b() for c in a]", ir.Iterate, ["b()", "a"]),
        ("a = b = c", ir.Bind, ["a", "b"]),
        ("a: b = c", ir.Bind, ["a"]),
        ("a.b = c.d[e] = f", ir.SetAttribute, ["a.b"]),
        ("a.b = c.d[e] = f", ir.SetSubscript, ["c.d[e]"]),
        ("@ a . b\ndef f(): pass", ir.Call, ["a . b"]),
        ("@a\ndef f(): pass", ir.Bind, ["f"]),
        ("@a\ndef f(): pass", ir.MakeFunction, ["def f(): pass"]),
        ("import a.b, c as d", ir.ImportModule, ["a.b", "c as d"]),
        ("import a.b, c as d", ir.Bind, ["a.b", "d"]),
        ("from a import (b as c, d)", ir.ImportFrom, ["b as c", "d"]),
        ("f'x {a!r:>{b}} y'", ir.Format, ["{b}", "{a!r:>{b}}"]),
        ("x = yield (await a)", ir.Yield, ["yield (await a)"]),
        ("x = yield (await a)", ir.Await, ["await a"]),
        ("raise a from b; c()", ir.Raise, ["raise a from b"]),
        ('"é😀" ; a()', ir.Call, ["a()"]),
    ],
)
def test_place_of_an_op(code: str, kind: type[ir.Op], texts: list[str]) -> None:
    for text in (code, "\ufeff# é\r\n" + code):
        module = extract(text.encode()).scopes[0]
        plain = text.removeprefix("\ufeff")
        assert [plain[slice(*module.span(i))] for i, op in enumerate(module.ops) if isinstance(op, kind)] == texts
