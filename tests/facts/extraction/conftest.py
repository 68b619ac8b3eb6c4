"""A scope's ops as short lines of text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

import pytest

from fastapi_async_lint.facts import model as ir
from fastapi_async_lint.facts.extract import extract

Listing = Callable[..., list[str]]


def _field(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + " ".join(_field(item) for item in value) + ")"
    if isinstance(value, ir.Argument):
        return "*" * value.stars + (f"{value.keyword}=" if value.keyword else "") + str(value.value)
    return str(value)


@pytest.fixture
def listing() -> Listing:
    """``listing(code, qualname)``: ``index Kind field field …`` for each op of a scope, in order."""

    def show(code: str, qualname: str = "f") -> list[str]:
        facts = extract(textwrap.dedent(code).encode())
        scope = next(scope for scope in facts.scopes if scope.qualname == qualname)
        return [
            re.sub(" +", " ", f"{index} {type(op).__name__} {' '.join(map(_field, op.__reduce__()[1]))}").strip()
            for index, op in enumerate(scope.ops)
        ]

    return show
