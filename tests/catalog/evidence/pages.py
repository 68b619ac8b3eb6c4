"""The pages of evidence, made of the catalog and the record alone: ``docs/evidence.md`` and one page per catalog file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from evidence import record
from evidence.cases import DELAY
from evidence.claims import Claim, claims, files
from evidence.record import DOCUMENTED, Line

from fastapi_async_lint.catalog.reality import numbers

ROOT = Path(__file__).parents[3]
INDEX = ROOT / "docs" / "evidence.md"
FOLDER = ROOT / "docs" / "evidence"

KINDS = ("blocking", "cpu", "async", "silent", "context", "loop-api")
EVIDENCE = ("run", "documented", "name", "stub", "none")
"""How much there is, most first."""

HEAD = f"""# Evidence

What the built-in catalog says of each function, and what it rests on. This page is written by
`python tests/catalog/write_evidence.py`, which makes the calls.

| Evidence | Meaning |
|---|---|
| run | The call was made inside a running event loop whose heartbeat was watched, against another side (a server, a disk, a pipe, a thread) that moves after {DELAY * 1000:.0f} ms. *Blocking*: the loop stood still until it moved. *Async*: the loop went on meanwhile. *CPU*: the loop stood still, and another thread could run for the stated share of that time, which tells whether the GIL was let go. *Silent*: the loop did not stand still. *Loop API* and *context*: it succeeded in the thread of the loop, and was refused in another (asyncio's debug mode). |
| documented | It was not run; the page says why. |
| name | **Not run.** The name was compared with the library installed, in the versions stated. |
| stub | **Not run.** The name was compared with the library's published stubs or source package. |
| none | **Not run.** The name stands in the library's documentation. |

"""


@dataclass(frozen=True)
class Proof:
    """A claim, the lines about it, and what they amount to."""

    claim: Claim
    evidence: str
    lines: tuple[Line, ...]

    @property
    def owner(self) -> str:
        return self.claim.name.rpartition(".")[0]


def write_pages() -> None:
    """Write them all, and remove pages of files that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    texts = pages()
    for path in FOLDER.glob("*.md"):
        if path not in texts:
            path.unlink()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")


def pages() -> dict[Path, str]:
    """Path → what must stand there."""
    found = {stem: proofs(stem) for stem in claims()}
    texts = {FOLDER / f"{stem}.md": _page(stem, of_file) for stem, of_file in found.items() if of_file}
    texts[INDEX] = _index(found)
    return texts


def proofs(stem: str) -> list[Proof]:
    """Every claim of a catalog file with its evidence."""
    lines: dict[tuple[str, str], list[Line]] = {}
    for line in record.read(stem):
        lines.setdefault((line.name, line.kind), []).append(line)
    hows = {check.how for check in record.checks(stem)}
    otherwise = "name" if "installed" in hows else "stub" if hows else "none"
    return [_proof(claim, tuple(lines.get(claim.key, ())), otherwise) for claim in claims()[stem].values()]


def _proof(claim: Claim, lines: tuple[Line, ...], otherwise: str) -> Proof:
    evidence = otherwise
    if any(line.table == DOCUMENTED for line in lines):
        evidence = "documented"
    if any(line.proves for line in lines):
        evidence = "run"
    return Proof(claim, evidence, lines)


def _index(found: dict[str, list[Proof]]) -> str:
    everything = [proof for of_file in found.values() for proof in of_file]
    counts = Counter(proof.evidence for proof in everything)
    libraries = {files()[stem].library.name for stem, of_file in found.items() if of_file}
    rows = [
        f"{len(everything):,} entries about {len(libraries)} libraries: "
        + ", ".join(f"{counts[kind]:,} {kind} ({_share(counts[kind], len(everything))})" for kind in EVIDENCE)
        + ".",
        "",
        "| | Entries | Run | Share |",
        "|---|--:|--:|--:|",
    ]
    for kind in KINDS:
        of_kind = [proof for proof in everything if proof.claim.kind == kind]
        run = sum(proof.evidence == "run" for proof in of_kind)
        rows.append(f"| {kind} | {len(of_kind):,} | {run:,} | {_share(run, len(of_kind))} |")
    rows += ["", f"| Library | Version | {' | '.join(KINDS)} | {' | '.join(EVIDENCE)} | Run |"]
    rows.append("|---|---|" + "--:|" * (len(KINDS) + len(EVIDENCE) + 1))
    for stem, of_file in found.items():
        if of_file:
            rows.append(_index_row(stem, of_file))
    return HEAD + "\n".join(rows) + "\n"


def _index_row(stem: str, of_file: Sequence[Proof]) -> str:
    kinds, evidence = Counter(proof.claim.kind for proof in of_file), Counter(proof.evidence for proof in of_file)
    cells = [f"[{stem}](evidence/{stem}.md)", _version(stem, of_file)]
    cells += [str(kinds[kind] or "") for kind in KINDS]
    cells += [str(evidence[kind] or "") for kind in EVIDENCE]
    return f"| {' | '.join(cells)} | {_share(evidence['run'], len(of_file))} |"


def _page(stem: str, of_file: Sequence[Proof]) -> str:
    library = files()[stem].library
    counts = Counter(proof.evidence for proof in of_file)
    name = "Python" if library.name == "python" else library.name
    rows = [
        f"# {name}: {stem}" if name != stem else f"# {name}",
        "",
        f"Version {_version(stem, of_file)}"
        + (f"; the entries speak of {library.versions}" if library.versions else "")
        + f". {len(of_file)} entries: "
        + ", ".join(f"{counts[kind]} {kind}" for kind in EVIDENCE if counts[kind])
        + ". [What this means](../evidence.md)",
        "",
        "Figures: how long the loop stood still, in milliseconds; for async calls after that how long the call took; for CPU the"
        " share of that time in which another thread could run.",
    ]
    owners: dict[str, list[Proof]] = {}
    for proof in of_file:
        owners.setdefault(proof.owner, []).append(proof)
    for owner, of_owner in owners.items():
        rows += ["", f"## {owner or 'builtins'}", "", "| Claim | Evidence | Entries and figures |", "|---|---|---|"]
        rows += _rows(of_owner)
    return "\n".join(rows) + "\n"


def _rows(of_owner: Iterable[Proof]) -> list[str]:
    """One row per claim and evidence, run ones first, with all names that share them."""

    def heading(proof: Proof) -> tuple[int, int, str, str]:
        return (
            EVIDENCE.index(proof.evidence),
            KINDS.index(proof.claim.kind),
            _claim(proof.claim),
            _reason(proof),
        )

    rows = []
    for (evidence, _, claim, reason), group in groupby(sorted(of_owner, key=heading), heading):
        label = EVIDENCE[evidence] if evidence < 2 else f"**not run**: {EVIDENCE[evidence]}"
        entries = ", ".join(_entry(proof) for proof in group)
        rows.append(f"| {claim} | {label}{': ' if reason else ''}{_escape(reason)} | {entries} |")
    return rows


def _claim(claim: Claim) -> str:
    words = [claim.kind] + ([claim.category] if claim.category else [])
    if claim.kind == "cpu":
        words.append("GIL let go" if claim.releases_gil else "GIL held")
    if claim.property:
        words.append("when read")
    if claim.conditional:
        words.append("by arguments")
    return ", ".join(words)


def _reason(proof: Proof) -> str:
    if proof.evidence != "documented":
        return ""
    return next(line.note for line in proof.lines if line.table == DOCUMENTED)


def _entry(proof: Proof) -> str:
    figures = [
        _figure(line) for line in sorted(proof.lines, key=lambda line: not line.proves) if line.stall is not None
    ]
    return f"`{proof.claim.name.rpartition('.')[2]}`" + (f" {'; '.join(figures)}" if figures else "")


def _figure(line: Line) -> str:
    text = f"{line.stall:.0f}" if line.stall >= 10 else f"{line.stall:.1f}"  # type: ignore[operator]
    if line.table == "ASYNC":
        text += f" of {line.took:.0f}"
    if line.others is not None:
        text += f" ({line.others:.0f}%)"
    if not line.proves:
        text = f"look-alike: {text}"
    return text + (f" (called as `{line.note}`)" if line.note else "")


def _version(stem: str, of_file: Sequence[Proof]) -> str:
    """Those that the names were compared with and the runs were made with."""
    found = {check.version for check in record.checks(stem)}
    found |= {line.version for proof in of_file for line in proof.lines if line.version}
    return ", ".join(sorted(found, key=numbers)) or "–"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
