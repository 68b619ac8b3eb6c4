"""Compares the catalog's names with the libraries installed here, runs the cases of evidence about them, keeps what was
seen in the record, and writes the pages of evidence.

``python tests/catalog/write_evidence.py [FILE ...]``, in as many environments as it takes; FILE: stems of catalog files (all).
What earlier runs and other environments have recorded stays, unless a case refutes it. Ends with 1 if one does.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from evidence import names, record
from evidence.cases import ONLY, Case, absent, everything, of_file, reasons
from evidence.claims import Claim, catalog, claims, claims_for, files, version_here
from evidence.pages import write_pages
from evidence.record import DOCUMENTED, Line
from evidence.runner import Outcome, Task, outcomes, serve
from evidence.sweep import Swept

Key = tuple[str, str, str]

MOST = 10
"""Names that are listed of one catalog file."""


def main() -> int:
    """Run, keep, write."""
    arguments = _arguments()
    if arguments.serve:
        serve(lambda task: of_file(task.file, catalog())[task.kind, task.name])
        return 0
    ONLY.update(arguments.cases)
    stems = arguments.files or list(claims())
    unknown = sorted(set(stems) - set(claims()))
    if unknown:
        sys.exit(f"there is no catalog file {', '.join(unknown)}")
    book = Book(stems)
    failures = [] if arguments.no_run else book.compare(arguments.source)
    if not arguments.no_run and not arguments.names:
        failures += run(book, arguments.jobs, arguments.missing)
    book.save()
    write_pages()
    for file, missing in absent().items():
        if not ONLY:
            print(f"not run: {file}: {missing} is not installed")
    for failure in failures:
        print(f"WRONG: {failure}")
    return 1 if failures else 0


class Book:
    """The lines of some catalog files, on their way from the old record to the new one."""

    def __init__(self, stems: Sequence[str]) -> None:
        self.stems = stems
        self.lines: dict[str, dict[Key, Line]] = {
            stem: {line.key: line for line in record.read(stem)} for stem in stems
        }
        self.refuted: set[tuple[str, Key]] = set()
        self.checks = {stem: names.merged(record.checks(stem), None, files()[stem]) for stem in stems}
        self._drop_outdated()
        self._document()

    def compare(self, sources: Sequence[Path]) -> list[str]:
        """Compare the names with the libraries that are here, with stubs, and with what is unpacked. How they differ."""
        differences = []
        for stem in self.stems:
            found = []
            for compared in (
                names.check_here(stem),
                names.check_stubs(stem),
                *(names.check_source(stem, root) for root in sources),
            ):
                if compared is not None and compared.obstacle:
                    print(f"names not compared: {stem}: {compared.obstacle}")
                elif compared is not None:
                    checks = self.checks[stem]
                    found += [] if names.excused(checks, compared.version) else compared.differences
                    self.checks[stem] = names.merged(checks, compared.check, files()[stem])
            differences += [f"{stem}: {difference}" for difference in found[:MOST]]
            differences += [f"{stem}: … and {len(found) - MOST} more"] if len(found) > MOST else []
        return differences

    def wants(self, claim: Claim, table: str, missing: bool) -> bool:
        """Whether evidence for the claim is asked for; with ``missing``, only where there is none of this version."""
        if claim.file not in self.lines:
            return False
        line = self.lines[claim.file].get((claim.name, claim.kind, table))
        return not missing or line is None or line.version != version_here(claim.file)

    def keep(self, claim: Claim, line: Line) -> None:
        """Record what was measured now, unless another method has refuted the same claim."""
        lines = self.lines[claim.file]
        if (claim.file, line.key) not in self.refuted:
            lines[line.key] = record.merged(lines.get(line.key), line)

    def drop(self, claim: Claim, table: str, refuted: bool) -> None:
        """Forget what a case has refuted or does not show any more; a claim about any method needs a refutation."""
        key = (claim.name, claim.kind, table)
        if refuted:
            self.refuted.add((claim.file, key))
        if refuted or not claim.is_any_method:
            self.lines[claim.file].pop(key, None)

    def save(self) -> None:
        """Write the files."""
        for stem, lines in self.lines.items():
            record.write(stem, lines.values(), self.checks[stem])

    def _drop_outdated(self) -> None:
        """Forget claims that are none any more, and cases that are gone."""
        present = everything(catalog())
        here = {(case.file, case.kind) for case in present}
        for stem, lines in self.lines.items():
            for key, line in list(lines.items()):
                claim = claims()[stem].get(key[:2])
                gone = bool(line.case) and line.case not in absent() and (line.case, line.table) not in here
                if claim is None or gone or record.refuted(line, claim):
                    del lines[key]

    def _document(self) -> None:
        why = {(catalog().canonical(name), kind): (file, reason) for file, name, kind, reason in reasons()}
        for stem in self.stems:
            for claim in claims()[stem].values():
                found = why.get((claim.name, claim.kind)) or why.get((claim.name, ""))
                if found is not None:
                    file, reason = found
                    line = Line(claim.name, claim.kind, DOCUMENTED, case=file, note=reason)
                    self.lines[stem][line.key] = line


def run(book: Book, jobs: int, missing: bool) -> list[str]:
    """Run the cases and keep what they show; computing cases one at a time, at the end. What was refuted."""
    found = everything(catalog())
    wanted: dict[int, list[Claim]] = {}
    failures = []
    for index, case in enumerate(found):
        about = claims_for(case.name, case.kind)
        if not about:
            failures.append(f"{case.file}: the catalog has no entry for {case.name} ({case.kind})")
        about = [claim for claim in about if book.wants(claim, case.kind, missing)]
        if about:
            wanted[index] = about
    tasks = [
        Task(index, found[index].file, found[index].kind, found[index].name, about[0].releases_gil)
        for index, about in wanted.items()
    ]
    computing = [task for task in tasks if found[task.index].kind in ("CPU", "SHORT")]
    waiting = [task for task in tasks if task not in computing]
    done = 0
    for batch, processes in ((waiting, jobs), (computing, 1)):
        for outcome in outcomes(batch, processes):
            done += 1
            case = found[outcome.index]
            failures += _take(book, case, wanted[outcome.index], outcome)
            if done % 100 == 0:
                book.save()
                print(f"{done} of {len(tasks)} cases", file=sys.stderr)
    print(f"{done} cases run, {len(failures)} not borne out")
    return failures


def _take(book: Book, case: Case | Swept, about: Sequence[Claim], outcome: Outcome) -> list[str]:
    if outcome.unavailable:
        print(f"not run: {case.name}: {outcome.unavailable}")
        return []
    if outcome.unproven:
        print(f"not proven: {case.name} ({case.kind}): {outcome.unproven}")
    for claim in about:
        if outcome.seen is None:
            book.drop(claim, case.kind, bool(outcome.complaint))
        else:
            version = version_here(claim.file) or ""
            book.keep(claim, record.line_of(claim, case, outcome.seen, version, platform.python_version()))
    return [f"{case.file}: {case.name} ({case.kind}): {outcome.complaint}"] if outcome.complaint else []


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="FILE", help="stems of catalog files, such as redis (default: all)")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="processes for cases that wait")
    parser.add_argument("--missing", action="store_true", help="run only what is not on record for the versions here")
    parser.add_argument(
        "--cases", nargs="*", default=[], metavar="FILE", help="files of evidence/libraries (default: all)"
    )
    parser.add_argument("--names", action="store_true", help="only compare the names, run no cases")
    parser.add_argument(
        "--no-run", action="store_true", help="only tidy the record and write the pages; needs no library"
    )
    parser.add_argument(
        "--source",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="compare names with libraries unpacked there (pip install --no-deps --target FOLDER), too",
    )
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
