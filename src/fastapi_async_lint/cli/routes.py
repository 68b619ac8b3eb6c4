"""List the application's endpoints: where each runs, and what it does there.

Ends with status 0 whatever it finds.
"""

from __future__ import annotations

import argparse

from fastapi_async_lint.cli import _options, _output
from fastapi_async_lint.cli.check import analyse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Paths, rules, files, output."""
    _options.add_paths(parser)
    _options.add_selection(parser)
    _options.add_files(parser)
    _output.add_output(parser, "routes")


def run(arguments: argparse.Namespace) -> int:
    """Print the table. Raises ``FalError``."""
    from fastapi_async_lint.reporters import load_format

    report = analyse(arguments, arguments.paths, {})
    lines = load_format("routes", arguments.output_format)(report, _output.report_context(arguments))
    _output.write(lines, arguments.output_file)
    return 0
