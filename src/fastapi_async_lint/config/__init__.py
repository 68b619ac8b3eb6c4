"""Settings: what a run is asked to do. Read from ``pyproject.toml``, flake8's options and the command line."""

from __future__ import annotations

from fastapi_async_lint.config.codes import covers, split_list, unknown_code
from fastapi_async_lint.config.load import load_settings
from fastapi_async_lint.config.locate import Located, locate
from fastapi_async_lint.config.settings import Overrides, Settings

__all__ = ["Located", "Overrides", "Settings", "covers", "load_settings", "locate", "split_list", "unknown_code"]
