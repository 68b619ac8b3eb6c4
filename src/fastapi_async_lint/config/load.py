"""Settings of a run: defaults, then ``[tool.fastapi-async-lint]``, then the command line or flake8."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from fastapi_async_lint.config.codes import covers, unknown_code
from fastapi_async_lint.config.locate import SECTION, absolute, locate, section_of
from fastapi_async_lint.config.settings import Overrides, Settings
from fastapi_async_lint.config.table import FileTable, read_table
from fastapi_async_lint.config.toml_file import TomlFile, read_toml
from fastapi_async_lint.errors import ConfigError


def load_settings(
    paths: Sequence[Path] = (),
    overrides: Overrides | None = None,
    *,
    known_codes: Collection[str] | None = None,
    config: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
) -> Settings:
    """The settings for checking ``paths`` (nothing named: the working folder ``cwd``).

    ``config`` names the configuration file instead of searching for one; ``isolated``: no file counts. Codes are checked against
    ``known_codes`` where given. Raises :class:`ConfigError`, with file and line where known, for a file that is
    broken, an unknown key, a wrong type, an unknown code, and a catalog or source root that does not exist.
    """
    overrides = overrides or Overrides()
    located = locate(paths, cwd)
    found = None if isolated else located.config
    if config is not None:
        found = read_toml(absolute(config, cwd))
        if section_of(found) is None:
            raise ConfigError(f"has no table [{'.'.join(SECTION)}]", found.path)
    table = read_table(found, known_codes) if found else FileTable()
    if known_codes is not None:
        _check_given_codes(overrides, known_codes)
    settings = Settings(root=located.root, shallow=located.shallow, config_file=found.path if found else None)
    if found:
        settings = _with_table(settings, table, found)
    return _with_overrides(settings, table, overrides, cwd)


def _with_table(settings: Settings, table: FileTable, file: TomlFile) -> Settings:
    folder = file.path.parent

    def path_of(key: str, text: str, is_there: bool, what: str) -> Path:
        if not is_there:
            raise ConfigError(f"{key}: {text!r} is not {what}", file.path, file.line((*SECTION, key), text))
        return absolute(Path(text), folder)

    here = tuple((text, absolute(Path(text), folder)) for text in table.source_roots)
    catalogs = tuple((text, absolute(Path(text), folder)) for text in table.catalogs)
    return replace(
        settings,
        source_roots=tuple(path_of("source-roots", text, os.path.isdir(path), "a folder") for text, path in here),
        exclude=(*table.exclude, *table.extend_exclude),
        force_exclude=table.force_exclude,
        respect_gitignore=table.respect_gitignore,
        select=table.select,
        extend_select=table.extend_select,
        ignore=table.ignore,
        per_file_ignores=table.per_file_ignores,
        min_confidence=table.min_confidence,
        catalogs=tuple(path_of("catalogs", text, os.path.isfile(path), "a file") for text, path in catalogs),
        inline_catalog=table.catalog,
        whole_project=table.whole_project,
        follow_libraries=table.follow_libraries or table.python is not None,
        python=absolute(Path(table.python), folder) if table.python else None,
        noqa=table.noqa,
        cache_dir=absolute(Path(table.cache_dir), folder) if table.cache_dir else None,
        cache=table.cache,
        jobs=table.jobs,
    )


def _with_overrides(settings: Settings, table: FileTable, given: Overrides, cwd: Path | None) -> Settings:
    plain = {
        name: value
        for name in ("force_exclude", "respect_gitignore", "per_file_ignores", "min_confidence", "whole_project",
                     "follow_libraries",
                     "noqa", "cache", "jobs")
        if (value := getattr(given, name)) is not None
    }  # fmt: skip
    if given.jobs is not None and given.jobs < 0:
        raise ConfigError(f"jobs: {given.jobs} is less than 0")
    exclude = settings.exclude if given.exclude is None else (*given.exclude, *table.extend_exclude)
    catalogs = tuple(_given_path("catalog", path, cwd, False) for path in given.catalogs or ())
    settings = replace(
        settings,
        exclude=(*exclude, *(given.extend_exclude or ())),
        catalogs=(*settings.catalogs, *catalogs),
        **plain,
    )
    if given.source_roots is not None:
        roots = tuple(_given_path("source root", path, cwd, True) for path in given.source_roots)
        settings = replace(settings, source_roots=roots)
    if given.python is not None:
        settings = replace(settings, python=absolute(given.python, cwd), follow_libraries=True)
    if given.cache_dir is not None:
        settings = replace(settings, cache_dir=absolute(given.cache_dir, cwd))
    return _with_selection(settings, given)


def _with_selection(settings: Settings, given: Overrides) -> Settings:
    """The command line's word counts for more than the file's, code by code."""
    if given.select is not None:
        settings = replace(settings, select=given.select, extend_select=(), ignore=())
    extend, ignore = given.extend_select or (), given.ignore or ()
    # what the file ignores and the command line asks for is wanted
    kept = tuple(code for code in settings.ignore if not any(covers(one, code) for one in extend))
    return replace(settings, extend_select=(*settings.extend_select, *extend), ignore=(*kept, *ignore))


def _check_given_codes(given: Overrides, known: Collection[str]) -> None:
    for option, codes in (
        ("select", given.select),
        ("extend-select", given.extend_select),
        ("ignore", given.ignore),
        *(("per-file-ignores", codes) for _, codes in given.per_file_ignores or ()),
    ):
        if unknown := unknown_code(codes or (), known):
            raise ConfigError(f"{option}: {unknown[1]}")


def _given_path(what: str, path: Path, cwd: Path | None, folder: bool) -> Path:
    found = absolute(path, cwd)
    if not (os.path.isdir(found) if folder else os.path.isfile(found)):
        raise ConfigError(f"{what} {str(path)!r} is not a {'folder' if folder else 'file'}")
    return found
