"""Codes as users write them: lists, prefixes, ``ALL``; a misspelt one is an error with a suggestion."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

ALL = "ALL"
"""Stands for every code there is."""


def split_list(text: str) -> tuple[str, ...]:
    """The words of ``FAL1, FAL2`` or ``FAL1 FAL2``, as flake8 and ruff take them; empty for blank text."""
    return tuple(word for word in re.split(r"[,\s]+", text) if word)


def covers(prefix: str, code: str) -> bool:
    """Whether ``prefix`` (a code, the beginning of codes, or ``ALL``) stands for ``code``."""
    return prefix == ALL or bool(prefix) and code.startswith(prefix)


def unknown_code(codes: Iterable[str], known: Collection[str]) -> tuple[str, str] | None:
    """The first of ``codes`` that stands for none of ``known``, and what to tell the user; None if all do."""
    for code in codes:
        if not any(covers(code, one) for one in known):
            return code, f"no rule has the code {code!r}{suggestion(code.upper(), [*known, ALL])}"
    return None


def suggestion(word: str, words: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the nearest of ``words``, else nothing."""
    import difflib  # only errors need it

    near = difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
