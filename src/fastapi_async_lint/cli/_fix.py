"""The fixing part of `check`: `--fix`, `--unsafe-fixes`, `--diff`, `--show-fixes`."""

from __future__ import annotations

import argparse
import difflib
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.cli import _options, _output

if TYPE_CHECKING:
    from fastapi_async_lint.engine import Report
    from fastapi_async_lint.engine.fixing import Change, FixReport

FORMATS_WITH_FIXES = frozenset({"json", "json-lines", "sarif"})
"""Formats that carry the edits of each finding."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags."""
    group = parser.add_argument_group("fixing")
    group.add_argument("--fix", action="store_true", help="make the safe fixes, and report what is left")
    group.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix or --diff: those, too, that may change behaviour"
    )
    group.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    group.add_argument("--show-fixes", action="store_true", help="say of each finding how it can be mended")


def wanted(arguments: argparse.Namespace) -> bool:
    """Whether files are to be changed, or a diff is to be shown."""
    return bool(arguments.fix or arguments.diff)


def proposed(report: Report, overlay: Mapping[Path, bytes]) -> Report:
    """The report, every finding with its fixes."""
    from fastapi_async_lint.engine.fixing import with_fixes

    return with_fixes(report, overlay)


def run(arguments: argparse.Namespace, paths: Sequence[Path]) -> FixReport:
    """Fix, or work out what fixing would change; say on standard error what was done."""
    from fastapi_async_lint.cli._progress import Progress
    from fastapi_async_lint.config.locate import absolute
    from fastapi_async_lint.engine.fixing import fix_project

    settings = _options.load(arguments, list(paths))
    with Progress(enabled=not arguments.quiet) as progress:
        outcome = fix_project(
            settings,
            [absolute(path) for path in paths],
            unsafe=arguments.unsafe_fixes,
            write=not arguments.diff,
            progress=progress,
        )
    if arguments.diff:
        _output.write_bytes((line for change in outcome.changes for line in _diff(change)), arguments.output_file)
    for problem in outcome.problems:
        print(f"fastapi-async-lint: {problem}", file=sys.stderr)
    if not arguments.quiet:
        print(_summary(outcome, arguments), file=sys.stderr)
    return outcome


NO_NEWLINE = "\\ No newline at end of file"


def _diff(change: Change) -> Iterator[bytes]:
    """The change as a unified diff that ``patch`` and ``git apply`` take: lines in the file's own encoding, byte order mark included."""
    try:
        name = change.path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        name = str(change.path)
    for line in difflib.unified_diff(_lines(change.before), _lines(change.after), name, name):
        whole = line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}\n"
        yield whole.encode("utf-8", "surrogateescape")


def _lines(data: bytes) -> list[str]:
    """Lines with their ends. Only a line feed ends a line: ``str.splitlines`` would split at form feeds, too."""
    return io.StringIO(data.decode("utf-8", "surrogateescape"), newline="\n").readlines()


def _summary(outcome: FixReport, arguments: argparse.Namespace) -> str:
    count, files = sum(outcome.fixed.values()), len(outcome.changes)
    done = "Would fix" if arguments.diff else "Fixed"
    text = f"{done} {count} finding{'s' * (count != 1)} in {files} file{'s' * (files != 1)}"
    waiting = 0 if arguments.unsafe_fixes else _unsafe(outcome.report)
    hint = f" ({waiting} more can be fixed with --unsafe-fixes)" if waiting else ""
    return f"{text}{hint}."


def _unsafe(report: Report) -> int:
    from fastapi_async_lint.diagnostics import Applicability

    return sum(any(fix.applicability is Applicability.UNSAFE for fix in d.fixes) for d in report.diagnostics)
