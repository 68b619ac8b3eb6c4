"""Which Python files a project has, and which of them the user asked about."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.config import Located, Settings
from fastapi_async_lint.config.locate import absolute, is_package, project_root
from fastapi_async_lint.errors import ConfigError
from fastapi_async_lint.source.globs import glob_list
from fastapi_async_lint.source.modules import Layout, SourceFile, name_files
from fastapi_async_lint.source.walk import Problem, Walk

__all__ = ["Discovery", "Problem", "discover"]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files of a project, sorted by path, and what kept others from being found."""

    root: Path
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...] = ()
    named: frozenset[str] | None = None
    """What the user asked about, as absolute paths; None: everything."""

    def reports(self, path: Path) -> bool:
        """Whether the user asked about this (absolute) path: it was named, or a folder above it was."""
        if self.named is None or str(path) in self.named:
            return True
        return any(str(folder) in self.named for folder in path.parents)


def discover(
    settings: Settings, paths: Sequence[Path] = (), *, unsaved: Collection[Path] = (), cwd: Path | None = None
) -> Discovery:
    """List the whole project, whatever part of it the user named.

    ``paths``: what to report on; relative ones start from ``cwd`` (default: the working folder). Files among them
    are taken even where excluded, unless ``settings.force_exclude``; those outside the root bring their own project
    with them. ``unsaved``: files that perhaps only an editor has: listed and named as if they were on the disk.
    Raises :class:`ConfigError` for a path that does not exist.
    """
    buffers = [absolute(path, cwd) for path in unsaved]
    asked = [absolute(path, cwd) for path in paths]
    _require(path for path in asked if path not in buffers)
    projects = _projects(settings, [*asked, *buffers])
    walk = Walk(glob_list(settings.exclude, settings.root), settings.root, settings.respect_gitignore)
    for project in projects:
        walk.folder(str(project.root), shallow=project.shallow)
    if settings.force_exclude:
        asked = [path for path in asked if walk.has(str(path))]
    for path in (*asked, *buffers):
        _take(walk, path)
    files = _name(walk, [project.root for project in projects], settings)
    named = frozenset(str(path) for path in asked) if paths else None
    return Discovery(settings.root, tuple(files), tuple(walk.problems), named)


def _require(paths: Iterable[Path]) -> None:
    for path in paths:
        if not os.path.exists(path):
            raise ConfigError(f"no such file or folder: {path}")
        if not (os.path.isfile(path) or os.path.isdir(path)):
            raise ConfigError(f"neither a file nor a folder: {path}")


def _projects(settings: Settings, paths: Iterable[Path]) -> list[Located]:
    """The project itself, and one for each path that lies outside of those before it."""
    found = [Located(settings.root, shallow=settings.shallow)]
    for path in paths:
        if not any(path == one.root or one.root in path.parents for one in found):
            found.append(project_root(path))
    return found


def _take(walk: Walk, path: Path) -> None:
    """Add what the user named, excluded or not."""
    if os.path.isdir(path):
        walk.folder(str(path))
    elif path.suffix == ".ipynb":
        walk.problems.append(Problem(path, "notebooks are not checked"))
    elif path.suffix != ".pyi":  # a stub holds nothing that runs
        walk.files.add(str(path))
    folder = path.parent
    while str(folder) not in walk.seen and is_package(folder):
        walk.packages.add(str(folder))
        folder = folder.parent


def _name(walk: Walk, roots: Sequence[Path], settings: Settings) -> list[SourceFile]:
    """Name the files project by project, and sort them."""
    packages = set(walk.packages)
    for root in roots:
        folder = root
        while is_package(folder) and folder.parent != folder:
            packages.add(str(folder))
            folder = folder.parent
    left = set(walk.files)
    named: list[SourceFile] = []
    for root in sorted(roots, key=lambda one: len(str(one)), reverse=True):
        prefix = str(root).rstrip(os.sep) + os.sep
        inside = {path for path in left if path.startswith(prefix)}
        left -= inside
        layout = Layout(root, frozenset(packages), frozenset(walk.projects), settings.source_roots)
        named += name_files(map(Path, inside), layout)
    return sorted(named, key=lambda file: str(file.path))
