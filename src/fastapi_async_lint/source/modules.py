"""Module names: under which dotted names each file can be imported.

Nobody writes down from which folders a project's imports start (``sys.path`` is a matter of how it is run), so
the names come from the layout: ``__init__.py`` files, ``src`` folders, project files. What the imports themselves
say settles the rest (:func:`refine`).
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi_async_lint.source.paths import folders_above, parts_below, within


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One Python file of the project. ``path`` is absolute.

    ``names`` are all dotted names it may be imported under, the most likely first; ``roots`` are the folders
    each of them starts from. Two files of a project may have the same name.
    """

    path: Path
    names: tuple[str, ...]
    roots: tuple[Path, ...]
    is_package: bool = False
    """An ``__init__.py``: it has the name of its folder."""
    is_declared: bool = False
    """The user declares :attr:`root` a source root, so no import overrules it."""

    @property
    def module(self) -> str:
        """The most likely name."""
        return self.names[0]

    @property
    def root(self) -> Path:
        """The folder that :attr:`module` starts from."""
        return self.roots[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of a project's folders before any file is read. All absolute."""

    project: Path
    packages: frozenset[str]
    """Folders with an ``__init__.py``, those above ``project`` included."""
    projects: frozenset[str] = frozenset()
    """Folders with a project file (``pyproject.toml``, ``setup.cfg``, a ``setup.py`` that packages)."""
    source_roots: tuple[Path, ...] = ()
    """What the user declares."""


def name_files(paths: Iterable[Path], layout: Layout) -> list[SourceFile]:
    """Name every file, in the order given."""
    starts: dict[str, list[_Start]] = {}
    named = []
    for path in paths:
        folder = os.path.dirname(path)
        if folder not in starts:
            starts[folder] = _starts(folder, _roots(folder, layout))
        file = _named(path, starts[folder])
        named.append(replace(file, is_declared=True) if file.root in layout.source_roots else file)
    return named


def _roots(folder: str, layout: Layout) -> list[str]:
    """The folders that names of files in ``folder`` may start from, the most likely first.

    Declared source roots; then, inside a regular package, the folder that holds it. Without one: a ``src`` folder,
    then the folder of the nearest project file. Then what else lies between there and the project.
    """
    project = str(layout.project)
    chain = folder
    while chain in layout.packages and chain not in layout.projects:
        chain = os.path.dirname(chain)
    regular = _package_root(folder, layout)
    declared = sorted((str(root) for root in layout.source_roots if within(folder, str(root))), key=len, reverse=True)
    if regular is not None:
        return list(dict.fromkeys([*declared, regular, chain, *folders_above(regular, project)]))
    between = [folder, *folders_above(folder, project)]
    sources = [one for one in between if os.path.basename(one) == "src" and one != project]
    configured = [one for one in between if one in layout.projects or one == project][:1]
    return list(dict.fromkeys([*declared, *sources, *configured, *reversed(between)]))


def _package_root(folder: str, layout: Layout) -> str | None:
    """The folder that holds the outermost regular package around ``folder``; None where there is no package.

    Folders without ``__init__.py`` inside a package belong to it. A folder with a project file is no package.
    """
    outermost: str | None = None
    one = folder
    while one not in layout.projects:
        if one in layout.packages:
            outermost = one
        elif os.path.basename(one) == "src" or not within(one, str(layout.project)):
            break
        if os.path.dirname(one) == one:
            break
        one = os.path.dirname(one)
    return None if outermost is None else os.path.dirname(outermost)


@dataclass(frozen=True, slots=True)
class _Start:
    """A root, and the names of the folders from there down to the one in question."""

    root: Path
    parts: tuple[str, ...]
    importable: bool


def _starts(folder: str, roots: Iterable[str]) -> list[_Start]:
    found = [(root, parts_below(folder, root)) for root in roots]
    return [_Start(Path(root), parts, all(part.isidentifier() for part in parts)) for root, parts in found]


def _named(path: Path, starts: Sequence[_Start]) -> SourceFile:
    """The file with its names below each of the roots; a name that no import can spell only where there is no other."""
    is_package = path.name == "__init__.py"
    stem = () if is_package else (path.stem,)
    names: dict[str, Path] = {}
    for index, start in enumerate(starts):
        parts = (*start.parts, *stem)
        # what shadows the standard library does so only where Python starts from that very folder
        shadow = index > 0 and parts[:1] and parts[0] in sys.stdlib_module_names
        if parts and start.importable and not shadow and (is_package or path.stem.isidentifier()):
            names.setdefault(".".join(parts), start.root)
    if not names:
        parts = (*starts[0].parts, *stem) or (path.parent.name,)
        names[".".join(map(_spelled, parts))] = starts[0].root
    return SourceFile(path, tuple(names), tuple(names.values()), is_package)


def _spelled(part: str) -> str:
    """A part of a name that no import can spell, without dots and fit for any output."""
    return (part.replace(".", "-") or "-").encode("utf-8", "backslashreplace").decode("utf-8")


def refine(
    files: Sequence[SourceFile], imports: Mapping[Path, Iterable[str]], libraries: Collection[str] = ()
) -> list[SourceFile]:
    """Order names by what the project's imports say, and drop those they speak against. Pure: reads no files.

    ``imports``: per file, the modules it imports as written, ``app.db`` or, relative, ``.db`` and ``..``.
    ``libraries``: top-level names that mean a library even where a file of that name exists.

    A name starts in a folder as often as imports from files below the folder find something there. A folder
    whose files import relatively is a package, so nothing starts in it.
    """
    votes = _Votes(files, imports, libraries)
    folders: dict[str, list[SourceFile]] = {}
    for file in files:
        folders.setdefault(os.path.dirname(file.path), []).append(file)
    starts = {folder: _starts(folder, votes.order(folder, inside)) for folder, inside in folders.items()}
    return [votes.named(file, starts[os.path.dirname(file.path)]) for file in files]


class _Votes:
    """How often a top-level name was imported as one that starts in a folder: ``(folder, name)`` → count."""

    def __init__(
        self, files: Sequence[SourceFile], imports: Mapping[Path, Iterable[str]], libraries: Collection[str]
    ) -> None:
        self._libraries = libraries
        self._modules = {str(file.path) for file in files}
        self._folders: set[str] = set()
        self._tops: dict[str, str] = {}
        for file in files:
            folder = os.path.dirname(file.path)
            if folder not in self._tops:
                self._tops[folder] = min((str(root) for root in file.roots), key=len)
                self._folders.update((folder, *folders_above(folder, self._tops[folder])))
        self._counts: Counter[tuple[str, str]] = Counter()
        self._refuted: set[tuple[str, str]] = set()
        self._packages: set[str] = set()
        for path, names in imports.items():
            folder = os.path.dirname(path)
            for name in names:
                self._count(str(path), folder, name)
        for vote in self._refuted:
            del self._counts[vote]

    def _count(self, importer: str, folder: str, name: str) -> None:
        if name.startswith("."):
            for _ in range(len(name) - len(name.lstrip("."))):
                self._packages.add(folder)
                folder = os.path.dirname(folder)
            return
        first, _, rest = name.partition(".")
        if first in self._libraries or first in sys.stdlib_module_names:
            return
        for one in (folder, *folders_above(folder, self._tops.get(folder, folder))):
            base = os.path.join(one, first)
            if importer == base + ".py":
                self._refuted.add((one, first))  # nothing imports itself: a library of the same name is meant
            elif importer != os.path.join(base, "__init__.py") and self._holds(base, rest.partition(".")[0]):
                self._counts[one, first] += 1

    def _holds(self, base: str, second: str) -> bool:
        """Whether ``base`` is a module, or a folder that is one with ``second`` in it."""
        if base + ".py" in self._modules:
            return not second
        return base in self._folders and (
            not second
            or os.path.join(base, second) in self._folders
            or os.path.join(base, second + ".py") in self._modules
            or os.path.join(base, "__init__.py") in self._modules
        )

    def order(self, folder: str, files: Sequence[SourceFile]) -> list[str]:
        """The roots for the files of one folder, the most likely first; among equals the layout's order stays.

        Folders inside a regular package come into question where imports say so.
        """
        declared = {str(file.root) for file in files if file.is_declared}
        known = list(dict.fromkeys(str(root) for file in files for root in file.roots))
        inner = [one for one in (folder, *folders_above(folder, known[0])) if one not in known]
        scores = {one: self._score(one, folder, files) for one in (*known, *inner)}
        roots = [
            one
            for one, score in scores.items()
            if one in declared or (one not in self._packages and (score or one in known))
        ] or known
        return sorted(roots, key=lambda one: (one in declared, scores[one]), reverse=True)

    def _score(self, root: str, folder: str, files: Sequence[SourceFile]) -> int:
        parts = parts_below(folder, root)
        if parts:
            return self._counts[root, parts[0]]
        return sum(self._counts[root, file.path.stem] for file in files)

    def named(self, file: SourceFile, starts: Sequence[_Start]) -> SourceFile:
        """The file's names; one that is shorter than the best stays only where it is imported by it."""
        found = _named(file.path, starts)
        kept = {
            name: root
            for name, root in zip(found.names, found.roots, strict=True)
            if not within(str(root), str(found.root))
            or root == found.root
            or self._counts[str(root), name.partition(".")[0]]
        }
        return replace(file, names=tuple(kept), roots=tuple(kept.values()))
