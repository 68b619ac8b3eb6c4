"""Spans against libcst's own position provider, and files that cannot be read."""

from __future__ import annotations

import gc
import sys
import sysconfig
import threading
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from fastapi_async_lint.syntax.tree import parse
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


WITH_COMMA = (cst.Tuple, cst.MatchStar, cst.MatchSequenceElement, cst.MatchMappingElement, cst.MatchKeywordElement)
"""Nodes whose span, in libcst, ends behind the comma and the white space that follows them."""


def differences(code: bytes) -> list[tuple[str, str, str]]:
    """Nodes whose text by our span is not their text by libcst's public provider: type, ours, libcst's."""
    tree = parse(code)
    positions = MetadataWrapper(tree.module, unsafe_skip_copy=True).resolve(PositionProvider)
    found = []
    for node in tree.packed:
        place = positions[node]
        first, last = (tree.line_starts[at.line - 1] + at.column for at in (place.start, place.end))
        start, end = tree.span(node)
        ours, theirs = tree.text[start:end], tree.text[first:last]
        if isinstance(node, cst.GeneratorExp):
            theirs = theirs.rstrip()
        elif isinstance(node, WITH_COMMA):
            ours, theirs = (text.rstrip(" \\\n").removesuffix(",").rstrip() for text in (ours, theirs))
        if (start, ours) != (first, theirs):
            found.append((type(node).__name__, ours, theirs))
    return found


@pytest.mark.parametrize(
    "code",
    [
        CODE.encode(),
        CODE.replace("\n", "\r\n").encode(),
        CODE.replace("    ", "\t").encode(),
        CODE.replace("\n\n", "\n\f\n  # note\n\n").encode(),
        CODE.replace(", ", " , \\\n ").encode(),
        b"\xef\xbb\xbf" + CODE.encode(),
        CODE.rstrip("\n").encode(),
        "# coding: latin-1\nx = 'é'; y(x)\n".encode("latin-1"),
    ],
    ids=["plain", "CRLF", "tabs", "form feeds", "continued lines", "byte order mark", "no final newline", "latin-1"],
)
def test_spans_are_those_of_the_position_provider(code: bytes) -> None:
    assert differences(code) == []


@pytest.mark.parametrize(
    "name", ["test_grammar", "test_patma", "test_coroutines", "test_decorators", "test_named_expressions"]
)
def test_spans_agree_over_the_files_that_test_the_grammar(name: str) -> None:
    path = Path(sysconfig.get_path("stdlib")) / "test" / f"{name}.py"
    if not path.exists():
        pytest.skip("this Python comes without its own tests")
    try:
        assert differences(path.read_bytes()) == []
    except Unreadable as error:
        assert "libcst" in error.message or "invalid" in error.message


def test_spans_do_not_depend_on_what_libcst_writes_back() -> None:
    """libcst drops the space before the colon and in the f-string when it generates this code again."""
    code = b'try: pass\nexcept OSError : x = f"{3!s  }"; y(x)\n'
    tree = parse(code)
    assert tree.module.bytes != code
    assert {tree.text[slice(*tree.span(n))] for n in tree.packed if isinstance(n, cst.Call)} == {"y(x)"}


def test_statements_are_the_lines_on_which_a_suppression_counts() -> None:
    tree = parse(b"@d(\n  1)\nclass C:\n  if a: b; c\n  else:\n    d = (\n 1)\n")
    found = [tree.text[span & 0xFFFFFFFF : span >> 32] for span in tree.statements]
    assert found == ["@d(\n  1)", "class C:", "if a:", "b", "c", "else:", "d = (\n 1)"]


def test_a_node_without_a_span_is_a_key_error() -> None:
    tree = parse(b"x = 1\n")
    with pytest.raises(KeyError):
        tree.span(tree.module)


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


@pytest.mark.parametrize(
    "code",
    [
        "x = a" + ".b()" * 400,
        "x = " + "[" * 90 + "]" * 90,
        "x = a" + " + a" * 900,
        "x = a" + " or a" * 900,
        "x = (" + "'a'\n" * 2_400 + ")",
        "if a: pass\n" + "elif a: pass\n" * 900,
        "x = " + "not " * 200 + "a",
    ],
    ids=["calls", "brackets", "operators", "or", "strings", "elif", "not"],
)
def test_deep_code_is_parsed_on_the_smallest_stack_a_thread_may_have(code: str) -> None:
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(parse(code.encode()))
        except Unreadable as error:
            outcome.append(error.message)

    # What the tests before this one have left behind is not to be collected on so small a stack: finalizers run there, too.
    gc.collect()
    gc.disable()
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
        gc.enable()
    assert not isinstance(outcome[0], str), outcome[0]


def test_only_libcst_refuses_what_python_accepts() -> None:
    with pytest.raises(Unreadable, match="libcst") as caught:
        parse(b"x = 1\n(y): int = 1\n")
    assert caught.value.row == 2


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python knows the syntax")
def test_syntax_newer_than_the_running_python_is_read() -> None:
    tree = parse(b"type A[T] = list[T]\nx = f'{y['k']}'\n")
    assert len(tree.statements) == 2


def test_a_warning_about_the_code_is_not_an_error_of_ours(recwarn: pytest.WarningsRecorder) -> None:
    parse(b"x = '\\d'; x is 1\n")
    assert not recwarn.list
