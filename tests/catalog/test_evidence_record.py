"""The record of evidence fits the catalog, and the pages made of it are up to date; no library is needed to know."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from evidence import names, pages, record
from evidence.claims import Claim, claims, claims_for, files
from evidence.record import Line
from evidence.sources import Sources

from fastapi_async_lint.catalog.load import parse_file
from fastapi_async_lint.catalog.schema import CatalogFile

UPDATE = "run: python tests/catalog/write_evidence.py --no-run"
COMPARE = "run: python tests/catalog/write_evidence.py --names"

CLAIM = Claim("x", "x.f", "blocking", "wait", None, False, False, "")
CPU = replace(CLAIM, kind="cpu", category="hash", releases_gil=True)
LINE = Line("x.f", "blocking", "BLOCKING", 100.2, 100.1, None, "1.2", "3.11.7", "x")


@pytest.mark.parametrize("path", sorted(record.FOLDER.glob("*.tsv")), ids=lambda path: path.stem)
def test_what_is_on_record_bears_the_catalog_out(path: Path) -> None:
    of_file = claims().get(path.stem)
    assert of_file is not None, f"there is no catalog file {path.stem}; {UPDATE}"
    lines = record.read(path.stem)
    unknown = [line.key for line in lines if (line.name, line.kind) not in of_file]
    assert not unknown, f"the catalog does not say so any more; {UPDATE}"
    refuted = [(line.key, why) for line in lines if (why := record.refuted(line, of_file[line.name, line.kind]))]
    assert not refuted


@pytest.mark.parametrize("stem", list(files()))
def test_every_name_was_compared_with_the_library(stem: str) -> None:
    file = files()[stem]
    if file.library.check == "documented":
        assert file.library.note, "the file must say why its names cannot be compared with the library"
        return
    assert not names.unchecked(file, record.checks(stem)), f"where {file.library.name} is installed, {COMPARE} {stem}"


def test_the_pages_are_up_to_date() -> None:
    texts = pages.pages()
    outdated = [path.name for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    assert not outdated, UPDATE
    assert sorted(pages.FOLDER.glob("*.md")) == sorted(path for path in texts if path != pages.INDEX), UPDATE


def test_reading_and_writing_a_record_gives_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stem = "stdlib_time"
    lines, compared, text = record.read(stem), record.checks(stem), (record.FOLDER / f"{stem}.tsv").read_bytes()
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    record.write(stem, reversed(lines), compared)
    assert (tmp_path / f"{stem}.tsv").read_bytes() == text


@pytest.mark.parametrize(
    ("line", "claim", "word"),
    [
        (replace(LINE, stall=20.0), CLAIM, "stood still for 0.02"),
        (replace(LINE, kind="async", table="ASYNC", stall=99.0), replace(CLAIM, kind="async"), "stood still"),
        (replace(LINE, kind="async", table="ASYNC", stall=1.0, took=3.0), replace(CLAIM, kind="async"), "not slow"),
        (replace(LINE, kind="cpu", table="CPU", others=10), CPU, "releases_gil"),
        (replace(LINE, kind="cpu", table="CPU", others=99), replace(CPU, releases_gil=False), "releases_gil"),
    ],
)
def test_figures_that_contradict_the_claim_are_noticed(line: Line, claim: Claim, word: str) -> None:
    assert word in record.refuted(line, claim)


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        (LINE, CLAIM),
        (replace(LINE, table="SHORT", stall=1.2), CLAIM),
        (replace(LINE, kind="cpu", table="CPU", others=99), CPU),
        (replace(LINE, kind="cpu", table="CPU", others=10), replace(CPU, releases_gil=False)),
        (replace(LINE, kind="async", table="ASYNC", stall=1.0), replace(CLAIM, kind="async")),
        (Line("x.f", "blocking", record.DOCUMENTED, note="needs a screen"), CLAIM),
    ],
)
def test_figures_that_fit_the_claim_stay(line: Line, claim: Claim) -> None:
    assert record.refuted(line, claim) == ""


def test_a_second_run_changes_no_figures() -> None:
    again = replace(LINE, stall=104.0)
    assert record.merged(LINE, again) == LINE
    assert record.merged(LINE, replace(again, version="1.1")) == LINE


def test_a_run_with_a_newer_library_replaces_the_older() -> None:
    again = replace(LINE, version="1.10")
    assert record.merged(LINE, again) == again


def catalog_file(text: str, note: str = "") -> CatalogFile:
    return parse_file(f'[library]\nname = "x"\nmodules = ["x"]\nnote = "{note}"\n{text}', None)


SLEEP = '[[effect]]\nkind = "blocking"\ncategory = "wait"\nnames = ["x.f"]\n'


def test_a_changed_name_asks_for_a_new_comparison() -> None:
    compared = [names.Check("installed", "2.0", "3.11.7", names.digest(catalog_file(SLEEP)))]
    assert names.unchecked(catalog_file(SLEEP), compared) == []
    assert "has changed" in names.unchecked(catalog_file(SLEEP.replace("x.f", "x.g")), compared)[0]


def test_another_judgement_asks_for_none() -> None:
    compared = [names.Check("installed", "2.0", "3.11.7", names.digest(catalog_file(SLEEP)))]
    milder = SLEEP.replace('"wait"', '"sleep"\nseverity = "minor"')
    assert names.unchecked(catalog_file(milder, note="A remark."), compared) == []


def test_entries_about_another_version_ask_for_that_version() -> None:
    file = catalog_file(SLEEP + 'versions = "<2"\n')
    compared = [names.Check("installed", "2.0", "3.11.7", names.digest(file))]
    assert names.unchecked(file, compared) == ["entries about x <2"]
    assert names.unchecked(file, [*compared, replace(compared[0], version="1.9")]) == []


def test_older_versions_do_not_stand_in_for_the_newest() -> None:
    file = catalog_file(SLEEP)
    assert names.unchecked(file, [names.Check("installed", "1.0", "3.11.7", names.digest(file), "dated")])


def test_of_comparisons_those_are_kept_that_still_hold() -> None:
    file = catalog_file(SLEEP)
    new = names.Check("installed", "2.0", "3.12.1", names.digest(file))
    gone = names.Check("installed", "1.0", "3.11.7", "another")
    assert names.merged([gone, replace(new, python="3.11.7")], new, file) == [new]


def package(root: Path, **modules: str) -> Sources:
    for name, text in modules.items():
        path = root / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "x" / "__init__.py").touch()
    return Sources(root)


@pytest.mark.parametrize(
    "name",
    [
        "x.a.f",
        "x.b.f",
        "x.b.g",
        "x.b.K.m",
        "x.b.K.inherited",
        "x.b.K.field",
        "x.b.made.m",
        "x.b.only_there",
        "x.b.K.__str__",
    ],
)
def test_names_are_read_off_the_text_of_a_package(name: str, tmp_path: Path) -> None:
    sources = package(
        tmp_path,
        x__a="def f(): ...\ndef g(): ...\nclass Base:\n    def inherited(self): self.field = 1\n",
        x__b="import sys\nfrom .a import *\nfrom x import a\nclass K(a.Base):\n    def m(self): ...\nmade = K()\n"
        "if sys.platform == 'win32':\n    def only_there(): ...\n",
    )
    assert sources.find(name) is not None


@pytest.mark.parametrize("name", ["x.a.h", "x.b", "x.a.K.n", "x.a.f.m", "x.a.round"])
def test_names_that_the_text_of_a_package_lacks_are_missed(name: str, tmp_path: Path) -> None:
    sources = package(tmp_path, x__a="from x.a import round\ndef f(): ...\nclass K:\n    def m(self): ...\n")
    assert sources.find(name) is None


def test_a_library_whose_module_is_not_there_is_missed(tmp_path: Path) -> None:
    text = '[library]\nname = "y"\nmodules = ["y"]\n' + SLEEP.replace("x.f", "y.f")
    assert package(tmp_path, x__a="").missing(parse_file(text, None)) == ["there is no module 'y'"]


def test_an_argument_that_the_text_does_not_have_is_missed(tmp_path: Path) -> None:
    sources = package(tmp_path, x__a="def f(timeout): ...\n")
    entry = SLEEP.replace("x.f", "x.a.f") + 'unless = [{argument = "ARGUMENT", equals = [0]}]\n'
    assert sources.missing(catalog_file(entry.replace("ARGUMENT", "timeout"))) == []
    assert sources.missing(catalog_file(entry.replace("ARGUMENT", "time"))) == ["x.a.f has no parameter 'time'"]


def test_methods_that_an_entry_for_any_method_stands_for_add_up() -> None:
    every = replace(LINE, name="x.C.*", note="get, list")
    assert record.merged(every, replace(every, note="delete", stall=104.0)) == replace(every, note="delete, get, list")


def test_methods_of_an_older_library_do_not_add_up_with_those_of_a_newer() -> None:
    every = replace(LINE, name="x.C.*", note="get, list")
    newer = replace(every, note="get", version="1.10")
    assert record.merged(every, newer) == newer
    assert record.merged(newer, every) == newer


def test_a_look_alike_does_not_prove_the_claim() -> None:
    assert LINE.proves
    assert not replace(LINE, table="SILENT").proves
    assert not replace(LINE, table=record.DOCUMENTED).proves


def test_a_case_is_evidence_for_the_class_that_states_the_claim() -> None:
    assert [(claim.file, claim.name) for claim in claims_for("queue.LifoQueue.get", "BLOCKING")] == [
        ("stdlib_threading", "queue.Queue.get")
    ]
    assert claims_for("queue.Queue.get_no_such_thing", "BLOCKING") == []
