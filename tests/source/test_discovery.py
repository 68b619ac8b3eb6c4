"""Which files are found, which are reported, and what cannot hurt."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings, load_settings
from fastapi_async_lint.errors import ConfigError
from fastapi_async_lint.source import Discovery, discover
from fastapi_async_lint.source import ignored as ignored_module
from fastapi_async_lint.source import walk as walk_module

Tree = Callable[..., Path]


def found(discovery: Discovery) -> list[str]:
    return [os.path.relpath(file.path, discovery.root) for file in discovery.files]


def reported(discovery: Discovery) -> list[str]:
    return [os.path.relpath(file.path, discovery.root) for file in discovery.files if discovery.reports(file.path)]


def of(root: Path, **settings: object) -> list[str]:
    return found(discover(Settings(root, **settings)))  # type: ignore[arg-type]


def test_all_python_files_are_found_in_order_and_nothing_else(tree: Tree) -> None:
    root = tree("b.py", "a/c.py", "a.txt", "x.pyi", "n.ipynb", "d.py/", "e.PY")
    result = discover(Settings(root))
    assert found(result) == ["a/c.py", "b.py"]
    assert result.problems == ()


def test_whole_project_is_found_whatever_is_named_and_only_that_is_reported(tree: Tree) -> None:
    root = tree("pyproject.toml", "app/main.py", "app/routers/users.py", "app/routers/items.py")
    named = [root / "app/routers/users.py"]
    result = discover(load_settings(named), named)
    assert found(result) == ["app/main.py", "app/routers/items.py", "app/routers/users.py"]
    assert reported(result) == ["app/routers/users.py"]


def test_named_folder_reports_what_is_below_it_only(tree: Tree) -> None:
    root = tree("pyproject.toml", "app/a.py", "app/b/c.py", "app2/d.py")
    assert reported(discover(Settings(root), [root / "app"])) == ["app/a.py", "app/b/c.py"]


def test_nothing_named_reports_everything(tree: Tree) -> None:
    root = tree("a.py")
    assert reported(discover(Settings(root))) == ["a.py"]


def test_relative_paths_start_from_the_working_folder(tree: Tree) -> None:
    root = tree("app/a.py", "b.py")
    assert reported(discover(Settings(root), [Path("../app/./a.py")], cwd=root / "app")) == ["app/a.py"]


@pytest.mark.parametrize("name", ["missing.py", "missing/", "app/a.py/x.py"])
def test_named_path_that_does_not_exist_is_an_error(tree: Tree, name: str) -> None:
    root = tree("app/a.py")
    with pytest.raises(ConfigError, match="no such file or folder"):
        discover(Settings(root), [root / name])


def test_named_path_that_is_no_file_is_an_error(tree: Tree) -> None:
    root = tree("a.py")
    os.mkfifo(root / "pipe.py")
    assert of(root) == ["a.py"]
    with pytest.raises(ConfigError, match="neither a file nor a folder"):
        discover(Settings(root), [root / "pipe.py"])


@pytest.mark.parametrize(
    "folder",
    [
        ".git",
        ".venv",
        "node_modules",
        "__pycache__",
        "build",
        "dist",
        ".tox",
        ".nox",
        "site-packages",
        "shop.egg-info",
        ".mypy_cache",
        "x/build",
    ],
)
def test_folders_without_first_party_code_are_left_out(tree: Tree, folder: str) -> None:
    assert of(tree("a.py", f"{folder}/b.py", f"{folder}/c/d.py")) == ["a.py"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/"])
def test_virtual_environment_of_any_name_is_left_out(tree: Tree, mark: str) -> None:
    assert of(tree("a.py", f"env3/{mark}", "env3/lib/b.py")) == ["a.py"]


@pytest.mark.parametrize("name", ["builds", "distance", "env", "mybuild", "build.py"])
def test_look_alikes_of_left_out_folders_stay(tree: Tree, name: str) -> None:
    name = name if name.endswith(".py") else f"{name}/b.py"
    assert of(tree(name)) == [name]


def test_package_called_build_stays(tree: Tree) -> None:
    assert of(tree("app/build/__init__.py", "app/build/a.py")) == ["app/build/__init__.py", "app/build/a.py"]


def test_project_inside_a_folder_of_such_a_name_is_read(tree: Tree) -> None:
    root = tree("build/shop/a.py", "build/shop/build/b.py")
    assert of(root / "build/shop") == ["a.py"]


def test_excluded_by_settings_and_taken_back(tree: Tree) -> None:
    root = tree("a.py", "gen/b.py", "gen/keep.py", "x/gen_c.py", "build/d.py")
    assert of(root, exclude=("gen/*", "!gen/keep.py", "gen_*.py", "!build/")) == ["a.py", "build/d.py", "gen/keep.py"]


def test_git_decides_what_is_ignored(repository: Tree) -> None:
    root = repository(
        ".gitignore", "a.py", "out/b.py", "sub/.gitignore", "sub/c.py", "sub/d.py", "new/out/e.py", "new/f.py"
    )
    (root / ".gitignore").write_text("out/\n")
    (root / "sub/.gitignore").write_text("c.py\n")
    assert of(root) == ["a.py", "new/f.py", "sub/d.py"]
    assert "out/b.py" in of(root, respect_gitignore=False)
    assert "out/b.py" in of(root, exclude=("!out/",))


def test_tracked_file_is_found_though_a_pattern_names_it(repository: Tree) -> None:
    root = repository("a.py", "b.py")
    subprocess.run(["git", "-C", str(root), "add", "b.py"], check=True)
    (root / ".gitignore").write_text("*.py\n")
    assert of(root) == ["b.py"]


def test_git_of_a_hook_does_not_mislead(repository: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    root = repository("a.py", "b.py")
    (root / ".gitignore").write_text("b.py\n")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert of(root) == ["a.py"]


def test_project_that_is_ignored_as_a_whole_is_read_all_the_same(repository: Tree) -> None:
    root = repository("wheel/shop/a.py", "wheel/.gitignore")
    (root / ".gitignore").write_text("wheel/\n")
    assert of(root / "wheel") == ["shop/a.py"]


def test_project_below_the_top_of_its_repository_obeys_the_top(repository: Tree) -> None:
    root = repository("svc/a.py", "svc/gen/b.py")
    (root / ".gitignore").write_text("/svc/gen/\n")
    assert of(root / "svc") == ["a.py"]


def test_nested_repository_is_part_of_the_project_and_has_its_own_ignores(repository: Tree) -> None:
    root = repository("a.py", "lib/b.py", "lib/c.py")
    subprocess.run(["git", "init", "-q", str(root / "lib")], check=True)
    (root / "lib/.gitignore").write_text("c.py\n")
    assert of(root) == ["a.py", "lib/b.py"]


@pytest.mark.parametrize("trouble", ["missing", "refuses", "hangs"])
def test_without_git_the_ignore_files_are_read(repository: Tree, monkeypatch: pytest.MonkeyPatch, trouble: str) -> None:
    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
        if trouble == "missing":
            raise FileNotFoundError("git")
        if trouble == "hangs":
            raise subprocess.TimeoutExpired("git", 1)
        return subprocess.CompletedProcess("git", 128, b"", b"dubious ownership")

    root = repository("a.py", "gen/b.py", "gen/keep.py", "sub/c.py", "sub/d.py", "sub/gen/e.py")
    (root / ".gitignore").write_text("/gen/*\n!keep.py\n")
    (root / "sub/.gitignore").write_text("/c.py\n")
    monkeypatch.setattr(subprocess, "run", run)
    assert of(root) == ["a.py", "gen/keep.py", "sub/d.py", "sub/gen/e.py"]


def test_outside_a_repository_git_is_not_asked(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(folder: str) -> None:
        raise AssertionError(folder)

    root = tree("a.py", "b.py")
    (root / ".gitignore").write_text("b.py\n")
    monkeypatch.setattr(walk_module, "ignored_by_git", never)
    assert of(root) == ["a.py"]
    assert ignored_module.ignored_by_git(str(root)) is None


def test_named_file_is_taken_though_excluded(tree: Tree) -> None:
    root = tree("a.py", "build/b.py", "gen/c.py")
    named = [root / "build/b.py", root / "gen/c.py"]
    result = discover(Settings(root, exclude=("gen/",)), named)
    assert found(result) == ["a.py", "build/b.py", "gen/c.py"]
    assert reported(result) == ["build/b.py", "gen/c.py"]


def test_named_folder_is_taken_though_excluded(tree: Tree) -> None:
    root = tree("a.py", ".venv/lib/x/b.py", ".venv/lib/__pycache__/c.py")
    assert reported(discover(Settings(root), [root / ".venv"])) == [".venv/lib/x/b.py"]


def test_excluded_files_stay_out_where_that_is_asked_for(tree: Tree) -> None:
    root = tree("a.py", "build/b.py", "gen/c.py", "run")
    settings = Settings(root, exclude=("gen/",), force_exclude=True)
    assert reported(discover(settings, [root / name for name in ("a.py", "build/b.py", "gen", "run")])) == [
        "a.py",
        "run",
    ]
    nothing = discover(settings, [root / "build/b.py"])
    assert found(nothing) == ["a.py"]
    assert reported(nothing) == []


def test_named_script_without_suffix_is_taken_a_stub_is_not_and_a_notebook_is_told(tree: Tree) -> None:
    root = tree("run", "a.pyi", "b.ipynb")
    result = discover(Settings(root), [root / "run", root / "a.pyi", root / "b.ipynb"])
    assert found(result) == ["run"]
    assert [(problem.path.name, problem.message) for problem in result.problems] == [
        ("b.ipynb", "notebooks are not checked")
    ]


def test_named_path_outside_brings_its_project(tree: Tree) -> None:
    root = tree("one/pyproject.toml", "one/a.py", "two/setup.cfg", "two/b.py", "two/pkg/__init__.py", "two/pkg/c.py")
    result = discover(Settings(root / "one"), [root / "one", root / "two/pkg/c.py"])
    assert [file.path.relative_to(root).as_posix() for file in result.files] == [
        "one/a.py", "two/b.py", "two/pkg/__init__.py", "two/pkg/c.py",
    ]  # fmt: skip
    assert result.files[-1].module == "pkg.c"
    assert reported(result) == ["a.py", "../two/pkg/c.py"]


def test_several_projects_without_a_common_one(tree: Tree) -> None:
    root = tree("one/app/__init__.py", "one/app/main.py", "two/app/__init__.py", "two/app/main.py")
    named = [root / "one", root / "two"]
    result = discover(load_settings(named), named)
    assert [file.module for file in result.files] == ["app", "app.main", "app", "app.main"]
    assert len({file.root for file in result.files}) == 2
    assert len(reported(result)) == 4


def test_loose_file_brings_its_neighbours_but_not_all_that_lies_around(tree: Tree) -> None:
    root = tree(
        "main.py",
        "models.py",
        "lib/__init__.py",
        "lib/db.py",
        "lib/sub/__init__.py",
        "lib/sub/x.py",
        "other/project/y.py",
    )
    named = [root / "main.py"]
    result = discover(load_settings(named), named)
    assert found(result) == [
        "lib/__init__.py",
        "lib/db.py",
        "lib/sub/__init__.py",
        "lib/sub/x.py",
        "main.py",
        "models.py",
    ]
    assert reported(result) == ["main.py"]


def test_package_without_project_files_is_indexed_from_its_top(tree: Tree) -> None:
    root = tree("pkg/__init__.py", "pkg/a/__init__.py", "pkg/a/b.py", "pkg/c.py", "unrelated/d.py")
    named = [root / "pkg/a/b.py"]
    result = discover(load_settings(named), named)
    assert [file.module for file in result.files] == ["pkg", "pkg.a", "pkg.a.b", "pkg.c"]


def test_unpacked_wheel_is_named_from_its_packages(tree: Tree) -> None:
    root = tree("web/__init__.py", "web/main.py", "web/routers/users.py", "web-1.0.dist-info/METADATA")
    for named in ([root], [root / "web"]):
        result = discover(load_settings(named), named)
        assert [file.module for file in result.files] == ["web", "web.main", "web.routers.users"]


def test_module_that_is_called_setup_does_not_cut_its_package(tree: Tree) -> None:
    root = tree("pyproject.toml", "web/__init__.py", "web/telemetry/setup.py", "web/telemetry/logs.py")
    assert [file.module for file in discover(Settings(root)).files] == [
        "web",
        "web.telemetry.logs",
        "web.telemetry.setup",
    ]


def test_source_roots_of_the_settings_count(tree: Tree) -> None:
    root = tree("lib/py/shop/db.py")
    (file,) = discover(Settings(root, source_roots=(root / "lib/py",))).files
    assert (file.module, file.is_declared) == ("shop.db", True)


def test_unsaved_file_is_listed_and_named_as_if_it_were_there(tree: Tree) -> None:
    root = tree("app/__init__.py", "app/a.py")
    new = root / "app/new.py"
    result = discover(Settings(root), [new], unsaved=[new])
    assert [file.module for file in result.files] == ["app", "app.a", "app.new"]
    assert reported(result) == ["app/new.py"]


def test_unsaved_text_of_a_file_that_exists_adds_nothing(tree: Tree) -> None:
    root = tree("a.py")
    assert found(discover(Settings(root), [root / "a.py"], unsaved=[root / "a.py"])) == ["a.py"]


def test_link_to_a_folder_above_is_told_and_not_followed(tree: Tree) -> None:
    root = tree("app/a.py", "app/again -> ..")
    result = discover(Settings(root))
    assert found(result) == ["app/a.py"]
    assert [(problem.path, problem.message) for problem in result.problems] == [
        (root / "app/again", "link to a folder above it, not followed")
    ]


@pytest.mark.parametrize("names", [["x -> x"], ["x -> y", "y -> x"], ["x.py -> x.py"]])
def test_links_that_lead_to_each_other_are_told(tree: Tree, names: list[str]) -> None:
    result = discover(Settings(tree("a.py", *names)))
    assert found(result) == ["a.py"]
    assert len(result.problems) == len(names)
    assert all("cannot be looked at" in problem.message for problem in result.problems)


def test_left_out_link_to_itself_is_not_worth_a_word(tree: Tree) -> None:
    assert discover(Settings(tree("a.py", ".venv -> .venv"))).problems == ()


def test_broken_link_is_nothing(tree: Tree) -> None:
    result = discover(Settings(tree("a.py", "b.py -> nowhere.py", "c -> nowhere")))
    assert (found(result), result.problems) == (["a.py"], ())


def test_folder_is_found_once_under_its_real_name(tree: Tree) -> None:
    assert of(tree("zlib/a.py", "alink -> zlib", "sub/link -> ../zlib")) == ["zlib/a.py"]


def test_link_to_elsewhere_in_the_repository_is_followed(repository: Tree) -> None:
    root = repository(
        "libs/common/a.py",
        "libs/common/up -> ..",
        "svc/common -> ../libs/common",
        "svc/twice -> ../libs/common",
        "svc/b.py",
    )
    assert of(root / "svc") == ["b.py", "common/a.py"]


def test_link_out_of_the_project_is_not_followed(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x.py").write_text("")
    root = tree("a.py", "out -> ../elsewhere", "disk -> /")
    result = discover(Settings(root))
    assert (found(result), result.problems) == (["a.py"], ())
    assert reported(discover(Settings(root), [root / "out"])) == ["out/x.py"]


def test_linked_file_is_found(tree: Tree) -> None:
    assert of(tree("settings_dev.py", "settings.py -> settings_dev.py")) == ["settings.py", "settings_dev.py"]


def test_folder_that_cannot_be_listed_is_told(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree("a.py", "secret/b.py", "z/c.py")
    real = os.scandir

    def scandir(path: str) -> object:  # chmod would not stop a superuser
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(walk_module.os, "scandir", scandir)
    result = discover(Settings(root))
    assert found(result) == ["a.py", "z/c.py"]
    assert [(problem.path.name, problem.message) for problem in result.problems] == [
        ("secret", "folder cannot be listed: Permission denied")
    ]


def test_root_that_is_gone_is_told(tmp_path: Path) -> None:
    result = discover(Settings(tmp_path / "gone"))
    assert result.files == ()
    assert len(result.problems) == 1


def test_names_that_are_no_text_are_kept(repository: Tree) -> None:
    root = repository("a.py", "out/b.py")
    for name in (b"caf\xe9.py", b"d\xff/x.py", b"new\nline.py", b"out/\xfe.py"):
        path = os.path.join(os.fsencode(root), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w"):
            pass
    (root / ".gitignore").write_text("out/\n")
    result = discover(Settings(root, exclude=("*.txt",)))
    assert sorted(os.fsencode(os.path.relpath(file.path, root)) for file in result.files) == [
        b"a.py", b"caf\xe9.py", b"d\xff/x.py", b"new\nline.py",
    ]  # fmt: skip
    for file in result.files:
        file.module.encode("utf-8")


def test_depth_costs_no_recursion(tree: Tree) -> None:
    root = tree("a.py")
    folders = [root]
    for _ in range(1200):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    (folders[-1] / "x.py").touch()
    assert len(of(root)) == 2
    (folders[-1] / "x.py").unlink()
    for folder in reversed(folders[1:]):  # the fixture's own cleaning up is recursive
        folder.rmdir()


def test_same_tree_gives_the_same_answer(tree: Tree) -> None:
    root = tree(*(f"p{i % 7}/q{i % 3}/m{i}.py" for i in range(60)))
    assert discover(Settings(root)) == discover(Settings(root))
