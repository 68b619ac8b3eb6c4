"""Where output goes, in colour or not."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from fastapi_async_lint import __version__
from fastapi_async_lint.errors import FalError

if TYPE_CHECKING:
    from fastapi_async_lint.reporters import Context, Kind, RuleText


def add_output(parser: argparse.ArgumentParser, kind: Kind) -> None:
    """Options for the format and the place of a report; ``kind`` says which formats there are."""
    from fastapi_async_lint.reporters import format_names

    group = parser.add_argument_group("output")
    group.add_argument(
        "--output-format", choices=format_names(kind), default="text", help="form of the report (default: text)"
    )
    group.add_argument("-o", "--output-file", type=Path, metavar="FILE", help="write the report here")
    group.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours in text (default: on a terminal)"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="findings only: no summary, no progress")
    group.add_argument("-v", "--verbose", action="store_true", help="say what is done, on standard error")


def wants_colour(choice: str, terminal: bool, environment: Mapping[str, str]) -> bool:
    """``--color`` counts most, then ``NO_COLOR``, then ``FORCE_COLOR``, then whether the output is a terminal.

    An empty ``NO_COLOR`` says nothing; ``FORCE_COLOR`` asks for colour whatever its value, ``0`` included.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def report_context(arguments: argparse.Namespace, **more: bool) -> Context:
    """How reports are shown, from the options of :func:`add_output`."""
    from fastapi_async_lint.reporters import Context

    terminal = arguments.output_file is None and sys.stdout.isatty()
    return Context(
        cwd=Path.cwd(),
        version=__version__,
        colour=wants_colour(arguments.color, terminal, os.environ),
        details=terminal,
        quiet=arguments.quiet,
        rules=rule_texts(),
        **more,
    )


def rule_texts() -> dict[str, RuleText]:
    """What reports say about each rule, by code."""
    from fastapi_async_lint.reporters import RuleText
    from fastapi_async_lint.rules import load_rules

    return {
        rule.meta.code: RuleText(rule.meta.code, rule.meta.name, rule.meta.summary, rule.page) for rule in load_rules()
    }


def write(lines: Iterable[str], file: Path | None) -> None:
    """Write the lines to the file (UTF-8), or to standard output. Raises ``FalError`` where that is impossible."""
    with _destination(file) as stream:
        for line in lines:
            stream.write(line + "\n")


def write_bytes(lines: Iterable[bytes], file: Path | None) -> None:
    """Write the lines, ends included, as they are. Raises ``FalError`` where that is impossible."""
    if file is None:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()
        return
    try:
        with file.open("wb") as stream:
            stream.writelines(lines)
    except OSError as error:
        raise FalError(f"cannot write {file}: {error.strerror or error}") from error


@contextlib.contextmanager
def _destination(file: Path | None) -> Iterator[TextIO]:
    if file is None:
        yield sys.stdout
        return
    try:
        with file.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            yield stream
    except OSError as error:
        raise FalError(f"cannot write {file}: {error.strerror or error}") from error


def note(arguments: argparse.Namespace, text: str) -> None:
    """A line on standard error, with ``--verbose`` only."""
    if arguments.verbose:
        print(text, file=sys.stderr)
