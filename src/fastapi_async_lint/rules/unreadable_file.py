"""Unreadable file.

## What it does
Reports a Python file that cannot be analysed: a syntax error, an encoding that does not fit, a null byte, or nesting
too deep to parse. The run goes on with the other files.

## Why is this bad?
Nothing in the file was checked, and calls into it could not be followed. Without this finding, a broken file would
look like a clean one.

## Example
```python
def total(prices: list[int]) -> int:
    return sum(prices  # error
```

## Use instead
```python
def total(prices: list[int]) -> int:
    return sum(prices)
```

## Fix safety
There is no automatic fix.

## Limits
Syntax that is newer than the running Python is accepted as far as the parser knows it. `# noqa` has no effect in a
file that cannot be read; use `exclude` or `ignore`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Confidence, Diagnostic, Place, Position, Severity
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL999",
    name="unreadable-file",
    on_by_default=True,
    kind="tool",
    summary="A file that could not be analysed",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Yields nothing: unreadable files never reach the analysis; the engine asks :func:`unreadable` instead."""
    return iter(())


def unreadable(path: Path, reason: str, row: int = 1, column: int = 1) -> Diagnostic:
    """The finding for a file that could not be read; ``reason`` is cut to its first line."""
    position = Position(max(row, 1), max(column, 1))
    first_line = reason.strip().partition("\n")[0].rstrip(". ") or "unknown error"
    return Diagnostic(
        code=META.code,
        name=META.name,
        message=f"file could not be analysed: {first_line}",
        place=Place(path, position, position),
        noqa_rows=(position.row, position.row),
        severity=Severity.CRITICAL,
        confidence=Confidence.CERTAIN,
        kind=META.kind,
        category="unreadable",
    )
