"""The libcst wrapper: bytes to a tree, and where each node stands in the text.

Import :mod:`~fastapi_async_lint.syntax.unreadable` for the exception (cheap) and
:mod:`~fastapi_async_lint.syntax.tree` for :func:`~fastapi_async_lint.syntax.tree.parse` (loads libcst).
"""

from __future__ import annotations

from fastapi_async_lint.syntax.unreadable import Unreadable

__all__ = ["Unreadable"]
