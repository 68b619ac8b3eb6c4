"""Trees of files for the tests of discovery."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Makes files below a folder of its own (a trailing slash makes a folder, ``a -> b`` a link) and gives the folder."""

    def make(*names: str, **texts: str) -> Path:
        root = tmp_path / "work"
        root.mkdir(exist_ok=True)
        for name in names:
            path, _, target = name.partition(" -> ")
            full = root / path
            full.parent.mkdir(parents=True, exist_ok=True)
            if target:
                full.symlink_to(target)
            elif path.endswith("/"):
                full.mkdir(parents=True, exist_ok=True)
            else:
                full.write_text(texts.get(path, ""))
        return root

    return make


@pytest.fixture
def repository(tree: Tree) -> Tree:
    """Like ``tree``, and the folder is a git repository; nothing is added to it."""

    def make(*names: str, **texts: str) -> Path:
        root = tree(*names, **texts)
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        return root

    return make
