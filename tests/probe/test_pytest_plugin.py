"""The plugin in a test run of its own: which tests fail, and what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fastapi_async_lint

SOURCE = Path(fastapi_async_lint.__file__).parents[1]

CONFTEST = """\
import pytest

pytest_plugins = ["fastapi_async_lint.probe.pytest_plugin"]


@pytest.fixture
def anyio_backend():
    return "asyncio"
"""

APPLICATION = """\
import time

from fastapi import FastAPI

app = FastAPI()


def load():
    time.sleep(0.2)


@app.get("/blocking")
async def blocking():
    load()


@app.get("/pool")
def pool():
    load()
"""

TESTS = """\
import asyncio
import time

import pytest
from fastapi.testclient import TestClient

from application import app, load


@pytest.fixture(scope="module")
def client():
    with TestClient(app) as client:
        yield client


@pytest.fixture
def slow_fixture():
    async def prepare():
        load()
    asyncio.run(prepare())


def test_bad_loop_of_the_client(no_stalls):
    TestClient(app).get("/blocking")


def test_bad_loop_that_ran_before(client, no_stalls):
    client.get("/blocking")


@pytest.mark.anyio
async def test_bad_asynchronous(no_stalls):
    load()


def test_bad_loop_of_its_own(no_stalls):
    async def main():
        load()
    asyncio.run(main())


@pytest.mark.usefixtures("no_stalls")
class TestBadByMark:
    def test_bad_method(self, client):
        client.get("/blocking")


@pytest.mark.stall_threshold(10)
def test_bad_with_a_low_threshold(no_stalls):
    async def main():
        time.sleep(0.05)
    asyncio.run(main())


def test_good_pool(client, no_stalls):
    client.get("/pool")


@pytest.mark.anyio
async def test_good_asynchronous(no_stalls):
    await asyncio.to_thread(load)


def test_good_without_a_loop(no_stalls):
    load()


def test_good_without_the_fixture(client):
    client.get("/blocking")


def test_good_fixtures_do_not_count(slow_fixture, no_stalls):
    pass


@pytest.mark.stall_threshold(2000)
def test_good_with_a_high_threshold(client, no_stalls):
    client.get("/blocking")


def test_good_when_forgotten(client, no_stalls):
    client.get("/blocking")
    no_stalls.forget()


@pytest.mark.anyio
async def test_good_when_forgotten_on_the_loop(no_stalls):
    load()
    no_stalls.forget()


@pytest.mark.xfail(reason="fails by itself", raises=LookupError, strict=True)
def test_good_own_failure_is_kept(client, no_stalls):
    client.get("/blocking")
    raise LookupError
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "--strict-markers", *words]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)


@pytest.fixture(scope="module")
def suite(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("suite")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "application.py").write_text(APPLICATION)
    (folder / "test_it.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\n")
    return folder


@pytest.fixture(scope="module")
def output(suite) -> str:
    return run(suite).stdout


def test_tests_fail_where_a_loop_stalls_and_only_there(output):
    failed = re.findall(r"^FAILED test_it\.py::(\S+)", output, re.MULTILINE)
    passed = re.findall(r"^(?:PASSED|XFAIL) test_it\.py::(\S+)", output, re.MULTILINE)

    assert len(failed) == TESTS.count("def test_bad")
    assert len(passed) == TESTS.count("def test_good")
    assert all("test_bad" in name for name in failed)
    assert "error" not in output.splitlines()[-1]


def test_failure_says_where_and_what_helps(output):
    begin = output.index("test_bad_loop_of_the_client")
    told = output[begin : output.index("____ test", begin)]

    assert "an event loop stood still for more than 100 ms" in told
    assert re.search(r"^  application\.py:14 blocking +load\(\)$", told, re.MULTILINE)
    assert re.search(r"^  application\.py:9 load +time\.sleep\(0\.2\)$", told, re.MULTILINE)
    assert "What helps: await an asynchronous counterpart" in told
    assert "starlette" not in told


def test_threshold_of_the_whole_suite(suite):
    ended = run(suite, "-o", "stall_threshold=5000", "-k", "not low_threshold")
    assert " passed" in ended.stdout.splitlines()[-1]
    assert ended.returncode == 0


def test_threshold_that_is_no_number(suite):
    ended = run(suite, "-o", "stall_threshold=soon", "-k", "test_good_without_a_loop")
    assert ended.returncode != 0
    assert "stall_threshold: 'soon' is not a number of milliseconds" in ended.stdout


def test_asyncio_is_as_it_was_after_the_run():
    code = (
        "import asyncio, pytest\n"
        "before = asyncio.BaseEventLoop.run_forever\n"
        "pytest.main(['-q', '-p', 'fastapi_async_lint.probe.pytest_plugin', '-p', 'no:cacheprovider', '--version'])\n"
        "assert asyncio.BaseEventLoop.run_forever is before\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTEST_ADDOPTS": ""}
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=environment)
