"""The pipeline: from settings and paths to a report."""

from __future__ import annotations

from fastapi_async_lint.engine.pipeline import Report, check_project

__all__ = ["Report", "check_project"]
