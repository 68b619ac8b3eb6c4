"""Whatever goes wrong: a status, a short message, no traceback unless asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fastapi_async_lint
from fastapi_async_lint.errors import ConfigError

SOURCE = Path(fastapi_async_lint.__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SOURCE)}


def test_expected_error_is_one_line(engine, run):
    engine.raises = ConfigError("no such key", Path("pyproject.toml"), 3)
    outcome = run("check")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "fastapi-async-lint: error: pyproject.toml:3: no such key\n"


def test_defect_asks_for_a_report_without_traceback(engine, run):
    engine.raises = ZeroDivisionError("division by zero\nmore")
    outcome = run("check")
    assert outcome.status == 2
    assert "internal error: ZeroDivisionError: division by zero\n" in outcome.err
    assert "Please report it" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("way", ["--verbose", "FAL_DEBUG"])
def test_defect_shows_its_traceback_on_request(engine, run, monkeypatch, way):
    engine.raises = ZeroDivisionError()
    if way == "FAL_DEBUG":
        monkeypatch.setenv(way, "1")
    assert "Traceback" in run("check", *[way] * way.startswith("-")).err


def test_interrupt_ends_with_130(engine, run):
    engine.raises = KeyboardInterrupt()
    outcome = run("check")
    assert (outcome.status, outcome.err) == (130, "")


def test_closed_pipe_is_quiet(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "fastapi_async_lint", "explain", "--all"]
    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd=tmp_path)
    os.close(writer)
    assert ended.stderr == b""
    assert ended.returncode == 141


def test_output_encoding_without_arrows_is_no_failure(tmp_path):
    command = [sys.executable, "-c", "from fastapi_async_lint.cli._main import main; main(['--version']); print('→')"]
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert ended.returncode == 0
    assert ended.stdout.endswith("\\u2192\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("chek",), "'chek' is none of the choices; did you mean 'check'?\n`fastapi-async-lint --help`"),
        (("check", "--output-format", "jsn"), "'jsn' is none of the choices; did you mean 'json'?"),
        (("check", "--output-format", "xyz"), "'xyz' is none of the choices (choose from concise, full, "),
        (("check", "--colour"), "unrecognized arguments: --colour"),
        ((), "the following arguments are required: <command>\n`fastapi-async-lint --help` says what there is.\n"),
        (("probe",), "the following arguments are required: MODULE:NAME\n`fastapi-async-lint probe --help`"),
    ],
)
def test_wrong_command_lines_are_told_in_two_lines(project, run, words, told):
    outcome = run(*words)
    assert (outcome.status, outcome.out) == (2, "")
    assert told in outcome.err
    assert outcome.err.startswith("fastapi-async-lint: error: ")
    assert len(outcome.err.splitlines()) == 2
