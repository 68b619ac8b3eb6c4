"""Whatever lies in the project: a finding or an error that says what is wrong, never a traceback, and the other files
are still checked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

MAIN = """\
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/slow")
async def slow() -> None:
    time.sleep(1)
"""
SLOW = ("FAL101", "main.py", 10)


@dataclass
class Run:
    """What ``check`` did."""

    status: int
    found: list[tuple[str, str, int]]
    """Code, file and row."""
    messages: dict[str, str]
    """Of the findings, by file."""
    stderr: str


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one file that has a finding."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("[tool.fastapi-async-lint]\n")
    (root / "main.py").write_text(MAIN)
    return root


def check(root: Path, *words: str, python: tuple[str, ...] = (sys.executable,), seconds: float = 60) -> Run:
    """Run ``check`` in the project: at most so many seconds, and no traceback whatever happens."""
    command = [*python, "-m", "fastapi_async_lint", "check", "--output-format", "json", *words]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=seconds)
    assert "Traceback" not in ended.stderr + ended.stdout
    assert "internal error" not in ended.stderr + ended.stdout
    findings = json.loads(ended.stdout) if ended.stdout else []
    found = [(one["code"], os.path.relpath(one["filename"], root), one["location"]["row"]) for one in findings]
    messages = {os.path.relpath(one["filename"], root): one["message"] for one in findings}
    return Run(ended.returncode, sorted(found), messages, ended.stderr)


NESTED = {
    "brackets": "x = " + "(" * 2000 + "1" + ")" * 2000,
    "lists": "x = " + "[" * 2000 + "]" * 2000,
    "fluent calls": "x = y" + ".f()" * 4000,
    "operators": "x = " + " + ".join(["1"] * 8000),
    "or": "x = " + " or ".join(["a"] * 8000),
    "comparisons": "x = " + "not " * 2000 + "y",
    "attributes": "x = y" + ".z" * 5000,
    "subscripts": "x = y" + "[0]" * 3000,
    "blocks": "".join(" " * level + "if x:\n" for level in range(99)) + " " * 99 + "pass",
    "elif": "if x:\n    pass\n" + "elif x:\n    pass\n" * 2000,
    "lambdas": "x = " + "lambda: " * 2000 + "1",
    "strings": "x = (" + "'a'\n" * 5000 + ")",
    "functions": "".join(" " * level + f"def f{level}():\n" for level in range(95)) + " " * 95 + "pass",
    "conditional expressions": "x = " + "1 if a else " * 2000 + "2",
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED.keys())
def test_deep_nesting_neither_crashes_nor_takes_long(root: Path, text: str) -> None:
    (root / "nested.py").write_text(text + "\n")

    run = check(root, "--no-cache")

    assert SLOW in run.found
    others = [code for code, file, _ in run.found if file == "nested.py"]
    assert others in ([], ["FAL999"])


@pytest.mark.parametrize(
    ("content", "row", "words"),
    [
        (b"def f(:\n    pass\n", 1, "invalid syntax"),
        (b"x = 1\nif x:\ny = 2\n", 3, "expected an indented block"),
        (b"x = 1\nprint 'no'\n", 2, "call to 'print'"),
        (b"x = (1,\n", 1, "never closed"),
        (b"x = '\n", 1, "unterminated string"),
        (b"x = 1\0\n", 1, "null byte"),
        (b"\0" * 100, 1, "null byte"),
        (b"# coding: no-such-codec\nx = 1\n", 1, "no-such-codec"),
        (b"# coding: ascii\nx = '\xe9'\n", 2, "ascii"),
        (b"x = 1\ny = '\xe9'\n", 2, "utf-8"),
        ("x = 'ä'\n".encode("utf-16"), 1, ""),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, 3, ""),
    ],
    ids=[
        "invalid", "indentation", "Python 2", "open bracket", "open string", "null byte", "nothing but null bytes",
        "unknown encoding", "not of the declared encoding", "not UTF-8", "UTF-16", "a program",
    ],
)  # fmt: skip
def test_file_that_is_not_python_is_one_finding_with_its_place(
    root: Path, content: bytes, row: int, words: str
) -> None:
    (root / "bad.py").write_bytes(content)

    run = check(root)

    assert run.found == sorted([("FAL999", "bad.py", row), SLOW])
    assert words.lower().replace("-", "") in run.messages["bad.py"].lower().replace("-", "")
    assert "\n" not in run.messages["bad.py"]
    assert run.status == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n\n",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbfx = 1\n",
        b"# only a comment",
        b"\x0cx = 1\n",
        b"x = 1\r\ny = 2\r\n",
        b"x = 1\ry = 2\r",
        b"if True:\n\tx = 1\n",
        b"# coding: latin-1\nx = '\xe9'\n",
        "変数 = 'ア'\nclass Ünï: ...\n".encode(),
        b'"""' + b"a" * 100_000 + b'"""\n',
        b"x = " + b"'" + b"a" * 1_000_000 + b"'\n",
        b"def f(" + b", ".join(b"a%d" % number for number in range(1000)) + b"): ...\n",
        b"from x import *\nfrom .. import y\nfrom ...........z import w\n",
        b"import bad\nfrom bad import bad\nfrom . import bad\n",
    ],
    ids=[
        "empty", "blank", "mark only", "mark", "comment", "form feed", "CR LF", "CR", "tab", "cookie", "unicode",
        "long string", "long line", "many parameters", "imports of nothing", "imports itself",
    ],
)  # fmt: skip
def test_strange_but_valid_file_is_no_finding(root: Path, content: bytes) -> None:
    (root / "bad.py").write_bytes(content)

    assert check(root).found == [SLOW]


def test_generated_file_of_50000_lines(root: Path) -> None:
    lines = []
    for number in range(10_000):
        lines += [
            f"def f{number}(x):",
            f"    y = g{number}(x, {number})",
            "    if y:",
            f"        return f{number - 1}(y)",
            "",
        ]
    (root / "generated.py").write_text("\n".join(lines))

    assert check(root, seconds=180).found == [SLOW]


def test_call_chain_of_5000_functions(root: Path) -> None:
    """Followed to its end, through no recursion of ours."""
    functions = "\n\n".join(f"def f{number}():\n    f{number + 1}()" for number in range(5000))
    (root / "chain.py").write_text(f"import time\n\n{functions}\n\ndef f5000():\n    time.sleep(1)\n")
    (root / "main.py").write_text(MAIN.replace("time.sleep(1)", "f0()").replace("import time", "from chain import f0"))

    run = check(root)

    assert run.found == [SLOW]
    assert "time.sleep" in run.messages["main.py"]


def test_class_hierarchy_of_1000_levels(root: Path) -> None:
    classes = "\n\n".join(f"class C{number}(C{number - 1}):\n    pass" for number in range(1, 1000))
    (root / "deep.py").write_text(f"import time\n\nclass C0:\n    def m(self):\n        time.sleep(1)\n\n{classes}\n")
    (root / "main.py").write_text(
        MAIN.replace("time.sleep(1)", "C999().m()").replace("import time", "from deep import C999")
    )

    assert check(root).found == [SLOW]


def test_classes_that_inherit_from_each_other(root: Path) -> None:
    (root / "loop.py").write_text(
        "class A(B): ...\n\nclass B(A): ...\n\nclass C(C): ...\n\nA().x()\nB().y()\nC().z()\n"
    )

    assert check(root).found == [SLOW]


def test_cyclic_imports_are_followed(root: Path) -> None:
    package = root / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("from .a import *\n")
    (package / "a.py").write_text("from .b import pause\nfrom . import c\n__all__ = ['pause', 'c']\n")
    (package / "b.py").write_text("from shop import a\nfrom .c import sleep as pause\n")
    (package / "c.py").write_text("from . import a, b\nfrom time import sleep\nfrom shop import *\n")
    (root / "main.py").write_text(MAIN.replace("time.sleep", "pause").replace("import time", "from shop import pause"))

    assert check(root).found == [SLOW]


def test_iterator_that_is_made_of_itself(root: Path) -> None:
    (root / "rows.py").write_text(
        "import itertools, time\n\n\nasync def rows(n):\n    it = map(time.sleep, [1])\n    for i in range(n):\n"
        "        it = itertools.chain(it, [i])\n    return list(it)\n"
    )

    assert check(root).found == [SLOW, ("FAL101", "rows.py", 8)]


def test_iterators_made_of_iterators_500_deep(root: Path) -> None:
    (root / "rows.py").write_text(
        "import itertools\n\nit = [1]\n" + "it = itertools.chain(it)\n" * 500 + "done = list(it)\n"
    )

    assert check(root).found == [SLOW]


def test_names_that_only_refer_to_each_other(root: Path) -> None:
    (root / "a.py").write_text("from b import x\nx()\nx.y.z()\n")
    (root / "b.py").write_text("from a import x\nx()\ny = y\nz = z()\n")

    assert check(root).found == [SLOW]


@pytest.mark.skipif(sys.platform == "win32", reason="links need privileges there")
class TestLinks:
    def test_link_to_a_folder_above(self, root: Path) -> None:
        (root / "sub").mkdir()
        (root / "sub/up").symlink_to(root, target_is_directory=True)

        run = check(root)

        assert run.found == sorted([("FAL999", "sub/up", 1), SLOW])
        assert "link" in run.messages["sub/up"]

    def test_links_that_lead_to_each_other(self, root: Path) -> None:
        (root / "a.py").symlink_to(root / "b.py")
        (root / "b.py").symlink_to(root / "a.py")

        run = check(root)

        assert SLOW in run.found
        assert {code for code, file, _ in run.found if file != "main.py"} <= {"FAL999"}

    def test_link_to_nothing(self, root: Path) -> None:
        (root / "gone.py").symlink_to(root / "nowhere.py")

        run = check(root)

        assert SLOW in run.found
        assert {code for code, file, _ in run.found if file != "main.py"} <= {"FAL999"}


class TestUnreadable:
    def test_file_without_permission(self, root: Path, as_ordinary_user: list[str]) -> None:
        (root / "secret.py").write_text("x = 1\n")
        (root / "secret.py").chmod(0)

        run = check(root, python=tuple(as_ordinary_user))

        assert run.found == sorted([("FAL999", "secret.py", 1), SLOW])
        assert "Permission denied" in run.messages["secret.py"]

    def test_folder_without_permission(self, root: Path, as_ordinary_user: list[str]) -> None:
        (root / "secret").mkdir()
        (root / "secret").chmod(0)
        try:
            run = check(root, python=tuple(as_ordinary_user))
        finally:
            (root / "secret").chmod(0o755)

        assert run.found == sorted([("FAL999", "secret", 1), SLOW])

    def test_folder_that_cannot_be_written_to(self, root: Path, as_ordinary_user: list[str]) -> None:
        root.chmod(0o555)
        try:
            run = check(root, python=tuple(as_ordinary_user))
        finally:
            root.chmod(0o755)

        assert (run.found, run.stderr) == ([SLOW], "")

    def test_folder_with_the_name_of_a_file(self, root: Path) -> None:
        (root / "folder.py").mkdir()

        assert check(root).found == [SLOW]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
    def test_named_pipe_does_not_hang_the_run(self, root: Path) -> None:
        os.mkfifo(root / "pipe.py")

        run = check(root, seconds=30)

        assert SLOW in run.found

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux file systems take any bytes as a name")
    def test_name_that_is_no_text(self, root: Path) -> None:
        (root / os.fsdecode(b"bad\xff.py")).write_text(MAIN)

        run = check(root)

        assert [(code, row) for code, _, row in run.found] == [("FAL101", 10)] * 2

    def test_names_that_no_import_can_spell(self, root: Path) -> None:
        for name in ("my-module.py", "1.py", "a b.py", "class.py", "ünï.py", "'quoted'.py", "new\nline.py"):
            (root / name).write_text(MAIN)

        assert len(check(root).found) == 8


class TestConfiguration:
    @pytest.mark.parametrize(
        ("content", "where"),
        [
            ("[tool.fastapi-async-lint\n", "pyproject.toml:1"),
            ("[tool.fastapi-async-lint]\nselect = [\n", "pyproject.toml"),
            ("[tool.fastapi-async-lint]\nselct = ['FAL1']\n", "pyproject.toml:2"),
            ("[tool.fastapi-async-lint]\nselect = 3\n", "pyproject.toml:2"),
            ("[tool.fastapi-async-lint]\nselect = ['FAL7']\n", "pyproject.toml:2"),
            ("[tool]\nfastapi-async-lint = 3\n", "pyproject.toml"),
            ("[tool.fastapi-async-lint]\ncatalogs = ['nowhere.toml']\n", "pyproject.toml:2"),
        ],
        ids=["not TOML", "not closed", "unknown key", "wrong type", "unknown code", "no table", "missing catalog"],
    )
    def test_broken_pyproject_is_an_error_that_names_the_place(self, root: Path, content: str, where: str) -> None:
        (root / "pyproject.toml").write_text(content)

        run = check(root)

        assert (run.status, run.found) == (2, [])
        assert where in run.stderr
        assert len(run.stderr.splitlines()) <= 2

    def test_pyproject_that_is_no_text(self, root: Path) -> None:
        (root / "pyproject.toml").write_bytes(b"\xff\xfe\x00broken")

        run = check(root)

        assert run.status == 2
        assert "pyproject.toml" in run.stderr

    def test_broken_catalog_of_the_project(self, root: Path) -> None:
        (root / "pyproject.toml").write_text("[tool.fastapi-async-lint]\ncatalogs = ['own.toml']\n")
        (root / "own.toml").write_text('[library]\nname = "x"\nmodules = ["x"]\n[[effect]]\nkind = "blokcing"\n')

        run = check(root)

        assert run.status == 2
        assert "own.toml:4" in run.stderr

    def test_path_that_is_not_there(self, root: Path) -> None:
        run = check(root, "nowhere.py")

        assert run.status == 2
        assert "nowhere.py" in run.stderr


class TestCache:
    @pytest.mark.parametrize("content", [b"", b"garbage" * 1000], ids=["emptied", "overwritten"])
    def test_damaged_cache_is_rebuilt_without_a_word(self, root: Path, content: bytes) -> None:
        check(root)
        for file in (root / ".fal_cache").iterdir():
            file.write_bytes(content)

        runs = [check(root) for _ in range(2)]

        assert [(run.found, run.stderr) for run in runs] == [([SLOW], "")] * 2

    def test_cache_of_another_project_put_here(self, root: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        shutil.copytree(root, other)
        (other / "main.py").write_text(MAIN.replace("time.sleep(1)", "pass"))
        check(other)
        shutil.copytree(other / ".fal_cache", root / ".fal_cache")

        assert check(root).found == [SLOW]

    def test_two_runs_at_once(self, root: Path) -> None:
        for number in range(200):
            (root / f"m{number}.py").write_text(f"def f{number}():\n    return [{number}]\n" * 50)
        command = [sys.executable, "-m", "fastapi_async_lint", "check", "--output-format", "concise", "-q"]
        runs = [
            subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(3)
        ]

        outputs = [run.communicate(timeout=120) for run in runs]

        assert len(set(outputs)) == 1
        assert outputs[0][1] == ""
        assert outputs[0][0].startswith("main.py:10:5: FAL101")

    def test_file_changed_right_after_a_run(self, root: Path) -> None:
        """Within one tick of a coarse clock, and to the same size."""
        for number in range(10):
            expected = [SLOW] if number % 2 else []
            (root / "main.py").write_text(MAIN if number % 2 else MAIN.replace("sleep", "slepp"))

            assert check(root).found == expected

    def test_run_that_is_interrupted_leaves_a_usable_cache(self, root: Path) -> None:
        for number in range(300):
            (root / f"m{number}.py").write_text(f"def f{number}():\n    return [{number}]\n" * 100)
        command = [sys.executable, "-m", "fastapi_async_lint", "check"]
        run = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.7)
        run.kill()
        run.communicate()

        assert check(root).found == [SLOW]
