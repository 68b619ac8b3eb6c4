"""From all findings to those that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.engine.worst import worst_of_each_site
from fastapi_async_lint.rules import load_rules, unreadable_file
from fastapi_async_lint.selection import apply, select_codes
from fastapi_async_lint.source import Discovery, Suppressions, UnreadableFile, read_source, read_suppressions


def select_shown(
    findings: Iterable[Diagnostic], settings: Settings, found: Discovery, overlay: Mapping[Path, bytes]
) -> tuple[tuple[Diagnostic, ...], dict[str, int]]:
    """The findings to show, sorted, and how many were held back, by reason.

    An unreadable file is shown whatever is selected, unless it is ignored: silence about it would look like praise.
    """

    def suppressions(path: Path) -> Suppressions:
        try:
            return read_suppressions(overlay[path] if path in overlay else read_source(path))
        except UnreadableFile:
            return Suppressions()

    known = {rule.meta.code: rule.meta.on_by_default for rule in load_rules()}
    codes = select_codes(settings, known, always=(unreadable_file.META.code,))
    chosen = apply(worst_of_each_site(findings, codes), settings, codes, suppressions, found.reports)
    held_back = {"noqa": chosen.suppressed, "per-file-ignores": chosen.ignored, "confidence": chosen.unsure}
    return chosen.shown, {reason: count for reason, count in held_back.items() if count}
