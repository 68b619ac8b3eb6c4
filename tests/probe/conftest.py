from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastapi_async_lint.probe import clock

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)


@pytest.fixture
def one_busy_processor() -> Iterator[None]:
    """This thread, and those it starts, share one processor with another process that never rests."""
    if not hasattr(os, "sched_setaffinity") or not os.path.exists(clock.SCHEDSTAT):
        pytest.skip("the system does not tell who stands in line for a processor")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    with subprocess.Popen(
        [sys.executable, "-c", "print(flush=True)\nwhile True: pass"], stdout=subprocess.PIPE
    ) as busy:
        assert busy.stdout is not None
        busy.stdout.readline()
        yield
        busy.kill()
    os.sched_setaffinity(0, before)
