"""Which findings are shown: those whose code is on, in files the user asked about, sure enough and not suppressed.

What is held back is counted by reason, and which suppressions did so is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fastapi_async_lint.config import Settings, covers
from fastapi_async_lint.config.codes import ALL
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.source.globs import compile_glob
from fastapi_async_lint.source.paths import relative_to
from fastapi_async_lint.source.suppressions import Noqa, NoqaCode, Suppressions

Use = tuple[Path, Noqa, NoqaCode | None]
"""A suppression that silenced something: its file, the comment, the code in it (None: it names none)."""


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
    used: frozenset[Use] = field(default=frozenset())
    """Suppressions that met a finding, whether or not it would have been shown without them."""


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
    used: set[Use] = set()
    suppressed = ignored = unsure = 0
    for one in diagnostics:
        path = one.place.path
        if one.code not in codes or not reports(path):
            continue
        silencers = in_file(path).matching(one.code, *one.noqa_rows) if settings.noqa else ()
        used.update((path, comment, code) for comment, code in silencers)
        if any(covers(code, one.code) for code in ignored_codes(path)):
            ignored += 1
        elif one.confidence.rank < settings.min_confidence.rank:
            unsure += 1
        elif silencers:
            suppressed += 1
        else:
            shown.append(one)
    shown.sort(key=lambda one: (str(one.place.path), one.place.start, one.code))
    return Selection(tuple(shown), suppressed, ignored, unsure, frozenset(used))


def _ignored_codes(settings: Settings) -> Callable[[Path], tuple[str, ...]]:
    """What ``per-file-ignores`` takes away in a file; a glob that begins with ``!`` means all other files."""
    entries = [(glob, codes) for text, codes in settings.per_file_ignores if (glob := compile_glob(text))]

    @cache
    def of(path: Path) -> tuple[str, ...]:
        relative = relative_to(str(path), str(settings.root))
        return tuple(code for glob, codes in entries if glob.covers(relative) != glob.negated for code in codes)

    return of


def unused(
    path: Path, suppressions: Suppressions, used: frozenset[Use], codes: frozenset[str], known: Iterable[str]
) -> Iterator[tuple[Noqa, NoqaCode]]:
    """The codes in a file's ``# noqa: …`` that are ours and silenced nothing.

    Left out are blanket comments, which may be meant for other tools, and codes that stand for a rule that is off:
    nobody can tell what it would have found.
    """
    ours = tuple(known)
    for comment in suppressions.lines:
        for code in comment.codes or ():
            meant = {one for one in ours if code.covers(one)}
            if meant and meant <= codes and (path, comment, code) not in used:
                yield comment, code
