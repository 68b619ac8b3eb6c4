"""``probe`` as users run it, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fastapi_async_lint

SOURCE = Path(fastapi_async_lint.__file__).parents[1]

TASKS = """\
import asyncio
import sys
import time


def load(seconds):
    time.sleep(seconds)
    return seconds


def report(seconds=0.1, *, note=""):
    print("noise", note)
    return load(seconds)


def total(size):
    result = 0
    for i in range(size):
        for j in range(100):
            result += i * j
    return result


def short():
    time.sleep(0.001)


def broken():
    raise LookupError("not here")


def once(state=[]):
    if not state:
        time.sleep(0.1)
        state.append(1)


def for_ever():
    while True:
        time.sleep(5)


async def never():
    await asyncio.sleep(60)


async def page():
    return await asyncio.to_thread(load, 0.1)


async def rows():
    for number in range(2):
        load(0.06)
        yield number


def leaves():
    sys.exit(7)


def late():
    time.sleep(0.1)
    raise LookupError("not here")
"""

MAIN = """\
from fastapi import FastAPI

from app import tasks

app = FastAPI()


@app.get("/reports/{name}")
async def report(name: str):
    return {"rows": tasks.load(0.1)}


@app.get("/pool")
def pool():
    return tasks.load(0.1)


@app.get("/broken")
async def broken():
    return tasks.broken()
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / ".git").mkdir()
    (folder / "app").mkdir()
    (folder / "app/__init__.py").write_text("")
    (folder / "app/tasks.py").write_text(TASKS)
    (folder / "app/main.py").write_text(MAIN)
    return folder


def probe(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fastapi_async_lint", "probe", *words]
    variables = {**os.environ, "PYTHONPATH": str(SOURCE), "NO_COLOR": "", "FORCE_COLOR": "", **environment}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=variables, timeout=60)


def test_function_that_blocks(project):
    ended = probe(project, "app.tasks:report")
    lines = ended.stdout.splitlines()

    assert ended.returncode == 1
    assert re.match(r"app\.tasks:report blocks the event loop: 1\d\d ms without a break \(threshold 20 ms\)", lines[0])
    assert "it waits, and other threads run meanwhile" in lines[2]
    assert re.fullmatch(r" +app/tasks\.py:13 report +return load\(seconds\)", lines[3])
    assert re.fullmatch(r" +app/tasks\.py:7 load +time\.sleep\(seconds\)", lines[4])
    assert "What helps: await an asynchronous counterpart" in ended.stdout
    assert re.search(r"app/tasks\.py:13: FAL101 time\.sleep\(\) blocks the event loop via report → load", ended.stdout)
    assert "probed" not in ended.stdout


def test_output_of_the_function_is_not_part_of_the_report(project):
    ended = probe(project, "app.tasks:report", "note=abc", "--output-format", "json")
    assert "noise" not in ended.stdout
    assert "noise abc" in ended.stderr


def test_json(project):
    report = json.loads(probe(project, "app.tasks:report", "0.15", "--output-format", "json").stdout)

    assert (report["target"], report["verdict"], report["threshold_ms"]) == ("app.tasks:report", "blocks", 20.0)
    (call,) = report["calls"]
    assert 150 <= call["longest_pause_ms"] < 1000
    assert 150 <= call["elapsed_ms"] < 1000
    (stall,) = call["stalls"]
    assert stall["cause"] == "waits"
    assert stall["other_threads_ran"] > 0.5
    frames = stall["places"][0]["stack"]
    assert [(frame["function"], frame["row"]) for frame in frames] == [("report", 13), ("load", 7)]
    assert {frame["filename"] for frame in frames} == {str(project / "app/tasks.py")}
    (finding,) = report["linter"]
    assert (finding["code"], finding["location"]["row"]) == ("FAL101", 13)
    assert finding["filename"] == str(project / "app/tasks.py")


def test_computing_and_its_finding(project):
    ended = probe(project, "app.tasks:total", "30000")
    assert ended.returncode == 1
    assert ": it holds the GIL: other threads" in ended.stdout
    assert "have another process do it" in ended.stdout
    assert "app/tasks.py:18: FAL202 " in ended.stdout


@pytest.mark.parametrize("words", [("app.tasks:short",), ("app.tasks:page",), ("app.main:app", "/pool")])
def test_what_does_not_block(project, words):
    ended = probe(project, *words, "--threshold", "60", "--no-linter")
    assert ended.returncode == 0
    assert "does not block the event loop" in ended.stdout
    assert "FAL" not in ended.stdout


def test_threshold_decides(project):
    assert probe(project, "app.tasks:short", "--threshold", "0.5", "--no-linter").returncode == 1


def test_finding_that_this_call_does_not_bear_out(project):
    ended = probe(project, "app.tasks:report", "0.001")
    assert ended.returncode == 0
    assert "The linter reports here, though this call did not take long:" in ended.stdout


def test_asynchronous_generator_is_iterated(project):
    ended = probe(project, "app.tasks:rows")
    assert ended.returncode == 1
    assert re.search(r"app/tasks\.py:53: FAL101 time\.sleep\(\) blocks the event loop via load", ended.stdout)


def test_most_of_the_calls_decide(project):
    ended = probe(project, "app.tasks:once", "--repeat", "3", "--no-linter")
    assert ended.returncode == 0
    assert "does not block the event loop: 1 of 3 calls do (threshold 20 ms)" in ended.stdout
    assert "app/tasks.py:34 once" in ended.stdout


def test_endpoint(project):
    ended = probe(project, "app.main:app", "/reports/x")
    assert ended.returncode == 1
    assert ended.stdout.startswith("GET /reports/x blocks the event loop: ")
    assert re.search(r"app/main\.py:10 report +return", ended.stdout)
    assert re.findall(r"FAL\d+ .*", ended.stdout) == [
        "FAL101 time.sleep() blocks the event loop in GET /reports/{name} via load (app/tasks.py:7); "
        "use `await asyncio.sleep()`"
    ]


def test_answer_that_tells_of_a_mistake(project):
    ended = probe(project, "app.main:app", "/report", "--no-linter")
    assert ended.returncode == 0
    assert 'Mind that the answer was 404: {"detail":"Not Found"}' in ended.stdout


@pytest.mark.parametrize("words", [("app.tasks:broken",), ("app.main:app", "/broken")])
def test_exception_is_told_from_the_users_code_on(project, words):
    ended = probe(project, *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "raised LookupError" in ended.stderr
    assert set(re.findall(r'File "(.*?)"', ended.stderr)) <= {
        str(project / "app/tasks.py"),
        str(project / "app/main.py"),
    }


def test_error_after_a_stall_tells_of_both(project):
    ended = probe(project, "app.tasks:late")
    assert ended.returncode == 2
    assert re.search(r"raised LookupError; until then it had blocked the event loop for 1\d\d ms", ended.stderr)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("app.tasks:total",), "missing a required argument: 'size'"),
        (("app.tasks:lod",), "app.tasks has no 'lod'; did you mean 'load'?"),
        (("app.task:load",), "there is no module 'app.task'"),
        (("app/tasks.py:load",), "write app.tasks:load"),
        (("app.main:app",), "say which request it is to answer"),
        (("app.tasks:leaves",), "app.tasks:leaves raised SystemExit"),
        (("app.tasks:load", "--app-dir", "nowhere"), "--app-dir: nowhere is not a folder"),
        (("app.tasks:load", "--repeat", "0"), "0 is less than 1"),
        (("app.tasks:load", "--threshold", "x"), "invalid"),
        (("app.tasks:load", "--timeout", "-1"), "-1 is not more than 0"),
    ],
)
def test_what_cannot_be_done(project, words, told):
    ended = probe(project, *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr or "leaves" in told


def test_folder_to_import_from(project):
    ended = probe(project.parent, "app.tasks:short", "--app-dir", str(project), "--no-linter", "--threshold", "60")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_function_that_never_ends_is_told_where_it_is(project):
    ended = probe(project, "app.tasks:for_ever", "--timeout", "0.3")
    assert ended.returncode == 1
    assert "then it was given up" in ended.stdout
    assert "app/tasks.py:40 for_ever" in ended.stdout


def test_coroutine_that_never_ends_does_not_block(project):
    ended = probe(project, "app.tasks:never", "--timeout", "0.2", "--no-linter")
    assert ended.returncode == 0
    assert "then it was given up" in ended.stdout


def test_standard_library(project):
    ended = probe(project, "time:sleep", "0.1")
    assert ended.returncode == 1
    assert "in the call itself" in ended.stdout
    assert "  FAL101 time.sleep() blocks the event loop; use" in ended.stdout


def test_colours(project):
    plain, coloured = (
        probe(project, "app.tasks:short", "--no-linter", **environment)
        for environment in ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"FORCE_COLOR": "1"})
    )
    assert "\x1b" not in plain.stdout
    assert "\x1b[1mapp.tasks:short\x1b[0m" in coloured.stdout


def test_broken_configuration_does_not_hide_the_verdict(project, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.fastapi-async-lint]\nselekt = []\n")
    (tmp_path / "work.py").write_text("def work(): pass\n")
    ended = probe(tmp_path, "work:work")
    assert ended.returncode == 0
    assert "does not block" in ended.stdout
    assert "The linter could not be asked: " in ended.stdout
    assert "selekt" in ended.stdout
