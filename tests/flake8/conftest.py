"""Real flake8, in processes of its own, on small projects; ``check`` on the same projects to compare with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

Finding = tuple[str, int, int, str]
"""File (relative to the project), row, column, ``FAL… message``."""

MAIN = """
    from fastapi import FastAPI

    from .helpers import pause
    from .upload import router

    app = FastAPI()
    app.include_router(router)


    @app.get("/slow")
    async def slow() -> None:
        pause()


    @app.get("/slower")
    async def slower() -> None:
        x = "é😀"; pause()


    @app.get("/pooled")
    def pooled() -> None:
        pause()


    @app.get("/quiet")
    async def quiet() -> None:
        pause(
            1,
        )  # noqa: FAL101
"""
HELPERS = """
    import time


    def pause(seconds: int = 1) -> None:
        time.sleep(seconds)
"""
UPLOAD = """
    import os
    from pathlib import Path

    from fastapi import APIRouter

    router = APIRouter(prefix="/files")


    @router.get("/{name}")
    async def read(name: str) -> str:
        if not os.path.exists(name):
            return ""
        return Path(name).read_text()
"""
APPLICATION = {"app/__init__.py": "", "app/main.py": MAIN, "app/helpers.py": HELPERS, "app/upload.py": UPLOAD}


@dataclass
class Flake8:
    """Runs flake8 in the project."""

    root: Path

    def run(
        self, *words: str, stdin: str | bytes | None = None, cwd: Path | None = None, python: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """The ended process of ``flake8 <words>``; only our codes are asked for unless the words say otherwise."""
        command = [*(python or [sys.executable, "-m", "flake8"]), *words]
        if not any(word.startswith(("--select", "--version", "--bug-report")) for word in words):
            command.append("--select=FAL")
        data = stdin.encode() if isinstance(stdin, str) else stdin
        ended = subprocess.run(command, cwd=cwd or self.root, input=data, capture_output=True, timeout=120)
        return subprocess.CompletedProcess(
            command, ended.returncode, ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace")
        )

    def findings(
        self, *words: str, stdin: str | bytes | None = None, cwd: Path | None = None, python: Sequence[str] = ()
    ) -> list[Finding]:
        """What flake8 prints, which must be findings and nothing else."""
        ended = self.run(
            "--format=%(path)s|%(row)d|%(col)d|%(code)s %(text)s", *words, stdin=stdin, cwd=cwd, python=python
        )
        assert ended.stderr == ""
        found = []
        for line in ended.stdout.splitlines():
            path, row, column, text = line.split("|", 3)
            full = Path(os.path.normpath((cwd or self.root) / path))
            found.append((full.relative_to(self.root).as_posix(), int(row), int(column), text))
        assert ended.returncode == (1 if found else 0)
        return sorted(found)

    def check(self, *words: str) -> list[Finding]:
        """What ``fastapi-async-lint check`` finds, in the same form."""
        command = [sys.executable, "-m", "fastapi_async_lint", "check", "--output-format", "json", *words]
        ended = subprocess.run(command, cwd=self.root, capture_output=True, text=True, timeout=120)
        assert ended.stderr == ""
        return sorted(
            (
                Path(one["filename"]).relative_to(self.root).as_posix(),
                one["location"]["row"],
                one["location"]["column"],
                f"{one['code']} {one['message']}",
            )
            for one in json.loads(ended.stdout)
        )


@pytest.fixture(scope="session", autouse=True)
def plugin_is_installed() -> None:
    version = subprocess.run([sys.executable, "-m", "flake8", "--version"], capture_output=True, text=True)
    if "fastapi-async-lint" not in version.stdout:
        pytest.fail(f"flake8 does not know the plugin; install the package first: {version.stdout}{version.stderr}")


@pytest.fixture
def project(tmp_path: Path) -> Callable[[dict[str, str]], Flake8]:
    """Writes files by relative path into a project folder."""

    def make(files: dict[str, str]) -> Flake8:
        root = tmp_path / "project"
        for name, content in {"pyproject.toml": "", **files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(textwrap.dedent(content).lstrip("\n"), encoding="utf-8")
        return Flake8(root)

    return make


@pytest.fixture
def flake8(project: Callable[[dict[str, str]], Flake8]) -> Flake8:
    """A small application with a chain through two files."""
    return project(APPLICATION)
