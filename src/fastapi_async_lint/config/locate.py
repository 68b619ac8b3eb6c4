"""Where the project and its configuration are, seen from the paths the user named."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.config.toml_file import TomlFile, read_toml

SECTION = ("tool", "fastapi-async-lint")
"""The table of ``pyproject.toml`` that is ours."""

PROJECT_FILES = ("pyproject.toml", "setup.cfg")
"""A folder that holds one of these, or a ``setup.py`` that packages something, is a project of its own."""

_PACKAGING = re.compile(rb"\b(?:setuptools|distutils|skbuild)\b")
"""What a packaging script imports; an application, too, may have a module of the name ``setup``."""


@dataclass(frozen=True, slots=True)
class Located:
    """``config``: the nearest ``pyproject.toml`` that has our table, None where there is none.

    ``shallow``: no project was found around a loose file, so ``root`` is just the folder it lies in.
    """

    root: Path
    config: TomlFile | None = None
    shallow: bool = False


def locate(paths: Sequence[Path], cwd: Path | None = None) -> Located:
    """Find project root and configuration from where the user pointed (nothing named: the working folder).

    Looked for upward from the folder that all paths have in common, up to the repository's top: first a
    ``pyproject.toml`` with our table, whose folder then is the root; else the nearest folder with a project file
    or ``.git``; else the first named path itself. Links are not resolved, paths need not exist.
    Raises :class:`~fastapi_async_lint.errors.ConfigError` for a ``pyproject.toml`` on the way that is broken.
    """
    named = [absolute(path, cwd) for path in paths] or [absolute(Path(), cwd)]
    start = _common_folder(named)
    nearest: Path | None = None
    for folder in _upward(start) if start else ():
        pyproject = folder / "pyproject.toml"
        if os.path.isfile(pyproject):
            config = read_toml(pyproject)
            if section_of(config) is not None:
                return Located(folder, config)
        if nearest is None and _is_project(folder):
            nearest = folder
    if nearest is not None:
        return Located(nearest)
    return locate(named[:1]) if len(named) > 1 else _without_markers(named[0])


def project_root(path: Path) -> Located:
    """The project one absolute path belongs to, as :func:`locate` finds it, but no configuration file is read."""
    for folder in _upward(path if os.path.isdir(path) else path.parent):
        if _is_project(folder):
            return Located(folder)
    return _without_markers(path)


def section_of(config: TomlFile) -> object | None:
    """What stands at ``[tool.fastapi-async-lint]``, of whatever type; None where nothing does."""
    value: object = config.data
    for key in SECTION:
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def absolute(path: Path, base: Path | None = None) -> Path:
    """``path`` from ``base`` (default: the working folder), ``..`` removed, links kept."""
    return Path(os.path.abspath(path if base is None else os.path.join(base, path)))


def is_package(folder: Path) -> bool:
    """Whether the folder is a regular package."""
    return os.path.isfile(folder / "__init__.py")


def holds_project(folder: str) -> bool:
    """Whether the folder has a project file."""
    if any(os.path.isfile(os.path.join(folder, name)) for name in PROJECT_FILES):
        return True
    try:
        with open(os.path.join(folder, "setup.py"), "rb") as script:
            return _PACKAGING.search(script.read()) is not None
    except OSError:
        return False


def _without_markers(path: Path) -> Located:
    """Root of a path that no project file is above of: a folder is its own; for a file, the package it is in."""
    if os.path.isdir(path):
        return Located(path)
    folder = path.parent
    if not is_package(folder):
        return Located(folder, shallow=True)
    while is_package(folder.parent) and folder.parent != folder:
        folder = folder.parent
    return Located(folder)


def _is_project(folder: Path) -> bool:
    return holds_project(str(folder)) or os.path.exists(folder / ".git")


def _upward(folder: Path) -> Iterator[Path]:
    """The folder and those above it, up to and including the top of its repository."""
    for one in (folder, *folder.parents):
        yield one
        if os.path.exists(one / ".git"):
            return


def _common_folder(paths: Sequence[Path]) -> Path | None:
    """The deepest folder that holds all paths; None where they have none (Windows drives)."""
    folders = {str(path if os.path.isdir(path) else path.parent) for path in paths}
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:
        return None
