"""Which findings are shown: those whose code is on, in files the user asked about, sure enough and not suppressed.

What is held back is counted by reason. Suppressions that have nothing to suppress are found here, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi_async_lint.config import Settings, covers
from fastapi_async_lint.config.codes import ALL
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.source.globs import compile_glob
from fastapi_async_lint.source.paths import relative_to
from fastapi_async_lint.source.suppressions import Noqa, NoqaCode, Suppressions

_OURS = re.compile(r"FAL[0-9]+")
"""What no other tool means, be it a rule's code or not."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is shown, sorted by place and code, and how many findings were not."""

    shown: tuple[Diagnostic, ...]
    suppressed: int = 0
    """By ``# noqa`` and its kin."""
    ignored: int = 0
    """By ``per-file-ignores``, in the files asked about."""
    unsure: int = 0
    """Below ``min-confidence``."""


def select_codes(settings: Settings, known: Mapping[str, bool], always: Iterable[str] = ()) -> frozenset[str]:
    """The codes that are on. ``known``: every code, and whether it is on by default.

    The longest prefix in ``select`` and ``extend_select`` is weighed against the longest in ``ignore``; of two equally
    long ones ``ignore`` wins. Codes in ``always`` are on whatever is selected; only ``ignore`` takes them away.
    """
    selectors = (*settings.select, *settings.extend_select)
    return frozenset(
        code
        for code, by_default in known.items()
        if max(
            _longest(selectors, code),
            0 if code in always or (by_default and not settings.select) else -1,
        )
        > _longest(settings.ignore, code)
    )


def _longest(prefixes: Iterable[str], code: str) -> int:
    """Length of the longest prefix that stands for ``code``; 0 for ``ALL``, -1 for none."""
    return max((0 if one == ALL else len(one) for one in prefixes if covers(one, code)), default=-1)


def apply(
    diagnostics: Iterable[Diagnostic],
    settings: Settings,
    codes: frozenset[str],
    suppressions: Callable[[Path], Suppressions],
    reports: Callable[[Path], bool] = lambda path: True,
) -> Selection:
    """Choose what to show.

    ``codes``: those that are on. ``suppressions``: gives a file's, asked once for each file that has findings.
    ``reports``: whether the user asked about a file; findings elsewhere are neither shown nor counted.
    """
    in_file = cache(suppressions)
    ignored_codes = _ignored_codes(settings)
    shown: list[Diagnostic] = []
    suppressed = ignored = unsure = 0
    for one in diagnostics:
        path = one.place.path
        if one.code not in codes or not reports(path):
            continue
        if any(covers(code, one.code) for code in ignored_codes(path)):
            ignored += 1
        elif one.confidence.rank < settings.min_confidence.rank:
            unsure += 1
        elif settings.noqa and in_file(path).suppresses(one.code, *one.noqa_rows):
            suppressed += 1
        else:
            shown.append(one)
    shown.sort(key=lambda one: (str(one.place.path), one.place.start, one.code))
    return Selection(tuple(shown), suppressed, ignored, unsure)


def _ignored_codes(settings: Settings) -> Callable[[Path], tuple[str, ...]]:
    """What ``per-file-ignores`` takes away in a file; a glob that begins with ``!`` means all other files."""
    entries = [(glob, codes) for text, codes in settings.per_file_ignores if (glob := compile_glob(text))]

    @cache
    def of(path: Path) -> tuple[str, ...]:
        relative = relative_to(str(path), str(settings.root))
        return tuple(code for glob, codes in entries if glob.covers(relative) != glob.negated for code in codes)

    return of


def unused(
    suppressions: Suppressions, findings: Iterable[Diagnostic], known: Collection[str], itself: str
) -> Iterator[tuple[Noqa, tuple[NoqaCode, ...]]]:
    """The comments of a file with those of their codes that are ours and suppress nothing.

    ``findings``: all of the file, of every rule, on or off, and however sure: what a code has to suppress must not depend
    on what this run is asked to show. ``known``: the codes of all rules. ``itself``: the code that reports what this gives;
    nobody can tell whether a comment that names it has a use. Blanket comments may be meant for other tools.
    """
    met = {use for one in findings for use in suppressions.matching(one.code, *one.noqa_rows)}
    for comment in suppressions.lines:
        idle: list[NoqaCode] = []
        seen: set[str] = set()
        for code in comment.codes or ():
            ours = _OURS.fullmatch(code.code) is not None or any(code.covers(one) for one in known)
            if ours and not code.covers(itself) and (code.code in seen or (comment, code) not in met):
                idle.append(code)
            seen.add(code.code)
        if idle:
            yield comment, tuple(idle)
