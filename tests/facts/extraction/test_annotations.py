"""Annotations, and strings that are types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.extract import extract

Listing = Callable[..., list[str]]


@pytest.mark.parametrize(("annotation", "ops"), [
    ("'A'", ["Free A"]),
    ("'a.B'", ["Free a", "Attribute 0 B"]),
    ("'A | None'", ["Free A", "Const none None", "Binary | 0 1 False"]),
    ("'A' | B", ["Free A", "Free B", "Binary | 0 1 False"]),
    ("List['A']", ["Free List", "Free A", "Subscript 0 1"]),
    ("'List[\"A\"]'", ["Free List", "Free A", "Subscript 0 1"]),
    ("Callable[['A'], 'B']", ["Free Callable", "Free A", "Sequence list (1) ()", "Free B", "Sequence tuple (2 3) ()", "Subscript 0 4"]),
    ("t.Literal['A']", ["Free t", "Attribute 0 Literal", "Const str A", "Subscript 1 2"]),
    ("Annotated['A', 'B']", ["Free Annotated", "Free A", "Const str B", "Sequence tuple (1 2) ()", "Subscript 0 3"]),
    ("'not a type!'", ["Const str not a type!"]),
    ("''", ["Const str "]),
    ("'None'", ["Const none None"]),
])  # fmt: skip
def test_string_is_read_as_a_type(listing: Listing, annotation: str, ops: list[str]) -> None:
    lines = [line.split(" ", 1)[1] for line in listing(f"x: {annotation}", "")]
    assert lines[:-1] == [op.strip() for op in ops]


def test_ops_of_a_string_have_its_span_and_lie_in_the_annotation() -> None:
    text = "def f(x: 'A[B]'): pass"
    module = extract(text.encode()).scopes[0]
    assert {text[slice(*module.span(op))] for op in range(3)} == {"'A[B]'"}
    assert {module.blocks[module.block(op)].kind for op in range(3)} == {"annotation"}


def test_first_argument_of_cast_is_a_type(listing: Listing) -> None:
    assert listing("typing.cast('A', 'A')", "")[2:4] == ["2 Free A", "3 Const str A"]
    assert listing("forecast('A', 'A')", "")[1:3] == ["1 Const str A", "2 Const str A"]


def test_alias_of_an_annotated_type_is_read_as_one(listing: Listing) -> None:
    assert listing("S = Annotated['A', Depends('A')]", "")[1:4] == ["1 Free A", "2 Free Depends", "3 Const str A"]
    assert listing("S = d['A']", "")[1] == "1 Const str A"


def test_annotated_name_is_its_binding_from_then_on(listing: Listing) -> None:
    lines = listing("def f():\n    x: A = g()\n    x.a\n    x = h()\n    x.b")
    assert lines[3:5] == ["3 Bind x 2 0 local", "4 Attribute 3 a"]
    assert lines[-2:] == ["7 Bind x 6 0 local", "8 Attribute 7 b"]


def test_bare_annotation_gives_no_value(listing: Listing) -> None:
    lines = listing("def f(x):\n    x: A\n    y: B\n    self.z: C\n    return x")
    assert "2 Bind x -1 1 local" in lines
    assert "4 Bind y -1 3 local" in lines
    assert "7 SetAttribute 6 z -1 5" in lines
    assert lines[-1] == "8 Return 0"


def test_lambda_in_a_string_annotation_has_a_scope() -> None:
    facts = extract(b"x: 'Annotated[A, lambda v: v]'\n")
    assert [scope.kind for scope in facts.scopes] == ["module", "lambda"]
    assert isinstance(facts.scopes[1].ops[-1], ir.Return)
