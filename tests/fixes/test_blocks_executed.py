"""Random functions with ``with`` and ``for`` statements: after the fix they give what they gave, or raise what they raised."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.engine.fixing import fix_project

NAMES = ("a", "b", "c", "f")
FUNCTIONS = 24


class Generator:
    """Makes the body of one function; every variable may be bound or not wherever it is read."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def body(self, depth: int, indent: str, *, looping: bool, count: int) -> list[str]:
        lines: list[str] = []
        for _ in range(count):
            lines += [indent + line for line in self.statement(depth, looping=looping)]
        return lines or [indent + "pass"]

    def statement(self, depth: int, *, looping: bool) -> list[str]:
        rng = self.rng
        name, other = rng.choice(NAMES), rng.choice(NAMES)
        simple = [
            [f"{name} = str({other})[:3] + '{rng.randint(0, 9)}'"],
            [f"{name} = '{rng.randint(0, 9)}'"],
            [f"{name} = '{rng.randint(0, 9)}'"],
            [f"out.append(str({name}))"],
            [f"{name} += 'x'"],
            [f"out.extend(str({name}) + {other} for {other} in 'pq')"],
            [f"if ({name} := '{rng.randint(0, 9)}') > '4': out.append({name})"],
        ]
        if looping and rng.random() < 0.3:
            return [f"if len(out) > {rng.randint(2, 9)}: {rng.choice(('break', 'continue'))}"]
        if rng.random() < 0.08:
            return [f"return {name}"] if rng.random() < 0.5 else [f"if {name} > '5': return {other}"]
        if rng.random() < 0.04:
            return ["raise ValueError(str(out))"]
        if depth == 0 or rng.random() < 0.4:
            return rng.choice(simple)
        return self.compound(depth - 1, name, looping=looping)

    def compound(self, depth: int, name: str, *, looping: bool) -> list[str]:
        rng = self.rng
        kind = rng.choice(("with", "with", "with", "for", "if", "if", "try", "loop", "def"))
        inner = self.body(depth, "    ", looping=looping or kind in ("for", "loop"), count=rng.randint(1, 3))
        if kind == "with":
            return [f"with open(path) as {rng.choice(('f', name))}:", *inner]
        if kind == "for":
            return [f"for {name} in open(path):", *inner]
        if kind == "loop":
            return [f"for {name} in 'xyz':", *inner]
        if kind == "def":
            return ["def inner():", f"    return {name}", f"{rng.choice(NAMES)} = str(inner())"]
        second = self.body(depth, "    ", looping=looping, count=rng.randint(1, 2))
        if kind == "if":
            return [f"if len(out) % 2 == {rng.randint(0, 1)}:", *inner, "else:", *second]
        third = rng.choice(([], ["finally:", "    out.append('z')"]))
        return ["try:", *inner, "except (ValueError, NameError, TypeError):", *second, *third]


def source(seed: int) -> str:
    body = Generator(seed).body(3, "    ", looping=False, count=5)
    known = "".join(f"    {name} = '{name}'\n" for name in NAMES if random.Random(seed).random() < 0.7)
    return f"async def f{seed}(path, out):\n{known}" + "\n".join(body) + "\n    return a, b, c\n"


def outcome(module: ModuleType, seed: int, path: str) -> Any:
    out: list[str] = []

    async def limited() -> Any:
        return await asyncio.wait_for(getattr(module, f"f{seed}")(path, out), 5)

    try:
        result = asyncio.run(limited())
    except (ValueError, NameError, TypeError, OSError) as error:
        return NameError if isinstance(error, NameError) else type(error), _plain(out)
    return _plain([str(item) for item in result] if isinstance(result, tuple) else [str(result)]), _plain(out)


def _plain(texts: list[str]) -> list[str]:
    """Without what differs from run to run: the addresses in representations of objects."""
    return [text.partition(" at 0x")[0] for text in texts]


def load(text: bytes) -> ModuleType:
    module = ModuleType("generated")
    exec(compile(text, "generated", "exec"), module.__dict__)
    return module


@pytest.mark.parametrize("start", (0, 100, 200))
def test_functions_do_what_they_did(tmp_path: Path, start: int) -> None:
    data = tmp_path / "data.txt"
    data.write_text("one\ntwo\n")
    folder = tmp_path / "src"
    folder.mkdir()
    seeds = range(start, start + FUNCTIONS)
    before: dict[int, bytes] = {}
    for seed in seeds:
        text = source(seed).encode()
        try:
            compile(text, "generated", "exec")
        except SyntaxError:
            continue
        before[seed] = text
        (folder / f"m{seed}.py").write_bytes(text)
    fix_project(Settings(root=folder, cache=False, jobs=1), [folder], unsafe=True)
    moved = 0
    for seed, text in before.items():
        after = (folder / f"m{seed}.py").read_bytes()
        moved += b"    def read_" in after or b"    def process_" in after
        expected, found = (outcome(load(code), seed, str(data)) for code in (text, after))
        assert found == expected, after.decode()
    assert moved >= 3
