"""``python -m fastapi_async_lint`` and the installed command."""

from __future__ import annotations

import sys

from fastapi_async_lint.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
