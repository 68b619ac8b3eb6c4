"""`check --fix`, `--diff` and `--show-fixes`, on a real project."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = "import time\n\nimport requests\n\n\nasync def f():\n    time.sleep(1)\n    requests.get('u')\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.fastapi-async-lint]\n")
    (tmp_path / "main.py").write_text(SOURCE)
    return tmp_path


def check(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fastapi_async_lint", "check", "--no-cache", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)


def test_fix_makes_the_safe_ones_and_reports_the_rest(root: Path) -> None:
    done = check(root, "--fix")
    assert done.returncode == 1
    assert "await asyncio.sleep(1)" in (root / "main.py").read_text()
    assert "requests.get('u')\n" in (root / "main.py").read_text()
    assert "Fixed 1 finding in 1 file (1 more can be fixed with --unsafe-fixes)." in done.stderr
    assert "FAL102" in done.stdout
    assert "FAL101" not in done.stdout


def test_suppression_without_a_use_is_removed_when_asked_for(root: Path) -> None:
    source = SOURCE.replace("sleep(1)", "sleep(1)  # noqa: FAL101, FAL110").replace("('u')", "('u')  # noqa: FAL102")
    (root / "main.py").write_text(source)
    assert check(root, "--fix").stderr.startswith("Fixed 0 findings")
    done = check(root, "--fix", "--extend-select", "FAL900")
    assert done.returncode == 0
    assert (root / "main.py").read_text() == source.replace("FAL101, FAL110", "FAL101")


def test_unsafe_fixes_leave_nothing_and_the_status_says_so(root: Path) -> None:
    done = check(root, "--fix", "--unsafe-fixes")
    assert done.returncode == 0
    assert "await asyncio.to_thread(requests.get, 'u')" in (root / "main.py").read_text()


def test_diff_changes_nothing(root: Path) -> None:
    done = check(root, "--diff", "--unsafe-fixes")
    assert done.returncode == 1
    assert (root / "main.py").read_text() == SOURCE
    lines = done.stdout.splitlines()
    assert lines[:2] == ["--- main.py", "+++ main.py"]
    assert "+    await asyncio.sleep(1)" in lines
    assert "-    time.sleep(1)" in lines


@pytest.mark.parametrize("ending", ["", "\n", "\n\x0c\n# end", "  # \u2028\n"])
def test_diff_can_be_applied(root: Path, ending: str) -> None:
    path = root / "main.py"
    path.write_bytes((SOURCE.rstrip("\n") + ending).encode())
    patch = subprocess.run(
        [sys.executable, "-m", "fastapi_async_lint", "check", "--no-cache", "--diff"],
        cwd=root,
        capture_output=True,
        timeout=60,
    )
    applied = subprocess.run(["git", "apply", "-p0", "-"], cwd=root, input=patch.stdout, capture_output=True)
    assert applied.returncode == 0, applied.stderr
    by_diff = path.read_bytes()
    assert b"asyncio.sleep(1)" in by_diff
    path.write_bytes((SOURCE.rstrip("\n") + ending).encode())
    check(root, "--fix")
    assert path.read_bytes() == by_diff


def test_diff_of_nothing_ends_with_0(root: Path) -> None:
    (root / "main.py").write_text("x = 1\n")
    done = check(root, "--diff")
    assert (done.returncode, done.stdout) == (0, "")


def test_json_carries_the_edits(root: Path) -> None:
    findings = json.loads(check(root, "--output-format", "json").stdout)
    assert [f["fix"]["applicability"] for f in findings] == ["safe", "unsafe"]
    assert findings[0]["fix"]["edits"]


def test_standard_input_is_not_fixed(root: Path) -> None:
    done = check(root, "--fix", "-")
    assert done.returncode == 2
    assert "standard input" in done.stderr
