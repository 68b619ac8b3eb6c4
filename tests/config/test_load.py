"""Settings from ``pyproject.toml`` and what overrides them."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from fastapi_async_lint.config import Overrides, Settings, load_settings
from fastapi_async_lint.config.table import _READERS, FileTable
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.errors import ConfigError

CODES = ("FAL101", "FAL102", "FAL110", "FAL201", "FAL999")


def write(folder: Path, body: str, header: str = "[tool.fastapi-async-lint]\n") -> Path:
    path = folder / "pyproject.toml"
    path.write_text(header + body, encoding="utf-8")
    return path


def loaded(folder: Path, body: str, **overrides: object) -> Settings:
    write(folder, body)
    return load_settings([folder], Overrides(**overrides), known_codes=CODES)  # type: ignore[arg-type]


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert load_settings([tmp_path]) == Settings(tmp_path)


def test_nothing_named_means_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").mkdir()
    assert load_settings().root == tmp_path
    assert load_settings(cwd=tmp_path / "x").root == tmp_path / "x"


def test_every_key_arrives(tmp_path: Path) -> None:
    for folder in ("backend", "lib"):
        (tmp_path / folder).mkdir()
    (tmp_path / "extra.toml").write_text("")
    settings = loaded(
        tmp_path,
        """
        source-roots = ["backend", "lib"]
        exclude = ["gen/"]
        extend-exclude = ["*_pb2.py"]
        force-exclude = true
        respect-gitignore = false
        select = ["FAL1"]
        extend-select = ["FAL201"]
        ignore = ["FAL110"]
        min-confidence = "certain"
        catalogs = ["extra.toml"]
        whole-project = true
        noqa = false
        cache = false
        cache-dir = "tmp/cache"
        jobs = 3
        [tool.fastapi-async-lint.per-file-ignores]
        "tests/*" = ["ALL"]
        [[tool.fastapi-async-lint.catalog.effect]]
        kind = "blocking"
        names = ["shop.slow"]
        """,
    )
    assert settings == Settings(
        root=tmp_path,
        source_roots=(tmp_path / "backend", tmp_path / "lib"),
        exclude=("gen/", "*_pb2.py"),
        force_exclude=True,
        respect_gitignore=False,
        select=("FAL1",),
        extend_select=("FAL201",),
        ignore=("FAL110",),
        per_file_ignores=(("tests/*", ("ALL",)),),
        min_confidence=Confidence.CERTAIN,
        catalogs=(tmp_path / "extra.toml",),
        inline_catalog=settings.inline_catalog,
        config_file=tmp_path / "pyproject.toml",
        whole_project=True,
        noqa=False,
        cache_dir=tmp_path / "tmp/cache",
        cache=False,
        jobs=3,
    )
    assert settings.inline_catalog is not None
    assert json.loads(settings.inline_catalog) == {"effect": [{"kind": "blocking", "names": ["shop.slow"]}]}
    assert hash(settings) == hash(load_settings([tmp_path]))


def test_defaults_of_the_table_are_those_of_the_settings(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    assert load_settings([tmp_path]) == Settings(tmp_path, config_file=path)


def test_every_key_has_a_field_and_every_field_a_key() -> None:
    assert {field.name.replace("_", "-") for field in fields(FileTable)} == set(_READERS)


def test_file_is_found_from_a_path_below_it_and_is_where_paths_start(tmp_path: Path) -> None:
    write(tmp_path, 'cache-dir = "c"\n')
    (tmp_path / "app/routers").mkdir(parents=True)
    settings = load_settings([tmp_path / "app/routers/users.py"])
    assert (settings.root, settings.cache_dir) == (tmp_path, tmp_path / "c")


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        ('selct = ["FAL1"]', 4, ["unknown key 'selct'", "did you mean 'select'?"]),
        ('min_confidence = "certain"', 4, ["unknown key 'min_confidence'", "did you mean 'min-confidence'?"]),
        ("zzzzz = 1", 4, ["unknown key 'zzzzz'"]),
        ('select = "FAL1"', 4, ["select: must be a list of strings"]),
        ("select = [1]", 4, ["select: must be a list of strings"]),
        ('select = [""]', 4, ["select: must be a list of strings"]),
        ('noqa = "yes"', 4, ["noqa: must be true or false"]),
        ("noqa = 1", 4, ["noqa: must be true or false"]),
        ("jobs = -1", 4, ["jobs: must be a whole number"]),
        ("jobs = true", 4, ["jobs: must be a whole number"]),
        ('min-confidence = "high"', 4, ["min-confidence: must be one of certain, probable, possible"]),
        ("min-confidence = []", 4, ["min-confidence: must be one of"]),
        ('cache-dir = ""', 4, ["cache-dir: must be a string"]),
        ("per-file-ignores = []", 4, ["per-file-ignores: must be a table"]),
        (
            '[tool.fastapi-async-lint.per-file-ignores]\n"a.py" = ["FAL1"]\n"b.py" = "FAL1"',
            6,
            ["per-file-ignores.b.py: must be a list"],
        ),
        (
            '[tool.fastapi-async-lint.per-file-ignores]\n"a.py" = ["FAL1"]\n"b.py" = ["FAX1"]',
            6,
            ["no rule has the code 'FAX1'"],
        ),
        ("catalog = 3", 4, ["catalog: must be a table"]),
        ("[tool.fastapi-async-lint.catalog]\nday = 2020-01-01", 4, ["catalog: holds a date"]),
        ("[tool.fastapi-async-lint.catalog]\nx = nan", 4, ["catalog: holds a date, a time or a number"]),
        ('select = ["FAL101", "FAL105"]', 4, ["select: no rule has the code 'FAL105'", "did you mean 'FAL1"]),
        ('ignore = [\n  "FAL101",\n  "fal201",\n]', 6, ["no rule has the code 'fal201'", "did you mean 'FAL201'?"]),
        ('extend-select = ["FAL1", "E501"]', 4, ["no rule has the code 'E501'"]),
        ('catalogs = ["missing.toml"]', 4, ["catalogs: 'missing.toml' is not a file"]),
        ('source-roots = [\n  ".",\n  "missing"]', 6, ["source-roots: 'missing' is not a folder"]),
    ],
)
def test_mistake_is_told_with_its_line(tmp_path: Path, line: str, number: int, words: list[str]) -> None:
    path = write(tmp_path, line + "\n", header='[project]\nname = "x"\n[tool.fastapi-async-lint]  # ours\n')
    with pytest.raises(ConfigError) as caught:
        load_settings([tmp_path], known_codes=CODES)
    assert str(caught.value).startswith(f"{path}:{number}: ")
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("[tool]\nfastapi-async-lint.selct = []\n", 2),
        ("[tool.'fastapi-async-lint']\n\nselct = []\n", 3),
        ('[ tool . "fastapi-async-lint" ]\n"selct" = []\n', 2),
        ("tool.fastapi-async-lint = { selct = [] }\n", 1),
        ("[other]\nselct = 1\n[tool.fastapi-async-lint]\nselct = 2\n", 4),
        ("[tool.fastapi-async-lint]\r\nnoqa = true\r\nselct = 2\r\n", 3),
        ("tool.fastapi-async-lint = 3\n", 1),
    ],
)
def test_line_is_found_in_other_spellings(tmp_path: Path, text: str, number: int) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text.encode())
    with pytest.raises(ConfigError) as caught:
        load_settings([tmp_path])
    assert caught.value.line == number


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (b"[tool.fastapi-async-lint\nselect = []\n", 1),
        (b"[a]\nx = 1\ny = = 2\n", 3),
        (b"[a]\nx = 1\nx = 2\n", 3),
        (b"x = '''\n", 2),
        (b"[a]\nx = '\xff'\n", 2),
    ],
)
def test_broken_file_is_told_with_its_line(tmp_path: Path, raw: bytes, number: int) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        load_settings([tmp_path])
    assert str(caught.value).startswith(f"{path}:{number}: ")
    assert "\n" not in str(caught.value)


def test_other_tables_are_not_our_business(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nselct = 1\n[tool.fastapi-async-lint-x]\ny = 1\n")
    assert load_settings([tmp_path]) == Settings(tmp_path)


@pytest.mark.parametrize("code", ["ALL", "FAL", "FAL1", "FAL101", "F"])
def test_codes_prefixes_and_all_are_known(tmp_path: Path, code: str) -> None:
    assert loaded(tmp_path, f'select = ["{code}"]\n').select == (code,)


def test_codes_are_not_checked_where_none_are_given(tmp_path: Path) -> None:
    write(tmp_path, 'select = ["XYZ"]\n')
    assert load_settings([tmp_path]).select == ("XYZ",)


def test_override_of_a_plain_value_wins_even_where_it_is_false(tmp_path: Path) -> None:
    body = "noqa = true\ncache = true\njobs = 4\nwhole-project = true\nforce-exclude = true\nrespect-gitignore = true\n"
    settings = loaded(
        tmp_path,
        body,
        noqa=False,
        cache=False,
        jobs=0,
        whole_project=False,
        force_exclude=False,
        respect_gitignore=False,
    )
    assert not any(
        (
            settings.noqa,
            settings.cache,
            settings.jobs,
            settings.whole_project,
            settings.force_exclude,
            settings.respect_gitignore,
        )
    )


def test_what_is_not_overridden_stays(tmp_path: Path) -> None:
    body = 'noqa = false\nmin-confidence = "possible"\nexclude = ["x"]\n'
    assert loaded(tmp_path, body, jobs=2) == Settings(
        tmp_path,
        noqa=False,
        min_confidence=Confidence.POSSIBLE,
        exclude=("x",),
        jobs=2,
        config_file=tmp_path / "pyproject.toml",
    )


def test_given_exclude_replaces_and_given_extension_adds(tmp_path: Path) -> None:
    body = 'exclude = ["a"]\nextend-exclude = ["b"]\n'
    assert loaded(tmp_path, body, exclude=("c",)).exclude == ("c", "b")
    assert loaded(tmp_path, body, extend_exclude=("c",)).exclude == ("a", "b", "c")


def test_given_selection_replaces_the_files_whole_selection(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path, 'select = ["FAL1"]\nextend-select = ["FAL2"]\nignore = ["FAL101"]\n', select=("FAL101",)
    )
    assert (settings.select, settings.extend_select, settings.ignore) == (("FAL101",), (), ())


def test_given_codes_to_ignore_and_to_add_come_on_top(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path, 'select = ["FAL1"]\nignore = ["FAL101", "FAL102"]\n', ignore=("FAL110",), extend_select=("FAL101",)
    )
    assert (settings.select, settings.extend_select, settings.ignore) == (("FAL1",), ("FAL101",), ("FAL102", "FAL110"))


def test_given_catalogs_add_and_start_from_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "a.toml").touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.toml").touch()
    write(tmp_path, 'catalogs = ["a.toml"]\n')
    settings = load_settings([tmp_path], Overrides(catalogs=(Path("b.toml"),)), cwd=tmp_path / "sub")
    assert settings.catalogs == (tmp_path / "a.toml", tmp_path / "sub/b.toml")


def test_given_folders_start_from_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "sub/src").mkdir(parents=True)
    overrides = Overrides(source_roots=(Path("src"),), cache_dir=Path("c"))
    settings = load_settings([tmp_path], overrides, cwd=tmp_path / "sub")
    assert (settings.source_roots, settings.cache_dir) == ((tmp_path / "sub/src",), tmp_path / "sub/c")


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (Overrides(select=("FAL105",)), "select: no rule has the code 'FAL105'"),
        (Overrides(ignore=("X",)), "ignore: no rule has the code 'X'"),
        (Overrides(per_file_ignores=(("a", ("X",)),)), "per-file-ignores: no rule has the code 'X'"),
        (Overrides(catalogs=(Path("missing"),)), "catalog 'missing' is not a file"),
        (Overrides(source_roots=(Path("missing"),)), "source root 'missing' is not a folder"),
        (Overrides(jobs=-1), "jobs: -1 is less than 0"),
    ],
)
def test_mistake_on_the_command_line_is_told(tmp_path: Path, overrides: Overrides, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        load_settings([tmp_path], overrides, known_codes=CODES)


def test_named_configuration_file_is_used_and_does_not_move_the_project(tmp_path: Path) -> None:
    write(tmp_path, "jobs = 1\n")
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "lint.toml").write_text('[tool.fastapi-async-lint]\njobs = 2\ncache-dir = "c"\n')
    settings = load_settings([tmp_path], config=Path("lint.toml"), cwd=shared)
    assert (settings.root, settings.jobs, settings.cache_dir) == (tmp_path, 2, shared / "c")


def test_named_configuration_file_must_have_our_table(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[tool.other]\n")
    with pytest.raises(ConfigError, match=r"has no table \[tool.fastapi-async-lint\]"):
        load_settings([tmp_path], config=path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings([tmp_path], config=tmp_path / "missing.toml")
