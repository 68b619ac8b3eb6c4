"""Walking folders for Python files: what is left out, and links that lead in circles."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.config.locate import PROJECT_FILES, holds_project
from fastapi_async_lint.source.globs import GlobList, gitignore
from fastapi_async_lint.source.ignored import ignored_by_git
from fastapi_async_lint.source.paths import relative_to, within

NEVER = frozenset({
    ".git", ".hg", ".svn", ".bzr", "CVS",
    ".venv", "site-packages", "node_modules", "__pypackages__", ".tox", ".nox", ".eggs", ".pixi", ".direnv",
    "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".fal_cache", ".cache",
    ".import_linter_cache", ".ipynb_checkpoints", ".pants.d", "buck-out", ".idea", ".vscode",
})  # fmt: skip
"""Folders of these names hold no first-party code."""

OUTPUT = frozenset({"build", "dist"})
"""Folders of these names are build results, unless they are packages."""

ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
"""A folder that holds one of these is a virtual environment, whatever its name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be looked into. ``message`` is for the user, without the path."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """``.gitignore`` files that hold for a folder: the folder of each with its patterns, the outermost first."""

    lists: tuple[tuple[str, GlobList], ...] = ()

    def ignores(self, path: str, is_folder: bool) -> bool:
        for folder, patterns in reversed(self.lists):
            verdict = patterns.verdict(relative_to(path, folder), is_folder)
            if verdict is not None:
                return verdict
        return False


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder still to be looked into. ``rules``: None where git itself was asked."""

    path: str
    rules: _Rules | None
    is_link: bool = False


class _Followed:
    """What is known of links during one walk: real paths of its start, of the repository around, of targets so far."""

    def __init__(self, start: str) -> None:
        self.start = os.path.realpath(start)
        self.top = os.path.realpath(_repository_top(start) or start)
        self.targets: set[str] = set()


class Walk:
    """Collects files over several starting folders. All paths are absolute texts (any bytes, surrogate-escaped).

    ``files``: ``*.py``. ``seen``: folders looked into. ``packages``: those with ``__init__.py``. ``projects``: those with a
    project file.
    """

    def __init__(self, excluded: GlobList, root: Path, respect_gitignore: bool = True) -> None:
        """``excluded``: the user's patterns, relative to ``root``; they overrule built-in and git's exclusions."""
        self.files: set[str] = set()
        self.seen: set[str] = set()
        self.packages: set[str] = set()
        self.projects: set[str] = set()
        self.problems: list[Problem] = []
        self._excluded = excluded
        self._root = str(root)
        self._respect_gitignore = respect_gitignore
        self._ignored: set[str] = set()

    def has(self, path: str) -> bool:
        """Whether the walk came by this file or folder; a file that is not ``*.py`` counts where its folder does."""
        if path in self.files or path in self.seen:
            return True
        return not path.endswith(".py") and not os.path.isdir(path) and os.path.dirname(path) in self.seen

    def folder(self, start: str, shallow: bool = False) -> None:
        """Collect from ``start`` down, itself never excluded. ``shallow``: go down into packages only."""
        if start in self.seen:
            return
        waiting = [_Folder(start, self._repository(start) if self._respect_gitignore else None)]
        links: deque[_Folder] = deque()
        followed = _Followed(start)
        while waiting or links:
            if waiting:
                folder = waiting.pop()
            else:
                # links come last, so that what is reached without them keeps its real name
                folder = links.popleft()
                if not self._may_follow(folder.path, followed):
                    continue
            for below in self._look_into(folder, start):
                if shallow and not os.path.isfile(os.path.join(below.path, "__init__.py")):
                    continue
                (links if below.is_link else waiting).append(below)

    def _may_follow(self, link: str, followed: _Followed) -> bool:
        """Whether a linked folder holds code of the project that no other way leads to.

        A link out of the repository is not followed: it may lead to anything, the whole disk included.
        """
        target = os.path.realpath(link)
        if not within(target, followed.top):
            return False
        if within(os.path.realpath(os.path.dirname(link)), target):
            self.problems.append(Problem(Path(link), "link to a folder above it, not followed"))
            return False
        if within(target, followed.start) or target in followed.targets:
            return False
        followed.targets.add(target)
        return True

    def _look_into(self, folder: _Folder, start: str) -> list[_Folder]:
        """Take the files of one folder; give the folders in it that are not left out."""
        path, rules = folder.path, folder.rules
        if path in self.seen:
            return []
        try:
            with os.scandir(path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self.problems.append(Problem(Path(path), f"folder cannot be listed: {error.strerror or error}"))
            return []
        names = {entry.name for entry in entries}
        if path != start and names & ENVIRONMENT_MARKS:
            return []
        self.seen.add(path)
        if "__init__.py" in names:
            self.packages.add(path)
        if not names.isdisjoint((*PROJECT_FILES, "setup.py")) and holds_project(path):
            self.projects.add(path)
        if self._respect_gitignore and path != start:
            rules = self._rules_inside(path, names, rules)
        below = []
        for entry in entries:
            try:
                is_folder = entry.is_dir()
                is_file = not is_folder and entry.name.endswith(".py") and entry.is_file()
            except OSError as error:  # a link that leads to itself, say
                if not self._leaves_out(entry, True, rules):
                    self.problems.append(Problem(Path(entry.path), f"cannot be looked at: {error.strerror or error}"))
                continue
            if not (is_folder or is_file) or self._leaves_out(entry, is_folder, rules):
                continue
            if is_folder:
                below.append(_Folder(entry.path, rules, entry.is_symlink()))
            else:
                self.files.add(entry.path)
        return below

    def _rules_inside(self, folder: str, names: set[str], rules: _Rules | None) -> _Rules | None:
        if ".git" in names:
            return self._repository(folder)
        if rules is not None and ".gitignore" in names:
            return _with_file(rules, folder)
        return rules

    def _leaves_out(self, entry: os.DirEntry[str], is_folder: bool, rules: _Rules | None) -> bool:
        if self._excluded.globs:
            verdict = self._excluded.verdict(relative_to(entry.path, self._root), is_folder)
            if verdict is not None:
                return verdict
        if is_folder and _is_built_in(entry):
            return True
        return entry.path in self._ignored or (rules is not None and rules.ignores(entry.path, is_folder))

    def _repository(self, folder: str) -> _Rules | None:
        """Ask git what it ignores below; where git cannot tell, the rules to collect from ``.gitignore`` files."""
        ignored = ignored_by_git(folder) if _repository_top(folder) else None
        if ignored is not None:
            self._ignored |= ignored
            return None
        return _with_file(_Rules(), folder)


def _with_file(rules: _Rules, folder: str) -> _Rules:
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="surrogateescape") as file:
            return _Rules((*rules.lists, (folder, gitignore(file.read()))))
    except OSError:
        return rules


def _is_built_in(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if name in OUTPUT:
        return not os.path.isfile(os.path.join(entry.path, "__init__.py"))
    return name in NEVER or name.endswith((".egg-info", ".dist-info", ".egg"))


def _repository_top(folder: str) -> str | None:
    """The nearest folder, from ``folder`` up, that holds ``.git``."""
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder
