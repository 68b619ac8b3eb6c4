"""Fixing: propose edits, make those that may be made, check again, until nothing changes; then write, all or nothing per file."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Applicability, Diagnostic, Edit, Fix
from fastapi_async_lint.engine.pipeline import Progress, Report, check_project
from fastapi_async_lint.source import UnreadableFile, read_source

if TYPE_CHECKING:
    from fastapi_async_lint.fixes import Source, TextEdit
    from fastapi_async_lint.fixes.result import Proposal

ROUNDS = 10
"""Edits that get in each other's way wait for the next round; so many there are at most."""
_BOM = b"\xef\xbb\xbf"


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


def with_fixes(report: Report, overlay: Mapping[Path, bytes] | None = None) -> Report:
    """The report with the fixes of every finding worked out (one parse for each file that has findings)."""
    shown: list[Diagnostic] = []
    for path, findings in _by_file(report.diagnostics).items():
        source = _source(path, overlay or {})
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
    back with all others of its file. Raises ``FalError`` as :func:`check_project` does.
    """
    before: dict[Path, bytes] = {}
    texts: dict[Path, bytes] = {}
    given_up: set[Path] = set()
    report = first = check_project(settings, paths, progress=progress)
    for _ in range(ROUNDS):
        tried = _edited(report, texts, given_up, unsafe)
        if not tried:
            break
        for path in tried:
            before.setdefault(path, _read(path, texts))
        attempt = check_project(settings, paths, overlay={**texts, **tried})
        bad = _worse(report, attempt, tried)
        if bad:
            given_up |= bad
            tried = {path: text for path, text in tried.items() if path not in bad}
            attempt = check_project(settings, paths, overlay={**texts, **tried})
        texts |= tried
        report = attempt
    changes = tuple(Change(p, before[p], after) for p, after in sorted(texts.items()) if before[p] != after)
    problems = tuple(line for change in changes if (line := _write(change))) if write else ()
    gone = Counter(d.code for d in first.diagnostics) - Counter(d.code for d in report.diagnostics)
    return FixReport(with_fixes(report, texts), changes, dict(gone), problems)


def _order(finding: Diagnostic) -> tuple[str, int, int, str]:
    return str(finding.place.path), finding.place.start.row, finding.place.start.column, finding.code


def _by_file(findings: Iterable[Diagnostic]) -> dict[Path, list[Diagnostic]]:
    found: dict[Path, list[Diagnostic]] = {}
    for finding in findings:
        found.setdefault(finding.place.path, []).append(finding)
    return found


def _read(path: Path, texts: Mapping[Path, bytes]) -> bytes:
    return texts[path] if path in texts else read_source(path)


def _source(path: Path, texts: Mapping[Path, bytes]) -> Source | None:
    from fastapi_async_lint.fixes import Source
    from fastapi_async_lint.syntax.unreadable import Unreadable

    try:
        data = _read(path, texts)
        source = Source(data)
    except (UnreadableFile, Unreadable):
        return None
    return source if _encoded(source, source.text, data) == data else None


def _encoded(source: Source, text: str, data: bytes) -> bytes | None:
    """The text in the encoding of the file it came from; None where that cannot be done exactly."""
    encoding = source.tree.module.encoding
    try:
        if data.startswith(_BOM):
            return _BOM + text.encode("utf-8")
        return text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return None


def _fixes(source: Source, finding: Diagnostic) -> tuple[Fix, ...]:
    from fastapi_async_lint.fixes import propose

    return tuple(
        Fix(p.applicability, p.message, ((finding.place.path, _positions(source, p)),) if p.edits else ())
        for p in propose(source, finding)
    )


def _positions(source: Source, proposal: Proposal) -> tuple[Edit, ...]:
    lines = source.lines
    return tuple(Edit(lines.position(e.start), lines.position(e.end), e.content) for e in proposal.edits)


def _edited(report: Report, texts: Mapping[Path, bytes], given_up: set[Path], unsafe: bool) -> dict[Path, bytes]:
    """The next text of every file that some fix may change."""
    found: dict[Path, bytes] = {}
    for path, findings in _by_file(report.diagnostics).items():
        source = _source(path, texts) if path not in given_up else None
        if source is None:
            continue
        edits = _chosen(source, findings, unsafe)
        if edits:
            after = _encoded(source, _spliced(source.text, edits), _read(path, texts))
            if after is not None and _parses(after):
                found[path] = after
    return found


def _chosen(source: Source, findings: Sequence[Diagnostic], unsafe: bool) -> list[TextEdit]:
    """The edits of this round: the first applicable fix of each finding, those left out that get in another's way."""
    from fastapi_async_lint.fixes import propose

    allowed = (Applicability.SAFE, Applicability.UNSAFE) if unsafe else (Applicability.SAFE,)
    made: list[TextEdit] = []
    for finding in sorted(findings, key=_order):
        for proposal in propose(source, finding):
            if proposal.edits and proposal.applicability in allowed:
                fresh = [edit for edit in proposal.edits if edit not in made]
                if not any(new.overlaps(old) for new in fresh for old in made):
                    made.extend(fresh)
                break
    return made


def _spliced(text: str, edits: Sequence[TextEdit]) -> str:
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        parts += [text[at : edit.start], edit.content]
        at = edit.end
    return "".join([*parts, text[at:]])


def _parses(data: bytes) -> bool:
    from fastapi_async_lint.syntax.tree import parse
    from fastapi_async_lint.syntax.unreadable import Unreadable

    try:
        parse(data)
    except Unreadable:
        return False
    return True


def _worse(old: Report, new: Report, tried: Mapping[Path, bytes]) -> set[Path]:
    """The tried files in which nothing got better, or something got worse."""
    earlier = Counter((d.place.path, d.code) for d in old.diagnostics)
    later = Counter((d.place.path, d.code) for d in new.diagnostics)
    bad = {path for path, code in later if later[path, code] > earlier[path, code]}
    counts = Counter(d.place.path for d in old.diagnostics), Counter(d.place.path for d in new.diagnostics)
    return {path for path in tried if path in bad or counts[1][path] >= counts[0][path]}


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
