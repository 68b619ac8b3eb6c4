from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from fastapi_async_lint.facts import build as build_module
from fastapi_async_lint.facts import cache as cache_module
from fastapi_async_lint.facts import pool
from fastapi_async_lint.facts.build import Problem, Text, build_facts, imported_modules, read_texts
from fastapi_async_lint.facts.cache import FOLDER, Cache, digest
from fastapi_async_lint.facts.extract import extract
from fastapi_async_lint.facts.model import ModuleFacts
from fastapi_async_lint.facts.worker import Outcome


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / FOLDER)


@pytest.fixture
def extracted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The texts that are parsed, as they come."""
    seen: list[bytes] = []
    real = build_module.extract_all

    def extract_all(
        sources: Sequence[bytes], jobs: int = 0, progress: Callable[[int, int], None] | None = None
    ) -> list[Outcome]:
        seen.extend(sources)
        return real(sources, jobs, progress)

    monkeypatch.setattr(build_module, "extract_all", extract_all)
    return seen


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are read, as they come."""
    seen: list[Path] = []
    real = build_module.read_source

    def read_source(path: Path) -> bytes:
        seen.append(path)
        return real(path)

    monkeypatch.setattr(build_module, "read_source", read_source)
    return seen


def write(folder: Path, **contents: str) -> list[Path]:
    """Files of so many names, last written ten seconds ago."""
    paths = []
    for name, content in contents.items():
        path = folder / f"{name}.py"
        path.write_text(content)
        os.utime(path, (time.time() - 10, time.time() - 10))
        paths.append(path)
    return paths


def texts_of(paths: Sequence[Path], cache: Cache) -> dict[Path, Text]:
    return {path: text for path, text in read_texts(paths, cache).items() if isinstance(text, Text)}


def facts_of(paths: Sequence[Path], cache: Cache) -> dict[Path, ModuleFacts | Problem]:
    return build_facts(texts_of(paths, cache), cache)


class TestTexts:
    def test_unchanged_file_is_not_read_again(
        self, tmp_path: Path, cache: Cache, reads: list[Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache_module, "RACY_NS", 0)
        paths = write(tmp_path, a="x = 1", b="y = 2")
        first = read_texts(paths, cache)
        write(tmp_path, b="y = 3")
        second = read_texts(paths, cache)

        assert reads == [*paths, paths[1]]
        assert [first[path] for path in paths] == [Text(digest(b"x = 1"), b"x = 1"), Text(digest(b"y = 2"), b"y = 2")]
        assert [second[path] for path in paths] == [Text(digest(b"x = 1"), None), Text(digest(b"y = 3"), b"y = 3")]

    def test_overlay_counts_instead_of_the_disk_and_is_not_remembered(self, tmp_path: Path, cache: Cache) -> None:
        (path,) = write(tmp_path, a="x = 1")

        unsaved = read_texts([path], cache, {path: b"x = 2"})
        saved = read_texts([path], cache)

        assert unsaved == {path: Text(digest(b"x = 2"), b"x = 2")}
        assert saved == {path: Text(digest(b"x = 1"), b"x = 1")}

    def test_overlay_for_a_file_that_is_not_on_the_disk(self, tmp_path: Path, cache: Cache) -> None:
        path = tmp_path / "new.py"

        assert read_texts([path], cache, {path: b"x = 2"}) == {path: Text(digest(b"x = 2"), b"x = 2")}

    def test_file_that_cannot_be_read_is_a_problem(self, tmp_path: Path, cache: Cache) -> None:
        (path,) = write(tmp_path, a="x = 1")
        gone = tmp_path / "gone.py"

        texts = read_texts([gone, path], cache)

        assert texts[gone] == Problem("cannot be read: No such file or directory")
        assert isinstance(texts[path], Text)


class TestFacts:
    def test_facts_are_those_of_the_text(self, tmp_path: Path, cache: Cache) -> None:
        paths = write(tmp_path, a="import b\n", b="def f(): ...\n")

        assert facts_of(paths, cache) == {path: extract(path.read_bytes()) for path in paths}

    def test_known_text_is_not_parsed_again(self, tmp_path: Path, cache: Cache, extracted: list[bytes]) -> None:
        paths = write(tmp_path, a="x = 1", b="y = 2")
        first = facts_of(paths, cache)
        write(tmp_path, b="y = 3")
        second = facts_of(paths, Cache(tmp_path / FOLDER))

        assert extracted == [b"x = 1", b"y = 2", b"y = 3"]
        assert second[paths[0]] == first[paths[0]]

    def test_same_text_in_several_files_is_parsed_once(
        self, tmp_path: Path, cache: Cache, extracted: list[bytes]
    ) -> None:
        paths = write(tmp_path, a="", b="x = 1", c="", d="x = 1")

        facts = facts_of(paths, cache)

        assert sorted(extracted) == [b"", b"x = 1"]
        assert facts[paths[1]] == facts[paths[3]] == extract(b"x = 1")

    def test_syntax_error_has_its_place_and_leaves_the_others_alone(self, tmp_path: Path, cache: Cache) -> None:
        broken, fine = write(tmp_path, broken="x = 1\ny = = 2\n", fine="x = 1\n")

        facts = facts_of([broken, fine], cache)

        problem = facts[broken]
        assert isinstance(problem, Problem)
        assert (problem.row, problem.column) == (2, 5)
        assert facts[fine] == extract(b"x = 1\n")

    def test_entry_that_does_not_decode_is_made_anew(
        self, tmp_path: Path, cache: Cache, extracted: list[bytes]
    ) -> None:
        paths = write(tmp_path, a="x = 1")
        cache.add_facts({digest(b"x = 1"): msgspec.msgpack.encode(["not", "facts"])}, 1)

        assert facts_of(paths, cache) == {paths[0]: extract(b"x = 1")}
        assert facts_of(paths, cache) == {paths[0]: extract(b"x = 1")}
        assert extracted == [b"x = 1"]

    def test_file_that_changes_between_hashing_and_parsing(self, tmp_path: Path, cache: Cache) -> None:
        """Its hash was known, its facts were not: what is kept must be of the text that was parsed."""
        (path,) = write(tmp_path, a="x = 2")
        stale = {path: Text(digest(b"x = 1"), None)}

        assert build_facts(stale, cache) == {path: extract(b"x = 2")}
        assert cache.facts([digest(b"x = 1")]) == {}

    def test_file_that_vanishes_between_hashing_and_parsing(self, tmp_path: Path, cache: Cache) -> None:
        path = tmp_path / "gone.py"

        facts = build_facts({path: Text(digest(b"x = 1"), None)}, cache)

        assert facts == {path: Problem("cannot be read: No such file or directory")}

    def test_progress_counts_only_what_has_to_be_parsed(self, tmp_path: Path, cache: Cache) -> None:
        facts_of(write(tmp_path, a="x = 1"), cache)
        seen: list[tuple[int, int]] = []
        paths = write(tmp_path, a="x = 1", b="x = 2", c="x = 3")

        build_facts(texts_of(paths, cache), cache, progress=lambda done, total: seen.append((done, total)))

        assert seen == [(1, 2), (2, 2)]

    def test_processes_give_the_same_facts(self, tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pool, "SERIAL_BYTES", 1000)
        paths = write(tmp_path, **{f"m{number}": f"def f{number}(): return {number}\n" * 100 for number in range(20)})

        assert facts_of(paths, cache) == {path: extract(path.read_bytes()) for path in paths}


def test_imported_modules_are_given_as_written() -> None:
    facts = extract(
        b"import a.b.c as d, e\n"
        b"from . import f\n"
        b"from ..g.h import i\n"
        b"try:\n    from j import *\nexcept ImportError: pass\n"
        b"def k():\n    import l\n"
    )

    assert list(imported_modules(facts)) == ["a.b.c", "e", ".", "..g.h", "j", "l"]
