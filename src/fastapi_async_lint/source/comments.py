"""Comments of a Python text, told from strings that look like them, without tokenizing it.

Tokenizing costs as much as parsing; finding where strings and comments begin and end takes one regular expression
and, for f-strings, a stack. The syntax is that of Python 3.12 and later (any quotes inside ``{}``), of which the
older one is a part; texts that no Python accepts give some answer, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CODE = re.compile(r"""#[^\r\n]*|(?:(?<!\w)([rRbBuUfFtT]{1,2}))?(\"\"\"|'''|"|')""")
"""In code: the next comment, or the prefix and quotes of the next string."""

_FIELD = re.compile(r"""#[^\r\n]*|(?:(?<!\w)([rRbBuUfFtT]{1,2}))?(\"\"\"|'''|"|')|([][(){}:])""")
"""In a replacement field ``{…}``: brackets and the colon of the format, too."""

_WITH_FIELDS = frozenset("fFtT")

_PLAIN_END = {
    '"': re.compile(r'[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"?', re.DOTALL),
    "'": re.compile(r"[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'?", re.DOTALL),
    '"""': re.compile(r'[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:""")?', re.DOTALL),
    "'''": re.compile(r"[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:''')?", re.DOTALL),
}
"""The rest of a string without fields, closing quotes included; an unclosed one ends with its line, or the text."""


@dataclass(slots=True)
class _Literal:
    """Inside an f-string (or t-string), in its text."""

    quotes: str
    is_raw: bool
    is_format: bool = False
    """Behind the colon of a field, where ``}`` ends the field and ``{{`` is no escape."""


@dataclass(slots=True)
class _Field:
    """Inside a replacement field. ``depth``: open brackets."""

    depth: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """``start``/``end``: code points from the beginning of the text, ``#`` included, line end excluded."""

    start: int
    end: int


def scan(text: str) -> Iterator[Comment | tuple[int, int]]:
    """Every comment and, as a pair of offsets, every string that spans lines, in the order in which they end."""
    stack: list[_Literal | _Field] = []
    begun: list[int] = []
    position = 0
    while True:
        state = stack[-1] if stack else None
        if isinstance(state, _Literal):
            position = _through_literal(text, position, stack)
            if len(stack) == 0 and _spans(text, begun[0], position):
                yield begun[0], position
            continue
        found = (_CODE if state is None else _FIELD).search(text, position)
        if found is None:
            return
        position = found.end()
        prefix, quotes = found[1], found[2]
        if quotes:
            if prefix and not _WITH_FIELDS.isdisjoint(prefix):
                if not stack:
                    begun[:] = [found.start()]
                stack.append(_Literal(quotes, "r" in prefix.lower()))
            else:
                end = _PLAIN_END[quotes].match(text, position)
                position = end.end() if end else position
                if not stack and _spans(text, found.start(), position):
                    yield found.start(), position
        elif text[found.start()] == "#":
            yield Comment(found.start(), position)
        elif state is not None:
            _bracket(found[3], state, stack)


def _bracket(sign: str, field: _Field, stack: list[_Literal | _Field]) -> None:
    if sign in "([{":
        field.depth += 1
    elif sign == "}" and field.depth == 0:
        stack.pop()
    elif sign in ")]}":
        field.depth = max(field.depth - 1, 0)
    elif field.depth == 0:
        around = next(one for one in reversed(stack) if isinstance(one, _Literal))
        stack.append(_Literal(around.quotes, around.is_raw, is_format=True))


_LITERAL = re.compile(r"""\\N\{[^{}\r\n]*\}|\\(?:\r\n|[^{}])|\{\{|\}\}|[{}\r\n]|\"\"\"|'''|"|'""", re.DOTALL)


def _through_literal(text: str, position: int, stack: list[_Literal | _Field]) -> int:
    """Go on to where the text of the f-string on top of the stack ends or a field begins; give that place."""
    state = stack[-1]
    assert isinstance(state, _Literal)
    while True:
        found = _LITERAL.search(text, position)
        if found is None:
            stack.clear()
            return len(text)
        sign = found[0]
        position = found.end()
        if sign[0] == "\\":
            if state.is_raw and sign[1] == "N" and len(sign) > 2:
                position = found.start() + 2
        elif sign[0] in "\"'":
            if sign[0] == state.quotes[0] and len(sign) >= len(state.quotes):
                _close(stack)
                return found.start() + len(state.quotes)
            if len(sign) == 3:
                position = found.start() + 1
        elif sign[0] in "\r\n":
            if len(state.quotes) == 1:
                _close(stack)
                return found.start()
        elif sign[0] == "{":
            if sign == "{" or state.is_format:
                stack.append(_Field())
                return found.start() + 1
        elif state.is_format:
            stack.pop()
            stack.pop()
            return found.start() + 1


def _close(stack: list[_Literal | _Field]) -> None:
    """Leave the f-string whose quotes have come: a format does not outlive the string it is in."""
    while True:
        state = stack.pop()
        if isinstance(state, _Literal) and not state.is_format:
            return


def _spans(text: str, start: int, end: int) -> bool:
    return text.find("\n", start, end) >= 0 or text.find("\r", start, end) >= 0
