"""``python -m fastapi_async_lint`` and the installed command."""

from __future__ import annotations

import gc
import sys

from fastapi_async_lint import cli


def main() -> int:
    """Run the command line of this process, and return its exit status.

    The process ends with it, so nobody collects its garbage: on a large project that takes longer than a warm run.
    """
    gc.disable()
    status = cli.main()
    gc.freeze()  # Or the interpreter would look through everything once more before it ends.
    return status


if __name__ == "__main__":
    sys.exit(main())
