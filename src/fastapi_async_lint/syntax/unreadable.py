"""The one exception of this package, apart so that catching it does not load libcst."""

from __future__ import annotations


class Unreadable(Exception):
    """A file's text cannot be read as Python.

    ``message`` says why in one line; ``row`` and ``column`` (code points) count from 1 and are (1, 1) where the
    place is not known.
    """

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message, row, column)
        self.message = message
        self.row = max(row, 1)
        self.column = max(column, 1)

    def __str__(self) -> str:
        return f"{self.row}:{self.column}: {self.message}"
