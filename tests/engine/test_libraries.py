"""Calls followed into the libraries' own source: off by default, bounded, the catalog first."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project, libraries
from fastapi_async_lint.errors import ConfigError

APP = """\
import neighbouring
import requests
from acme import Client, quick
from acme.helpers import fetch
from broken import anything
from fastapi import FastAPI

app = FastAPI()
client = Client()


@app.get("/")
async def index():
    client.get()
    await client.coroutine()
    fetch()
    neighbouring.work()
    quick()
    client.locked()
    await client.well_behaved()
    anything()
"""
CLIENT = """\
import os
import threading
from pathlib import Path

import httpx
import requests

from .parsing import parse


class Client:
    def __init__(self):
        self.lock = threading.Lock()
        self.session = requests.Session()

    def get(self):
        return parse(self.session.get("https://acme.example"))

    async def coroutine(self):
        return await self.inner()

    async def inner(self):
        return self.session.get("https://acme.example")

    def locked(self):
        with self.lock:
            return os.path.exists("cache") and Path("cache").stat()

    async def well_behaved(self):
        async with httpx.AsyncClient() as client:
            return await client.get("https://acme.example")


async def of_the_library_itself():
    requests.get("https://acme.example")
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A project with an environment of its own and a package beside it."""
    root = tmp_path / "service"
    packages = root / ".venv" / "lib" / "python3.12" / "site-packages"
    files = {
        root / "main.py": APP,
        packages / "acme" / "__init__.py": "from .client import Client\n\n\ndef quick():\n    return 1\n",
        packages / "acme" / "client.py": CLIENT,
        packages / "acme" / "parsing.py": "from . import client\n\n\ndef parse(answer):\n    return answer\n",
        packages / "acme" / "helpers.py": "import time\n\n\ndef fetch():\n    time.sleep(1)\n",
        packages / "broken.py": "def anything(:\n",
        packages / "requests" / "__init__.py": "import time\n\n\ndef get(url):\n    time.sleep(1)\n",
        tmp_path
        / "other"
        / "src"
        / "neighbouring"
        / "__init__.py": "import time\n\n\ndef work():\n    time.sleep(1)\n",
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def found(root: Path, **options: object) -> list[tuple[int, str]]:
    settings = Settings(root=root, select=("FAL1",), cache=False, jobs=1, **options)  # type: ignore[arg-type]
    report = check_project(settings)
    assert {d.place.path for d in report.diagnostics} <= {root / "main.py"}
    return [(d.place.start.row, d.blocker.name) for d in report.diagnostics if d.blocker]


FOLLOWED = [
    (14, "requests.Session.get"),
    (15, "requests.Session.get"),
    (16, "time.sleep"),
    (17, "time.sleep"),
]


def test_libraries_are_not_followed_by_default(service: Path) -> None:
    assert found(service) == []


def test_findings_stand_at_the_projects_calls_and_the_catalog_keeps_its_say(
    service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert found(service, follow_libraries=True) == FOLLOWED


@pytest.mark.parametrize("place", [".venv", ".venv/bin/python"])
def test_the_environment_may_be_named(service: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(service / "another"))
    assert found(service, follow_libraries=True, python=service / place) == FOLLOWED


def test_an_environment_that_is_none_is_an_error(service: Path) -> None:
    with pytest.raises(ConfigError, match="neither a Python interpreter nor a virtual environment"):
        found(service, follow_libraries=True, python=service / "nowhere")


def test_editable_installs_are_found(service: Path, tmp_path: Path) -> None:
    packages = service / ".venv" / "lib" / "python3.12" / "site-packages"
    (packages / "acme").rename(tmp_path / "elsewhere_acme")
    (tmp_path / "checkout" / "lib").mkdir(parents=True)
    (tmp_path / "elsewhere_acme").rename(tmp_path / "checkout" / "lib" / "acme")
    (packages / "acme.pth").write_text(f"# made by pip\nimport nothing\n{tmp_path / 'checkout' / 'lib'}\n")
    assert found(service, follow_libraries=True, python=service / ".venv") == FOLLOWED


def test_what_is_followed_is_bounded(service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "MAX_FILES", 0)
    assert found(service, follow_libraries=True, python=service / ".venv") == []
