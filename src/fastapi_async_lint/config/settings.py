"""The two records of a configuration: a run's finished settings, and what the command line or flake8 asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.diagnostics import Confidence


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's settings, defaults and all. Paths are absolute."""

    root: Path
    """The project: what is indexed. The folder of the configuration file, else what the user named."""
    source_roots: tuple[Path, ...] = ()
    """Folders that module names start from; empty: found from the layout."""
    exclude: tuple[str, ...] = ()
    """Globs (gitignore style, ``!`` takes back) of files neither indexed nor reported, besides the built-in ones."""
    force_exclude: bool = False
    """Leave out excluded files even where the user names them (pre-commit names every file it knows)."""
    respect_gitignore: bool = True
    """Leave out what git ignores."""
    shallow: bool = False
    """``root`` is only the folder of a loose file, not a project: of the folders below it, only packages are indexed."""
    select: tuple[str, ...] = ()
    """Codes or prefixes that replace the default selection; empty: every rule that is on by default."""
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(glob, codes) pairs."""
    min_confidence: Confidence = Confidence.PROBABLE
    catalogs: tuple[Path, ...] = ()
    """The user's own catalog files (TOML, same schema as the built-in ones)."""
    inline_catalog: str | None = None
    """The catalog written into ``pyproject.toml`` itself, as JSON text, not yet validated."""
    config_file: Path | None = None
    """Where the settings were read from; None: nothing but defaults and overrides."""
    whole_project: bool = False
    """Report, too, in code that only commands, workers, scripts and tests reach."""
    follow_libraries: bool = False
    """Follow calls into the source of libraries that the catalog does not know."""
    python: Path | None = None
    """Interpreter or virtual environment that has the project's libraries; None: ``VIRTUAL_ENV``, else ``.venv`` or ``venv``."""
    noqa: bool = True
    cache_dir: Path | None = None
    """None: ``.fal_cache`` in ``root``."""
    cache: bool = True
    jobs: int = 0
    """Processes for the cold parse; 0: as many as there are cores."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line or flake8's options say. None: not given. Relative paths start from the working folder.

    ``extend_select``, ``extend_exclude``, ``ignore`` and ``catalogs`` add to the configuration file's; ``select``
    replaces the file's whole selection (its ``ignore`` and ``extend-select`` too); everything else replaces its
    counterpart.
    """

    source_roots: tuple[Path, ...] | None = None
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] | None = None
    force_exclude: bool | None = None
    respect_gitignore: bool | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    min_confidence: Confidence | None = None
    catalogs: tuple[Path, ...] | None = None
    whole_project: bool | None = None
    follow_libraries: bool | None = None
    python: Path | None = None
    noqa: bool | None = None
    cache_dir: Path | None = None
    cache: bool | None = None
    jobs: int | None = None
