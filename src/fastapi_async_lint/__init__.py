"""Finds what blocks the event loop of a FastAPI application, through any number of calls.

The public names are loaded on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_async_lint.config import Settings
    from fastapi_async_lint.diagnostics import Diagnostic
    from fastapi_async_lint.engine import Report, check_project
    from fastapi_async_lint.engine.fixing import FixReport, fix_project

__version__ = "0.1.0"

__all__ = ["Diagnostic", "FixReport", "Report", "Settings", "__version__", "check_project", "fix_project"]

_HOMES = {
    "Diagnostic": "diagnostics",
    "Report": "engine",
    "Settings": "config",
    "check_project": "engine",
    "FixReport": "engine.fixing",
    "fix_project": "engine.fixing",
}


def __getattr__(name: str) -> object:
    """Import the module that defines a public name, the first time the name is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
