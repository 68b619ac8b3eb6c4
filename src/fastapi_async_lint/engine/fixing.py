"""Fixing: propose edits, make those that may be made, check again, until nothing changes; then write, all or nothing per file."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Diagnostic, Edit, Fix
from fastapi_async_lint.engine.attempts import Refusal, plan, settle
from fastapi_async_lint.engine.pipeline import Progress, Report, check_project
from fastapi_async_lint.source import UnreadableFile, read_source

if TYPE_CHECKING:
    from fastapi_async_lint.fixes import Source
    from fastapi_async_lint.fixes.result import Proposal

ROUNDS = 10
"""Edits that get in each other's way wait for the next round; so many there are at most."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file before and after."""

    path: Path
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class FixReport:
    """What a fixing run came to: the findings that are left, the changed files, how many findings of each code are gone."""

    report: Report
    changes: tuple[Change, ...]
    fixed: Mapping[str, int]
    problems: tuple[str, ...] = ()
    """Files that could not be written, one line each."""


class Sources:
    """The files that have findings, each parsed once for each of its states."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[bytes, Source | None]] = {}

    def of(self, path: Path, texts: Mapping[Path, bytes]) -> Source | None:
        """The file, its text from ``texts`` if it is there, else from the disk; None where it cannot be edited."""
        try:
            data = _read(path, texts)
        except UnreadableFile:
            return None
        known = self._known.get(path)
        if known is None or known[0] != data:
            known = self._known[path] = data, _source(data)
        return known[1]


def with_fixes(report: Report, overlay: Mapping[Path, bytes] | None = None, sources: Sources | None = None) -> Report:
    """The report with the fixes of every finding worked out (one parse for each file that has findings)."""
    sources = sources or Sources()
    shown: list[Diagnostic] = []
    for path, findings in _by_file(report.diagnostics).items():
        source = sources.of(path, overlay or {})
        shown.extend(replace(f, fixes=_fixes(source, f)) if source else f for f in findings)
    return replace(report, diagnostics=tuple(sorted(shown, key=_order)))


def fix_project(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    unsafe: bool = False,
    write: bool = True,
    progress: Progress | None = None,
) -> FixReport:
    """Make the safe fixes (with ``unsafe`` those, too, that may change behaviour) and write the files that changed.

    With ``write=False`` nothing is written. A fix that does not make its finding go away, or that brings a new one, is taken
    back, and the next one for the finding is tried. Raises ``FalError`` as :func:`check_project` does.
    """
    before: dict[Path, bytes] = {}
    texts: dict[Path, bytes] = {}
    refused: set[Refusal] = set()
    sources = Sources()
    report = first = check_project(settings, paths, progress=progress)
    for _ in range(ROUNDS):
        found = {path: source for path in _by_file(report.diagnostics) if (source := sources.of(path, texts))}
        attempts = plan(report, found, refused, unsafe)
        if not attempts:
            break
        for path in {attempt.path for attempt in attempts}:
            before.setdefault(path, _read(path, texts))
        settled = settle(attempts, report, partial(_check, settings, paths, dict(texts)))
        refused |= settled.refused
        texts |= settled.texts
        report = settled.report
    changes = tuple(Change(p, before[p], after) for p, after in sorted(texts.items()) if before[p] != after)
    problems = tuple(line for change in changes if (line := _write(change))) if write else ()
    gone = Counter(d.code for d in first.diagnostics) - Counter(d.code for d in report.diagnostics)
    return FixReport(with_fixes(report, texts, sources), changes, dict(gone), problems)


def _check(
    settings: Settings, paths: Sequence[Path], texts: Mapping[Path, bytes], changed: Mapping[Path, bytes]
) -> Report:
    return check_project(settings, paths, overlay={**texts, **changed})


def _order(finding: Diagnostic) -> tuple[str, int, int, str]:
    return str(finding.place.path), finding.place.start.row, finding.place.start.column, finding.code


def _by_file(findings: Iterable[Diagnostic]) -> dict[Path, list[Diagnostic]]:
    found: dict[Path, list[Diagnostic]] = {}
    for finding in findings:
        found.setdefault(finding.place.path, []).append(finding)
    return found


def _read(path: Path, texts: Mapping[Path, bytes]) -> bytes:
    return texts[path] if path in texts else read_source(path)


def _source(data: bytes) -> Source | None:
    from fastapi_async_lint.fixes import Source
    from fastapi_async_lint.syntax.unreadable import Unreadable

    try:
        source = Source(data)
    except Unreadable:
        return None
    return source if source.encoded(source.text) == data else None


def _fixes(source: Source, finding: Diagnostic) -> tuple[Fix, ...]:
    from fastapi_async_lint.fixes import propose

    return tuple(
        Fix(p.applicability, p.message, ((finding.place.path, _positions(source, p)),) if p.edits else ())
        for p in propose(source, finding)
    )


def _positions(source: Source, proposal: Proposal) -> tuple[Edit, ...]:
    lines = source.lines
    return tuple(Edit(lines.position(e.start), lines.position(e.end), e.content) for e in proposal.edits)


def _write(change: Change) -> str | None:
    """Write one file, whole or not at all; the reason where it was left alone."""
    path = change.path.resolve()
    try:
        if path.read_bytes() != change.before:
            return f"{change.path}: left alone, it has changed since it was read"
        mode = path.stat().st_mode
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(change.after)
            os.chmod(name, mode)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        return f"{change.path}: left alone, it cannot be written: {error.strerror or error}"
    return None
