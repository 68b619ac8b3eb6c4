"""Report what blocks the event loop.

The whole project is read, because a chain of calls may pass through any of its files; findings are
reported for the paths that are named. `-` reads the text of one file from standard input.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.cli import _fix, _options, _output
from fastapi_async_lint.errors import ConfigError

if TYPE_CHECKING:
    from fastapi_async_lint.engine import Report
    from fastapi_async_lint.reporters import Kind

STDIN = Path("-")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Paths, rules, files, output."""
    _options.add_paths(parser)
    parser.add_argument(
        "--stdin-filename", type=Path, metavar="FILE", help="the file that the text from standard input stands for"
    )
    parser.add_argument("--exit-zero", action="store_true", help="end with status 0 even where something is found")
    _options.add_selection(parser)
    _options.add_files(parser)
    _output.add_output(parser, "findings")
    _fix.add_arguments(parser)
    group = parser.add_argument_group("what is shown")
    group.add_argument("--statistics", action="store_true", help="counts per rule instead of the findings")
    group.add_argument("--show-files", action="store_true", help="list the files that would be checked, and stop")
    group.add_argument(
        "--show-unresolved", action="store_true", help="list the calls on the event loop that could not be followed"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check, report, and return 1 where something was found. Raises ``FalError``."""
    from fastapi_async_lint.reporters import format_names, load_format

    kind: Kind = "statistics" if arguments.statistics else "findings"
    if arguments.output_format not in format_names(kind):
        raise ConfigError(f"--statistics knows only the formats {', '.join(format_names(kind))}")
    paths, overlay = _sources(arguments)
    if arguments.show_files:
        _output.write(_files(arguments, paths), arguments.output_file)
        return 0
    if _fix.wanted(arguments):
        if overlay:
            raise ConfigError("--fix and --diff work on files, not on standard input")
        fixed = _fix.run(arguments, paths)
        if arguments.diff:
            return 1 if fixed.changes and not arguments.exit_zero else 0
        report = fixed.report
    else:
        report = analyse(arguments, paths, overlay)
        if arguments.show_fixes or arguments.output_format in _fix.FORMATS_WITH_FIXES:
            report = _fix.proposed(report, overlay)
    context = _output.report_context(
        arguments, show_unresolved=arguments.show_unresolved, show_fixes=arguments.show_fixes
    )
    _output.write(load_format(kind, arguments.output_format)(report, context), arguments.output_file)
    return 1 if report.diagnostics and not arguments.exit_zero else 0


def analyse(arguments: argparse.Namespace, paths: Sequence[Path], overlay: dict[Path, bytes]) -> Report:
    """Run the engine on ``paths`` (none: the whole project), showing progress. ``overlay``: texts that count instead of the disk's."""
    from fastapi_async_lint.cli._progress import Progress
    from fastapi_async_lint.config.locate import absolute
    from fastapi_async_lint.engine import check_project

    settings = _options.load(arguments, list(paths))
    _output.note(arguments, f"project: {settings.root}")
    _output.note(arguments, f"configuration: {settings.config_file or 'none, defaults only'}")
    started = time.monotonic()
    with Progress(enabled=not arguments.quiet) as progress:
        report = check_project(settings, [absolute(path) for path in paths], progress=progress, overlay=overlay)
    for text in report.notes:
        _output.note(arguments, text)
    _output.note(arguments, f"{report.files} files in {time.monotonic() - started:.2f} s")
    return report


def _files(arguments: argparse.Namespace, paths: list[Path]) -> Iterator[str]:
    """The files that a run would report on."""
    from fastapi_async_lint.source import discover

    found = discover(_options.load(arguments, paths), paths)
    return (str(file.path) for file in found.files if found.reports(file.path))


def _sources(arguments: argparse.Namespace) -> tuple[list[Path], dict[Path, bytes]]:
    """What to report on, and the text from standard input by the file it stands for."""
    if STDIN not in arguments.paths:
        if arguments.stdin_filename is not None:
            raise ConfigError("--stdin-filename goes with `-` as the only path")
        return arguments.paths, {}
    if len(arguments.paths) > 1:
        raise ConfigError("`-` must be the only path")
    from fastapi_async_lint.config.locate import absolute

    path = absolute(arguments.stdin_filename or Path("stdin.py"))
    return [path], {path: sys.stdin.buffer.read()}
