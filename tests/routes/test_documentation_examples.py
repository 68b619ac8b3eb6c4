"""Our routes of every example in FastAPI's documentation, compared with the routes FastAPI itself has for them.

The examples come with FastAPI's source package, which is downloaded in the version that is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest
from route_comparison import Comparison, compare, module_name

if sys.version_info >= (3, 11):
    import tomllib

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="what the examples import is only installed for Python 3.11 and later"
)
NOT_COMPARED = Path(__file__).with_name("not_compared.toml")
EXAMPLES = "docs_src"
BESIDES = {
    "static/.keep": "", "templates/.keep": "", "dist/index.html": "", "dist/404.html": "", "openapi.json": '{"paths": {}}',
}  # fmt: skip
"""Files that some examples expect where they are run."""


def download(folder: Path) -> Path:
    """FastAPI's source package. Skips where it cannot be had, except in CI."""
    requirement = f"fastapi=={version('fastapi')}"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-binary",
        ":all:",
        "--no-build-isolation",
    ]
    run = subprocess.run([*command, "--dest", str(folder), requirement], capture_output=True, text=True)
    if run.returncode and "pdm" in run.stderr.lower():
        command.remove("--no-build-isolation")
        run = subprocess.run([*command, "--dest", str(folder), requirement], capture_output=True, text=True)
    if run.returncode:
        assert not os.environ.get("CI"), run.stderr
        pytest.skip(f"the source package of {requirement} cannot be downloaded")
    (archive,) = folder.glob("fastapi-*.tar.gz")
    return archive


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("download")
    root = tmp_path_factory.mktemp("examples")
    with tarfile.open(download(folder)) as archive:
        for member in archive.getmembers():
            _, _, inside = member.name.partition("/")
            if inside.startswith(f"{EXAMPLES}/") and member.isfile():
                path = root / inside
                path.parent.mkdir(parents=True, exist_ok=True)
                source = archive.extractfile(member)
                assert source is not None
                path.write_bytes(source.read())
    for name, text in BESIDES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    modules = sorted(module_name(path, root) for path in (root / EXAMPLES).rglob("*.py"))
    return compare(root, modules)


def test_no_route_is_missing(comparison: Comparison) -> None:
    assert comparison.missing == []


def test_no_route_is_invented(comparison: Comparison) -> None:
    assert comparison.invented == []


def test_what_cannot_be_compared_is_listed_with_the_reason(comparison: Comparison) -> None:
    listed = tomllib.loads(NOT_COMPARED.read_text(encoding="utf-8"))
    failed = {name.removeprefix(f"{EXAMPLES}."): error for name, error in comparison.failed.items()}
    assert {name: error for name, error in failed.items() if name not in listed} == {}
    assert set(listed) <= set(failed), "imports now: no longer to be listed"


def test_most_examples_are_compared(comparison: Comparison) -> None:
    assert len(comparison.compared) > 330
    assert len(comparison.real) > 400
