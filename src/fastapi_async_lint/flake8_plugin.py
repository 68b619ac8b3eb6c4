"""flake8's way in: its options become settings, and the findings of one file become its results.

No truth of its own: the project is analysed by the engine, once per process and project, over the cache that all
processes share. flake8 must neither see an exception from here (it would end its whole run) nor a word on a stream
(editors read them), and nothing heavy may be imported before the first file is checked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from fastapi_async_lint import __version__

if TYPE_CHECKING:
    import argparse
    import ast

    from fastapi_async_lint.config import Overrides, Settings
    from fastapi_async_lint.engine import Report

Result = tuple[int, int, str, type]
"""Row (from 1), column (from 0), text that starts with the code, and the plugin's class."""

TROUBLE = "FAL999"
"""Code of the result that says why there are no others."""

LIST: dict[str, Any] = {"comma_separated_list": True}
FLAG: dict[str, Any] = {"action": "store_true", "default": None}
OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("select", "codes or prefixes to report instead of the default ones", LIST),
    ("extend-select", "codes or prefixes to report as well, such as those that are off by default", LIST),
    ("ignore", "codes or prefixes not to report", LIST),
    ("min-confidence", "report findings that are at least this sure: certain, probable or possible", {}),
    ("exclude", "files, as in .gitignore, not to analyse", LIST),
    ("source-roots", "folders that module names start from", LIST),
    ("catalogs", "files that describe further libraries", LIST),
    ("whole-project", "report in code, too, that only commands, workers, scripts and tests reach", FLAG),
    ("cache-dir", "where to keep what was found out about unchanged files", {}),
    ("no-cache", "neither read nor write the cache", FLAG),
    ("jobs", "processes that parse files which changed; 0: one per core", {"type": int}),
)
"""Our options without their prefix ``fal-``, their help, and what argparse and flake8 need to know of them."""


class Manager(Protocol):
    """What we use of flake8's option manager."""

    def add_option(self, *names: str, **details: Any) -> None:
        """Declare an option."""


class Plugin:
    """The extension ``FAL``: flake8 makes one for each file that it could parse."""

    name = "fastapi-async-lint"
    version = __version__

    _options: ClassVar[argparse.Namespace | None] = None
    _projects: ClassVar[dict[Path, Report]] = {}
    """Analyses by project folder, since flake8 last told its options."""
    _settings_of: ClassVar[dict[Path, Settings]] = {}
    """Settings by the folder of the file checked, likewise."""

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        """``tree`` makes this a plugin that runs once for each file; the engine does its own parsing.

        ``filename`` is as the user typed it, or the display name of standard input; ``lines`` is the text to check.
        """
        self._path = Path(os.path.abspath(filename))
        self._lines = lines

    @classmethod
    def add_options(cls, manager: Manager) -> None:
        """Declare our options, on the command line and in flake8's configuration file."""
        for name, text, details in OPTIONS:
            settings = {"default": None, "parse_from_config": True, **details}
            manager.add_option(f"--fal-{name}", help=f"fastapi-async-lint: {text}", **settings)

    @classmethod
    def parse_options(cls, manager: object, options: argparse.Namespace, args: object = None) -> None:
        """Keep the options for later. An editor may do this many times in one process, with files changed between."""
        cls._options = options
        cls._projects = {}
        cls._settings_of = {}

    def run(self) -> Iterator[Result]:
        """The findings of this file."""
        from fastapi_async_lint.errors import FalError

        try:
            results = self._results()
        except FalError as error:
            results = [self._trouble(str(error))]
        except Exception as error:  # flake8 would drop the results of all other files and plugins.
            results = [self._trouble(f"internal error, please report it: {type(error).__name__}: {error}")]
        yield from results

    def _results(self) -> list[Result]:
        report = self._report()
        return [
            (
                diagnostic.place.start.row,
                diagnostic.place.start.column - 1,
                one_line(f"{diagnostic.code} {diagnostic.message}"),
                Plugin,
            )
            for diagnostic in report.diagnostics
            if diagnostic.place.path == self._path
        ]

    def _report(self) -> Report:
        """The analysis that covers this file, from an earlier file of the same project where possible."""
        from fastapi_async_lint.engine import check_project

        settings = self._settings()
        unsaved = self._unsaved_text()
        if unsaved is not None:
            return check_project(settings, [self._path], overlay={self._path: unsaved})
        project = Plugin._projects.get(settings.root)
        if project is None:
            project = Plugin._projects[settings.root] = check_project(settings, [settings.root])
        if self._path in project.analysed:
            return project
        return check_project(settings, [self._path])  # Left out of the project, but flake8 was told to check it.

    def _settings(self) -> Settings:
        from fastapi_async_lint.config import load_settings
        from fastapi_async_lint.rules import load_rules

        folder = self._path.parent
        if folder not in Plugin._settings_of:
            codes = [rule.meta.code for rule in load_rules()]
            options = overrides(Plugin._options)
            Plugin._settings_of[folder] = load_settings([self._path], options, known_codes=codes)
        return Plugin._settings_of[folder]

    def _unsaved_text(self) -> bytes | None:
        """The text to check where it is not what the disk has (standard input, a notebook), else None."""
        from fastapi_async_lint.source import UnreadableFile, decode, read_source

        text = "".join(self._lines)
        try:
            data = read_source(self._path)
        except UnreadableFile:
            return encoded(text)
        try:
            saved = decode(data)
        except UnreadableFile:
            saved = data.decode("latin-1")  # As flake8 does.
        same = _with_plain_line_ends(saved) == _with_plain_line_ends(text)
        return None if same else encoded(text)

    def _trouble(self, reason: str) -> Result:
        return (1, 0, one_line(f"{TROUBLE} file could not be analysed: {reason}"), Plugin)


def overrides(options: argparse.Namespace | None) -> Overrides:
    """flake8's options as ours. Raises ``ConfigError`` for a confidence that there is not."""
    from fastapi_async_lint.config import Overrides
    from fastapi_async_lint.diagnostics import Confidence
    from fastapi_async_lint.errors import ConfigError

    def given(name: str) -> Any:
        return getattr(options, f"fal_{name}", None)

    def words(name: str) -> tuple[str, ...] | None:
        value = given(name)
        return None if value is None else tuple(value)

    def paths(name: str) -> tuple[Path, ...] | None:
        value = given(name)
        return None if value is None else tuple(map(Path, value))

    confidence = given("min_confidence")
    if confidence is not None and confidence not in {one.value for one in Confidence}:
        raise ConfigError(f"fal-min-confidence: {confidence!r} is none of certain, probable, possible")
    return Overrides(
        select=words("select"),
        extend_select=words("extend_select"),
        ignore=words("ignore"),
        min_confidence=None if confidence is None else Confidence(confidence),
        exclude=words("exclude"),
        source_roots=paths("source_roots"),
        catalogs=paths("catalogs"),
        whole_project=given("whole_project"),
        noqa=False if getattr(options, "disable_noqa", False) else None,
        cache_dir=None if given("cache_dir") is None else Path(given("cache_dir")),
        cache=False if given("no_cache") else None,
        jobs=given("jobs"),
    )


def encoded(text: str) -> bytes:
    """Unsaved text as the bytes that saving it would make: its encoding cookie counts."""
    import codecs
    from tokenize import detect_encoding

    lines = iter([line.encode("utf-8", "surrogatepass") for line in text.splitlines(keepends=True)[:2]])
    try:
        name, _ = detect_encoding(lambda: next(lines, b""))
        return codecs.encode(text, name, "backslashreplace")
    except (SyntaxError, LookupError, UnicodeError):
        return text.encode("utf-8", "surrogatepass")


def one_line(text: str) -> str:
    """The text without anything that starts a new line: editors read flake8's output line by line."""
    return " ".join(text.split())


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
