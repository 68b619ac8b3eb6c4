"""Settings: what a run is asked to do. Read from ``pyproject.toml``, flake8's options and the command line."""

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
    """Globs (gitignore style) of files neither indexed nor reported, besides the built-in ones."""
    select: tuple[str, ...] = ()
    """Codes or prefixes that replace the default selection; empty: every rule that is on by default."""
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(glob, codes) pairs."""
    min_confidence: Confidence = Confidence.PROBABLE
    catalogs: tuple[Path, ...] = ()
    """The user's own catalog files (TOML, same schema as the built-in ones)."""
    whole_project: bool = False
    """Report, too, in code that only commands, workers, scripts and tests reach."""
    noqa: bool = True
    cache_dir: Path | None = None
    """None: ``.fal_cache`` in ``root``."""
    cache: bool = True
    jobs: int = 0
    """Processes for the cold parse; 0: as many as there are cores."""
