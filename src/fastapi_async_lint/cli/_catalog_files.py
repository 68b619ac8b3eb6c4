"""``catalog scaffold`` begins a catalog file, ``catalog check`` compares one with the installed library."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from fastapi_async_lint.errors import ConfigError


def scaffold(arguments: argparse.Namespace) -> int:
    """Draft a catalog file, and on request the file with its evidence. Raises ``ConfigError``; never overwrites a file."""
    from fastapi_async_lint.catalog import draft
    from fastapi_async_lint.catalog.inspection import inventory

    if len(arguments.names) != 1:
        raise ConfigError("`catalog scaffold` takes one library at a time")
    files: list[Path] = [file for file in (arguments.output_file, arguments.evidence_file) if file is not None]
    for file in files:
        if file.exists():
            raise ConfigError(f"{file} exists already; scaffold writes new files only")
    _here_first()
    found = inventory(arguments.names[0], arguments.module or ())
    if not found.classes:
        print(
            f"{found.library} shows no classes by itself; name the modules they are in with --module", file=sys.stderr
        )
    if arguments.output_file is None:
        sys.stdout.writelines(f"{line}\n" for line in draft.toml(found))
    else:
        _write(arguments.output_file, draft.toml(found))
    if arguments.evidence_file is not None:
        _write(arguments.evidence_file, draft.evidence(found))
    for file in files:
        sys.stdout.write(f"wrote {file}\n")
    return 0


def check(names: Sequence[str]) -> int:
    """Say what each catalog file has that the installed library does not: 1 if there is such a name. Raises ``FalError``."""
    import warnings

    from fastapi_async_lint.catalog import reality
    from fastapi_async_lint.catalog.load import read_file

    _here_first()
    wrong = 0
    for name in names:
        file = read_file(Path(name))
        version = reality.installed_version(file.library)
        if version is None:
            raise ConfigError(f"{file.library.name} is not installed for {sys.executable}, so {name} cannot be checked")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                differences = reality.differences(file, version)
        except reality.NotInstalled as error:
            raise ConfigError(f"cannot import {error}, so {name} cannot be checked") from error
        sys.stdout.writelines(f"{name}: {difference}\n" for difference in differences)
        if not differences:
            sys.stdout.write(f"{name}: every name exists in {file.library.name} {version}\n")
        wrong += len(differences)
    return 1 if wrong else 0


def _here_first() -> None:
    """Make the modules in the working folder importable, as ``python -m`` does."""
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())


def _write(file: Path, lines: Iterable[str]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {file}: {error.strerror}") from error
