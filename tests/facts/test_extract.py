"""What a file says: names resolved to values, blocks, implicit calls, order; and invariants over all kinds of code."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.dump import dump
from fastapi_async_lint.facts.extract import extract
from fastapi_async_lint.facts.model import NONE, ModuleFacts, Op, Scope
from fastapi_async_lint.facts.operands import operands
from fastapi_async_lint.syntax.unreadable import Unreadable


def scope_of(code: str, index: int = 1) -> Scope:
    return extract(textwrap.dedent(code).encode()).scopes[index]


def returned(scope: Scope) -> Op:
    """The op whose value the (last) return gives."""
    last = next(op for op in reversed(scope.ops) if isinstance(op, ir.Return))
    return scope.ops[last.value]


def constants(scope: Scope, op: Op) -> set[object]:
    """All constants a value may be, joins followed."""
    found, pending, seen = set(), [op], []
    while pending:
        current = pending.pop()
        if any(current is s for s in seen):
            continue
        seen.append(current)
        if isinstance(current, ir.Const):
            found.add(current.value)
        elif isinstance(current, ir.Phi):
            pending.extend(scope.ops[s] for s in current.sources)
        elif isinstance(current, ir.Narrow):
            pending.append(scope.ops[current.value])
        else:
            found.add(type(current).__name__)
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 1; x = 2; return x", {2}),
        ("x = 1\nif a: x = 2\nreturn x", {1, 2}),
        ("if a: x = 1\nelse: x = 2\nreturn x", {1, 2}),
        ("x = 1\nif a:\n    x = 2\n    return 0\nreturn x", {1}),
        ("x = 1\nif a: raise ValueError\nelse: x = 3\nreturn x", {3}),
        ("x = 1\nfor _ in a: x = 2\nreturn x", {1, 2}),
        ("x = 1\nwhile a:\n    y = x\n    x = 2\n    a = y\nreturn y if a else x", {1, 2}),
        ("x = 1\ntry: x = 2\nexcept E: pass\nreturn x", {1, 2}),
        ("try: x = 1\nexcept E: x = 2\nelse: x = 3\nreturn x", {2, 3}),
        ("x = 1\ntry: pass\nfinally: x = 2\nreturn x", {2}),
        ("x = 1\nwith a: x = 2\nreturn x", {2}),
        ("x = 1\nif (x := 2): pass\nreturn x", {2}),
        ("x = y = 3\nreturn x", {3}),
        ("x = 1\nwhile True:\n    x = 2\n    break\nreturn x", {2}),
        ("x = 1 if a else 2\nreturn x", {1, 2}),
        ("x = 1\n[x for x in a]\nreturn x", {1}),
        ("x = 1\nmatch a:\n    case 1: x = 2\n    case _: x = 3\nreturn x", {2, 3}),
        ("x = 1\nif False: x = 2\nreturn x", {1}),
        ("x = 1\ndel x\nreturn x", {"Unbound"}),
        ("global x\nx = 1\nreturn x", {"Free"}),
        ("return x", {"Free"}),
        ("return a", {"Parameter"}),
        ("a = 5\nreturn a", {5}),
    ],
)
def test_name_is_the_value_it_has_there(body: str, expected: set[object]) -> None:
    scope = scope_of("def f(a):\n" + textwrap.indent(body, "    "))
    assert constants(scope, returned(scope)) == expected


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("with a as b: pass", ["Enter", "Bind", "Exit"]),
        ("for b in a: pass", ["Iterate", "Bind"]),
        ("a.b = 1", ["Const", "SetAttribute"]),
        ("a[1] = 2", ["Const", "Const", "SetSubscript"]),
        ("del a.b", ["DeleteAttribute"]),
        ("a + 1", ["Const", "Binary"]),
        ("a += 1", ["Const", "Binary", "Bind"]),
        ("-a", ["Unary"]),
        ("a < 1 < a", ["Const", "Compare", "Compare"]),
        ("not a", ["Truth", "Unary"]),
        ("assert a", ["Truth"]),
        ("f'{a!r}'", ["Format", "Text"]),
        ("a()", ["Call"]),
        ("await a", ["Await"]),
        ("b, *c = a", ["Unpack", "Bind", "Unpack", "Bind"]),
        ("{**a}", ["Mapping"]),
        ("[*a]", ["Sequence"]),
        ("yield from a", ["YieldFrom"]),
    ],
)
def test_implicit_calls_are_recorded_in_order(line: str, kinds: list[str]) -> None:
    head = "async def f(a):\n    " if "await" in line else "def f(a):\n    "
    scope = scope_of(head + line)
    found = [type(op).__name__ for op in scope.ops[1:] if not isinstance(op, (ir.Narrow, ir.Phi))]
    assert sorted(set(kinds), key=kinds.index) == [k for k in dict.fromkeys(found) if k in kinds]
    assert set(kinds) <= set(found)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("return 1\n    g()", "dead"),
        ("raise E\n    g()", "dead"),
        ("if False: g()", "dead"),
        ("while True: pass\n    g()", "dead"),
        ("if a: g()", "then"),
        ("if a: pass\n    else: g()", "else"),
        ("for i in a: g()", "loop"),
        ("[g() for i in a]", "comprehension"),
        ("try: g()\n    finally: pass", "try"),
        ("try: pass\n    except E: g()", "except"),
        ("try: pass\n    finally: g()", "finally"),
        ("with a: g()", "with"),
        ("a and g()", "short-circuit"),
        ("x: g() = 1", "annotation"),
        ("g()", "body"),
    ],
)
def test_call_lies_in_its_block(body: str, kind: str) -> None:
    scope = scope_of(f"def f(a):\n    {body}\n")
    (call,) = [i for i, op in enumerate(scope.ops) if isinstance(op, ir.Call)]
    assert scope.blocks[scope.block(call)].kind == kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [("if TYPE_CHECKING:\n    g()", "typing"), ("if __name__ == '__main__':\n    g()", "main")],
)
def test_guards_of_the_module(code: str, kind: str) -> None:
    scope = scope_of(code, 0)
    (call,) = [i for i, op in enumerate(scope.ops) if isinstance(op, ir.Call)]
    assert scope.blocks[scope.block(call)].kind == kind


def test_string_annotation_is_read_as_a_type_and_a_literal_is_not() -> None:
    module = scope_of("def f(a: 'Optional[User]', b: Literal['User'], c: Annotated['T', 'text']): pass", 0)
    names = {op.name for op in module.ops if isinstance(op, ir.Free)}
    texts = {op.value for op in module.ops if isinstance(op, ir.Const) and op.type == "str"}
    assert names == {"Optional", "User", "Literal", "Annotated", "T"}
    assert texts == {"User", "text"}


def test_decorators_apply_from_the_inside_out() -> None:
    module = scope_of("@outer\n@inner\ndef f(): pass", 0)
    calls = [op for op in module.ops if isinstance(op, ir.Call)]
    names = [module.ops[c.function] for c in calls]
    assert [n.name for n in names if isinstance(n, ir.Free)] == ["inner", "outer"]
    assert all(c.decorator for c in calls)


def test_nested_function_reads_the_enclosing_name_as_free() -> None:
    facts = extract(b"def f(a):\n    b = 1\n    def g(): return a + b\n    return g\n")
    assert {op.name for op in facts.scopes[2].ops if isinstance(op, ir.Free)} == {"a", "b"}
    assert facts.scopes[2].qualname == "f.g"


def test_suite_on_the_line_of_its_header() -> None:
    assert returned(scope_of("def f(): return 1")) == ir.Const("int", 1)
    assert returned(scope_of("class C: x = 1\ndef f(): x = 2; return x", 2)) == ir.Const("int", 2)


def check(source: bytes, facts: ModuleFacts) -> None:
    """What must hold for every file."""
    text = source.decode("utf-8-sig")
    made = []
    for index, scope in enumerate(facts.scopes):
        assert scope.parent < index
        assert len(scope.spans) == 8 * len(scope.ops)
        assert len(scope.op_blocks) == 4 * len(scope.ops)
        assert all(NONE <= block.parent < number for number, block in enumerate(scope.blocks))
        for number, op in enumerate(scope.ops):
            start, end = scope.span(number)
            assert 0 <= start <= end <= len(text)
            assert scope.block(number) < len(scope.blocks)
            for operand in operands(op):
                assert NONE <= operand < (len(scope.ops) if isinstance(op, ir.Phi) else number)
            if isinstance(op, (ir.MakeFunction, ir.MakeClass, ir.MakeGenerator)):
                made.append(op.scope)
    assert sorted(made) == list(range(1, len(facts.scopes)))


STANDARD_LIBRARY = sorted(Path(textwrap.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", STANDARD_LIBRARY[:: max(1, len(STANDARD_LIBRARY) // 60)], ids=lambda p: p.name)
def test_invariants_hold_over_the_standard_library(path: Path) -> None:
    source = path.read_bytes()
    try:
        source.decode()
    except UnicodeDecodeError:
        return
    facts = extract(source)
    check(source, facts)
    assert dump(facts)


NAMES = st.sampled_from(["a", "b", "c"])
EXPRESSIONS = st.recursive(
    NAMES | st.sampled_from(["1", "'s'", "None", "f()", "a.b", "[]"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} + {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[0]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} and {p[1]})"),
        st.tuples(NAMES, inner).map(lambda p: f"({p[0]} := {p[1]})"),
        inner.map(lambda e: f"g({e}, *{e}, k={e})"),
        inner.map(lambda e: f"[a for a in {e} if a]"),
        inner.map(lambda e: f"(lambda b: {e})"),
        inner.map(lambda e: f"{e}[{e}:1]"),
    ),
    max_leaves=6,
)
SIMPLE = st.one_of(
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]} = {p[1]}"),
    EXPRESSIONS,
    st.sampled_from(
        ["pass", "return a", "raise a", "del a", "a, *b = c", "import m", "from m import a", "assert a, b"]
    ),
)


def blocks(depth: int) -> st.SearchStrategy[list[str]]:
    """Indented suites of statements."""
    line = SIMPLE.map(lambda s: [s])
    if depth == 0:
        return st.lists(line, min_size=1, max_size=3).map(lambda groups: [x for g in groups for x in g])
    inner = blocks(depth - 1).map(lambda lines: ["    " + x for x in lines])
    compound = st.one_of(
        st.tuples(EXPRESSIONS, inner, inner).map(lambda p: [f"if {p[0]}:", *p[1], "else:", *p[2]]),
        st.tuples(NAMES, EXPRESSIONS, inner).map(lambda p: [f"for {p[0]} in {p[1]}:", *p[2]]),
        st.tuples(EXPRESSIONS, inner).map(lambda p: [f"while {p[0]}:", *p[1], "    break"]),
        st.tuples(EXPRESSIONS, NAMES, inner).map(lambda p: [f"with {p[0]} as {p[1]}:", *p[2]]),
        st.tuples(inner, inner, inner).map(lambda p: ["try:", *p[0], "except E as a:", *p[1], "finally:", *p[2]]),
        inner.map(lambda body: ["def f(a, b=c):", *body]),
        inner.map(lambda body: ["class C(a):", "    x: int = 1", *(b for b in body if "return" not in b)]),
    )
    return st.lists(line | compound, min_size=1, max_size=3).map(lambda groups: [x for g in groups for x in g])


@settings(max_examples=150, deadline=None)
@given(blocks(2))
def test_whatever_python_accepts_is_extracted(lines: list[str]) -> None:
    source = ("def outer(a, b):\n" + "\n".join("    " + line for line in lines) + "\n").encode()
    try:
        compile(source, "<generated>", "exec", dont_inherit=True)
    except SyntaxError:
        return
    check(source, extract(source))


def test_deep_code_is_refused_not_crashed() -> None:
    for source in (
        b"x = " + b"(" * 2000 + b"1" + b")" * 2000,
        b"x = a" + b".b()" * 5000,
        b"x = " + b"not " * 5000 + b"1",
    ):
        with pytest.raises(Unreadable):
            extract(source)


def test_long_but_flat_code_is_read() -> None:
    chain = b"x = a" + b".b()" * 60 + b"\ny = " + b" + ".join([b"'s'"] * 200) + b"\n"
    ladder = b"if a: pass\n" + b"".join(b"elif a == %d: pass\n" % i for i in range(200))
    facts = extract(chain + ladder)
    assert sum(isinstance(op, ir.Call) for op in facts.scopes[0].ops) == 60
