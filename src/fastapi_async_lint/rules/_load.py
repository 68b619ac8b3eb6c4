"""Finds the rules by looking into the package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from typing import TYPE_CHECKING

from fastapi_async_lint.rules._rule import Rule

if TYPE_CHECKING:
    from fastapi_async_lint.analysis.view import View
    from fastapi_async_lint.diagnostics import Diagnostic

PACKAGE = "fastapi_async_lint.rules"

HEADINGS = (
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "Fix safety",
    "Limits",
    "References",
)
"""The headings of a manual page, in order."""
OPTIONAL_HEADINGS = frozenset({"References"})


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule as found: what it says about itself, its manual page (Markdown), and its check."""

    meta: Rule
    page: str
    check: Callable[[View], Iterator[Diagnostic]]
    module: str

    @property
    def sections(self) -> dict[str, str]:
        """Text of the manual page by heading."""
        sections: dict[str, str] = {}
        for part in ("\n" + self.page).split("\n## ")[1:]:
            heading, _, body = part.partition("\n")
            sections[heading.strip()] = body.strip()
        return sections


@cache
def load_rules() -> tuple[LoadedRule, ...]:
    """Every rule of the package, by code. Raises ``AttributeError`` for a rule file without ``META`` or ``check``."""
    package = importlib.import_module(PACKAGE)
    names = [module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_")]
    modules = [importlib.import_module(f"{PACKAGE}.{name}") for name in names]
    rules = [
        LoadedRule(meta=module.META, page=cleandoc(module.__doc__ or ""), check=module.check, module=module.__name__)
        for module in modules
    ]
    return tuple(sorted(rules, key=lambda rule: rule.meta.code))
