"""The record of evidence fits the catalog, and the pages made of it are up to date; no library is needed to know."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from evidence import pages, record
from evidence.claims import Claim, claims, claims_for
from evidence.record import Line

UPDATE = "run: python tests/catalog/write_evidence.py --no-run"

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


def test_the_pages_are_up_to_date() -> None:
    texts = pages.pages()
    outdated = [path.name for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    assert not outdated, UPDATE
    assert sorted(pages.FOLDER.glob("*.md")) == sorted(path for path in texts if path != pages.INDEX), UPDATE


def test_reading_and_writing_a_record_gives_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stem = "stdlib_time"
    lines, text = record.read(stem), (record.FOLDER / f"{stem}.tsv").read_bytes()
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    record.write(stem, reversed(lines))
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


def test_a_look_alike_does_not_prove_the_claim() -> None:
    assert LINE.proves
    assert not replace(LINE, table="SILENT").proves
    assert not replace(LINE, table=record.DOCUMENTED).proves


def test_a_case_is_evidence_for_the_class_that_states_the_claim() -> None:
    assert [(claim.file, claim.name) for claim in claims_for("queue.LifoQueue.get", "BLOCKING")] == [
        ("stdlib_threading", "queue.Queue.get")
    ]
    assert claims_for("queue.Queue.get_no_such_thing", "BLOCKING") == []
