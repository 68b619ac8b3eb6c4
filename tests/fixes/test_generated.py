"""Generated variants of layout: whatever the text looks like, a fix keeps its promise."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine import check_project
from fastapi_async_lint.engine.fixing import fix_project

STATEMENTS = (
    "requests.get({a})",
    "x = requests.get({a}).json()",
    "x = h({a})",
    "if h({a}): x = 1",
    "return [h(y) for y in {a}]",
    "x = {{'k': h({a}), **{{}}}}",
    "print(h(h({a})), *h({a}))",
    "x = y = h({a})  # both",
    "x = (h)({a})",
    "x = f'{{h({a})!r:>{{len(h({a}))}}}} {{{{'",
    "assert h({a}), 'no'",
    "while h({a}): break",
    "x = h({a}) if h({a}) else -h({a}) ** 2",
    "with open({a}) as g: x = g.read()",
    "with open({a}) as g, open({a}):\n    x = g.read()\n    # end\nprint(x)",
    "for line in open({a}):\n    # first\n    print(line)\nelse:\n    print(1)",
    "time.sleep({a})",
    "Path({a}).write_text('''a\n  b''')",
    "x = h(\n    {a},\n    # why\n)",
    "x = h(  # why\n    {a}\n)",
    "x = h(\\\n    {a})",
    "x = await k(h({a}))",
    "async with k() as x: h({a})",
    "try:\n    h({a})\nexcept OSError as e:\n    h(e)\nelse:\n    h({a})\nfinally:\n    h({a})",
    "def inner():\n    return h({a})\nx = inner()",
    "x = lambda: h({a})",
    "if (x := h({a})) and h(x): h(x)",
    "h({a}); h({a})",
    "match h({a}):\n    case [z] if h(z): h(z)",
)
ARGUMENTS = ("'u'", "u", "u, *v", "u, **w", "u, k='{'", "u, (1, 2),", "(u)", "u[0]", "'é'", "not u")
WRAPPERS = (
    "async def f(u, v, w):\n{body}",
    "class C:\n    @decorated(1)\n    async def f(self, u, v=None, *, w=None) -> None:\n{body}",
    "def outer(v, w):\n    async def f(u):\n{body}\n    return f",
)
HEAD = (
    '"""Doc."""\nfrom __future__ import annotations\nimport requests, time\nfrom pathlib import Path\n\n\n'
    "def h(*a, **k):\n    return requests.get(*a, **k)\n\n\n"
)


def source(seed: int) -> str:
    rng = random.Random(seed)
    lines: list[str] = []
    for _ in range(rng.randint(1, 4)):
        statement = rng.choice(STATEMENTS).format(a=rng.choice(ARGUMENTS))
        lines += statement.split("\n") if "'''" not in statement else [statement]
        if rng.random() < 0.3:
            lines.append(rng.choice(("", "# between", "    # odd")))
    wrapper = rng.choice(WRAPPERS)
    depth = "        " if "class" in wrapper or "outer" in wrapper else "    "
    text = HEAD + wrapper.format(body="\n".join(f"{depth}{line}" if line else "" for line in lines)) + "\n"
    if rng.random() < 0.3:
        text = "\n".join(_with_tabs(line) for line in text.split("\n"))
    return text.replace("\n", "\r\n") if rng.random() < 0.3 else text


def _with_tabs(line: str) -> str:
    stripped = line.lstrip(" ")
    spaces = len(line) - len(stripped)
    return "\t" * (spaces // 4) + " " * (spaces % 4) + stripped


@pytest.mark.parametrize("start", range(0, 160, 20))
def test_every_fix_keeps_its_promise(tmp_path: Path, start: int) -> None:
    """All files of one project: each compiles, only its own lines change, nothing new is found, a second run changes nothing."""
    before: dict[Path, str] = {}
    for seed in range(start, start + 20):
        text = source(seed)
        try:
            compile(text, "generated", "exec")
        except SyntaxError:
            continue
        path = tmp_path / f"m{seed}.py"
        path.write_bytes(text.encode())
        before[path] = text
    assert len(before) >= 12
    settings = Settings(root=tmp_path, cache=False, jobs=1)
    found = {(d.place.path, d.code) for d in check_project(settings, [tmp_path]).diagnostics}
    outcome = fix_project(settings, [tmp_path], unsafe=True)
    assert len(outcome.changes) >= len(before) // 2
    for path, text in before.items():
        after = path.read_bytes().decode()
        compile(after, str(path), "exec")
        assert ("\r\n" in after) == ("\r\n" in text)
        assert after.count("\n") == after.count("\r\n") or "\r\n" not in after
        assert _comments(after) == _comments(text)
        assert [kept for kept in _top(text) if kept not in _top(after)] == []
    left = {(d.place.path, d.code) for d in outcome.report.diagnostics}
    assert left <= found
    assert fix_project(settings, [tmp_path], unsafe=True).changes == ()


def _comments(text: str) -> list[str]:
    return sorted(line.strip() for line in text.splitlines() if line.strip().startswith("#"))


def _top(text: str) -> list[str]:
    """The imports and ``h``: no fix has any business there but for more imports."""
    body = ast.parse(text).body
    own = [node for node in body if not isinstance(node, (ast.AsyncFunctionDef, ast.ClassDef))]
    return [ast.unparse(node) for node in own if not (isinstance(node, ast.FunctionDef) and node.name == "outer")]
