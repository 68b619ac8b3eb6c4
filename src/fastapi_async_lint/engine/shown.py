"""From all findings to those that are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.engine.worst import worst_of_each_site
from fastapi_async_lint.rules import load_rules, unreadable_file, unused_suppression
from fastapi_async_lint.selection import apply, select_codes, unused
from fastapi_async_lint.source import Discovery, Suppressions, UnreadableFile, read_source, read_suppressions


def select_shown(
    findings: Iterable[Diagnostic], settings: Settings, found: Discovery, overlay: Mapping[Path, bytes]
) -> tuple[tuple[Diagnostic, ...], dict[str, int]]:
    """The findings to show, sorted, and how many were held back, by reason.

    An unreadable file is shown whatever is selected, unless it is ignored: silence about it would look like praise.
    """

    @cache
    def suppressions(path: Path) -> Suppressions:
        try:
            return read_suppressions(overlay[path] if path in overlay else read_source(path))
        except UnreadableFile:
            return Suppressions()

    findings = list(findings)
    known = {rule.meta.code: rule.meta.on_by_default for rule in load_rules()}
    codes = select_codes(settings, known, always=(unreadable_file.META.code,))
    candidates = worst_of_each_site(findings, codes)
    if settings.noqa and unused_suppression.META.code in codes:
        candidates += _unused(findings, found, known, suppressions)
    chosen = apply(candidates, settings, codes, suppressions, found.reports)
    held_back = {"noqa": chosen.suppressed, "per-file-ignores": chosen.ignored, "confidence": chosen.unsure}
    return chosen.shown, {reason: count for reason, count in held_back.items() if count}


def _unused(
    findings: Iterable[Diagnostic],
    found: Discovery,
    known: Collection[str],
    suppressions: Callable[[Path], Suppressions],
) -> Iterator[Diagnostic]:
    """Suppressions without a use in the files asked about, those left out that could not be analysed."""
    of_file: dict[Path, list[Diagnostic]] = defaultdict(list)
    for one in findings:
        of_file[one.place.path].append(one)
    unreadable = {path for path, here in of_file.items() if any(d.code == unreadable_file.META.code for d in here)}
    for path in (file.path for file in found.files):
        if path not in unreadable and found.reports(path):
            for comment, idle in unused(suppressions(path), of_file[path], known, unused_suppression.META.code):
                yield unused_suppression.report_unused(path, comment, idle, known, is_sure=not unreadable)
