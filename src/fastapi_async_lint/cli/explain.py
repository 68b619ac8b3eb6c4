"""Show the manual page of a rule.

Without a code, the rules are listed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastapi_async_lint.errors import ConfigError

if TYPE_CHECKING:
    from fastapi_async_lint.rules import LoadedRule


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Codes or names of rules, and the format."""
    parser.add_argument("rules", nargs="*", metavar="CODE", help="code or name of a rule (FAL102, blocking-http-call)")
    parser.add_argument("--all", action="store_true", help="all rules")
    parser.add_argument(
        "--output-format", choices=("text", "json", "markdown"), default="text", help="form (default: text)"
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours in text")


def run(arguments: argparse.Namespace) -> int:
    """Print the pages. Raises ``ConfigError`` for a rule that does not exist."""
    from fastapi_async_lint.cli._output import wants_colour, write
    from fastapi_async_lint.rules import load_rules

    rules = load_rules()
    words = ["ALL"] if arguments.all else arguments.rules
    chosen = [rule for word in words for rule in _find(word, rules)]
    colour = wants_colour(arguments.color, sys.stdout.isatty(), os.environ)
    if arguments.output_format == "json":
        single = len(chosen) == 1 and not arguments.all
        write(_json(chosen or rules, single), None)
    elif arguments.output_format == "markdown":
        write(_markdown(chosen or rules), None)
    else:
        write(_text(chosen, colour) if chosen else _list(rules), None)
    return 0


def _find(word: str, rules: Sequence[LoadedRule]) -> list[LoadedRule]:
    """The rules that the word stands for: a code, a prefix of codes, ``ALL``, or a name."""
    from fastapi_async_lint.config.codes import covers, suggestion

    found = [rule for rule in rules if covers(word.upper(), rule.meta.code) or word.lower() == rule.meta.name]
    if not found:
        near = suggestion(word.upper(), [rule.meta.code for rule in rules])
        near = near or suggestion(word.lower(), [rule.meta.name for rule in rules])
        raise ConfigError(f"no rule {word!r}{near or '; `fastapi-async-lint explain` lists them'}")
    return found


def _list(rules: Sequence[LoadedRule]) -> Iterator[str]:
    width = max(len(rule.meta.name) for rule in rules)
    for rule in rules:
        state = "on " if rule.meta.on_by_default else "off"
        yield f"{rule.meta.code}  {rule.meta.name:{width}}  {state}  {rule.meta.summary}"


def _title(rule: LoadedRule) -> str:
    return f"{rule.meta.code}: {rule.meta.name}"


def _facts(rule: LoadedRule) -> str:
    return f"{rule.meta.kind}, {'on' if rule.meta.on_by_default else 'off'} by default"


def _markdown(rules: Sequence[LoadedRule]) -> Iterator[str]:
    for rule in rules:
        yield f"# {_title(rule)}\n\n*{_facts(rule)}*\n\n{rule.page}\n"


def _text(rules: Sequence[LoadedRule], colour: bool) -> Iterator[str]:
    """The pages without Markdown's marks for headings and code blocks; code is indented."""
    bold, dim, end = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    for rule in rules:
        yield f"{bold}{_title(rule)}{end}"
        yield f"{dim}{_facts(rule)}{end}\n"
        in_code = False
        for line in rule.page.split("\n"):
            if line.startswith("```"):
                in_code = not in_code
                yield ""
            elif in_code:
                yield f"    {line}".rstrip()
            else:
                yield f"{bold}{line[3:]}{end}" if line.startswith("## ") else line
        yield ""


def _json(rules: Sequence[LoadedRule], single: bool) -> Iterator[str]:
    objects = [
        {
            "code": rule.meta.code,
            "name": rule.meta.name,
            "summary": rule.meta.summary,
            "kind": rule.meta.kind,
            "on_by_default": rule.meta.on_by_default,
            "explanation": rule.page,
            "sections": rule.sections,
        }
        for rule in rules
    ]
    yield json.dumps(objects[0] if single else objects, indent=2)
