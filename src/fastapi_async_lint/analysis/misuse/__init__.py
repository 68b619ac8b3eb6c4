"""Wrong uses of coroutines, tasks, the event loop, the thread pool and shared state: one module for each kind."""

from __future__ import annotations

from fastapi_async_lint.analysis.misuse.finders import find_misuses
from fastapi_async_lint.analysis.misuse.ground import Ground

__all__ = ["Ground", "find_misuses"]
