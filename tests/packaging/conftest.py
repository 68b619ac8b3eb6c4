from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is published."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., Path]:
    """Makes a virtual environment with these requirements in it, and gives its folder of commands."""

    def make(*requirements: str | Path) -> Path:
        folder = tmp_path / "environment"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
        commands = folder / ("Scripts" if os.name == "nt" else "bin")
        install = [commands / "python", "-m", "pip", "install", "--quiet", *requirements]
        subprocess.run(install, check=True, capture_output=True, timeout=300)
        return commands

    return make
