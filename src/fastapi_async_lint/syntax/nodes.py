"""Node types that older versions of libcst lack, under names that exist with all of them.

Where libcst has no such type its parser does not know the syntax either, so no node is ever an instance of the stand-in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from libcst import (
        LazyImport,
        LazyImportFrom,
        StarredDictComp,
        TemplatedString,
        TemplatedStringExpression,
        TemplatedStringText,
    )
else:

    def _type(name: str) -> type:
        """libcst's type of that name, else a class without instances."""
        return getattr(cst, name, None) or type(name, (), {})

    LazyImport = _type("LazyImport")
    LazyImportFrom = _type("LazyImportFrom")
    StarredDictComp = _type("StarredDictComp")
    TemplatedString = _type("TemplatedString")
    TemplatedStringExpression = _type("TemplatedStringExpression")
    TemplatedStringText = _type("TemplatedStringText")

__all__ = [
    "LazyImport",
    "LazyImportFrom",
    "StarredDictComp",
    "TemplatedString",
    "TemplatedStringExpression",
    "TemplatedStringText",
]
