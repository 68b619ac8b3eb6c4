"""Spans against libcst's own position provider, and files that cannot be read."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from fastapi_async_lint.source.text import LineTable
from fastapi_async_lint.syntax.tree import Tree, parse
from fastapi_async_lint.syntax.unreadable import Unreadable

CODE = '''\
"""Docstring."""
import a.b as c, d
from .. import (e,  # comment
    f)

@decorator(1, key = 2)
async def function(a, /, b: int = 1, *args, c: "str" = "x", **kwargs) -> dict[str, int]:
    x = y = (a + b) * [1, 2, *args][0]
    if x > 1 and not y or (x is None): x = lambda q: q(1); z = x
    elif x in (1, 2): pass
    else:
        raise ValueError(f"{x!r:>{10}} {y}") from None
    async with open(x) as (p, q), other: pass
    for i, (j, k) in enumerate(x): i += 1
    while (n := f(x)) < 3: del n, x[1:2, ...]
    try: await x
    except* (A, B) as error: return error . attribute
    finally: yield
    return {**a, "k": {1, 2}, **{v: w async for v, w in b if w}}

class C(Base, metaclass=Meta):
    x: int
    y: int = 3
    match = (  yield_from  )
    with_ = a if b else (c, d), 1
    global_ = -x ** ~y @ z
    print("é😀" "b", sep="");  time.sleep(1)

match command.split():
    case [Point(x=0), *rest] | {"k": v, **more} if v: pass
    case "a" | -1 | None as e: pass
    case _: assert x, "y"
type Alias[T: int, *Ts, **P] = list[T]
'''


def public(code: bytes) -> dict[str, set[tuple[object, object]]]:
    wrapper = MetadataWrapper(cst.parse_module(code))
    found: dict[str, set[tuple[object, object]]] = {}
    for node, span in wrapper.resolve(PositionProvider).items():
        found.setdefault(type(node).__name__, set()).add(
            ((span.start.line, span.start.column), (span.end.line, span.end.column))
        )
    return found


def own(tree: Tree) -> list[tuple[str, object]]:
    lines = LineTable(tree.line_starts)
    found: list[tuple[str, object]] = []
    for node in tree.packed:
        start, end = (lines.position(offset) for offset in tree.span(node))
        found.append((type(node).__name__, ((start.row, start.column - 1), (end.row, end.column - 1))))
    return found


@pytest.mark.parametrize(
    "code",
    [
        CODE.encode(),
        CODE.replace("\n", "\r\n").encode(),
        CODE.replace("    ", "\t").encode(),
        b"\xef\xbb\xbf" + CODE.encode(),
        CODE.rstrip("\n").encode(),
        ("# coding: latin-1\nx = 'é'; y(x)\n").encode("latin-1"),
    ],
    ids=["plain", "CRLF", "tabs", "byte order mark", "no final newline", "latin-1"],
)
def test_spans_are_those_of_the_position_provider(code: bytes) -> None:
    expected = public(code)
    spans = own(parse(code))
    assert len(spans) > 3
    for kind, span in spans:
        if kind not in ("SimpleStatementLine", "Arg", "Param", "Tuple", "Module", "MatchSequenceElement"):
            assert span in expected[kind], kind


@pytest.mark.parametrize(
    ("code", "row"),
    [
        (b"x = 1\ndef f(:\n", 2),
        (b"x = 1\nx = '\n", 2),
        (b"x = 1\0\n", 1),
        (b"# coding: utf-8\nx = '\xff'\n", 2),
        (b"# coding: nonsense\nx = 1\n", 1),
        (b"x = " + b"(" * 3000 + b")" * 3000, 1),
        (b"x = a" + b".b()" * 6000, 1),
    ],
    ids=["syntax", "string", "null byte", "wrong encoding", "unknown encoding", "brackets", "chain"],
)
def test_file_that_cannot_be_read_is_refused_with_its_row(code: bytes, row: int) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(code)
    assert caught.value.row == row
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("code", [b"", b"\n", b"# nothing\n", b"\xef\xbb\xbf"])
def test_empty_file_is_fine(code: bytes) -> None:
    assert parse(code).module.body == ()
