"""Source files: which there are, what they are called, what they say, and where they ask for silence."""

from __future__ import annotations

from fastapi_async_lint.source.discovery import Discovery, Problem, discover
from fastapi_async_lint.source.modules import SourceFile, refine
from fastapi_async_lint.source.suppressions import Noqa, NoqaCode, Suppressions, read_suppressions
from fastapi_async_lint.source.text import LineTable, UnreadableFile, decode, read_source

__all__ = [
    "Discovery",
    "LineTable",
    "Noqa",
    "NoqaCode",
    "Problem",
    "SourceFile",
    "Suppressions",
    "UnreadableFile",
    "decode",
    "discover",
    "read_source",
    "read_suppressions",
    "refine",
]
