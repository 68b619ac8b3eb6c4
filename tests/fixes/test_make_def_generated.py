"""Generated layouts of ``async def``: only these two words change, whatever stands around and between them."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine.fixing import fix_project

DECORATORS = (
    "@app.get('/{n}')",
    "@app.get(\n    '/{n}',  # async def\n)",
    "@app.post('/{n}')  # why",
    "@app.api_route('/{n}', methods=['GET'])\n# between\n@app.put('/{n}')",
    "@ app . get ( '/{n}' )",
)
BETWEEN = ("async def", "async  def", "async\tdef", "async \\\n def", "async\\\n\\\n    def")
SIGNATURES = (
    "(x: int = 1) -> str:",
    "(\n    x: int = 1,  # async def in a comment\n) -> 'async def':",
    "(x: int = (lambda: 1)()):",
    "(x=1, *, y=2) -> None :",
)
BODIES = (
    "return requests.get('u').text",
    "'''async def in text'''\nreturn requests.get('u').text",
    "async def inner():\n    await other()\nrequests.get('u')\nreturn inner",
    "for i in range(3):\n    requests.get('u')  # one\n\n    # odd\nelse:\n    requests.get('é')",
    "try:\n    return [requests.get(u) for u in 'ab']\nfinally:\n    requests.get('u')",
    "if x: requests.get('u'); requests.post('u')",
)
HEAD = "import requests\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\nasync def other() -> None: ...\n\n\n"


@dataclass(frozen=True)
class Layout:
    functions: tuple[tuple[str, str, str, str], ...]
    in_function: bool
    tabs: bool
    newline: str
    mark: bytes
    final: bool

    def text(self, between: bool) -> bytes:
        """The file, ``async def`` as generated, or plain ``def`` in its place."""
        parts = []
        for number, (decorator, words, signature, body) in enumerate(self.functions):
            inside = "\n".join(f"    {line}" if line else "" for line in body.split("\n"))
            keywords = words if between else "def"
            parts.append(f"{decorator.replace('{n}', str(number))}\n{keywords} f{number}{signature}\n{inside}\n")
        text = "\n\n".join(parts)
        if self.in_function:
            text = "def make() -> None:\n" + "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
            text += "\n\nmake()\n"
        text = HEAD + text
        if self.tabs:
            text = "\n".join(_with_tabs(line) for line in text.split("\n"))
        text = text if self.final else text.rstrip("\n")
        return self.mark + text.replace("\n", self.newline).encode()


def _with_tabs(line: str) -> str:
    stripped = line.lstrip(" ")
    return "\t" * ((len(line) - len(stripped)) // 4) + " " * ((len(line) - len(stripped)) % 4) + stripped


layouts = st.builds(
    Layout,
    st.lists(
        st.tuples(
            st.sampled_from(DECORATORS), st.sampled_from(BETWEEN), st.sampled_from(SIGNATURES), st.sampled_from(BODIES)
        ),
        min_size=1,
        max_size=4,
    ).map(tuple),
    in_function=st.booleans(),
    tabs=st.booleans(),
    newline=st.sampled_from(("\n", "\r\n")),
    mark=st.sampled_from((b"", b"\xef\xbb\xbf")),
    final=st.booleans(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(layouts)
def test_only_the_keywords_change(layout: Layout) -> None:
    before = layout.text(between=True)
    compile(before, "generated", "exec")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "main.py"
        path.write_bytes(before)
        options = Settings(root=Path(folder), cache=False, jobs=1)
        outcome = fix_project(options, [Path(folder)], unsafe=True)
        after = path.read_bytes()
        assert after == layout.text(between=False)
        compile(after, "generated", "exec")
        assert outcome.report.diagnostics == ()
        assert fix_project(options, [Path(folder)], unsafe=True).changes == ()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_type_parameters(tmp_path: Path) -> None:
    source = HEAD + "@app.get('/')\nasync def f[T: str](x: T) -> T:\n    return requests.get(x)\n"
    path = tmp_path / "main.py"
    path.write_text(source)
    fix_project(Settings(root=tmp_path, cache=False, jobs=1), [tmp_path], unsafe=True)
    assert path.read_text() == source.replace("async def f[", "def f[")
