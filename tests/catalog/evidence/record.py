"""The record of evidence: one file of tab-separated lines per catalog file, in the order of the names.

It is written by ``tests/catalog/write_evidence.py`` in one environment after the other; tests and pages read it without any
library installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from evidence.cases import Case, complaint
from evidence.claims import KIND_OF, Claim, catalog
from evidence.names import Check
from evidence.stall import Measurement
from evidence.sweep import Swept

from fastapi_async_lint.catalog.reality import numbers

FOLDER = Path(__file__).parent / "record"

DOCUMENTED = "DOCUMENTED"
"""Stands for the table of a case where there is only a reason why it cannot be run."""

CHECKED = "# checked"
"""How rows begin that say which library the names were compared with."""


@dataclass(frozen=True, order=True)
class Line:
    """What is known of one claim. Times in milliseconds."""

    name: str
    """Canonical, as the claim has it."""
    kind: str
    """Of the claim."""
    table: str
    """Of the case: what was expected of the call. DOCUMENTED: nothing was run."""
    stall: float | None = None
    """How long the loop stood still."""
    took: float | None = None
    """How long the whole call took; the other side took DELAY, where there is one."""
    others: float | None = None
    """Percent of the stall in which another thread could run. None: not asked."""
    version: str = ""
    """Of the library."""
    python: str = ""
    case: str = ""
    """File of ``libraries/`` that the case stands in."""
    note: str = ""
    """The name under which it was called, where that is not the claim's; for a claim about any method (``*``) the methods called;
    the reason, where it was not."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.name, self.kind, self.table

    @property
    def proves(self) -> bool:
        """Whether the claim itself was run, not only a look-alike that it must not be taken for."""
        return self.table != DOCUMENTED and KIND_OF[self.table] == self.kind


def line_of(claim: Claim, case: Case | Swept, seen: Measurement, version: str, python: str) -> Line:
    """The line for a measurement."""
    called = catalog().canonical(case.name)
    return Line(
        claim.name,
        claim.kind,
        case.kind,
        round(seen.stall * 1000, 1),
        round(seen.elapsed * 1000, 1),
        None if seen.others is None else round(seen.others * 100),
        version,
        python,
        case.file,
        "" if called == claim.name else called.rpartition(".")[2] if claim.is_any_method else called,
    )


def refuted(line: Line, claim: Claim) -> str:
    """Why the figures on record do not bear out what the catalog claims today; empty where they do."""
    if line.table == DOCUMENTED or line.stall is None or line.took is None:
        return ""
    others = None if line.others is None else line.others / 100
    seen = Measurement((line.stall + 0.05) / 1000, (line.took + 0.05) / 1000, others, ())
    return complaint(Case(line.case, line.table, line.name, lambda world: None), seen, claim.releases_gil)


def read(stem: str) -> list[Line]:
    """The lines about a catalog file; none where nothing has been recorded."""
    return [_parse(row) for row in _rows(stem) if not row.startswith("#")]


def checks(stem: str) -> list[Check]:
    """Which libraries the names of a catalog file were compared with."""
    return [Check(*row.split("\t")[1:]) for row in _rows(stem) if row.startswith(CHECKED)]


def write(stem: str, lines: Iterable[Line], compared: Iterable[Check]) -> None:
    """Replace what is recorded about a catalog file."""
    path = FOLDER / f"{stem}.tsv"
    rows = ["\t".join(_cell(value) for value in astuple(line)).rstrip("\t") for line in sorted(lines, key=_order)]
    head = ["\t".join((CHECKED, *astuple(check))).removesuffix("\tall") for check in compared]
    if not rows and not head:
        path.unlink(missing_ok=True)
        return
    FOLDER.mkdir(exist_ok=True)
    head.append("# " + "\t".join(field.name for field in fields(Line)))
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8", newline="\n")


def merged(old: Line | None, new: Line) -> Line:
    """What to keep of two lines with the same key: the newer library's, and of the same library's the older, so that figures do
    not change with every run. Lines about any method (``*``) add up."""
    if old is None or old.table == DOCUMENTED or old.case != new.case:
        return new
    if "*" in new.name and old.version == new.version:
        methods = {*old.note.split(", "), *new.note.split(", ")}
        return replace(old, note=", ".join(sorted(methods)))
    if old.note != new.note and "*" not in new.name:
        return new
    return new if numbers(new.version) > numbers(old.version) else old


def _rows(stem: str) -> list[str]:
    try:
        return (FOLDER / f"{stem}.tsv").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _order(line: Line) -> tuple[str, str, str]:
    return line.key


def _cell(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _parse(row: str) -> Line:
    cells = row.split("\t")
    cells += [""] * (len(fields(Line)) - len(cells))
    name, kind, table, stall, took, others, version, python, case, note = cells
    return Line(name, kind, table, _number(stall), _number(took), _number(others), version, python, case, note)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
