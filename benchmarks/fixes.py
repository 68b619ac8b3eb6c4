"""What fixing does to a real application: ``python benchmarks/fixes.py FOLDER …``, for any folders of Python files.

Works on a copy: makes all fixes, the unsafe ones included, and then asks whether

- every changed file compiles, and every name that it reads is defined somewhere (names that were missing before do not count);
- every name that was imported is there: in the library, where it is installed beside this tool, else in the catalog;
- nothing is found that was not there before, findings that are merely *possible* included (but not what rules say that are off by
  default: that code in a thread may as well wait on the event loop is what a fix may well come to);
- a second run changes nothing.

Prints the share of findings by the best fix they have (safe, unsafe, only shown, none), and the times. Ends with 1 if any of
this does not hold.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib
import importlib.util
import shutil
import symtable
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi_async_lint.catalog.load import load_catalog
from fastapi_async_lint.catalog.match import Catalog
from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence, Diagnostic
from fastapi_async_lint.engine import Report, check_project
from fastapi_async_lint.engine.fixing import Change, fix_project, with_fixes

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".git", ".fal_cache", "node_modules", ".venv", "venv", "*.dist-info")
SHARES = ("safe", "unsafe", "display", "none")
MODULE_NAMES = frozenset(
    (
        "__name__",
        "__file__",
        "__doc__",
        "__package__",
        "__spec__",
        "__path__",
        "__loader__",
        "__builtins__",
        "__debug__",
    )
)

Loose = tuple[str, str, str, str]
"""What stays of a finding when lines move and calls are rewritten: file, code, function, blocker."""


@dataclass(frozen=True)
class Outcome:
    """What was seen on one application; ``problems``: what does not hold, one line each."""

    name: str
    shares: Counter[str]
    by_code: dict[str, Counter[str]]
    fixed: int
    files: int
    left: int
    seconds: tuple[float, float]
    problems: tuple[str, ...]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--keep", type=Path, help="leave the fixed copies in this folder")
    arguments = parser.parse_args()
    outcomes = [measured(folder.resolve(), arguments.keep) for folder in arguments.folders]
    for outcome in outcomes:
        show(outcome)
    sys.exit(any(outcome.problems for outcome in outcomes))


def measured(folder: Path, keep: Path | None) -> Outcome:
    """Fix a copy of the application, and look at it."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = (keep.resolve() if keep else Path(scratch)) / folder.name
        shutil.copytree(folder, copy, ignore=LEFT_OUT, dirs_exist_ok=True)
        settings = Settings(root=copy, cache_dir=Path(scratch) / "cache", respect_gitignore=False)
        thorough = replace(settings, min_confidence=Confidence.POSSIBLE)
        start = time.monotonic()
        before = with_fixes(check_project(settings, [copy]))
        checked = time.monotonic() - start
        all_before = check_project(thorough, [copy])
        start = time.monotonic()
        done = fix_project(settings, [copy], unsafe=True)
        spent = time.monotonic() - start
        problems = [*done.problems]
        for change in done.changes:
            problems += in_file(change, copy, load_catalog())
        problems += newly_found(all_before, check_project(thorough, [copy]), copy)
        again = fix_project(settings, [copy], unsafe=True, write=False)
        problems += [f"{change.path.relative_to(copy)}: a second run changes it" for change in again.changes]
    by_code: dict[str, Counter[str]] = {}
    for finding in before.diagnostics:
        by_code.setdefault(finding.code, Counter())[best(finding)] += 1
    shares = sum(by_code.values(), Counter[str]())
    left, seconds = len(done.report.diagnostics), (checked, spent)
    return Outcome(
        folder.name, shares, by_code, sum(done.fixed.values()), len(done.changes), left, seconds, tuple(problems)
    )


def best(finding: Diagnostic) -> str:
    """How far the finding can be mended: the applicability of its first fix, ``none`` where there is not even a hint."""
    return finding.fixes[0].applicability.value if finding.fixes else "none"


def in_file(change: Change, root: Path, catalog: Catalog) -> Iterator[str]:
    """What is wrong with one changed file that was not wrong before."""
    name = change.path.relative_to(root)
    try:
        compile(change.before, str(name), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return  # Syntax that this Python does not know: nothing can be said.
    try:
        compile(change.after, str(name), "exec", dont_inherit=True)
    except SyntaxError as error:
        yield f"{name}:{error.lineno}: no longer compiles: {error.msg}"
        return
    for missing in sorted(undefined(change.after) - undefined(change.before)):
        yield f"{name}: reads the name {missing}, which nothing defines"
    for imported in sorted(imports(change.after) - imports(change.before)):
        if not exists(imported, root, catalog):
            yield f"{name}: imports {imported}, which is not known to exist"


def imports(source: bytes) -> set[str]:
    """The full names that a file imports, absolutely; those of ``from`` imports with what is imported."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def exists(name: str, root: Path, catalog: Catalog) -> bool:
    """Whether the imported name is there: in the application, in an installed package, in the catalog."""
    module, _, attribute = name.rpartition(".")
    head = name.partition(".")[0]
    if (root / head).exists() or (root / f"{head}.py").exists():
        return True
    if importlib.util.find_spec(head) is not None:
        try:
            importlib.import_module(name)
        except ImportError:
            return bool(module) and hasattr(importlib.import_module(module), attribute)
        return True
    known = catalog.canonical(name)
    return bool(
        catalog.is_module(known)
        or catalog.klass(known)
        or catalog.effects(known)
        or catalog.callbacks(known)
        or catalog.returns(known)
    )


def undefined(source: bytes) -> set[str]:
    """Names that are read as globals, but that neither the module nor Python defines."""
    top = symtable.symtable(source.decode("utf-8-sig", errors="replace"), "file", "exec")
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(ast.parse(source))):
        return set()
    tables = [top]
    defined = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    read: set[str] = set()
    for table in tables:
        tables.extend(table.get_children())
        for symbol in table.get_symbols():
            if symbol.is_declared_global() and symbol.is_assigned():
                defined.add(symbol.get_name())
            if symbol.is_referenced() and (symbol.is_global() or table is top):
                read.add(symbol.get_name())
    return read - defined - set(dir(builtins)) - MODULE_NAMES


def newly_found(before: Report, after: Report, root: Path) -> Iterator[str]:
    """Findings of a file that has more of that kind than it had."""
    earlier = Counter(loose(finding, root) for finding in before.diagnostics)
    for finding in after.diagnostics:
        kind = loose(finding, root)
        if earlier[kind]:
            earlier[kind] -= 1
        else:
            place = f"{kind[0]}:{finding.place.start.row}"
            yield f"{place}: {finding.code} ({finding.confidence.value}) was not there before: {finding.message}"


def loose(finding: Diagnostic, root: Path) -> Loose:
    """What is compared of a finding."""
    function = finding.chain[0].function if finding.chain else ""
    blocker = finding.blocker.name if finding.blocker else ""
    return finding.place.path.relative_to(root).as_posix(), finding.code, function, blocker


def show(outcome: Outcome) -> None:
    """Print one application's figures, then what does not hold."""
    total = sum(outcome.shares.values())
    print(f"{outcome.name}: {total} findings, {outcome.fixed} fixed in {outcome.files} files, {outcome.left} left")
    print(f"  {outcome.seconds[0]:.1f} s to check, {outcome.seconds[1]:.1f} s to fix (which checks several times)")
    for code, shares in [*sorted(outcome.by_code.items()), ("all", outcome.shares)]:
        row = "  ".join(f"{shares[share]:5d} {share}" for share in SHARES)
        percent = (shares["safe"] + shares["unsafe"]) / (sum(shares.values()) or 1)
        print(f"  {code:6} {row}  {percent:4.0%} with a fix")
    for problem in outcome.problems:
        print(f"  ! {problem}")


if __name__ == "__main__":
    main()
