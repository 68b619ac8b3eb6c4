"""``--fix``, the diff, the JSON edits and those in SARIF are the same edits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

SHOP = Path(__file__).parents[1] / "fixtures" / "shop"
ODD = (
    b"\xef\xbb\xbfimport requests, time\r\n\r\n\r\nasync def f(u):\r\n\tx = '\xc3\xa9\xf0\x9f\x98\x80' ; time.sleep(1) ; requests.get(\r\n"
    b"\t\tu,  # \xe2\x80\xa8\r\n\t)\r\n\ttime.sleep(requests.get(u).status_code)\x0c\r\n\treturn x"
)
LATIN = "# coding: latin-1\nimport time\n\n\nasync def f():\n    time.sleep(1)  # é\n".encode("latin-1")
Region = tuple[int, int, int, int, str]
"""Start row and column, end row and column, from 1; the new text."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The fixture application, and a file with all kinds of oddities."""
    folder = tmp_path / "project"
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (folder / "odd.py").write_bytes(ODD)
    (folder / "latin.py").write_bytes(LATIN)
    (folder / "pyproject.toml").write_text("[tool.fastapi-async-lint]\n")
    return folder


def run(folder: Path, *words: str) -> bytes:
    """What the command prints."""
    command = [sys.executable, "-m", "fastapi_async_lint", "check", "--no-cache", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def texts(folder: Path) -> dict[str, bytes]:
    """All Python files."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def from_json(folder: Path) -> dict[str, list[list[Region]]]:
    """Of each file, the edits of each finding's first fix."""
    found: dict[str, list[list[Region]]] = {}
    for finding in json.loads(run(folder, "--output-format", "json")):
        fix = finding["fix"]
        if fix and fix["applicability"] != "display":
            name = Path(finding["filename"]).relative_to(folder).as_posix()
            found.setdefault(name, []).append([_of_json(edit) for edit in fix["edits"]])
    return found


def _of_json(edit: Mapping[str, Any]) -> Region:
    start, end = edit["location"], edit["end_location"]
    return start["row"], start["column"], end["row"], end["column"], edit["content"]


def from_sarif(folder: Path) -> dict[str, list[list[Region]]]:
    """The same of the SARIF document."""
    found: dict[str, list[list[Region]]] = {}
    for result in json.loads(run(folder, "--output-format", "sarif"))["runs"][0]["results"]:
        for change in result.get("fixes", ())[:1]:
            (artifact,) = change["artifactChanges"]
            edits = [_of_sarif(replacement) for replacement in artifact["replacements"]]
            found.setdefault(unquote(artifact["artifactLocation"]["uri"]), []).append(edits)
    return found


def _of_sarif(replacement: Mapping[str, Any]) -> Region:
    region = replacement["deletedRegion"]
    text = replacement.get("insertedContent", {}).get("text", "")
    return region["startLine"], region["startColumn"], region["endLine"], region["endColumn"], text


def applied(data: bytes, groups: Iterable[list[Region]]) -> bytes:
    """The edits of all groups made, as a program would that reads positions as rows and code points; those of a group that gets in
    the way of an earlier one are left for the next round."""
    encoding = "latin-1" if b"latin-1" in data else "utf-8"
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    text = data.removeprefix(mark).decode(encoding)
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    taken: dict[tuple[int, int, str], None] = {}
    for group in groups:
        spans = [(starts[r1 - 1] + c1 - 1, starts[r2 - 1] + c2 - 1, content) for r1, c1, r2, c2, content in group]
        others = [edit[:2] for edit in spans if edit not in taken]
        if not any(start < b and a < end or (start, end) == (a, b) for start, end in others for a, b, _ in taken):
            taken.update(dict.fromkeys(spans))
    parts, at = [], 0
    for start, end, content in sorted(taken, key=lambda edit: edit[:2]):
        parts += [text[at:start], content]
        at = end
    return mark + "".join([*parts, text[at:]]).encode(encoding)


@pytest.mark.parametrize("edits", [from_json, from_sarif])
def test_edits_of_the_reports_made_by_another_program_give_what_fix_gives(
    project: Path, tmp_path: Path, edits: Callable[[Path], dict[str, list[list[Region]]]]
) -> None:
    fixed = tmp_path / "fixed"
    shutil.copytree(project, fixed)
    run(fixed, "--fix", "--unsafe-fixes")
    for _ in range(10):
        found = edits(project)
        if not found:
            break
        for name, groups in found.items():
            (project / name).write_bytes(applied((project / name).read_bytes(), groups))
    assert texts(project) == texts(fixed)


def test_json_and_sarif_carry_the_same_edits(project: Path) -> None:
    assert from_json(project) == from_sarif(project)


def test_diff_applied_by_git_gives_what_fix_gives(project: Path, tmp_path: Path) -> None:
    fixed = tmp_path / "fixed"
    shutil.copytree(project, fixed)
    patch = run(project, "--diff", "--unsafe-fixes")
    subprocess.run(["git", "apply", "-p0", "-"], cwd=project, input=patch, check=True)
    run(fixed, "--fix", "--unsafe-fixes")
    assert texts(project) == texts(fixed)
    assert b"await" in texts(fixed)["odd.py"]
    assert b"await" in texts(fixed)["latin.py"]
