"""Where the project is, seen from what the user names."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.config import locate
from fastapi_async_lint.config.locate import project_root

OURS = "[tool.fastapi-async-lint]\n"


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("from setuptools import setup\n" if path.name == "setup.py" else "")


@pytest.mark.parametrize("marker", ["pyproject.toml", "setup.cfg", "setup.py", ".git/"])
def test_nearest_project_file_above_is_the_root(tmp_path: Path, marker: str) -> None:
    make(tmp_path, f"svc/{marker}", "svc/app/a.py", "setup.py")
    assert locate([tmp_path / "svc/app/a.py"]).root == tmp_path / "svc"
    assert locate([tmp_path / "svc/app"]).root == tmp_path / "svc"
    assert project_root(tmp_path / "svc/app/a.py").root == tmp_path / "svc"


def test_module_that_is_called_setup_makes_no_project(tmp_path: Path) -> None:
    make(tmp_path, ".git/", "app/telemetry/")
    (tmp_path / "app/telemetry/setup.py").write_text("def setup(app): ...\n")
    assert locate([tmp_path / "app/telemetry/setup.py"]).root == tmp_path


def test_file_with_our_table_wins_over_nearer_project_files(tmp_path: Path) -> None:
    make(tmp_path, "svc/pyproject.toml", "svc/a.py")
    (tmp_path / "pyproject.toml").write_text(OURS)
    located = locate([tmp_path / "svc/a.py"])
    assert located.root == tmp_path
    assert located.config is not None
    assert located.config.path == tmp_path / "pyproject.toml"


def test_nearest_of_two_files_with_our_table_wins(tmp_path: Path) -> None:
    make(tmp_path, "svc/a.py")
    (tmp_path / "pyproject.toml").write_text(OURS)
    (tmp_path / "svc/pyproject.toml").write_text(OURS)
    assert locate([tmp_path / "svc/a.py"]).root == tmp_path / "svc"


def test_configuration_outside_of_the_repository_does_not_count(tmp_path: Path) -> None:
    make(tmp_path, "repo/.git/", "repo/svc/a.py")
    (tmp_path / "pyproject.toml").write_text(OURS)
    assert locate([tmp_path / "repo/svc/a.py"]).root == tmp_path / "repo"
    assert locate([tmp_path / "repo/svc/a.py"]).config is None


def test_of_several_paths_the_common_project_is_the_root(tmp_path: Path) -> None:
    make(tmp_path, ".git/", "a/pyproject.toml", "a/x.py", "b/pyproject.toml", "b/y.py")
    assert locate([tmp_path / "a/x.py", tmp_path / "b/y.py"]).root == tmp_path
    assert locate([tmp_path / "a/x.py", tmp_path / "a"]).root == tmp_path / "a"


def test_paths_without_a_common_project_leave_it_to_the_first(tmp_path: Path) -> None:
    make(tmp_path, "a/app/x.py", "b/y.py")
    (tmp_path / "a/pyproject.toml").write_text(OURS)
    located = locate([tmp_path / "a/app/x.py", tmp_path / "b"])
    assert (located.root, located.config is not None) == (tmp_path / "a", True)


def test_without_project_files_a_named_folder_is_its_own_root(tmp_path: Path) -> None:
    make(tmp_path, "pkg/__init__.py", "pkg/sub/__init__.py")
    assert locate([tmp_path / "pkg/sub"]).root == tmp_path / "pkg/sub"
    assert not locate([tmp_path / "pkg/sub"]).shallow


def test_without_project_files_a_file_belongs_to_its_package(tmp_path: Path) -> None:
    make(tmp_path, "pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/a.py")
    located = locate([tmp_path / "pkg/sub/a.py"])
    assert (located.root, located.shallow) == (tmp_path / "pkg", False)


def test_loose_file_has_its_folder_only(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    located = locate([tmp_path / "a.py"])
    assert (located.root, located.shallow) == (tmp_path, True)


def test_path_that_does_not_exist_is_placed_all_the_same(tmp_path: Path) -> None:
    make(tmp_path, "setup.py")
    assert locate([tmp_path / "new/unsaved.py"]).root == tmp_path


def test_dots_are_removed_and_links_are_kept(tmp_path: Path) -> None:
    make(tmp_path, "real/setup.py", "real/app/")
    (tmp_path / "link").symlink_to("real")
    assert locate([Path("../link/app/../app")], cwd=tmp_path / "real").root == tmp_path / "link"
