"""Where the packages of a project's environment lie. Nothing is executed: folders are listed, as pip lays them out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.errors import ConfigError

USUAL = (".venv", "venv")
"""Folders of a project that hold its environment, by habit."""


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A module found outside the project: ``folder`` is what its name starts from."""

    path: Path
    name: str
    folder: Path
    is_package: bool


def search_folders(root: Path, python: Path | None, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The folders in which the project's imports are looked up, in order: its environment's, then the project's neighbours.

    ``python``: an interpreter or the folder of a virtual environment; None: ``VIRTUAL_ENV``, else ``.venv`` or ``venv`` in
    ``root``. Raises ``ConfigError`` where ``python`` is given and no packages lie there.
    """
    found: list[Path] = []
    if python is not None:
        found.extend(_packages(python))
        if not found:
            raise ConfigError(f"python: {str(python)!r} is neither a Python interpreter nor a virtual environment")
    else:
        candidates = [Path(environment["VIRTUAL_ENV"])] if environment.get("VIRTUAL_ENV") else []
        for candidate in (*candidates, *(root / name for name in USUAL)):
            found = list(_packages(candidate))
            if found:
                break
    linked = [folder for packages in found for folder in _linked(packages)]
    return tuple(dict.fromkeys((*found, *linked, *_neighbours(root))))


def _packages(place: Path) -> Iterator[Path]:
    """The ``site-packages`` folders of an environment, or of the environment an interpreter belongs to."""
    for folder in (place, place.parent.parent):
        patterns = ("lib/python3*/site-packages", "lib64/python3*/site-packages", "Lib/site-packages")
        hits = [hit for pattern in patterns for hit in sorted(folder.glob(pattern)) if hit.is_dir()]
        if hits:
            yield from dict.fromkeys(hit.resolve() for hit in hits)
            return


def _linked(packages: Path) -> Iterator[Path]:
    """What ``.pth`` files add: the source folders of editable installs."""
    for file in sorted(packages.glob("*.pth")):
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        for line in lines:
            folder = packages / line.strip()
            if line.strip() and not line.startswith(("import ", "import\t", "#")) and folder.is_dir():
                yield folder.resolve()


def _neighbours(root: Path) -> Iterator[Path]:
    """The folder around the project, and the source folders beside it: packages of the same repository."""
    yield root.parent
    try:
        with os.scandir(root.parent) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir())
    except OSError:
        return
    for name in names:
        beside = root.parent / name
        if beside != root and not name.startswith("."):
            yield from (folder for folder in (beside / "src", beside) if folder.is_dir())


def find_module(name: str, folders: Sequence[Path]) -> list[LibraryFile]:
    """The file of a dotted name with those of the packages around it, the outermost first; [] if no folder has it.

    Where the last part is no module (an attribute, as in ``from package import name``), the packages around it alone.
    """
    parts = name.split(".")
    for folder in folders:
        found: list[LibraryFile] = []
        for count in range(1, len(parts) + 1):
            stem = folder.joinpath(*parts[:count])
            package, module = stem / "__init__.py", stem.with_suffix(".py")
            dotted = ".".join(parts[:count])
            if package.is_file():
                found.append(LibraryFile(package, dotted, folder, True))
            elif module.is_file():
                found.append(LibraryFile(module, dotted, folder, False))
                break
            elif not stem.is_dir():
                break
        if found:
            return found
    return []
