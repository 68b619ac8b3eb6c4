from __future__ import annotations

import os
import shutil
import sys

import pytest


@pytest.fixture
def as_ordinary_user() -> list[str]:
    """Command that starts a Python whose file access is not privileged, even where the tests run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return [sys.executable]
    if shutil.which("setpriv") is None:
        pytest.skip("as root, file permissions can only be tested with util-linux's setpriv")
    without = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}", sys.executable]
