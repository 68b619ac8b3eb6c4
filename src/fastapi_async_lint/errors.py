"""Errors that end a run with exit status 2: each names the file, the line where known, and the cure."""

from __future__ import annotations

from pathlib import Path


class FalError(Exception):
    """Base of every error this tool raises on purpose; ``str()`` of it is fit for a user's eyes."""


class ConfigError(FalError):
    """The command line or a configuration file cannot be used as it is.

    ``path`` and ``line`` (from 1) tell where, where known.
    """

    def __init__(self, message: str, path: Path | None = None, line: int | None = None) -> None:
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(where + message)
        self.path = path
        self.line = line


class CatalogError(ConfigError):
    """A catalog file does not follow the schema."""
