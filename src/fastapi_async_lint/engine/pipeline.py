"""The pipeline, top to bottom: files → facts → project → analysis → rules → what is shown.

A finished analysis is kept as a whole, before anything is selected or suppressed, under a hash of all that it depends
on. So a run on an unchanged project only lists its files and looks one answer up, whatever it is asked to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.analysis.view import Endpoint, Unresolved
from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.engine.answers import Answers, decode_answers, encode_answers
from fastapi_async_lint.engine.keys import analysis_settings, facts_version, report_key
from fastapi_async_lint.engine.libraries import follow_libraries
from fastapi_async_lint.engine.shown import select_shown
from fastapi_async_lint.facts.build import Problem, Text, build_facts, collector_off, imported_modules, read_texts
from fastapi_async_lint.facts.cache import FOLDER, Cache
from fastapi_async_lint.facts.model import ModuleFacts
from fastapi_async_lint.rules.unreadable_file import unreadable
from fastapi_async_lint.source import Discovery, SourceFile, discover, refine

if TYPE_CHECKING:
    from fastapi_async_lint.catalog.match import Catalog

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what is being done)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found out."""

    root: Path
    """The project's folder."""
    diagnostics: tuple[Diagnostic, ...]
    """What is to be shown, sorted by path, row, column, code."""
    endpoints: tuple[Endpoint, ...]
    """The application's endpoints, by path then method."""
    unresolved: tuple[Unresolved, ...]
    """Calls on the event loop whose target is not known, in the files asked about."""
    files: int
    """How many of the files asked about were analysed."""
    suppressed: Mapping[str, int]
    """How many findings were held back, by reason: ``noqa``, ``per-file-ignores``, ``confidence``."""
    analysed: frozenset[Path]
    """All files of the project."""
    notes: tuple[str, ...] = ()
    """What was wrong with the cache, for a verbose run."""


def check_project(
    settings: Settings,
    paths: Sequence[Path] = (),
    progress: Progress | None = None,
    overlay: Mapping[Path, bytes] | None = None,
) -> Report:
    """Analyse the project at ``settings.root`` and report on ``paths`` (absolute; none: all of it).

    ``overlay``: texts that count instead of what the disk has, by absolute path. Raises ``FalError`` for settings, paths
    and catalogs that cannot be used; a file that cannot be read is a finding (FAL999), not an error.
    """
    overlay = overlay or {}
    folder = settings.cache_dir or settings.root / FOLDER
    with closing(Cache(folder if settings.cache else None, facts_version())) as cache:
        found = discover(settings, paths, unsaved=list(overlay))
        texts = read_texts([file.path for file in found.files], cache, overlay)
        readable = {path: text for path, text in texts.items() if isinstance(text, Text)}
        unread = {path: text for path, text in texts.items() if isinstance(text, Problem)}
        answers = _answers(settings, found, readable, cache, progress, keep=not overlay)
    everything = (*answers.diagnostics, *_unreadable(unread), *_not_listed(found))
    shown, suppressed = select_shown(everything, settings, found, overlay)
    return Report(
        root=found.root,
        diagnostics=shown,
        endpoints=answers.endpoints,
        unresolved=tuple(call for call in answers.unresolved if found.reports(call.place.path)),
        files=sum(found.reports(path) for path in readable),
        suppressed=suppressed,
        analysed=frozenset(texts),
        notes=tuple(cache.notes),
    )


def _answers(
    settings: Settings,
    found: Discovery,
    texts: Mapping[Path, Text],
    cache: Cache,
    progress: Progress | None,
    keep: bool,
) -> Answers:
    """The finished analysis: an earlier run's where nothing changed, else made now.

    ``keep``: for later runs. An editor's unsaved states rarely come again, and would push those that do out of the cache.
    """
    if settings.follow_libraries:  # which library files count is known only once the project's have been read
        return _analyse(settings, found.files, texts, cache, progress)
    key = report_key(settings, found.files, texts)
    answers = decode_answers(cache.report(key))
    if answers is not None:
        return answers
    if not keep:
        return _analyse(settings, found.files, texts, cache, progress)
    with cache.exclusive():
        answers = decode_answers(cache.report(key))  # Another process may just have finished the same.
        if answers is None:
            answers = _analyse(settings, found.files, texts, cache, progress)
            if (encoded := encode_answers(answers)) is not None:
                cache.add_report(key, encoded)
    return answers


def _analyse(
    settings: Settings,
    files: Sequence[SourceFile],
    texts: Mapping[Path, Text],
    cache: Cache,
    progress: Progress | None,
) -> Answers:
    from fastapi_async_lint.analysis.run import analyze
    from fastapi_async_lint.catalog.load import load_catalog
    from fastapi_async_lint.project.build import build_project
    from fastapi_async_lint.rules import load_rules

    catalog = load_catalog(settings.catalogs, settings.inline_catalog, cache.folder)
    facts = build_facts(
        texts,
        cache,
        settings.jobs,
        None if progress is None else lambda done, total: progress(done, total, "files read"),
    )
    if progress is not None:
        progress(len(facts), len(facts), "files read, following calls")
    with collector_off():
        modules = _named(files, facts, catalog)
        followed = follow_libraries(settings, modules, catalog, cache) if settings.follow_libraries else []
        project = build_project([*modules, *followed], catalog, libraries=frozenset(file.path for file, _ in followed))
        view = analyze(project, catalog, analysis_settings(settings))
        problems = {path: problem for path, problem in facts.items() if isinstance(problem, Problem)}
        findings = (diagnostic for rule in load_rules() for diagnostic in rule.check(view))
        return Answers((*findings, *_unreadable(problems)), tuple(view.endpoints()), tuple(view.unresolved()))


def _named(
    files: Sequence[SourceFile], facts: Mapping[Path, ModuleFacts | Problem], catalog: Catalog
) -> list[tuple[SourceFile, ModuleFacts]]:
    """The files that could be parsed, with the module names that the project's own imports confirm."""
    known = {path: found for path, found in facts.items() if isinstance(found, ModuleFacts)}
    imports = {path: set(imported_modules(found)) for path, found in known.items()}
    libraries = {name.partition(".")[0] for name in catalog.tables.modules}
    return [(file, known[file.path]) for file in refine(files, imports, libraries) if file.path in known]


def _unreadable(problems: Mapping[Path, Problem]) -> Iterator[Diagnostic]:
    for path, problem in problems.items():
        yield unreadable(path, problem.message, problem.row, problem.column)


def _not_listed(found: Discovery) -> Iterator[Diagnostic]:
    for problem in found.problems:
        yield unreadable(problem.path, problem.message)
