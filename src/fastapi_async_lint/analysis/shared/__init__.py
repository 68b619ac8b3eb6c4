"""State that requests share: which objects outlive a request, and what changes them in more than one step without a lock."""

from __future__ import annotations

from fastapi_async_lint.analysis.shared.state import Change, SharedState
from fastapi_async_lint.analysis.shared.weight import Weight

__all__ = ["Change", "SharedState", "Weight"]
