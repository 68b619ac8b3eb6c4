"""Starting up: quick, and with help that says what there is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fastapi_async_lint
from fastapi_async_lint import __version__
from fastapi_async_lint.cli._parser import command_names

SOURCE = Path(fastapi_async_lint.__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SOURCE)}


def loaded_by(*words: str) -> set[str]:
    """Names of the modules that a run of the module imports."""
    command = [sys.executable, "-X", "importtime", "-m", "fastapi_async_lint", *words]
    ended = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=True)
    return {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize(
    "words", [("--version",), ("--help",), ("check", "--help"), ("explain", "FAL101"), ("probe", "--help")]
)
def test_nothing_heavy_is_imported_before_it_is_needed(words):
    heavy = {
        "libcst",
        "msgspec",
        "asyncio",
        "concurrent.futures",
        "sqlite3",
        "fastapi_async_lint.engine",
        "fastapi_async_lint.probe",
    }
    loaded = loaded_by(*words)
    assert "argparse" in loaded
    assert not loaded & heavy


def test_check_does_without_the_probe(tmp_path):
    (tmp_path / "main.py").write_text("x = 1\n")
    assert "fastapi_async_lint.engine" in (loaded := loaded_by("check", str(tmp_path)))
    assert "fastapi_async_lint.probe" not in loaded


def test_module_and_version():
    command = [sys.executable, "-m", "fastapi_async_lint", "--version"]
    ended = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert (ended.returncode, ended.stdout) == (0, f"fastapi-async-lint {__version__}\n")


def test_help_names_every_command_examples_and_exit_status(project, run):
    outcome = run("--help")
    assert outcome.status == 0
    assert all(f"\n    {name} " in outcome.out for name in command_names())
    assert "examples:" in outcome.out
    assert "exit status: 0 nothing found, 1 findings, 2" in outcome.out


@pytest.mark.parametrize("name", command_names())
def test_every_command_has_help_of_its_own(project, run, name):
    outcome = run(name, "--help")
    assert outcome.status == 0
    assert f"fastapi-async-lint {name}" in outcome.out
