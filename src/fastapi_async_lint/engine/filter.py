"""Which findings are shown: those of the rules that are on, in the files asked about, sure enough, not suppressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from fastapi_async_lint.config import Settings, covers
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules import Selection, load_rules
from fastapi_async_lint.source import Discovery, Suppressions, UnreadableFile, read_source, read_suppressions
from fastapi_async_lint.source.globs import compile_glob
from fastapi_async_lint.source.paths import relative_to


def select_shown(
    diagnostics: Iterable[Diagnostic], settings: Settings, found: Discovery, overlay: Mapping[Path, bytes]
) -> tuple[tuple[Diagnostic, ...], dict[str, int]]:
    """The findings to show, sorted, and how many were held back, by reason."""
    selection = Selection(settings.select, settings.extend_select, settings.ignore)
    on = {rule.meta.code for rule in load_rules() if selection.is_on(rule.meta)}
    held_back: Counter[str] = Counter()
    shown = []
    reason_of = _reasons(settings, overlay)
    for diagnostic in diagnostics:
        if diagnostic.code in on and found.reports(diagnostic.place.path):
            reason = reason_of(diagnostic)
            if reason is None:
                shown.append(diagnostic)
            else:
                held_back[reason] += 1
    shown.sort(key=lambda one: (str(one.place.path), one.place.start, one.code))
    return tuple(shown), dict(held_back)


def _reasons(settings: Settings, overlay: Mapping[Path, bytes]) -> Callable[[Diagnostic], str | None]:
    """Says why a finding is held back, None where it is not."""
    ignores = [(compile_glob(glob), codes) for glob, codes in settings.per_file_ignores]

    @cache
    def ignored_in(path: Path) -> tuple[str, ...]:
        relative = relative_to(str(path), str(settings.root))
        return tuple(
            code for glob, codes in ignores if glob and glob.covers(relative) != glob.negated for code in codes
        )

    @cache
    def suppressions_in(path: Path) -> Suppressions:
        try:
            return read_suppressions(overlay[path] if path in overlay else read_source(path))
        except UnreadableFile:
            return Suppressions()

    def reason(diagnostic: Diagnostic) -> str | None:
        if diagnostic.confidence.rank < settings.min_confidence.rank:
            return "confidence"
        if any(covers(code, diagnostic.code) for code in ignored_in(diagnostic.place.path)):
            return "per-file-ignores"
        if settings.noqa and suppressions_in(diagnostic.place.path).suppresses(diagnostic.code, *diagnostic.noqa_rows):
            return "noqa"
        return None

    return reason
