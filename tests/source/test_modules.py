"""Module names, from file names alone: no file is read, none needs to exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.source.modules import Layout, SourceFile, name_files, refine

ROOT = Path("/work")


def files_of(
    *relative: str, projects: tuple[str, ...] = ("",), source_roots: tuple[str, ...] = (), root: Path = ROOT
) -> dict[str, SourceFile]:
    paths = [ROOT / name for name in relative]
    layout = Layout(
        root,
        frozenset(str(path.parent) for path in paths if path.name == "__init__.py"),
        frozenset(str(ROOT / name) if name else str(ROOT) for name in projects),
        tuple(ROOT / name for name in source_roots),
    )
    return {file.path.relative_to(ROOT).as_posix(): file for file in name_files(paths, layout)}


def refined(
    files: dict[str, SourceFile], imports: dict[str, list[str]], libraries: tuple[str, ...] = ()
) -> dict[str, SourceFile]:
    found = refine(list(files.values()), {ROOT / name: names for name, names in imports.items()}, libraries)
    return {file.path.relative_to(ROOT).as_posix(): file for file in found}


def test_regular_package_is_named_from_the_folder_that_holds_it() -> None:
    files = files_of("app/__init__.py", "app/main.py", "app/core/__init__.py", "app/core/db.py")
    assert files["app/core/db.py"].names == ("app.core.db",)
    assert files["app/core/db.py"].root == ROOT
    assert files["app/core/__init__.py"].module == "app.core"
    assert files["app/core/__init__.py"].is_package
    assert not files["app/main.py"].is_package


def test_package_below_a_plain_folder_has_both_spellings_the_shorter_first() -> None:
    files = files_of("backend/app/__init__.py", "backend/app/db.py")
    assert files["backend/app/db.py"].names == ("app.db", "backend.app.db")
    assert files["backend/app/db.py"].roots == (ROOT / "backend", ROOT)


def test_src_layout_names_start_behind_src() -> None:
    files = files_of("src/shop/__init__.py", "src/shop/db.py", "src/plain/tool.py")
    assert files["src/shop/db.py"].module == "shop.db"
    assert files["src/plain/tool.py"].module == "plain.tool"


def test_src_that_is_a_package_itself_is_part_of_the_name() -> None:
    files = files_of("src/__init__.py", "src/app/__init__.py", "src/app/db.py")
    assert files["src/app/db.py"].module == "src.app.db"


def test_folder_without_init_inside_a_package_belongs_to_it() -> None:
    files = files_of(
        "web/__init__.py", "web/routers/users.py", "web/routers/audio/__init__.py", "web/routers/audio/live.py"
    )
    assert files["web/routers/users.py"].module == "web.routers.users"
    assert files["web/routers/audio/live.py"].module == "web.routers.audio.live"


def test_namespace_folder_is_named_from_the_project_file() -> None:
    files = files_of("app/main.py", "app/routers/users.py")
    assert files["app/routers/users.py"].module == "app.routers.users"
    assert files["app/routers/users.py"].root == ROOT


def test_two_services_keep_the_same_name_and_their_own_roots() -> None:
    files = files_of(
        "services/a/app/__init__.py", "services/a/app/main.py", "services/b/app/__init__.py", "services/b/app/main.py"
    )
    one, other = files["services/a/app/main.py"], files["services/b/app/main.py"]
    assert one.module == other.module == "app.main"
    assert (one.root, other.root) == (ROOT / "services/a", ROOT / "services/b")


def test_nearest_project_file_is_where_names_of_a_plain_folder_start() -> None:
    files = files_of("services/a/app/main.py", projects=("", "services/a"))
    assert files["services/a/app/main.py"].module == "app.main"
    assert "services.a.app.main" in files["services/a/app/main.py"].names


def test_stray_init_beside_the_project_file_does_not_make_the_project_a_package() -> None:
    files = files_of("__init__.py", "app/__init__.py", "app/db.py")
    assert files["app/db.py"].module == "app.db"
    assert files["__init__.py"].module == "work"


def test_declared_source_root_comes_first() -> None:
    files = files_of("lib/python/shop/db.py", source_roots=("lib/python",))
    file = files["lib/python/shop/db.py"]
    assert (file.module, file.root, file.is_declared) == ("shop.db", ROOT / "lib/python", True)


def test_declared_source_root_inside_a_package_is_believed() -> None:
    files = files_of("app/__init__.py", "app/models.py", source_roots=("app",))
    assert files["app/models.py"].names == ("models", "app.models")


def test_of_nested_source_roots_the_deepest_comes_first() -> None:
    files = files_of("a/b/c.py", source_roots=("a", "a/b"))
    assert files["a/b/c.py"].names[:2] == ("c", "b.c")


def test_package_above_the_project_counts() -> None:
    layout = Layout(ROOT / "pkg/sub", frozenset({str(ROOT / "pkg"), str(ROOT / "pkg/sub")}))
    (file,) = name_files([ROOT / "pkg/sub/a.py"], layout)
    assert (file.module, file.root) == ("pkg.sub.a", ROOT)


@pytest.mark.parametrize("name", ["my-script.py", "2024.py", "a.b.py", "\udcff.py"])
def test_file_that_no_import_can_spell_still_has_one_printable_name(name: str) -> None:
    file = files_of(f"tools/{name}")[f"tools/{name}"]
    assert len(file.names) == 1
    assert file.module.startswith("tools.")
    file.module.encode("utf-8")
    assert file.module.count(".") == 1


def test_script_without_suffix_is_named_like_a_module() -> None:
    assert files_of("tools/run")["tools/run"].names == ("tools.run", "run")


def test_folder_that_no_import_can_spell_does_not_lend_its_name() -> None:
    files = files_of("my-service/app/main.py")
    assert files["my-service/app/main.py"].names == ("app.main", "main")


def test_short_spelling_that_would_shadow_the_standard_library_is_left_out() -> None:
    files = files_of("app/queue.py", "app/jobs.py")
    assert files["app/queue.py"].names == ("app.queue",)
    assert "jobs" in files["app/jobs.py"].names


def test_imports_show_where_a_plain_folder_is_run_from() -> None:
    files = files_of("deploy/shop/app/main.py", "deploy/shop/app/db.py")
    assert files["deploy/shop/app/db.py"].module == "deploy.shop.app.db"
    found = refined(files, {"deploy/shop/app/main.py": ["app.db", "fastapi"]})
    assert found["deploy/shop/app/db.py"].module == "app.db"
    assert found["deploy/shop/app/main.py"].module == "app.main"
    assert found["deploy/shop/app/db.py"].root == ROOT / "deploy/shop"


def test_imports_show_a_folder_of_scripts() -> None:
    files = files_of("scripts/load.py", "scripts/models.py", "app/__init__.py", "app/main.py")
    found = refined(files, {"scripts/load.py": ["models"], "app/main.py": ["app"]})
    assert found["scripts/models.py"].module == "models"
    assert found["scripts/load.py"].module == "load"
    assert found["app/main.py"].names == ("app.main",)


def test_package_that_is_run_from_inside_is_named_so() -> None:
    files = files_of(
        "app/__init__.py", "app/main.py", "app/models.py", "app/routers/__init__.py", "app/routers/users.py"
    )
    found = refined(files, {"app/main.py": ["routers", "models"], "app/routers/users.py": ["models"]})
    assert found["app/models.py"].module == "models"
    assert found["app/routers/users.py"].module == "routers.users"
    assert "app.models" in found["app/models.py"].names


def test_relative_imports_prove_a_package_so_no_name_starts_in_it() -> None:
    files = files_of("app/main.py", "app/client.py")
    found = refined(files, {"app/main.py": [".client", "client"]})
    assert found["app/client.py"].names == ("app.client",)


def test_relative_import_of_two_levels_proves_both_folders_packages() -> None:
    files = files_of("app/routers/users.py", "app/models.py")
    found = refined(files, {"app/routers/users.py": ["..models", "models"]})
    assert found["app/models.py"].names == ("app.models",)
    assert found["app/routers/users.py"].names == ("app.routers.users",)


@pytest.mark.parametrize("importer", ["app/cache.py", "app/main.py"])
def test_file_named_like_a_known_library_does_not_take_its_name(importer: str) -> None:
    files = files_of("app/main.py", "app/cache.py", "app/redis.py")
    found = refined(files, {importer: ["redis"], "app/main.py": ["app.cache"]}, libraries=("redis",))
    assert found["app/redis.py"].names == ("app.redis",)


def test_file_that_imports_its_own_name_means_a_library() -> None:
    files = files_of("app/__init__.py", "app/celery.py", "app/main.py")
    found = refined(files, {"app/celery.py": ["celery"], "app/main.py": ["app.celery", "celery"]})
    assert found["app/celery.py"].names == ("app.celery",)


def test_helper_imported_both_ways_keeps_both_names() -> None:
    files = files_of("tests/helpers.py", "tests/test_a.py", "tests/test_b.py", "tests/test_c.py")
    found = refined(
        files,
        {"tests/test_a.py": ["tests.helpers"], "tests/test_b.py": ["helpers"], "tests/test_c.py": ["tests.helpers"]},
    )
    assert found["tests/helpers.py"].names == ("tests.helpers", "helpers")
    assert found["tests/test_a.py"].names == ("tests.test_a",)


def test_imports_elsewhere_do_not_move_a_service() -> None:
    files = files_of("services/a/app/__init__.py", "services/a/app/db.py", "libs/common.py", "tools/run.py")
    imports = {"tools/run.py": ["libs.common"], "services/a/app/db.py": ["libs.common"]}
    assert refined(files, imports)["services/a/app/db.py"].module == "app.db"


def test_imports_do_not_overrule_a_declared_source_root() -> None:
    files = files_of("lib/shop/db.py", "lib/shop/main.py", source_roots=("lib",))
    found = refined(files, {"lib/shop/main.py": ["lib.shop.db"]})
    assert found["lib/shop/db.py"].names[:2] == ("shop.db", "lib.shop.db")


def test_without_imports_the_layout_decides() -> None:
    files = files_of("backend/app/__init__.py", "backend/app/db.py", "src/x/y.py")
    found = refined(files, {})
    assert [file.module for file in found.values()] == [file.module for file in files.values()]


def test_order_of_files_is_kept() -> None:
    files = files_of("b.py", "a/x.py", "a.py", "a/y.py")
    assert list(refined(files, {"a/x.py": ["y"]})) == ["b.py", "a/x.py", "a.py", "a/y.py"]
