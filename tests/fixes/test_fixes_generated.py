"""Generated layouts for the fixes of single expressions: each keeps its promise, whatever the text around it looks like."""

from __future__ import annotations

import difflib
import io
import tempfile
import tokenize
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.engine import check_project
from fastapi_async_lint.engine.fixing import fix_project

HEAD = (
    "import anyio\nimport asyncio\nimport httpx\nimport redis\nimport requests\nimport time\n"
    "from fastapi import UploadFile\nfrom pathlib import Path\n\n"
    "cache = redis.Redis()\n\n\n"
    "async def wait(u=1):\n    await anyio.sleep(u)\n    return u\n\n\n"
    "def plain(u=1):\n    return u\n\n\n"
)
FIXED = {
    "add_await": ("FAL301", ("wait({a})", "wait( {a} )  # why", "wait(\n    {a},  # inside\n)", "wait(u); wait({a})")),
    "gather_awaits": (
        "FAL302",
        (
            "one = wait({a})\ntwo = wait(2)\nx = await one\ny = await two",
            "one = wait({a})  # first\n# between\ntwo = wait(2)\n\nx = await one\ny = await two  # last",
        ),
    ),
    "pass_function": (
        "FAL304",
        (
            "x = await asyncio.to_thread(plain({a}))",
            "await asyncio.to_thread( plain( {a} ) )  # why",
            "await asyncio.to_thread(\n    plain({a}),  # inside\n)",
        ),
    ),
    "await_offloaded": (
        "FAL305",
        (
            "x = await asyncio.to_thread(wait, {a})",
            "await asyncio.to_thread( wait , {a} )  # why",
            "await asyncio.to_thread(\n    wait,  # inside\n    {a},\n)",
        ),
    ),
    "await_nested": (
        "FAL306",
        ("x = asyncio.run(wait({a}))", "asyncio.run( wait({a}) )  # why", "if asyncio.run(wait({a})): x = 1"),
    ),
    "use_running_loop": (
        "FAL307",
        (
            "loop = asyncio.get_event_loop()",
            "asyncio.get_event_loop( ) . time()  # why",
            "x = asyncio.get_event_loop().time() ; y = asyncio.get_event_loop()",
        ),
    ),
    "twin": ("FAL103", ("x = cache.get({a})", "cache.set( {a} , 1 )  # why", "x = [cache.get(k) for k in 'ab']")),
    "counterpart": (
        "FAL10",
        (
            "x = requests.get({a}).json()",
            "r = requests.get(\n    {a},  # inside\n    timeout=3,\n)\nx = r.text",
            "x = Path({a}).read_text()  # why",
            "x = upload.file.read()",
            "time.sleep({a}) ; x = upload.file.read( )",
        ),
    ),
}
ARGUMENTS = ("1", "u", "(u)", "'é'", "u[0]", "not u", "-u", "u if u else 2")
FRAMES = (
    "async def f(u, upload: UploadFile):\n{body}\n    return u\n",
    "class Shop:\n    @decorated(1)  # why\n    async def f(self, u, *, upload: UploadFile = None) -> None:\n{body2}\n",
    "def outer(v):\n    async def f(u, upload: UploadFile):\n{body2}\n        return u\n\n    return f\n",
    "async def f(u, upload: UploadFile):\n    async with wait() as w:\n{body2}\n    return u\n",
    "async def f(u, upload: UploadFile):\n    '''Doc.'''\n    for i in range(3):\n{body2}\n        # odd\n    else:\n        pass\n",
)
"""``body2`` is the body one level deeper."""


@dataclass(frozen=True)
class Layout:
    frame: str
    statements: tuple[str, ...]
    between: str
    tabs: bool
    newline: str
    encoding: str
    final: bool

    def text(self) -> bytes:
        """The file."""
        body = self.between.join(f"{statement}\n" for statement in self.statements).rstrip("\n")
        one, two = (_indented(body, depth) for depth in ("    ", "        "))
        text = HEAD + self.frame.format(body=one, body2=two)
        if self.tabs:
            text = "\n".join(_with_tabs(line) for line in text.split("\n"))
        text = text if self.final else text.rstrip("\n")
        if self.encoding == "latin-1":
            text = "# -*- coding: latin-1 -*-\n" + text
        return text.replace("\n", self.newline).encode(self.encoding)


def _indented(text: str, depth: str) -> str:
    return "\n".join(f"{depth}{line}" if line else "" for line in text.split("\n"))


def _with_tabs(line: str) -> str:
    stripped = line.lstrip(" ")
    return "\t" * ((len(line) - len(stripped)) // 4) + " " * ((len(line) - len(stripped)) % 4) + stripped


def layouts(statements: tuple[str, ...]) -> st.SearchStrategy[Layout]:
    filled = st.builds(lambda s, a: s.format(a=a), st.sampled_from(statements), st.sampled_from(ARGUMENTS))
    return st.builds(
        Layout,
        st.sampled_from(FRAMES),
        st.lists(filled, min_size=1, max_size=3).map(tuple),
        between=st.sampled_from(("", "\n", "# between\n", "u = u  # é\n")),
        tabs=st.booleans(),
        newline=st.sampled_from(("\n", "\r\n")),
        encoding=st.sampled_from(("utf-8", "utf-8-sig", "latin-1")),
        final=st.booleans(),
    )


@pytest.mark.parametrize("name", FIXED)
def test_fix_keeps_its_promise(name: str) -> None:
    code, statements = FIXED[name]
    mended: list[int] = []

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(layouts(statements))
    def holds(layout: Layout) -> None:
        with tempfile.TemporaryDirectory() as folder:
            mended.append(_promise(Path(folder), layout.text(), code))

    holds()
    assert sum(mended) >= len(mended) * 0.8, "the layouts are hardly ever mended"


def _promise(folder: Path, before: bytes, code: str) -> int:
    """Fix the file and look at what comes of it; how many findings of the code are gone."""
    compile(before, "before", "exec")
    path = folder / "main.py"
    path.write_bytes(before)
    options = Settings(root=folder, cache=False, jobs=1, select=(code,))
    found = check_project(options, [folder]).diagnostics
    outcome = fix_project(options, [folder], unsafe=True)
    after = path.read_bytes()
    compile(after, "after", "exec")
    assert len(outcome.report.diagnostics) == len(found) - sum(outcome.fixed.values())
    assert fix_project(options, [folder], unsafe=True).changes == ()
    assert _comments(after) == _comments(before)
    assert before[:3] == after[:3] or not before.startswith(b"\xef\xbb\xbf")
    assert (b"\r\n" in after) == (b"\r\n" in before)
    assert b"\r\n" not in after or after.count(b"\n") == after.count(b"\r\n")
    assert before.endswith(b"\n") == after.endswith(b"\n")
    _only_near_findings(before, after, found)
    return sum(outcome.fixed.values())


def _comments(source: bytes) -> list[str]:
    tokens = tokenize.tokenize(io.BytesIO(source).readline)
    return sorted(token.string for token in tokens if token.type == tokenize.COMMENT)


def _only_near_findings(before: bytes, after: bytes, found: tuple[Diagnostic, ...]) -> None:
    """Lines that are changed or taken away belong to statements with findings, or make or import what changes with them."""
    rows = {row for finding in found for row in range(finding.noqa_rows[0] - 8, finding.noqa_rows[1] + 9)}
    old, new = before.split(b"\n"), after.split(b"\n")
    for tag, start, end, _, _ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("replace", "delete"):
            for row in range(start, end):
                made = b"redis" in old[row]
                assert row + 1 in rows or made, old[row]


PLAIN = (
    "@app.get('/{n}')\ndef f{n}():\n    return 1\n",
    "@app.get(\n    '/{n}',  # def\n)\n# between\ndef f{n}(u: int = 1) -> 'def':  # why\n    return {{'def': u}}\n",
    "@ app . post ( '/{n}' )\ndef \\\n  f{n}(\n    u: int,  # def\n):\n    '''def'''\n    return u\n",
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(
    st.lists(st.sampled_from(PLAIN), min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from(("utf-8", "utf-8-sig")),
)
def test_trivial_endpoint_gets_async_and_nothing_else(
    functions: list[str], tabs: bool, newline: str, encoding: str
) -> None:
    text = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
    text += "\n\n".join(function.format(n=number) for number, function in enumerate(functions))
    if tabs:
        text = "\n".join(_with_tabs(line) for line in text.split("\n"))
    before = text.replace("\n", newline).encode(encoding)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "main.py"
        path.write_bytes(before)
        options = Settings(root=Path(folder), cache=False, jobs=1, select=("FAL404",))
        fix_project(options, [Path(folder)], unsafe=True)
        assert path.read_bytes() == before.replace(b"\ndef ", b"\nasync def ")
        assert fix_project(options, [Path(folder)], unsafe=True).changes == ()
