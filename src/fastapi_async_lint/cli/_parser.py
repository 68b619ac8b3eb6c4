"""The argument parser, with a subparser per command module."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
from typing import NoReturn

from fastapi_async_lint import __version__

PACKAGE = "fastapi_async_lint.cli"

EXAMPLES = """\
examples:
  fastapi-async-lint check                    check the project in the working folder
  fastapi-async-lint check app/routers        report on one folder; calls are followed through the whole project
  fastapi-async-lint check --fix --diff       show what the safe fixes would change
  fastapi-async-lint routes                   list all endpoints and where they run
  fastapi-async-lint probe app.tasks:report   run a function on an event loop and see whether it blocks it
  fastapi-async-lint explain FAL102           what a rule reports, why, and what to do instead

exit status: 0 nothing found, 1 findings, 2 the command line, the configuration or the tool itself failed
"""


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in a line or two, instead of with all there is to know."""

    def error(self, message: str) -> NoReturn:
        """End with status 2; a word that is nearly right is put right."""
        import difflib  # Only now: most command lines are right.

        wrong = re.fullmatch(r"argument \S+: invalid choice: '([^']*)' \(choose from (.*)\)", message)
        if wrong:
            choices = [choice.strip(" '") for choice in wrong[2].split(",")]
            near = difflib.get_close_matches(wrong[1], choices, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f" (choose from {', '.join(choices)})"
            message = f"{message.partition(':')[0]}: {wrong[1]!r} is none of the choices{hint}"
        self.exit(2, f"fastapi-async-lint: error: {message}\n`{self.prog} --help` says what there is.\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; parsed arguments have ``run``, the command's function."""
    parser = Parser(
        prog="fastapi-async-lint",
        description="Find what blocks the event loop of a FastAPI application, through any number of calls.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"fastapi-async-lint {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="<command>", required=True)
    for name in command_names():
        module = importlib.import_module(f"{PACKAGE}.{name}")
        summary, _, more = (module.__doc__ or "").partition("\n")
        subparser = commands.add_parser(
            name,
            help=summary.rstrip("."),
            description=f"{summary}\n{more}".strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)
    return parser


def command_names() -> list[str]:
    """Names of the command modules, sorted."""
    package = importlib.import_module(PACKAGE)
    return sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))
