"""Bytes, text, rows and columns."""

from __future__ import annotations

import ast
import errno
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_async_lint.diagnostics import Position
from fastapi_async_lint.source import text as text_module
from fastapi_async_lint.source.text import LineTable, UnreadableFile, decode, read_source


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"x = 'caf\xc3\xa9'\n", "x = 'café'\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbf# coding: utf-8\nx = 1\n", "# coding: utf-8\nx = 1\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (
            b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n",
        ),
        (b"# coding: latin-1\r\nx = '\xe9'\r\n", "# coding: latin-1\r\nx = 'é'\r\n"),
        (b"# coding: latin-1\rx = '\xe9'\r", "# coding: latin-1\rx = 'é'\r"),
        (b"x = 1\n\n# coding: latin-1\ny = '\xc3\xa9'\n", "x = 1\n\n# coding: latin-1\ny = 'é'\n"),
        (b"x = 1\n# coding: latin-1\ny = '\xc3\xa9'\n", "x = 1\n# coding: latin-1\ny = 'é'\n"),
        (b"a\r\nb\rc\n", "a\r\nb\rc\n"),
        (b"", ""),
    ],
)
def test_text_is_what_python_reads(source: bytes, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize(
    ("source", "row"),
    [
        (b"x = 1\ny = '\xe9'\n", 2),
        (b"x = 1\r\n\r\ny = '\xe9'\r\n", 3),
        (b"# coding: no-such-thing\n", 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1),
        (b"# coding: rot13\nk = 1\n", 1),
        (b"# coding: utf-16\nx = 1\n", 2),
        ("x = 1\n".encode("utf-16"), 1),
    ],
)
def test_text_that_python_refuses_is_refused_with_its_row(source: bytes, row: int) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        ast.parse(source)
    with pytest.raises(UnreadableFile) as caught:
        decode(source, Path("/x.py"))
    assert (caught.value.row, caught.value.path) == (row, Path("/x.py"))
    assert "\n" not in str(caught.value)


@given(
    st.binary(max_size=40),
    st.sampled_from([b"", b"# coding: latin-1\n", b"# coding: hex\n", b"#coding=punycode\n", b"\xef\xbb\xbf"]),
)
def test_any_bytes_give_text_or_the_one_error(source: bytes, head: bytes) -> None:
    try:
        assert isinstance(decode(head + source), str)
    except UnreadableFile as error:
        assert str(error)


def test_bytes_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbfx\r\n")
    assert read_source(path) == b"\xef\xbb\xbfx\r\n"


@pytest.mark.parametrize("name", ["missing.py", "folder", "null\0.py"])
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_source(tmp_path / name)


def test_file_without_permission_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> None:  # chmod would not stop a superuser
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(text_module, "open", refuse, raising=False)
    with pytest.raises(UnreadableFile, match="^cannot be read: Permission denied$"):
        read_source(Path("/a.py"))


def test_columns_count_code_points() -> None:
    table = LineTable.of("a\nx = '😀é'; f()\n")
    assert table.position(2) == Position(2, 1)
    assert table.position(table.offset(Position(2, 11))) == Position(2, 11)


@pytest.mark.parametrize("text", ["a\nb\nc", "a\r\nb\r\nc", "a\rb\rc"])
def test_all_three_line_ends_end_lines(text: str) -> None:
    assert LineTable.of(text).position(text.index("c")) == Position(3, 1)


@pytest.mark.parametrize("character", ["\f", "\v", "\x1c", "\u2028", "\x85"])
def test_nothing_else_ends_a_line(character: str) -> None:
    assert LineTable.of(f"a{character}b").row(2) == 1


def test_end_of_text_and_beyond_lie_on_the_last_line() -> None:
    table = LineTable.of("ab\ncd")
    assert table.position(5) == Position(2, 3)
    assert table.row(99) == 2
    assert table.offset(Position(7, 1)) == 3


def test_table_comes_back_from_its_bytes() -> None:
    table = LineTable.from_bytes(struct.pack("<3I", 0, 4, 70000))
    assert list(table.starts) == [0, 4, 70000]
    assert table.position(70001) == Position(3, 2)
    assert LineTable.from_bytes(b"").position(0) == Position(1, 1)


@given(st.text(alphabet="ab\r\n\f", max_size=30), st.integers(0, 30))
def test_offset_and_position_are_inverse(text: str, offset: int) -> None:
    table = LineTable.of(text)
    offset = min(offset, len(text))
    assert table.offset(table.position(offset)) == offset
