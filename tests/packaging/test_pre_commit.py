"""The hooks, as pre-commit installs and runs them from this repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MAIN = """\
from fastapi import FastAPI

from helpers import pause

app = FastAPI()


@app.get("/")
async def home():
    pause()
"""
HELPERS = "import time\n\n\ndef pause():\n    time.sleep(1)\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """pre-commit's own cache apart from the user's, shared by the tests: the hook is installed once."""
    home = tmp_path_factory.mktemp("pre-commit")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**clean, "PRE_COMMIT_HOME": str(home)}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A small project under version control; the chain to the blocker crosses two files."""
    root = tmp_path / "repository"
    root.mkdir()
    (root / "main.py").write_text(MAIN)
    (root / "helpers.py").write_text(HELPERS)
    (root / "README.md").write_text("A small project.\n")
    subprocess.run(["git", "init", "-q", root], check=True)
    subprocess.run(["git", "-C", root, "add", "."], check=True)
    return root


def try_hook(repository: Path, environment: dict[str, str], hook: str, *files: str) -> subprocess.CompletedProcess[str]:
    which = ["--files", *files] if files else ["--all-files"]
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), hook, "--verbose", "--color=never", *which]
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, timeout=300)


def test_manifest_is_valid(environment):
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)

    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit installs hooks from git repositories only")
class TestHooks:
    def test_finding_in_a_file_of_the_commit_fails_it(self, repository, environment):
        ended = try_hook(repository, environment, "fastapi-async-lint", "main.py")

        assert ended.returncode == 1, ended.stdout + ended.stderr
        assert "main.py:10:5: FAL101 time.sleep() blocks the event loop in GET /" in ended.stdout
        assert "helpers.py:5" in ended.stdout

    def test_finding_elsewhere_does_not(self, repository, environment):
        ended = try_hook(repository, environment, "fastapi-async-lint", "helpers.py")

        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "Passed" in ended.stdout

    def test_all_files_go_to_one_process(self, repository, environment):
        for number in range(40):
            (repository / f"m{number}.py").write_text("x = 1\n")
        subprocess.run(["git", "-C", repository, "add", "."], check=True)

        ended = try_hook(repository, environment, "fastapi-async-lint")

        assert ended.stdout.count("1 finding in ") == 1

    def test_excluded_file_is_left_out_though_it_is_named(self, repository, environment):
        (repository / "pyproject.toml").write_text("[tool.fastapi-async-lint]\nexclude = ['main.py']\n")
        subprocess.run(["git", "-C", repository, "add", "."], check=True)

        assert try_hook(repository, environment, "fastapi-async-lint", "main.py").returncode == 0

    def test_commit_without_python_files_is_not_checked(self, repository, environment):
        ended = try_hook(repository, environment, "fastapi-async-lint", "README.md")

        assert "(no files to check)Skipped" in ended.stdout

    def test_project_hook_reports_everything_whichever_file_changed(self, repository, environment):
        ended = try_hook(repository, environment, "fastapi-async-lint-project", "helpers.py")

        assert ended.returncode == 1, ended.stdout + ended.stderr
        assert "main.py:10:5: FAL101" in ended.stdout
