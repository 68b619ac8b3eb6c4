"""Options that several commands share, and how they become settings."""

from __future__ import annotations

import argparse
from argparse import BooleanOptionalAction
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.errors import ConfigError

if TYPE_CHECKING:
    from fastapi_async_lint.config import Overrides, Settings

CONFIDENCES = ("certain", "probable", "possible")


def add_paths(parser: argparse.ArgumentParser) -> None:
    """The files and folders to report on."""
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="files and folders to report on (default: the project around the working folder)",
    )


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Which rules, in which files, how sure."""
    group = parser.add_argument_group("rules")
    codes = "codes or prefixes of codes, comma-separated (FAL1,FAL302); ALL stands for every rule"
    group.add_argument("--select", action="append", metavar="CODES", help=f"report these rules only: {codes}")
    group.add_argument("--extend-select", action="append", metavar="CODES", help="report these rules as well")
    group.add_argument("--ignore", action="append", metavar="CODES", help="do not report these rules")
    group.add_argument(
        "--per-file-ignores",
        action="append",
        metavar="GLOB:CODES",
        help="do not report these rules in files that match (tests/*:FAL1); may be repeated",
    )
    group.add_argument(
        "--min-confidence", choices=CONFIDENCES, help="how sure a finding must be to be shown (default: probable)"
    )
    group.add_argument(
        "--whole-project",
        action=BooleanOptionalAction,
        default=None,
        help="report in code that only commands, workers, scripts and tests reach, too",
    )
    group.add_argument(
        "--ignore-noqa", "--no-noqa", action="store_true", help="report what `# noqa` comments suppress, too"
    )


def add_files(parser: argparse.ArgumentParser) -> None:
    """Which files, which configuration, which cache."""
    group = parser.add_argument_group("files and configuration")
    group.add_argument("--exclude", action="append", metavar="GLOBS", help="leave these files out (comma-separated)")
    group.add_argument("--extend-exclude", action="append", metavar="GLOBS", help="leave these files out as well")
    group.add_argument(
        "--force-exclude",
        action=BooleanOptionalAction,
        default=None,
        help="leave excluded files out even where they are named on the command line",
    )
    group.add_argument(
        "--respect-gitignore", action=BooleanOptionalAction, default=None, help="leave out what git ignores"
    )
    group.add_argument(
        "--source-root",
        action="append",
        type=Path,
        metavar="DIR",
        help="folder that module names start from (default: found from the layout); may be repeated",
    )
    group.add_argument(
        "--follow-libraries",
        action=BooleanOptionalAction,
        default=None,
        help="follow calls into libraries that the catalog does not know, where their source is found: in the virtual"
        " environment (VIRTUAL_ENV, .venv, venv) or beside the project",
    )
    group.add_argument(
        "--python",
        type=Path,
        metavar="PATH",
        help="interpreter or virtual environment that has the project's libraries; implies --follow-libraries",
    )
    group.add_argument(
        "--catalog", action="append", type=Path, metavar="FILE", help="catalog file of your own; may be repeated"
    )
    group.add_argument("--config", type=Path, metavar="FILE", help="read this configuration file")
    group.add_argument("--isolated", action="store_true", help="read no configuration file")
    group.add_argument("--cache-dir", type=Path, metavar="DIR", help="keep the cache here (default: .fal_cache)")
    group.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    group.add_argument(
        "-j", "--jobs", type=int, metavar="N", help="processes for reading files (default: one per core)"
    )


def load(arguments: argparse.Namespace, paths: list[Path]) -> Settings:
    """The settings for the parsed options of this module. Raises ``ConfigError``."""
    from fastapi_async_lint.config import load_settings
    from fastapi_async_lint.rules import load_rules

    if arguments.config is not None and arguments.isolated:
        raise ConfigError("--config and --isolated exclude each other")
    return load_settings(
        paths,
        overrides(arguments),
        known_codes=[rule.meta.code for rule in load_rules()],
        config=arguments.config,
        isolated=arguments.isolated,
    )


def overrides(arguments: argparse.Namespace) -> Overrides:
    """What the command line says; None for what it does not mention."""
    from fastapi_async_lint.config import Overrides
    from fastapi_async_lint.diagnostics import Confidence

    confidence = arguments.min_confidence
    return Overrides(
        source_roots=_tuple(arguments.source_root),
        exclude=_words(arguments.exclude),
        extend_exclude=_words(arguments.extend_exclude),
        force_exclude=arguments.force_exclude,
        respect_gitignore=arguments.respect_gitignore,
        select=_words(arguments.select),
        extend_select=_words(arguments.extend_select),
        ignore=_words(arguments.ignore),
        per_file_ignores=_per_file(arguments.per_file_ignores),
        min_confidence=Confidence(confidence) if confidence else None,
        catalogs=_tuple(arguments.catalog),
        whole_project=arguments.whole_project,
        follow_libraries=arguments.follow_libraries,
        python=arguments.python,
        noqa=False if arguments.ignore_noqa else None,
        cache_dir=arguments.cache_dir,
        cache=False if arguments.no_cache else None,
        jobs=arguments.jobs,
    )


def _tuple(values: list[Path] | None) -> tuple[Path, ...] | None:
    return None if values is None else tuple(values)


def _words(values: list[str] | None) -> tuple[str, ...] | None:
    """All words of an option that may be repeated and takes lists."""
    from fastapi_async_lint.config import split_list

    return None if values is None else tuple(word for value in values for word in split_list(value))


def _per_file(values: list[str] | None) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """``GLOB:CODES`` items; several may stand in one value, separated by blanks, as flake8 takes them."""
    if values is None:
        return None
    from fastapi_async_lint.config import split_list

    pairs = []
    for item in (item for value in values for item in value.split()):
        glob, colon, codes = item.rpartition(":")
        if not colon or not glob or not codes:
            raise ConfigError(f"--per-file-ignores: {item!r} is not of the form GLOB:CODES (tests/*:FAL1)")
        pairs.append((glob, split_list(codes)))
    return tuple(pairs)
