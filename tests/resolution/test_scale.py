"""Cost stays linear, and nothing recurses over the depth of the user's code."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.engine import check_project

HEAD = "import time\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
SECONDS = 20.0
"""Generous: each of these takes about a second on an ordinary machine."""


def run(root: Path) -> list[Diagnostic]:
    started = time.perf_counter()
    settings = Settings(root=root, select=("FAL1",), cache=False, jobs=1)
    found = list(check_project(settings, [root]).diagnostics)
    assert time.perf_counter() - started < SECONDS
    return found


def test_chain_of_5000_functions(tmp_path: Path) -> None:
    links = "\n\n".join(f"def f{i}():\n    return f{i + 1}()" for i in range(5000))
    end = "\n\ndef f5000():\n    time.sleep(1)\n\n\n@app.get('/')\nasync def index():\n    f0()\n"
    (tmp_path / "main.py").write_text(HEAD + links + end)
    (finding,) = run(tmp_path)
    assert len(finding.chain) == 5002
    assert finding.chain[-1].text.startswith("time.sleep")


def test_class_of_3000_methods(tmp_path: Path) -> None:
    methods = "\n\n".join(f"    def m{i}(self):\n        return self.m{i + 1}()" for i in range(3000))
    end = "\n\n    def m3000(self):\n        time.sleep(1)\n\n\n@app.get('/')\nasync def index():\n    Big().m0()\n"
    (tmp_path / "main.py").write_text(f"{HEAD}class Big:\n{methods}{end}")
    (finding,) = run(tmp_path)
    assert finding.place.start.row == len((tmp_path / "main.py").read_text().splitlines())


def test_cycle_of_300_modules(tmp_path: Path) -> None:
    package = tmp_path / "ring"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for i in range(300):
        body = "    import time\n\n    time.sleep(1)" if i == 299 else f"    m{(i + 1) % 300}.go()"
        (package / f"m{i}.py").write_text(f"from ring import m{(i + 1) % 300}\n\n\ndef go():\n{body}\n")
    (tmp_path / "main.py").write_text(
        f"{HEAD}from ring import m0\n\n\n@app.get('/')\nasync def index():\n    m0.go()\n"
    )
    (finding,) = run(tmp_path)
    assert len(finding.chain) == 301


@pytest.mark.parametrize("count", [2000])
def test_deep_mutual_recursion_ends(tmp_path: Path, count: int) -> None:
    functions = "\n\n".join(
        f"def f{i}():\n    f{(i * 7 + 1) % count}()\n    f{(i * 3 + 2) % count}()" for i in range(count)
    )
    (tmp_path / "main.py").write_text(HEAD + functions + "\n\n\n@app.get('/')\nasync def index():\n    f0()\n")
    assert run(tmp_path) == []


def test_types_that_hold_each_other_in_wider_types_end(tmp_path: Path) -> None:
    classes = "\n\n\n".join(
        f"class N{i}(Generic[A, B]):\n"
        + "".join(f"    f{j}: 'N{j}[N{i}[A, B] | N{j}[B, A], list[N{j}[A, B]]]'\n" for j in range(6))
        + "    def walk(self):\n        return "
        + " or ".join(f"self.f{j}.walk()" for j in range(6))
        for i in range(6)
    )
    head = "from typing import Generic, TypeVar\n\nA = TypeVar('A')\nB = TypeVar('B')\n\n\n"
    end = "\n\n\n@app.get('/')\nasync def index(n: N0[int, str]):\n    n.walk()\n    n.f1.f2.f3.walk()\n    time.sleep(1)\n"
    (tmp_path / "main.py").write_text(HEAD + head + classes + end)
    (finding,) = run(tmp_path)
    assert finding.blocker is not None
    assert finding.blocker.name == "time.sleep"


def test_unions_of_unions_that_hold_the_same_types_very_often_end(tmp_path: Path) -> None:
    unions = "\n".join(f"U{i + 1} = Union[Annotated[U{i}, 'a'], Annotated[U{i}, 'b']]" for i in range(40))
    (tmp_path / "main.py").write_text(
        f"from typing import Annotated, TypeVar, Union\n\n{HEAD}class Clock:\n    def wait(self):\n        time.sleep(1)\n\n\n"
        f"T = TypeVar('T')\nU0 = Union[Clock, T]\n{unions}\n\n\ndef same(clock: U40) -> T:\n    clock.wait()\n    return clock\n"
        "\n\n@app.get('/')\nasync def index(clock: U40):\n    clock.wait()\n    same(clock)\n"
    )
    assert [finding.chain[-1].text for finding in run(tmp_path)] == ["time.sleep(…)"] * 2
