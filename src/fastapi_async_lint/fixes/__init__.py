"""Fixes: one file for each, each a function from a loop site in its file to the edits that mend it."""

from __future__ import annotations

from fastapi_async_lint.fixes.propose import propose
from fastapi_async_lint.fixes.site import Source, TextEdit

__all__ = ["Source", "TextEdit", "propose"]
