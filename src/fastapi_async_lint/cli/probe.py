"""Run a function on an event loop and say whether it blocks it, where, and why.

The function is imported and called for real, in this process, with all that it does:

  fastapi-async-lint probe app.tasks:report                  a function
  fastapi-async-lint probe app.tasks:resize photo.png 200    arguments: JSON or Python literals, else text
  fastapi-async-lint probe app.tasks:resize path=photo.png   by name
  fastapi-async-lint probe app.main:app /users/7             a request to an application, with its start-up
  fastapi-async-lint probe app.main:app POST /users --body '{"name": "Ada"}'

A plain function is called on the event loop, as a coroutine would call it. What a coroutine function gives is awaited;
generators are iterated; context managers are entered and left. Install the tool beside the application for this.

exit status: 0 it does not block the loop, 1 it does, 2 it could not be called, or raised
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.errors import ConfigError, FalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_async_lint.cli._probe_linter import Mention
    from fastapi_async_lint.cli._probe_outcome import Outcome
    from fastapi_async_lint.probe.watch import Stall


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The target, its arguments, how it is measured, output."""
    parser.add_argument("target", metavar="MODULE:NAME", help="a function, or an ASGI application")
    parser.add_argument(
        "arguments",
        nargs="*",
        default=[],
        metavar="ARG",
        help="the function's arguments; or [METHOD] /path for an application",
    )
    group = parser.add_argument_group("the call")
    group.add_argument("--app-dir", type=Path, default=Path(), metavar="DIR", help="import from here (default: .)")
    group.add_argument("--body", metavar="TEXT", help="body of the request (JSON, unless a header says otherwise)")
    group.add_argument("--header", action="append", metavar="NAME:VALUE", help="header of the request; may be repeated")
    group.add_argument(
        "--threshold",
        type=_positive,
        default=20.0,
        metavar="MS",
        help="milliseconds without a break from which on the loop counts as blocked (default: 20)",
    )
    group.add_argument(
        "--repeat",
        type=_count,
        default=1,
        metavar="N",
        help="call it N times; it blocks if more than half of the calls do (default: 1)",
    )
    group.add_argument(
        "--timeout",
        type=_positive,
        default=30.0,
        metavar="S",
        help="seconds after which a call is given up (default: 30)",
    )
    group = parser.add_argument_group("output")
    group.add_argument(
        "--no-linter", action="store_true", help="do not compare with what the linter says of the function"
    )
    group.add_argument("--output-format", choices=("text", "json"), default="text", help="form (default: text)")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours in text")


def run(arguments: argparse.Namespace) -> int:
    """Probe, report, and return 1 where the loop is blocked. Raises ``FalError``."""
    from fastapi_async_lint.cli._probe_linter import findings_about
    from fastapi_async_lint.cli._probe_outcome import outcome_of
    from fastapi_async_lint.cli._probe_report import as_json, as_text
    from fastapi_async_lint.probe.session import Session
    from fastapi_async_lint.probe.target import load

    folder = Path(os.path.abspath(arguments.app_dir))
    if not folder.is_dir():
        raise ConfigError(f"--app-dir: {arguments.app_dir} is not a folder")
    threshold = arguments.threshold / 1000

    def finish(outcome: Outcome) -> int:
        found: Sequence[Mention] | str | None = None
        if not arguments.no_linter:
            try:
                found = findings_about(outcome, arguments.arguments, folder)
            except FalError as error:  # The verdict needs no linter.
                found = str(error)
        show = as_json if arguments.output_format == "json" else as_text
        for line in show(outcome, found, _colour(arguments)):
            print(line)
        sys.stdout.flush()
        return 1 if outcome.blocks else 0

    # What the application prints is not part of the report.
    with contextlib.redirect_stdout(sys.stderr):
        target = load(arguments.target, folder)
        session = Session(target, threshold, arguments.timeout, overdue=lambda stall: _give_up(overdue(stall)))
        session.prepare(arguments.arguments, arguments.body, arguments.header or ())

        def overdue(stall: Stall) -> int:
            with contextlib.redirect_stdout(sys.__stdout__):
                return finish(outcome_of(session, [session.unfinished(stall)], folder))

        measurements = session.run(arguments.repeat)
    return finish(outcome_of(session, measurements, folder))


def _give_up(status: int) -> None:
    """End the process: nothing else ends a call that has blocked its thread for good."""
    sys.stderr.flush()
    os._exit(status)


def _colour(arguments: argparse.Namespace) -> bool:
    from fastapi_async_lint.cli._output import wants_colour

    return wants_colour(arguments.color, sys.stdout.isatty(), os.environ)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value
