"""From the command line to an exit status, whatever happens on the way."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from fastapi_async_lint.errors import FalError

FOUND_NOTHING = 0
FOUND_SOMETHING = 1
FAILED = 2
INTERRUPTED = 130
PIPE_CLOSED = 141

DEBUG_VARIABLE = "FAL_DEBUG"
"""Environment variable that asks for tracebacks of failures inside the tool."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 nothing found, 1 findings, 2 the run failed.

    ``argv``: the arguments without the program's name; None: those of the process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _allow_any_character()
    try:
        status = _dispatch(words)
        sys.stdout.flush()
        return status
    except FalError as error:
        return _fail(str(error))
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    # Whatever else goes wrong is a defect of the tool; a traceback would not help the user, a status of 1 would lie.
    except Exception as error:
        return _report_defect(error, words)


def _dispatch(words: list[str]) -> int:
    from fastapi_async_lint.cli._parser import build_parser

    try:
        arguments = build_parser().parse_args(words)
        status: int = arguments.run(arguments)
    except SystemExit as end:  # argparse: --help, --version, a wrong command line
        sys.stdout.flush()
        return end.code if isinstance(end.code, int) else FAILED
    return status


def _fail(message: str) -> int:
    with contextlib.suppress(OSError):
        print(f"fastapi-async-lint: error: {message}", file=sys.stderr)
    return FAILED


def _report_defect(error: Exception, words: Sequence[str]) -> int:
    if os.environ.get(DEBUG_VARIABLE) or not {"-v", "--verbose"}.isdisjoint(words):
        import traceback

        traceback.print_exception(error)
    reason = f"{type(error).__name__}: {error}".partition("\n")[0]
    return _fail(
        f"internal error: {reason}\n"
        "This is a defect of fastapi-async-lint, not of your code. Please report it, "
        f"with the output of the same command with --verbose (or {DEBUG_VARIABLE}=1) added."
    )


def _allow_any_character() -> None:
    """Make both streams escape what their encoding lacks, so that an arrow or a file name cannot end the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Nobody reads the output any more: send the rest nowhere, or the interpreter complains when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
