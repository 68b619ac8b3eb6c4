from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import fastapi_async_lint
from fastapi_async_lint import __version__

ROOT = Path(__file__).parents[2]
PACKAGE = Path(fastapi_async_lint.__file__).parent

SLOW = """\
import time
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def home():
    time.sleep(1)
"""


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def read(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"fastapi_async_lint-{__version__}.dist-info/{name}").decode()


def test_wheel_has_every_module_and_every_data_file_and_nothing_else(wheel):
    source = ROOT / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.suffix in {".py", ".toml", ".typed"} and "__pycache__" not in path.parts
    }

    packed = {name for name in names(wheel) if not name.startswith(f"fastapi_async_lint-{__version__}.dist-info/")}

    assert packed == expected
    assert "fastapi_async_lint/py.typed" in packed
    assert "fastapi_async_lint/catalog/data/requests.toml" in packed


def test_wheel_fits_every_platform_and_names_licence_and_entry_points(wheel):
    assert wheel.name == f"fastapi_async_lint-{__version__}-py3-none-any.whl"
    assert "MIT License" in read(wheel, "licenses/LICENSE")
    entry_points = read(wheel, "entry_points.txt")
    assert "fastapi-async-lint = fastapi_async_lint.__main__:main" in entry_points
    assert "FAL = fastapi_async_lint.flake8_plugin:Plugin" in entry_points


def test_dependencies_are_few(wheel):
    required = re.findall(r"^Requires-Dist: ([\w-]+)(?!.*extra ==)", read(wheel, "METADATA"), re.MULTILINE)

    assert sorted(required) == ["libcst", "msgspec", "tomli"]
    assert "Requires-Python: >=3.10" in read(wheel, "METADATA")


def test_installed_command_and_plugin_work_with_the_oldest_flake8(wheel, environment, tmp_path):
    """Installed from the wheel, in an environment without FastAPI."""
    commands = environment(wheel, "flake8==5.0.4")
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.py").write_text(SLOW)

    checked = subprocess.run([commands / "fastapi-async-lint", "check"], cwd=project, capture_output=True, text=True)
    linted = subprocess.run([commands / "flake8", "--select=FAL"], cwd=project, capture_output=True, text=True)

    assert (checked.returncode, checked.stderr) == (1, "")
    assert checked.stdout.startswith("main.py:9:5: FAL101 ")
    assert (linted.returncode, linted.stderr) == (1, "")
    assert linted.stdout.removeprefix("./").startswith("main.py:9:5: FAL101 ")


def test_importing_the_package_is_cheap_and_its_names_are_there():
    code = (
        "import sys, fastapi_async_lint as package\n"
        "heavy = {'msgspec', 'libcst', 'dataclasses', 'fastapi_async_lint.engine'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert set(package.__all__) <= set(dir(package))\n"
        "print(*sorted(name for name in package.__all__ if getattr(package, name) is not None))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout.split() == [
        "Diagnostic",
        "FixReport",
        "Report",
        "Settings",
        "__version__",
        "check_project",
        "fix_project",
    ]


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'check_projekt'"):
        _ = fastapi_async_lint.check_projekt


def test_public_function_does_what_its_documentation_says(tmp_path):
    (tmp_path / "main.py").write_text(SLOW)

    report = fastapi_async_lint.check_project(fastapi_async_lint.Settings(tmp_path))

    assert [type(one) for one in report.diagnostics] == [fastapi_async_lint.Diagnostic]
    assert report.diagnostics[0].code == "FAL101"
